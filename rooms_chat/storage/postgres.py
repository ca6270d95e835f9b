"""PostgreSQL, by psycopg. The journal's connections belong to real threads; readers wait green.

Eventlet cannot reach into libpq: a connection used on the hub waits by `select`, which is patched there and lets the
others go on. A thread of its own waits in C.
"""

import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import errors, waiting
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.pool import NullPool

from rooms_chat.storage.database import (
    InUse,
    Reader,
    Row,
    RowError,
    RowLocked,
    Statement,
    StorageError,
    Writer,
    failing_kindly,
)

Where = dict[str, str]  # what libpq is told besides the URL
Raw = psycopg.Connection[Row]
T = TypeVar("T")
C = TypeVar("C", bound=psycopg.Connection[Row])

DIALECT = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
CONNECT_SECONDS = 5
ANSWER_SECONDS = 10.0  # who takes longer is taken for lost
READERS = 10
LOCK_MS = 1_000  # a writer that holds rooms waits no longer for anything else
ANSWERS_WITHIN_SECONDS = 3.0
STARTS_WITHIN_SECONDS = 60.0
ASKED_AGAIN_SECONDS = 0.2
STARTING = ("starting up", "shutting down", "recovery mode")
FROZEN_MS = 5_000  # who stops in the middle of a transaction lets go of the rooms it holds
LET_GO_WITHIN_MS = 3_000
THE_LOCK = 0x526F6F6D73  # “Rooms”, as PostgreSQL's advisory locks are named by numbers
OF_A_LOCK = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
OF_ONE_ROW = (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError)

SESSION = (
    "SET TIME ZONE 'UTC'; SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)
DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
END_OF_SESSION = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s"
LOCK_ALONE = "SELECT pg_advisory_lock(%s)"
LOCK_WITH_OTHERS = "SELECT pg_advisory_lock_shared(%s)"
WHO_AM_I = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"


class OnHub(psycopg.Connection[Row]):
    """Lets others go on while it waits; gives up on a server that does not answer."""

    def wait(self, gen: PQGen[T], interval: float = 1.0, timeout: float | None = None) -> T:
        return waiting.wait_select(gen, self.pgconn.socket, interval, timeout or ANSWER_SECONDS)


class OnThread(psycopg.Connection[Row]):
    """Waits in C, on a thread of its own."""

    def wait(self, gen: PQGen[T], interval: float = 1.0, timeout: float | None = None) -> T:
        return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=timeout or ANSWER_SECONDS)


class PostgresWriter(Writer):
    """A connection of the journal's. Whoever holds a row holds it up for a moment only."""

    together_from = 2  # each is a journey

    def __init__(self, raw: OnThread) -> None:
        self._raw = raw

    def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        return self._asked(statement, values).fetchall()

    def first(self, statement: Statement, **values: Any) -> Row | None:
        return self._asked(statement, values).fetchone()

    def run(self, statement: Statement, **values: Any) -> None:
        self._asked(statement, values)

    def run_many(self, statement: Statement, rows: Iterable[Row]) -> None:
        with saying_it_our_way():
            self._raw.cursor().executemany(statement.of_rows(DIALECT), rows)

    def begin_writing(self) -> None:
        """Goes on with the transaction that waited for its room."""
        if self._raw.info.transaction_status != TransactionStatus.INTRANS:
            self._execute("BEGIN")

    def wait_for_rows(self, milliseconds: int) -> None:
        self._execute(f"SET LOCAL lock_timeout = {milliseconds}")

    def commit(self) -> None:
        if self._execute("COMMIT").statusmessage != "COMMIT":
            raise RowError("the transaction had failed before")

    def roll_back(self) -> None:
        if self._raw.info.transaction_status != TransactionStatus.IDLE:
            self._execute("ROLLBACK")

    def gather(self) -> None:
        """The server keeps its files in order itself."""

    def close(self) -> None:
        self._raw.close()

    def _asked(self, statement: Statement, values: dict[str, Any]) -> psycopg.Cursor[Row]:
        return self._execute(*statement.on(DIALECT, values))

    def _execute(self, sql: str, values: Sequence[Any] | None = None) -> psycopg.Cursor[Row]:
        with saying_it_our_way():
            return self._raw.execute(sql, values)


