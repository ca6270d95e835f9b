"""A copy of SQLite's file while it is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

from rooms_chat.errors import CannotStart
from rooms_chat.storage.check import require_file
from rooms_chat.storage.database import Database


def back_up(database: Database, target: Path) -> None:
    """Copy a database, also one in use, to `target`.

    Raises CannotStart, with nothing left at `target`.
    """
    if database.is_postgres:
        raise CannotStart("PostgreSQL has tools of its own: pg_dump. After putting a copy back: rooms-chat new-epoch.")
    if target.exists():
        raise CannotStart(f"{target} is there already. Name a file that is not.")
    require_file(database)
    try:
        copy_file(database.path, target)
    except (sqlite3.Error, OSError) as error:
        raise CannotStart(f"{database.name} could not be copied to {target}: {error}.") from None


def copy_file(path: str, target: Path) -> None:
    """All that SQLite's file holds just now, or nothing. When the copy is put back, it begins a new epoch.

    Raises sqlite3.Error, OSError.
    """
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        _remove(unfinished)  # of one that was killed
        unfinished.touch(0o600)  # all rooms are in it, in the clear
        with closing(sqlite3.connect(path, timeout=10)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("UPDATE about SET value = 'yes' WHERE name = 'copied'")
            copy.commit()
            copy.execute("PRAGMA journal_mode = DELETE")
        unfinished.rename(target)
    except (sqlite3.Error, OSError):
        _remove(unfinished)
        raise


def _remove(file: Path) -> None:
    """With what SQLite leaves beside one that it could not end."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
