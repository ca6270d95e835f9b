"""The one writer of the database: takes what waits, commits it together, and only then says so.

It runs on a real thread with a connection of its own, so that neither a slow disk nor a foreign lock holds anybody
else. It logs nothing and calls nobody there: outcomes travel back to the hub.
"""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rooms_chat.errors import Busy, RoomsError, TryAgain
from rooms_chat.events import Message
from rooms_chat.hub import Hub, Pending
from rooms_chat.storage import epoch, log, messages, rooms
from rooms_chat.storage.database import Connection, Database, Row, RowError, StorageError
from rooms_chat.storage.log import LogRow
from rooms_chat.storage.messages import Standing
from rooms_chat.storage.rooms import Room

WAITING_CHANGES = 10_000
WAITING_BYTES = 16 * 1024 * 1024
CHANGES_PER_COMMIT = 500
LINGER_SECONDS = 0.002
RETRY_SECONDS = 1.0
NOTE_SECONDS = 1.0


class Change(ABC):
    """Something to write; `bytes` is about what it holds while it waits.

    `prepare` is work that needs no database. `apply` reads, asks the right, then writes; a refusal is raised before
    anything is written. Both may run more than once.
    """

    bytes: int

    def prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Nothing to prepare, unless a change says otherwise."""

    @abstractmethod
    def apply(self, transaction: "Transaction") -> Any:
        """Write it; the result is what was asked for."""


class Transaction:
    """What a change writes with.

    Posts and rows of the log are written together: one call for a hundred of them costs far less than a hundred calls.
    """

    def __init__(self, connection: Connection) -> None:
        self.now = time.time_ns() // 1_000_000
        self.rows: list[LogRow] = []
        self._connection = connection
        self._rooms: dict[str, Room] = {}
        self._heads: dict[int, int] = {}
        self._posts: dict[tuple[int, str, str], Row] = {}
        self._log: list[Row] = []

    @property
    def connection(self) -> Connection:
        """Who reads finds everything that was written before."""
        self._write_rows()
        return self._connection

    def room(self, key: str) -> Room | None:
        """The room of this key, as it was when the transaction first asked; `next_seq` knows how far it has come."""
        room = self._rooms.get(key) or rooms.find(self._connection, key)
        if room is not None:
            self._rooms[key] = room
            self._heads.setdefault(room.id, room.head)
        return room

    def standing(self, room: int, person: str, id: str) -> Standing:
        """All that has to be known before a person may post under `id`."""
        connection = self.connection if (room, person, id) in self._posts else self._connection
        return messages.standing(connection, room, person, id)

    def head(self, room: int) -> int:
        """How far a room's log has come."""
        head = self._heads.get(room)
        return rooms.head(self._connection, room) if head is None else head

    def next_seq(self, room: int) -> int:
        """The next place in a room's log; from here on the change has to go through."""
        seq = self._heads[room] = self.head(room) + 1
        return seq

    def post(self, room: int, message: Message, *, new_member: bool) -> None:
        """A new message, at its place in the log."""
        self._posts[room, message.person, message.id] = messages.row(room, message, self.now)
        self.log(room, message.seq, log.POSTED, message.person, message, new_member=new_member)

    def log(
        self, room: int, seq: int, kind: str, person: str, message: Message | None, *, new_member: bool = False
    ) -> None:
        self._log.append((room, seq, kind, message.seq if message else None, person, self.now))
        self.rows.append(LogRow(room, seq, kind, message, new_member))

    def write_heads(self) -> None:
        self._write_rows()
        spoken_in = {row.room for row in self.rows if row.kind == log.POSTED}
        for room in {row.room for row in self.rows}:
            rooms.set_head(self._connection, room, self._heads[room], self.now if room in spoken_in else None)

    def _write_rows(self) -> None:
        if self._log:
            messages.add(self._connection, self._posts.values())
            log.add(self._connection, self._log)
            self._posts, self._log = {}, []


