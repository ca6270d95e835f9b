"""PostgreSQL. The journal's connections belong to real threads; readers wait green."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from rooms_chat.storage.database import InUse, Reader, Row, RowError, RowLocked, Statement, StorageError, Writer
from rooms_chat.storage.known import Known
from rooms_chat.storage.libpq import DIALECT, OnThread, Where, addresses, connect, saying_it_our_way, without_password
from rooms_chat.storage.postgres_reader import PostgresReader
from rooms_chat.storage.reports import Complain

LOCK_MS = 1_000  # a writer that holds rooms waits no longer for anything else
ANSWERS_WITHIN_SECONDS = 3.0
STARTS_WITHIN_SECONDS = 60.0
ASKED_AGAIN_SECONDS = 0.2
STARTING = ("starting up", "shutting down", "recovery mode")
FROZEN_MS = 5_000  # who stops in the middle of a transaction lets go of the rooms it holds
LET_GO_WITHIN_MS = 3_000
THE_LOCK = 0x526F6F6D73  # “Rooms”, as PostgreSQL's advisory locks are named by numbers

DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
END_OF_SESSION = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND backend_start = %s"
END_THE_FROZEN = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name = 'rooms'
    AND backend_xid IS NOT NULL AND wait_event = 'ClientRead'
    AND state_change < clock_timestamp() - %s * interval '1 ms'
"""
LOCK_ALONE = "SELECT pg_advisory_lock(%s)"
LOCK_WITH_OTHERS = "SELECT pg_advisory_lock_shared(%s)"
WHO_AM_I = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"


class PostgresWriter(Writer):
    """A connection of the journal's. Whoever holds a row holds it up for a moment only."""

    together_from = 2  # each is a journey

    def __init__(self, raw: OnThread) -> None:
        self._raw = raw
        self.known = Known(most=0)  # others write too

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

    def end_the_frozen(self) -> None:
        """The server's own limit on idle transactions does not see who was sending many statements at once."""
        self._execute(END_THE_FROZEN, [FROZEN_MS])

    def gather(self) -> None:
        """The server keeps its files in order itself."""

    def close(self) -> None:
        self._raw.close()

    def _asked(self, statement: Statement, values: dict[str, Any]) -> psycopg.Cursor[Row]:
        return self._execute(*statement.on(DIALECT, values))

    def _execute(self, sql: str, values: Sequence[Any] | None = None) -> psycopg.Cursor[Row]:
        with saying_it_our_way():
            return self._raw.execute(sql, values)


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

    def _for_migrations(self) -> psycopg.Connection[Row]:
        return connect(self._url, psycopg.Connection[Row], self._where, autocommit=False)

    def reader(self, complain: Complain) -> Reader:
        """What it looks for on the hub has its address from the journal's thread: a name server may be slow."""
        return PostgresReader(self._url, lambda: self._where, complain)

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
