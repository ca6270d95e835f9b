"""The one writer of the database: takes what waits, commits it together, and only then says so.

It runs on a real thread with a connection of its own, so that neither a slow disk nor a foreign lock holds anybody
else. It logs nothing and calls nobody there: outcomes travel back to the hub.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from rooms_chat.errors import Busy, CannotStart, TryAgain
from rooms_chat.hub import Hub, Pending
from rooms_chat.storage.commits import CHANGES_PER_COMMIT, RETRY_SECONDS, Commits, Outcome
from rooms_chat.storage.database import Database, InUse, StorageError, Writer
from rooms_chat.storage.epoch import Keeper, Note
from rooms_chat.storage.later import Later, Waiting
from rooms_chat.storage.log import LogRow
from rooms_chat.storage.reports import Complain, Reports
from rooms_chat.storage.transaction import Change, RoomIsHeld

WAITING_CHANGES = 10_000
WAITING_BYTES = 16 * 1024 * 1024
LINGER_SECONDS = 0.002
TOLD_AT_ONCE = 50  # what it takes to tell of so many is about a millisecond

Answered = tuple[Change, Pending[Any], Outcome]
T = TypeVar("T")
OnCommit = Callable[[list[LogRow]], None]
Measure = Callable[[float, float], None]


class Journal:
    """Put changes in from the hub; their outcome comes back to it after the commit."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        on_commit: OnCommit,
        complain: Complain,
        measure: Measure = lambda took, told: None,
    ) -> None:
        self._hub = hub
        self._on_commit = on_commit
        self._complain = complain
        self._report = Reports(lambda complaint: hub.call_from_thread(lambda: complain(complaint)))
        self._measure = measure
        self._waiting: deque[tuple[Change, Pending[Any]]] = deque()
        self._waiting_bytes = 0
        self._wake = hub.semaphore()
        self._closing = False
        self._several_write = False  # the last commit held more than one change
        self._keeper = Keeper(None if database.is_postgres else Note(database.path))
        self._later = Later(hub, Commits(database.second_writer, self._report), self._hand_back)
        self._commits = Commits(database.writer, self._report, is_left=self._later.holds, keeper=self._keeper)
        self._commits.connection = first_writer(database)
        self._keeper.begin(self._commits.connection)
        self._join_thread = hub.start_thread(self._run)

    def put(self, change: Change) -> Pending[Any]:
        """Write `change` with the next commit. Raises Busy when too much waits already."""
        if self._closing:
            raise TryAgain("The server is stopping. Try again in a moment.", retry_after=RETRY_SECONDS)
        if len(self._waiting) >= WAITING_CHANGES or self._waiting_bytes + change.bytes > WAITING_BYTES:
            raise Busy("Too much is waiting to be written. Try again in a moment.", retry_after=RETRY_SECONDS)
        pending: Pending[Any] = Pending()
        self._waiting_bytes += change.bytes
        self._waiting.append((change, pending))
        if len(self._waiting) == 1:
            self._wake.release()
        return pending

    @property
    def is_closing(self) -> bool:
        return self._closing

    @property
    def waiting(self) -> int:
        """How many changes wait to be written."""
        return len(self._waiting)

    def close(self, seconds: float) -> bool:
        """Write what waits, take nothing more; whether that was done within `seconds`."""
        self._closing = True
        self._wake.release()
        return self._join_thread(seconds) and self._later.join(seconds)

    # On the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            closing = self._closing  # before looking at what waits: nothing is put behind it
            while self._waiting:
                self._linger()
                self._commit_next()
            if closing:
                break
            self._wake.acquire()
        self._later.finish()
        self._keeper.write_note()
        self._gather()
        self._commits.close()

    def _linger(self) -> None:
        """Where many write, a commit that waits a moment takes more along: it costs nearly the same for all of them.

        Who writes alone is not kept waiting.
        """
        if self._several_write and len(self._waiting) < CHANGES_PER_COMMIT:
            self._hub.sleep_thread(LINGER_SECONDS)

    def _gather(self) -> None:
        """Who stops the server and copies its file has everything, and who puts one back finds nothing newer beside."""
        try:
            if self._commits.connection is not None:
                self._commits.connection.gather()
        except StorageError as error:
            self._report(f"the database could not be brought into one file: {error}")

    def _commit_next(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), CHANGES_PER_COMMIT))]
        self._several_write = len(batch) > 1
        began = time.monotonic()
        outcomes, rows = self._commits.write([change for change, _ in batch])
        self._hand_back(batch, outcomes, rows, began)
        self._keeper.note_now_and_then()

    def _hand_back(self, batch: Sequence[Waiting], outcomes: list[Outcome], rows: list[LogRow], began: float) -> None:
        """Back to the hub with what came out; what was left waits on the second connection."""
        took = time.monotonic() - began
        of_all = list(zip(batch, outcomes, strict=True))
        answers = [(*waiting, outcome) for waiting, outcome in of_all if not isinstance(outcome, RoomIsHeld)]
        self._tell(answers, sorted(rows, key=lambda row: row.room), began, took)
        for waiting, outcome in of_all:
            if isinstance(outcome, RoomIsHeld):
                self._later.put(outcome.room, waiting)

    def _tell(self, answers: list[Answered], rows: list[LogRow], began: float, took: float) -> None:
        """Acknowledge, then let the pumps have the rows, the rooms' one after the other. All in small pieces."""
        calls: list[Callable[[], None]] = [partial(self._answer, some) for some in pieces(answers)]
        if rows:
            calls += [partial(self._on_commit, some) for some in pieces(rows)]
            calls.append(lambda: self._measure(took, time.monotonic() - began))
        self._hub.call_from_thread(*calls)

    # Back on the hub ---------------------------------------------------------------------------------------------

    def _answer(self, answers: list[Answered]) -> None:
        """Never let one receiver keep the others from theirs."""
        for change, pending, outcome in answers:
            self._waiting_bytes -= change.bytes
            try:
                pending.settle(outcome)
            except Exception as error:
                self._complain(f"an answer could not be given: {error!r}")


def pieces(things: list[T]) -> Iterator[list[T]]:
    return (things[start : start + TOLD_AT_ONCE] for start in range(0, len(things), TOLD_AT_ONCE))


def first_writer(database: Database) -> Writer:
    """At the start. Raises CannotStart."""
    try:
        return database.writer()
    except InUse as error:
        raise CannotStart(f"{error}. Stop that one, or let them hear of each other with --redis.") from None
    except StorageError as error:
        raise CannotStart(f"The database {database.name} cannot be written: {error}.") from None
