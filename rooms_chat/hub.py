"""What the parts ask of whatever runs them: eventlet's hub in a server, a plain loop in a test.

Everything but the journal runs on the hub, one thing at a time.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar

from rooms_chat.errors import RoomsError, TryAgain

T = TypeVar("T")
TURN_SECONDS = 0.01


class Semaphore(Protocol):
    """Of real threads, whatever is patched."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...


class Timer(Protocol):
    """Something that will be called unless cancelled."""

    def cancel(self) -> None: ...


class Hub(Protocol):
    """Runs calls, one at a time."""

    def call_soon(self, call: Callable[[], None]) -> None:
        """Run `call` on the hub, after what is running."""

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Run `call` on the hub in `seconds`."""

    def call_from_thread(self, *calls: Callable[[], None]) -> None:
        """From another thread: run these on the hub, in the order they came. It is woken once for all of them."""

    def start_thread(self, target: Callable[[], None]) -> Callable[[float], bool]:
        """Start a real thread; the answer waits for its end, at most so many seconds, and tells whether it came."""

    def sleep_thread(self, seconds: float) -> None:
        """On another thread: let that thread rest."""

    def semaphore(self) -> Semaphore:
        """A semaphore that a real thread may wait on."""

    def wait(self, pending: "Pending[T]", seconds: float = 10) -> T:
        """The result of `pending`, or the refusal raised; others go on meanwhile."""


class Pending(Generic[T]):
    """An outcome that is not there yet. Lives on the hub."""

    __slots__ = ("_error", "_result", "_then", "done")

    def __init__(self) -> None:
        self.done = False
        self._result: T | None = None
        self._error: RoomsError | None = None
        self._then: list[Callable[[Pending[T]], None]] = []

    def then(self, call: "Callable[[Pending[T]], None]") -> None:
        """Call with this once it is done; at once, if it is."""
        if self.done:
            call(self)
        else:
            self._then.append(call)

    def settle(self, outcome: T | RoomsError) -> None:
        self.done = True
        if isinstance(outcome, RoomsError):
            self._error = outcome
        else:
            self._result = outcome
        waiting, self._then = self._then, []
        for call in waiting:
            call(self)

    @property
    def is_refused(self) -> bool:
        return self._error is not None

    def result(self) -> Any:
        """What came out; raises the refusal."""
        if self._error is not None:
            raise self._error
        if not self.done:
            raise TryAgain("This took too long. Try again.", retry_after=1)
        return self._result


def let_others_go_on(hub: Hub) -> None:
    """In the middle of what takes long: everybody else has a turn."""
    turn: Pending[None] = Pending()
    hub.call_soon(lambda: turn.settle(None))
    hub.wait(turn)


def in_turns(hub: Hub, things: Iterable[T]) -> Iterator[T]:
    """These, one by one; whenever that has taken long, as from a slow disk, everybody else has a turn."""
    began = time.monotonic()
    for thing in things:
        yield thing
        if time.monotonic() - began > TURN_SECONDS:
            let_others_go_on(hub)
            began = time.monotonic()


def of_one_moment(hub: Hub, read: Callable[[], Iterable[T]]) -> list[T]:
    """All that `read` finds just now. What it finds on a slow disk it has read in turns before, and it is near then."""
    began = time.monotonic()
    found = list(in_turns(hub, read()))
    return found if time.monotonic() - began <= TURN_SECONDS else list(read())
