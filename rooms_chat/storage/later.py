"""Changes of rooms in which somebody else writes just now: another worker, or an operator.

They wait on a second connection and a second thread, so that one slow room harms no other. As long as changes of a
room wait here, all that follow in that room come behind them.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from rooms_chat.hub import Hub, Pending, Semaphore
from rooms_chat.storage.commits import CHANGES_PER_COMMIT, Commits, Outcome, try_again
from rooms_chat.storage.log import LogRow
from rooms_chat.storage.transaction import Change, RoomIsHeld

ALONE_MS = 1_000  # how long one room is waited for
BESIDE_OTHERS_MS = 20
GIVE_UP_SECONDS = 15.0

Waiting = tuple[Change, Pending[Any]]
Tell = Callable[[Sequence[Waiting], list[Outcome], list[LogRow], float], None]


class Later:
    """The journal's thread puts changes in; `tell` hears what came of them."""

    def __init__(self, hub: Hub, commits: Commits, tell: Tell) -> None:
        self._hub = hub
        self._commits = commits
        self._tell = tell
        self._rooms: dict[int, deque[Waiting]] = {}
        self._since: dict[int, float] = {}
        self._in_hand: int | None = None
        self._closing = False
        self._wake: Semaphore
        self._join_thread: Callable[[float], bool] | None = None  # most never need one

    # On the journal's thread -----------------------------------------------------------------------------------------

    def holds(self, room: int) -> bool:
        """Whether changes of this room wait here."""
        waiting = self._rooms.get(room)
        if waiting is None:
            return False
        if waiting or self._in_hand == room:
            return True
        del self._rooms[room]
        return False

    def put(self, room: int, waiting: Waiting) -> None:
        """Behind what waits for this room."""
        if self._join_thread is None:
            self._wake = self._hub.semaphore()
            self._join_thread = self._hub.start_thread(self._run)
        self._rooms.setdefault(room, deque()).append(waiting)
        self._wake.release()

    def finish(self) -> None:
        """Nothing more is put in: what can be written soon is, and who waits for longer is told to try again."""
        self._closing = True
        if self._join_thread is not None:
            self._wake.release()

    # On the hub ------------------------------------------------------------------------------------------------------

    def join(self, seconds: float) -> bool:
        return self._join_thread is None or self._join_thread(seconds)

    # On its own ------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            closing = self._closing
            while rooms := [room for room in list(self._rooms) if self._rooms.get(room)]:
                for room in rooms:
                    self._serve(room, BESIDE_OTHERS_MS if len(rooms) > 1 else ALONE_MS)
            if closing:
                break
            self._wake.acquire()
        self._commits.close()

    def _serve(self, room: int, wait_ms: int) -> None:
        waiting = self._rooms[room]
        self._in_hand = room  # before any is taken out: the journal asks for it after looking whether any waits
        batch, began = list(islice(waiting, CHANGES_PER_COMMIT)), time.monotonic()
        written = self._commits.write_in(room, [change for change, _ in batch], wait_ms)
        written = written or self._given_up(room, batch)
        if written is not None:
            outcomes, rows = written
            done = next((n for n, outcome in enumerate(outcomes) if isinstance(outcome, RoomIsHeld)), len(outcomes))
            self._since.pop(room, None)
            self._tell([waiting.popleft() for _ in range(done)], outcomes[:done], rows, began)
        self._in_hand = None

    def _given_up(self, room: int, batch: list[Waiting]) -> tuple[list[Outcome], list[LogRow]] | None:
        """Who waits for too long is told to try again, with the same id."""
        since = self._since.setdefault(room, time.monotonic())
        if time.monotonic() - since < GIVE_UP_SECONDS and not self._closing:
            return None
        return [try_again() for _ in batch], []
