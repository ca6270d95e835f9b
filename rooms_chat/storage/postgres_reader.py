"""Reading from PostgreSQL, green: while one greenlet waits for an answer, others ask."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from rooms_chat.storage.database import Reader, Row, Statement, StorageError, failing_kindly
from rooms_chat.storage.libpq import ANSWER_SECONDS, DIALECT, Lost, OnHub, Where, connect, saying_it_our_way
from rooms_chat.storage.reports import Complain, to_nobody

READERS = 10


class PostgresReader(Reader):
    """A few connections, each lent to one greenlet at a time."""

    holds_others = False

    def __init__(self, url: str, where: Callable[[], Where], complain: Complain) -> None:
        self._url = url
        self._where = where
        self._complain = complain
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
        if getattr(self._mine, "raw", None) is not None:
            yield
            return
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
        self._complain = to_nobody
        while not self._free.empty():
            if (raw := self._free.get()) is not None:
                raw.close()

    def _ask(self, statement: Statement, values: dict[str, Any]) -> psycopg.Cursor[Row]:
        sql, given = statement.on(DIALECT, values)
        if (raw := getattr(self._mine, "raw", None)) is not None:
            with failing_kindly(self._complain), saying_it_our_way():
                found: psycopg.Cursor[Row] = raw.execute(sql, given)
                return found
        raw, answer = self._borrow(sql, given)
        self._give_back(raw)
        return answer

    def _borrow(self, sql: str, values: Sequence[Any] | None = None) -> tuple[OnHub, psycopg.Cursor[Row]]:
        """A connection that has answered this. One that was lost while nobody used it is replaced."""
        with failing_kindly(self._complain):
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
