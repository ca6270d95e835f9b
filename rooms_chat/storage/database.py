"""A database, its connections, and statements that are compiled once.

Statements are written in SQLAlchemy Core and run on the driver's own cursor: building a result through the engine
costs ten times what the query does. What differs between the two databases is in `sqlite.py` and `postgres.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import ClauseElement, Dialect, Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from rooms_chat.config import is_postgres
from rooms_chat.errors import CannotStart, TryAgain
from rooms_chat.storage.reports import Complain, to_nobody

if TYPE_CHECKING:
    from rooms_chat.storage.known import Known

Row = tuple[Any, ...]
T = TypeVar("T")

RETRY_SECONDS = 1.0
ASKED_TOGETHER = 20


class StorageError(Exception):
    """The database could not do it. What was under way is rolled back, or its outcome is unknown."""


class RowError(StorageError):
    """What is wrong is with one row, and not with the database. What was under way is rolled back."""


class RowLocked(RowError):
    """Somebody else holds a row, and waiting for it would hold others."""


class InUse(StorageError):
    """Another process has the database to itself."""


class Compiled(NamedTuple):
    """A statement's SQL, the names of its values in order, and what puts given values into that order."""

    sql: str
    names: tuple[str, ...]
    order: Callable[[dict[str, Any]], Sequence[Any]]


class Statement:
    """A Core statement. Its values are its `bindparam`s, and for an insert the `columns` it fills.

    Where rows are written many at a time, `columns` is the order of each row's values.
    """

    def __init__(self, clause: ClauseElement, columns: tuple[str, ...] = ()) -> None:
        self._clause = clause
        self._columns = columns
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect, values: dict[str, Any]) -> tuple[str, Sequence[Any]]:
        """Its SQL in a dialect, and these values in the order it takes them."""
        compiled = self._compiled.get(dialect.name) or self._keep(dialect)
        return compiled.sql, compiled.order(values)

    def of_rows(self, dialect: Dialect) -> str:
        """Its SQL, which takes a row's values in the order of `columns`."""
        compiled = self._compiled.get(dialect.name) or self._keep(dialect)
        assert compiled.names == self._columns, "columns stand in the order of the SQL"
        return compiled.sql

    def sql(self, dialect: Dialect) -> str:
        return self._compile(dialect).sql

    def _clause_on(self, dialect: Dialect) -> ClauseElement:
        return self._clause

    def _keep(self, dialect: Dialect) -> Compiled:
        compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> Compiled:
        clause = self._clause_on(dialect)
        filled = list(self._columns) if isinstance(clause, Insert) and self._columns else None
        compiled: Any = clause.compile(dialect=dialect, column_keys=filled)
        constants = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        names = tuple(compiled.positiontup or ())
        return Compiled(str(compiled), names, _in_order(names, constants))


def filled(asked: Sequence[T]) -> list[T]:
    """What a statement that asks for `ASKED_TOGETHER` is given where there are fewer: the last one again and again."""
    return [*asked, *[asked[-1]] * (ASKED_TOGETHER - len(asked))]


def _in_order(names: tuple[str, ...], constants: dict[str, Any]) -> Callable[[dict[str, Any]], Sequence[Any]]:
    """What a hot statement needs is picked out by one call."""
    if len(names) > 1 and constants.keys().isdisjoint(names):
        return itemgetter(*names)
    return lambda values: [values[name] if name in values else constants[name] for name in names]