class PostgresReader(Reader):
    """A few connections, each lent to one greenlet at a time: while one waits for an answer, others ask."""

    def __init__(self, url: str, where: Callable[[], Where]) -> None:
        self._url = url
        self._where = where
        self._mine = threading.local()  # the connection of the snapshot that is read here
        self._free: queue.LifoQueue[OnHub | None] = queue.LifoQueue()
        for _ in range(READERS):
            self._free.put(None)  # one that may be opened

    def all(self, statement: Statement, **values: Any) -> Sequence[Row]:
        return self._ask(statement, values).fetchall()

    def first(self, statement: Statement, **values: Any) -> Row | None:
        return self._ask(statement, values).fetchone()

    def run(self, statement: Statement, **values: Any) -> None:
        raise AssertionError("it only reads")

    def run_many(self, statement: Statement, rows: Iterable[Row]) -> None:
        raise AssertionError("it only reads")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        raw, _ = self._borrow("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._mine.raw = raw
        try:
            yield
        finally:
            self._mine.raw = None
            with suppress(psycopg.Error):
                raw.execute("ROLLBACK")
            self._give_back(raw)

    def close(self) -> None:
        while not self._free.empty():
            if (raw := self._free.get()) is not None:
                raw.close()

    def _ask(self, statement: Statement, values: dict[str, Any]) -> psycopg.Cursor[Row]:
        sql, given = statement.on(DIALECT, values)
        if (raw := getattr(self._mine, "raw", None)) is not None:
            with failing_kindly(), saying_it_our_way():
                found: psycopg.Cursor[Row] = raw.execute(sql, given)
                return found
        raw, answer = self._borrow(sql, given)
        self._give_back(raw)
        return answer

    def _borrow(self, sql: str, values: Sequence[Any] | None = None) -> tuple[OnHub, psycopg.Cursor[Row]]:
        """A connection that has answered this. One that was lost while nobody used it is replaced."""
        with failing_kindly():
            try:
                return self._try_to_borrow(sql, values)
            except Lost:
                self._forget_free_ones()
                return self._try_to_borrow(sql, values)

    def _try_to_borrow(self, sql: str, values: Sequence[Any] | None) -> tuple[OnHub, psycopg.Cursor[Row]]:
        raw = self._take()
        try:
            with saying_it_our_way():
                return raw, raw.execute(sql, values)
        except BaseException:
            self._give_back(raw)
            raise

    def _take(self) -> OnHub:
        try:
            raw = self._free.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise StorageError("all connections are in use") from None
        try:
            return raw if raw is not None else connect(self._url, OnHub, self._where())
        except BaseException:
            self._free.put(None)
            raise

    def _give_back(self, raw: OnHub) -> None:
        """One in the middle of something is of no use to anybody else."""
        is_idle = not raw.closed and raw.info.transaction_status == TransactionStatus.IDLE
        if not is_idle:
            raw.close()
        self._free.put(raw if is_idle else None)

    def _forget_free_ones(self) -> None:
        """The server was restarted: they are lost as well."""
        for _ in range(self._free.qsize()):
            if (raw := self._free.get()) is not None:
                raw.close()
            self._free.put(None)


class Postgres:
    """The database at a URL."""

    def __init__(self, url: str, alone: bool) -> None:
        self._url = url
        self._alone = alone
        self._where: Where = {}
        self._sessions: dict[bool, Row] = {}
        self.engine = create_engine("postgresql+psycopg://", creator=self._for_migrations, poolclass=NullPool)
        self.name = without_password(url)

    def wait_until_ready(self) -> None:
        """One that does not answer is asked for a while, one that says that it is starting for longer."""
        began = time.monotonic()
        while True:
            try:
                self._where = addresses(self._url)
                return connect(self._url, OnThread, self._where).close()
            except StorageError as error:
                waited = time.monotonic() - began
                is_starting = any(words in str(error) for words in STARTING)
                if waited > (STARTS_WITHIN_SECONDS if is_starting else ANSWERS_WITHIN_SECONDS):
                    raise
                time.sleep(ASKED_AGAIN_SECONDS)

    def _for_migrations(self) -> Raw:
        return connect(self._url, psycopg.Connection[Row], self._where, autocommit=False)

    def reader(self) -> Reader:
        """What it looks for on the hub has its address from the journal's thread: a name server may be slow."""
        return PostgresReader(self._url, lambda: self._where)

    def writer(self) -> Writer:
        """While this connection lasts, a process that is to be alone has the database to itself."""
        raw = self._new_session(is_first=True)
        self._take_the_lock(raw)
        return PostgresWriter(raw)

    def second_writer(self) -> Writer:
        return PostgresWriter(self._new_session(is_first=False))

    def _new_session(self, *, is_first: bool) -> OnThread:
        """The one before may still stand on the server, holding rooms: it is ended."""
        self._where = addresses(self._url)
        raw = connect(self._url, OnThread, self._where)
        with saying_it_our_way():
            raw.execute(DURABLE)
            raw.execute(f"SET lock_timeout = {LOCK_MS}")
            raw.execute(f"SET idle_in_transaction_session_timeout = {FROZEN_MS}")
            if (before := self._sessions.get(is_first)) is not None:
                raw.execute(END_OF_SESSION, before)
            self._sessions[is_first] = raw.execute(WHO_AM_I).fetchone() or ()
        return raw

    def _take_the_lock(self, raw: OnThread) -> None:
        """Of one that was killed a moment ago the server may not know yet."""
        try:
            with saying_it_our_way():
                raw.execute(f"SET lock_timeout = {LET_GO_WITHIN_MS}")
                raw.execute(LOCK_ALONE if self._alone else LOCK_WITH_OTHERS, [THE_LOCK])
                raw.execute(f"SET lock_timeout = {LOCK_MS}")
        except RowLocked:
            raw.close()
            raise InUse(f"{self.name} is in use by another Rooms") from None


class Lost(StorageError):
    """The connection has ended."""


def connect(url: str, kind: type[C], where: Where, *, autocommit: bool = True) -> C:
    """A connection of this kind. Raises StorageError."""
    with saying_it_our_way():
        told = make_conninfo(url, connect_timeout=CONNECT_SECONDS, application_name="rooms", **where)
        raw = kind.connect(told, autocommit=autocommit)
        if (encoding := raw.info.parameter_status("server_encoding")) != "UTF8":
            raw.close()
            raise StorageError(f"it is kept in {encoding}; make one with ENCODING 'UTF8'")
        raw.execute(SESSION)
        return raw


def addresses(url: str) -> Where:
    """Where the host of a URL is, if it is one that has a name. May block. Raises StorageError."""
    with saying_it_our_way():
        said = conninfo_to_dict(url)
    host = str(said.get("host") or "")
    if not host or host[0] in "/@" or "," in host or "hostaddr" in said:
        return {}
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise StorageError(f"{host} is not known: {error.strerror}") from error
    known = list(dict.fromkeys(str(address[0]) for *_, address in found))
    return {"host": ",".join([host] * len(known)), "hostaddr": ",".join(known)}


@contextmanager
def saying_it_our_way() -> Iterator[None]:
    try:
        yield
    except OF_A_LOCK as error:
        raise RowLocked(_words(error)) from error
    except OF_ONE_ROW as error:
        raise RowError(_words(error)) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise Lost(_words(error)) from error
    except psycopg.Error as error:
        raise StorageError(_words(error)) from error


def _words(error: psycopg.Error) -> str:
    return without_password(str(error).strip().replace("\n", " "))


def without_password(said: str) -> str:
    """libpq repeats a URL that it cannot read."""
    return re.sub(r"((?:://[^:@/\s]*:|\bpassword=))[^@&\s]*", r"\1***", said)
