"""Commits changes on one connection: all together or, where one spoils that, one by one."""

from collections.abc import Callable, Sequence
from typing import Any

from rooms_chat.errors import RoomsError, TryAgain
from rooms_chat.storage import rooms
from rooms_chat.storage.database import RowError, RowLocked, StorageError, Writer
from rooms_chat.storage.epoch import Keeper
from rooms_chat.storage.log import LogRow
from rooms_chat.storage.reports import Complain
from rooms_chat.storage.transaction import Change, RoomIsHeld, Transaction

CHANGES_PER_COMMIT = 500
RETRY_SECONDS = 1.0

Outcome = Any  # a change's result, the RoomsError that refuses it, or the RoomIsHeld for which it is left
Written = tuple[list[Outcome], list[LogRow]]


class Commits:
    """`connect` opens a connection; after a failure it is asked for another.

    `is_left` tells the rooms whose changes are left; `keeper` counts the commits, where that is done.
    """

    def __init__(
        self,
        connect: Callable[[], Writer],
        complain: Complain,
        *,
        is_left: Callable[[int], bool] = lambda room: False,
        keeper: Keeper | None = None,
    ) -> None:
        self.connection: Writer | None = None
        self._connect = connect
        self._complain = complain
        self._is_left = is_left
        self._keeper = keeper

    def write(self, changes: Sequence[Change]) -> Written:
        """What came of each, and the rows of the log. Nothing of it is told to anybody yet."""
        try:
            return self._commit(changes)
        except Exception as error:
            if isinstance(error, StorageError) and not isinstance(error, RowError):
                self.forget_connection()
                self._complain(f"nothing could be written: {error}")
                return [try_again() for _ in changes], []
            self._roll_back(error)
            if self.connection is not None and self.connection.known.distrust():
                return self.write(changes)
            if len(changes) == 1:
                self._complain(f"{type(changes[0]).__name__} could not be written: {error!r}")
                return [try_again()], []
        return self._write_one_by_one(changes)

    def write_in(self, room: int, changes: Sequence[Change], wait_ms: int) -> Written | None:
        """The same for changes of one room, once nobody else holds it; None where that took longer."""
        try:
            connection = self._open()
            connection.begin_writing()
            connection.wait_for_rows(wait_ms)
            rooms.wait_for(connection, room)
        except RowLocked as held:
            self._roll_back(held)
            return None
        except StorageError as error:
            self.forget_connection()
            self._complain(f"nothing could be written: {error}")
            return [try_again() for _ in changes], []
        return self.write(changes)

    def close(self) -> None:
        self.forget_connection()

    def forget_connection(self) -> None:
        """Whether a failed commit is on the disk is unknown; a fresh connection will see what is."""
        connection, self.connection = self.connection, None
        try:
            if connection is not None:
                connection.close()
        except StorageError:
            return

    def _open(self) -> Writer:
        self.connection = self.connection or self._connect()
        return self.connection

    def _write_one_by_one(self, changes: Sequence[Change]) -> Written:
        """One change spoils the batch: the others shall not suffer for it."""
        outcomes: list[Outcome] = []
        rows: list[LogRow] = []
        for change in changes:
            outcome, its_rows = self.write([change])
            outcomes += outcome
            rows += its_rows
        return outcomes, rows

    def _commit(self, changes: Sequence[Change]) -> Written:
        for change in changes:
            change.prepare()
        connection = self._open()
        connection.begin_writing()
        transaction = Transaction(connection, self._is_left)
        transaction.foresee(changes)
        outcomes = [_apply(change, transaction) for change in changes]
        transaction.write_heads()
        if self._keeper is not None:
            self._keeper.count_commit(connection)
        connection.commit()
        if self._keeper is not None:
            self._keeper.committed()
        return outcomes, transaction.rows

    def _roll_back(self, error: Exception) -> None:
        try:
            if self.connection is not None:
                self.connection.roll_back()
                if isinstance(error, RowLocked):
                    self.connection.end_the_frozen()
        except StorageError:
            self.forget_connection()


def _apply(change: Change, transaction: Transaction) -> Outcome:
    try:
        return change.apply(transaction)
    except (RoomsError, RoomIsHeld) as refusal:
        return refusal


def try_again() -> TryAgain:
    return TryAgain("This could not be written just now. Send it again.", retry_after=RETRY_SECONDS)
