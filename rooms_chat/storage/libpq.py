"""Connections of psycopg: how each waits, how one is made, and what goes wrong in our own words.

Eventlet cannot reach into libpq: a connection used on the hub waits by `select`, which is patched there and lets the
others go on. A thread of its own waits in C.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg import errors, waiting
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from rooms_chat.storage.database import Row, RowError, RowLocked, StorageError

Where = dict[str, str]  # what libpq is told besides the URL
T = TypeVar("T")
C = TypeVar("C", bound=psycopg.Connection[Row])

DIALECT = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
CONNECT_SECONDS = 5
ANSWER_SECONDS = 10.0  # who takes longer is taken for lost
OF_A_LOCK = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
OF_ONE_ROW = (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError)
SESSION = (
    "SET TIME ZONE 'UTC'; SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)


class OnHub(psycopg.Connection[Row]):
    """Lets others go on while it waits; gives up on a server that does not answer."""

    def wait(self, gen: PQGen[T], interval: float = 1.0, timeout: float | None = None) -> T:
        return waiting.wait_select(gen, self.pgconn.socket, interval, timeout or ANSWER_SECONDS)


class OnThread(psycopg.Connection[Row]):
    """Waits in C, on a thread of its own."""

    def wait(self, gen: PQGen[T], interval: float = 1.0, timeout: float | None = None) -> T:
        return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=timeout or ANSWER_SECONDS)


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
    said = re.sub(r"\n\t.*", "", str(error).strip())  # what libpq wonders stands in lines of its own
    return without_password(said.replace("\n", " "))


def without_password(said: str) -> str:
    """libpq repeats a URL that it cannot read. Behind a host without a user stands a port, which may be told."""
    return re.sub(r"(://[^:@/\s]*:(?!\d+(?:[/?,\s]|$))|\bpassword=)[^@&\s]*", r"\1***", said)
