"""Moves all rooms from one database to another, of either kind: the whole of it in one transaction, or nothing."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from rooms_chat.errors import CannotStart
from rooms_chat.storage.check import require_file
from rooms_chat.storage.database import Database, StorageError
from rooms_chat.storage.migrate import NEWEST, migrate, transaction, version_of
from rooms_chat.storage.schema import about, metadata, rooms

ROWS_AT_ONCE = 1_000
TABLES = [table for table in metadata.sorted_tables if table is not about]
NEXT_ID = text("SELECT setval(pg_get_serial_sequence('rooms', 'id'), (SELECT max(id) FROM rooms)) FROM rooms LIMIT 1")
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'rooms'"
    " AND pid <> pg_backend_pid()"
)

Counts = dict[str, int]


def copy(source: Database, target: Database) -> Counts:
    """How many rows of each table are here and there.

    The target has to be empty; after a failure it is that again, and where everything is there already nothing is done.
    The epoch goes along, so that no client notices; the source begins a new one if it is ever started again.
    Raises CannotStart.
    """
    try:
        require_file(source)
        if version_of(source) != NEWEST:
            raise CannotStart(f"{source.name} is of another version of Rooms. Start this one on it once.")
        migrate(target)
        with transaction(source) as old:
            _ask_for_rest(source, old)
            with transaction(target) as new:
                _ask_for_rest(target, new)
                counts = _copy(old, new)
                if target.is_postgres:
                    new.execute(NEXT_ID)
            old.execute(update(about).where(about.c.name == "copied").values(value="yes"))
        return counts
    except (SQLAlchemyError, StorageError, sqlite3.Error) as error:
        reason = getattr(error, "orig", None) or error
        raise CannotStart(f"{source.name} could not be copied to {target.name}: {reason}.") from None


def _ask_for_rest(database: Database, connection: Connection) -> None:
    """What is said meanwhile would be lost. Of a file the command has the lock."""
    if database.is_postgres and connection.execute(OTHERS).scalar():
        raise CannotStart(f"{database.name} is in use by another Rooms. Stop that one.")


def _copy(old: Connection, new: Connection) -> Counts:
    if not any(_counts(new).values()):
        for table in TABLES:
            for some in _rows(old, table):
                new.execute(insert(table), some)
        epoch = old.execute(select(about.c.value).where(about.c.name == "epoch")).scalar()
        new.execute(update(about).where(about.c.name == "epoch").values(value=epoch))
    for ask in (_counts, _heads):
        if ask(old) != ask(new):
            raise CannotStart("The target holds other rooms already. Name an empty one.")
    return _counts(new)


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = connection.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE})
    for some in found.partitions():
        yield [dict(row._mapping) for row in some]


def _counts(connection: Connection) -> Counts:
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar() or 0 for table in TABLES}


def _heads(connection: Connection) -> dict[int, tuple[str, int]]:
    return {id: (key, head) for id, key, head in connection.execute(select(rooms.c.id, rooms.c.key, rooms.c.head))}
