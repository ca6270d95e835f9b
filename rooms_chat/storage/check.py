"""Whether a database is in order: heads, log and messages have to agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from rooms_chat.errors import CannotStart
from rooms_chat.storage.database import Database, StorageError

RULES = (
    (
        "SELECT name, head, count(seq), coalesce(max(seq), 0) FROM rooms LEFT JOIN log ON log.room = rooms.id"
        " GROUP BY rooms.id HAVING head <> count(seq) OR head <> coalesce(max(seq), 0)",
        "the head of “{}” is {}, and its log has {} rows up to {}",
    ),
    (
        "SELECT rooms.name, messages.seq FROM messages JOIN rooms ON rooms.id = messages.room LEFT JOIN log"
        " ON log.room = messages.room AND log.seq = messages.seq AND log.message = messages.seq"
        " AND log.kind = 'posted' WHERE log.seq IS NULL",
        "message {1} of “{0}” was never posted in the log",
    ),
    (
        "SELECT rooms.name, messages.seq, messages.changed FROM messages JOIN rooms ON rooms.id = messages.room"
        " LEFT JOIN (SELECT room, message, max(seq) AS latest FROM log GROUP BY room, message) AS told"
        " ON told.room = messages.room AND told.message = messages.seq"
        " WHERE told.latest IS NULL OR told.latest <> messages.changed",
        "message {1} of “{0}” changed last at {2}, and the log says otherwise",
    ),
    (
        "SELECT rooms.name, log.seq, log.message FROM log JOIN rooms ON rooms.id = log.room LEFT JOIN messages"
        " ON messages.room = log.room AND messages.seq = log.message"
        " WHERE log.message IS NOT NULL AND messages.seq IS NULL",
        "row {1} of the log of “{0}” is about message {2}, which is not there",
    ),
    (
        "SELECT rooms.name, messages.seq FROM messages JOIN rooms ON rooms.id = messages.room"
        " WHERE removed_at IS NOT NULL AND (text <> '' OR html <> '' OR mentions IS NOT NULL)",
        "message {1} of “{0}” was removed, and its text is still there",
    ),
    (
        "SELECT rooms.name, messages.seq FROM messages JOIN rooms ON rooms.id = messages.room LEFT JOIN"
        " (SELECT room, message, count(*) AS number FROM reactions GROUP BY room, message) AS put"
        " ON put.room = messages.room AND put.message = messages.seq"
        " WHERE (messages.reactions IS NULL) <> (put.number IS NULL)"
        " OR (messages.removed_at IS NOT NULL AND put.number IS NOT NULL)",
        "message {1} of “{0}” shows other reactions than were put on it",
    ),
    (
        "SELECT rooms.name, pins.message FROM pins JOIN rooms ON rooms.id = pins.room LEFT JOIN messages"
        " ON messages.room = pins.room AND messages.seq = pins.message"
        " WHERE messages.seq IS NULL OR messages.removed_at IS NOT NULL",
        "message {1} of “{0}” is pinned, and there is nothing to show",
    ),
)


def complaints(database: Database) -> Iterator[str]:
    """What is not in order, of one moment; the database may be in use. Raises CannotStart."""
    try:
        require_file(database)
        with _of_one_moment(database) as connection:
            if not database.is_postgres:
                yield from _of_file(connection)
            for query, sentence in RULES:
                yield from (sentence.format(*row) for row in connection.execute(text(query)))
    except (StorageError, SQLAlchemyError) as error:
        reason = getattr(error, "orig", None) or error
        raise CannotStart(f"The database {database.name} cannot be read: {reason}.") from None


def require_file(database: Database) -> None:
    """Raises CannotStart: a file that is not there would be made by looking at it."""
    if not database.is_postgres and not Path(database.path).is_file():
        raise CannotStart(f"There is no database {database.path}. Name one with --data or --database.")


@contextmanager
def _of_one_moment(database: Database) -> Iterator[Connection]:
    """It may take minutes, and what is read for people waiting gives up after seconds."""
    with database.engine.connect() as connection:
        if database.is_postgres:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        else:
            connection.connection.dbapi_connection.isolation_level = None  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN")
        yield connection


def _of_file(connection: Connection) -> Iterator[str]:
    yield from (row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok")
    yield from (
        f"a row of {row[0]} refers to nothing" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
    )
