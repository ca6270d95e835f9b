"""eventlet's hub, as the parts know a hub."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet.event import Event
from eventlet.hubs import hub as hub_kinds
from eventlet.patcher import original

from rooms_chat.hub import Pending, Semaphore, Timer
from rooms_chat.transport import green
from rooms_chat.transport.slices import SLICE_SECONDS

os = original("os")
queue = original("queue")
threading = original("threading")
time = original("time")
logger = logging.getLogger(__name__)
T = TypeVar("T")


class EventletHub:
    """Calls from other threads come by a deque; one byte in a pipe wakes the hub."""

    def __init__(self) -> None:
        green.take_turns()
        self._from_threads: deque[Callable[[], None]] = deque()
        self._putting_down = threading.RLock()  # a signal may come in between, and puts something down too
        self._awake, self._wake = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wake, False)
        green.watch(hub_kinds.READ, self._awake, self._woken)

    def call_soon(self, call: Callable[[], None]) -> None:
        eventlet.spawn_n(_guarded, call)

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        timer: Timer = eventlet.spawn_after(seconds, _guarded, call)
        return timer

    def call_from_thread(self, *calls: Callable[[], None]) -> None:
        """Who finds nothing but its own wakes the hub. Once too often does no harm, once too seldom is its end."""
        with self._putting_down:
            self._from_threads.extend(calls)
            if len(self._from_threads) <= len(calls):
                os.write(self._wake, b"\0")

    def start_thread(self, target: Callable[[], None]) -> Callable[[float], bool]:
        ended = Event()

        def run() -> None:
            target()
            self.call_from_thread(ended.send)

        threading.Thread(target=run, daemon=True).start()

        def join(seconds: float) -> bool:
            with eventlet.Timeout(seconds, False):
                ended.wait()
            return bool(ended.ready())

        return join

    def sleep_thread(self, seconds: float) -> None:
        time.sleep(seconds)

    def semaphore(self) -> Semaphore:
        return QueueSemaphore()

    def wait(self, pending: Pending[T], seconds: float = 10) -> T:
        event = Event()
        pending.then(lambda _: event.send())
        with eventlet.Timeout(seconds, False):
            event.wait()
        result: T = pending.result()
        return result

    def _woken(self, _: int) -> None:
        os.read(self._awake, 4096)
        green.run(self._take_calls)

    def _take_calls(self) -> None:
        """For 2 ms: then the others have their turn. The last may block, and what comes meanwhile does not wait."""
        until = time.perf_counter() + SLICE_SECONDS
        while self._from_threads:
            _guarded(self._from_threads.popleft())
            if time.perf_counter() > until:
                green.soon(green.run, self._take_calls)
                return


class QueueSemaphore:
    """A queue of real threads, used for its number: it is in C, and wakes who waits in a tenth of the time."""

    def __init__(self) -> None:
        self._released = queue.SimpleQueue()

    def acquire(self) -> bool:
        self._released.get()
        return True

    def release(self) -> None:
        self._released.put(None)


def _guarded(call: Callable[[], Any]) -> None:
    try:
        call()
    except Exception:
        logger.exception("a call on the hub failed")