Outcome = Any  # a change's result, or the RoomsError that refuses it
OnCommit = Callable[[list[LogRow]], None]
Measure = Callable[[float, float], None]
Complain = Callable[[str], None]


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
        self._database = database
        self._hub = hub
        self._on_commit = on_commit
        self._complain = complain
        self._measure = measure
        self._waiting: deque[tuple[Change, Pending[Any]]] = deque()
        self._waiting_bytes = 0
        self._wake = hub.semaphore()
        self._closing = False
        self._is_shared = False  # the last commit held the changes of several
        self._connection: Connection | None = database.writer()
        self._note = epoch.Note(database.path)
        self._count = self._noted = epoch.begin(self._connection, self._note)
        self._noted_at = time.monotonic()
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
        return self._join_thread(seconds)

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
        self._write_note()
        self._gather()
        if self._connection is not None:
            self._connection.close()

    def _linger(self) -> None:
        """Where many write, a commit that waits a moment takes more along: it costs nearly the same for all of them.

        Who writes alone is not kept waiting.
        """
        if self._is_shared and len(self._waiting) < CHANGES_PER_COMMIT:
            self._hub.sleep_thread(LINGER_SECONDS)

    def _gather(self) -> None:
        """Who stops the server and copies its file has everything, and who puts one back finds nothing newer beside."""
        try:
            if self._connection is not None:
                self._connection.gather()
        except StorageError as error:
            self._report(f"the database could not be brought into one file: {error}")

    def _commit_next(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), CHANGES_PER_COMMIT))]
        self._is_shared = len(batch) > 1
        began = time.monotonic()
        outcomes, rows = self._write([change for change, _ in batch])
        took = time.monotonic() - began
        answers = [(change, pending, outcome) for (change, pending), outcome in zip(batch, outcomes, strict=True)]
        self._hub.call_from_thread(lambda: self._tell(answers, rows, began, took))
        if time.monotonic() - self._noted_at >= NOTE_SECONDS:
            self._write_note()

    def _write(self, changes: list[Change]) -> tuple[list[Outcome], list[LogRow]]:
        try:
            return self._commit(changes)
        except Exception as error:
            if isinstance(error, StorageError) and not isinstance(error, RowError):
                self._forget_connection()
                self._report(f"nothing could be written: {error}")
                return [_try_again() for _ in changes], []
            self._roll_back()
            if len(changes) == 1:
                self._report(f"{type(changes[0]).__name__} could not be written: {error!r}")
                return [_try_again()], []
        return self._write_one_by_one(changes)

    def _write_one_by_one(self, changes: list[Change]) -> tuple[list[Outcome], list[LogRow]]:
        """One change spoils the batch: the others shall not suffer for it."""
        outcomes: list[Outcome] = []
        rows: list[LogRow] = []
        for change in changes:
            outcome, its_rows = self._write([change])
            outcomes += outcome
            rows += its_rows
        return outcomes, rows

    def _commit(self, changes: list[Change]) -> tuple[list[Outcome], list[LogRow]]:
        for change in changes:
            change.prepare()
        if self._connection is None:
            self._connection = self._database.writer()
        self._connection.begin_writing()
        transaction = Transaction(self._connection)
        outcomes = [_apply(change, transaction) for change in changes]
        transaction.write_heads()
        commits = epoch.count_commit(self._connection)
        self._connection.commit()
        self._count = self._count._replace(commits=commits)
        return outcomes, transaction.rows

    def _write_note(self) -> None:
        """At most once a second: it tells a restored backup, and a full disk must not make it stop anything."""
        self._noted_at = time.monotonic()
        with suppress(OSError):
            if self._count != self._noted:
                self._note.write(self._count)
                self._noted = self._count

    def _roll_back(self) -> None:
        try:
            if self._connection is not None:
                self._connection.roll_back()
        except StorageError:
            self._forget_connection()

    def _forget_connection(self) -> None:
        """Whether a failed commit is on the disk is unknown; a fresh connection will see what is."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        except StorageError:
            return

    def _report(self, complaint: str) -> None:
        self._hub.call_from_thread(lambda: self._complain(complaint))

    # Back on the hub ---------------------------------------------------------------------------------------------

    def _tell(
        self, answers: list[tuple[Change, Pending[Any], Outcome]], rows: list[LogRow], began: float, took: float
    ) -> None:
        """Acknowledge, then let the pumps have the rows; never let one receiver keep the others from theirs."""
        for change, pending, outcome in answers:
            self._waiting_bytes -= change.bytes
            try:
                pending.settle(outcome)
            except Exception as error:
                self._complain(f"an answer could not be given: {error!r}")
        if rows:
            self._on_commit(rows)
            self._measure(took, time.monotonic() - began)


def _apply(change: Change, transaction: Transaction) -> Outcome:
    try:
        return change.apply(transaction)
    except RoomsError as refusal:
        return refusal


def _try_again() -> TryAgain:
    return TryAgain("This could not be written just now. Send it again.", retry_after=RETRY_SECONDS)