class Upsert(Statement):
    """An insert that says what happens where the row is there already: that each dialect's own `insert` can."""

    def __init__(self, make: Callable[[Any], ClauseElement], columns: tuple[str, ...]) -> None:
        self._make = make
        super().__init__(make(sqlite.insert), columns)

    def _clause_on(self, dialect: Dialect) -> ClauseElement:
        return self._make({"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect.name])


class Connection(ABC):
    """What can be asked of the database. Raises StorageError."""

    @abstractmethod
    def all(self, statement: Statement, **values: Any) -> Sequence[Row]: ...

    @abstractmethod
    def first(self, statement: Statement, **values: Any) -> Row | None: ...

    @abstractmethod
    def run(self, statement: Statement, **values: Any) -> None: ...

    @abstractmethod
    def run_many(self, statement: Statement, rows: Iterable[Row]) -> None:
        """Write many rows, each with its values in the order of the statement's `columns`."""

    @abstractmethod
    def close(self) -> None: ...


class Writer(Connection):
    """One connection that writes, in autocommit until `begin_writing`. It belongs to one thread.

    `together_from` tells from how many questions on it pays to ask them together, `known` what need not be asked.
    """

    together_from = 15
    known: "Known"

    @abstractmethod
    def begin_writing(self) -> None: ...

    @abstractmethod
    def wait_for_rows(self, milliseconds: int) -> None:
        """Until the commit, wait so long for a row that somebody else holds; then RowLocked is raised."""

    @abstractmethod
    def commit(self) -> None:
        """On the disk when this returns. Where it raises, the outcome is unknown."""

    @abstractmethod
    def roll_back(self) -> None: ...

    @abstractmethod
    def end_the_frozen(self) -> None:
        """Let nobody hold rows who stopped in the middle of writing them. Outside of a transaction."""

    @abstractmethod
    def gather(self) -> None:
        """At a stop: leave nothing that would be missed where the database is copied as files."""


class Reader(Connection):
    """Only reads, for whoever runs on the hub. Where that fails it complains, and raises TryAgain for who asked.

    `holds_others` tells that nobody else goes on meanwhile.
    """

    holds_others = True

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """A context: all that is read inside is of one moment. Within another it is the same."""


@contextmanager
def failing_kindly(complain: Complain) -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise not_read(error, complain) from error


def not_read(error: Exception, complain: Complain) -> TryAgain:
    complain(f"nothing could be read: {error}")
    return TryAgain("This could not be read just now. Try again.", retry_after=RETRY_SECONDS)


class Kind(Protocol):
    """One of the two kinds of database, in its own module."""

    engine: Engine
    name: str

    def wait_until_ready(self) -> None: ...
    def reader(self, complain: Complain) -> Reader: ...
    def writer(self) -> Writer: ...
    def second_writer(self) -> Writer: ...


class Database:
    """Where the rooms are kept; hands out connections.

    `alone` tells that no other process may write there. Raises CannotStart for what cannot be used here at all.
    """

    def __init__(self, url: str, *, alone: bool = True) -> None:
        self.url = url
        self.is_postgres = is_postgres(url)
        self._kind = _postgres(url, alone) if self.is_postgres else _sqlite(url)
        self.engine: Engine = self._kind.engine
        self.name = self._kind.name  # as an operator knows it, without a password

    @property
    def path(self) -> str:
        """Of SQLite's file."""
        return str(self.engine.url.database)

    def wait_until_ready(self) -> None:
        """At a start: a server may be starting too. Raises StorageError."""
        self._kind.wait_until_ready()

    def reader(self, complain: Complain = to_nobody) -> Reader:
        """What only reads, and waits for no lock."""
        return self._kind.reader(complain)

    def writer(self) -> Writer:
        """A connection whose commits are on the disk when they return. Raises StorageError."""
        return self._kind.writer()

    def second_writer(self) -> Writer:
        """Another one, beside the first of this process. Raises StorageError."""
        return self._kind.second_writer()


def _sqlite(url: str) -> Kind:
    from rooms_chat.storage.sqlite import Sqlite

    return Sqlite(url)


def _postgres(url: str, alone: bool) -> Kind:
    try:
        from rooms_chat.storage.postgres import Postgres  # its driver is loaded only where it is asked for
    except ImportError as error:
        raise CannotStart(
            f"PostgreSQL needs the extra “postgres”, pip install 'rooms-chat[postgres]': {error}."
        ) from None
    return Postgres(url, alone)
