"""A database, its connections, and statements that are compiled once.

Statements are written in SQLAlchemy Core and run on the driver's own cursor: building a result through the engine
costs ten times what the query does. A connection belongs to one thread.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import ClauseElement, Dialect, create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from rooms_chat.errors import TryAgain

Row = tuple[Any, ...]
StorageError = sqlite3.Error
# What is wrong with one row, and not with the database.
RowError = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)

WRITER_WAITS_MS = 5_000
RETRY_SECONDS = 1.0
CHECKPOINT_PAGES = 10_000  # 40 MB: busy rooms write the same pages again and again, and only the last counts


class Statement:
    """A Core statement. Its values are its `bindparam`s, and for an insert the `columns` it fills."""

    def __init__(self, clause: ClauseElement, columns: tuple[str, ...] = ()) -> None:
        self._clause = clause
        self._columns = columns
        self._compiled: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {}

    def on(self, dialect: Dialect, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """Its SQL in a dialect, and these values in the order it takes them."""
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        sql, names, constants = self._compiled[dialect.name]
        return sql, [values[name] if name in values else constants[name] for name in names]

    def of_rows(self, dialect: Dialect) -> str:
        """An insert's SQL, which takes its values in the order of `columns`."""
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        sql, names, _ = self._compiled[dialect.name]
        assert names == self._columns, "an insert's columns stand in the table's order"
        return sql

    def sql(self, dialect: Dialect) -> str:
        return self._compile(dialect)[0]

    def _compile(self, dialect: Dialect) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        compiled: Any = self._clause.compile(dialect=dialect, column_keys=list(self._columns) or None)
        constants = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        return str(compiled), tuple(compiled.positiontup or ()), constants


class Connection:
    """One connection to the database, in autocommit until `begin`."""

    def __init__(self, raw: sqlite3.Connection, dialect: Dialect) -> None:
        self._raw = raw
        self._dialect = dialect

    def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        return self._raw.execute(*statement.on(self._dialect, values)).fetchall()

    def first(self, statement: Statement, **values: Any) -> Row | None:
        row: Row | None = self._raw.execute(*statement.on(self._dialect, values)).fetchone()
        return row

    def run(self, statement: Statement, **values: Any) -> None:
        self._raw.execute(*statement.on(self._dialect, values))

    def run_many(self, statement: Statement, rows: Iterable[Row]) -> None:
        """An insert of many rows, each with its values in the order of the statement's `columns`."""
        self._raw.executemany(statement.of_rows(self._dialect), rows)

    def begin_writing(self) -> None:
        self._raw.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._raw.execute("COMMIT")

    def roll_back(self) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    def gather(self) -> None:
        """Bring everything into the database's one file, unless somebody is in the way just now."""
        self._raw.execute("PRAGMA busy_timeout = 0")
        self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self._raw.close()


class Reader(Connection):
    """A connection that only reads. Where that fails it raises TryAgain, for whoever asked."""

    def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        with failing_kindly():
            return super().all(statement, **values)

    def first(self, statement: Statement, **values: Any) -> Row | None:
        with failing_kindly():
            return super().first(statement, **values)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment."""
        with failing_kindly():
            self._raw.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(StorageError):
                self._raw.execute("ROLLBACK")


@contextmanager
def failing_kindly() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise TryAgain("This could not be read just now. Try again.", retry_after=RETRY_SECONDS) from error


class Database:
    """Where the rooms are kept; hands out connections."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url, poolclass=NullPool)

    @property
    def path(self) -> str:
        return str(self.engine.url.database)

    def reader(self) -> Reader:
        """A connection that only reads, and never waits for a lock: in WAL no writer is in its way."""
        connection = self._connect(waits_ms=0)
        connection.execute("PRAGMA query_only = ON")
        return Reader(connection, self.engine.dialect)

    def writer(self) -> Connection:
        """A connection whose commits are on the disk when they return; waits up to 5 s for a foreign lock."""
        connection = self._connect(WRITER_WAITS_MS)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what was removed is overwritten, not only forgotten
        return Connection(connection, self.engine.dialect)

    def _connect(self, waits_ms: int) -> sqlite3.Connection:
        raw = sqlite3.connect(
            self.path, timeout=waits_ms / 1000, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        raw.execute("PRAGMA journal_mode = WAL")
        return raw
