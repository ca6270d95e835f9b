"""SQLite: one file, one process, and a writer that nobody who reads ever waits for."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from sqlalchemy import Dialect, create_engine
from sqlalchemy.pool import NullPool

from rooms_chat.storage.database import (
    Connection,
    Reader,
    Row,
    RowError,
    Statement,
    StorageError,
    Writer,
    not_read,
)
from rooms_chat.storage.known import Known
from rooms_chat.storage.reports import Complain, to_nobody

WRITER_WAITS_MS = 5_000
CHECKPOINT_PAGES = 10_000  # 40 MB: busy rooms write the same pages again and again, and only the last counts
OF_ONE_ROW = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)


class SqliteConnection(Connection):
    """One connection to the file, in autocommit."""

    def __init__(self, raw: sqlite3.Connection, dialect: Dialect) -> None:
        self._raw = raw
        self._dialect = dialect

    def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        try:
            return self._raw.execute(*statement.on(self._dialect, values)).fetchall()
        except sqlite3.Error as error:
            raise _told(error) from error

    def first(self, statement: Statement, **values: Any) -> Row | None:
        try:
            row: Row | None = self._raw.execute(*statement.on(self._dialect, values)).fetchone()
        except sqlite3.Error as error:
            raise _told(error) from error
        return row

    def run(self, statement: Statement, **values: Any) -> None:
        try:
            self._raw.execute(*statement.on(self._dialect, values))
        except sqlite3.Error as error:
            raise _told(error) from error

    def run_many(self, statement: Statement, rows: Iterable[Row]) -> None:
        try:
            self._raw.executemany(statement.of_rows(self._dialect), rows)
        except sqlite3.Error as error:
            raise _told(error) from error

    def close(self) -> None:
        self._do(self._raw.close)

    def _execute(self, sql: str) -> None:
        self._do(lambda: self._raw.execute(sql).fetchall())

    def _do(self, call: Any) -> None:
        try:
            call()
        except sqlite3.Error as error:
            raise _told(error) from error


class SqliteWriter(SqliteConnection, Writer):
    """The one connection that writes."""

    def __init__(self, raw: sqlite3.Connection, dialect: Dialect) -> None:
        super().__init__(raw, dialect)
        self.known = Known()

    def begin_writing(self) -> None:
        self._execute("BEGIN IMMEDIATE")

    def wait_for_rows(self, milliseconds: int) -> None:
        """Nobody else holds any."""

    def commit(self) -> None:
        self._execute("COMMIT")

    def roll_back(self) -> None:
        self.known.forget()
        if self._raw.in_transaction:
            self._execute("ROLLBACK")

    def end_the_frozen(self) -> None:
        """Nobody else holds any."""

    def gather(self) -> None:
        """Bring everything into the database's one file, unless somebody is in the way just now."""
        self._execute("PRAGMA busy_timeout = 0")
        self._execute("PRAGMA wal_checkpoint(TRUNCATE)")


class SqliteReader(SqliteConnection, Reader):
    """Never waits for a lock: in WAL no writer is in its way."""

    def __init__(self, raw: sqlite3.Connection, dialect: Dialect, complain: Complain) -> None:
        super().__init__(raw, dialect)
        self._complain = complain

    def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        try:
            return super().all(statement, **values)
        except StorageError as error:
            raise not_read(error, self._complain) from error

    def first(self, statement: Statement, **values: Any) -> Row | None:
        try:
            return super().first(statement, **values)
        except StorageError as error:
            raise not_read(error, self._complain) from error

    def close(self) -> None:
        self._complain = to_nobody  # who asks while everything ends is told to try again, and that is all
        super().close()

    def snapshot(self) -> AbstractContextManager[None]:
        return Snapshot(self._raw, self._complain)


class Snapshot:
    """A transaction that only reads. Within another it is the same."""

    __slots__ = ("_complain", "_is_within", "_raw")

    def __init__(self, raw: sqlite3.Connection, complain: Complain) -> None:
        self._raw = raw
        self._complain = complain
        self._is_within = raw.in_transaction

    def __enter__(self) -> None:
        try:
            if not self._is_within:
                self._raw.execute("BEGIN")
        except sqlite3.Error as error:
            raise not_read(error, self._complain) from error

    def __exit__(self, *_: object) -> None:
        with suppress(sqlite3.Error):
            if not self._is_within:
                self._raw.execute("ROLLBACK")


class Sqlite:
    """The database in a file."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, poolclass=NullPool)
        self.name = str(self.engine.url.database)

    def wait_until_ready(self) -> None:
        """A file is."""

    def reader(self, complain: Complain) -> Reader:
        connection = self._connect(waits_ms=0)
        connection.execute("PRAGMA query_only = ON")
        return SqliteReader(connection, self.engine.dialect, complain)

    def writer(self) -> Writer:
        """Waits up to 5 s for a foreign lock."""
        try:
            connection = self._connect(WRITER_WAITS_MS)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what was removed is overwritten, not only forgotten
        except sqlite3.Error as error:
            raise _told(error) from error
        return SqliteWriter(connection, self.engine.dialect)

    def second_writer(self) -> Writer:
        raise AssertionError("nobody else writes here, so there is nobody to wait for")

    def _connect(self, waits_ms: int) -> sqlite3.Connection:
        return sqlite3.connect(
            self.name, timeout=waits_ms / 1000, isolation_level=None, check_same_thread=False, cached_statements=256
        )


def _told(error: sqlite3.Error) -> StorageError:
    return RowError(str(error)) if isinstance(error, OF_ONE_ROW) else StorageError(str(error))
