"""A copy of the database while it is in use, and whether a database is in order."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from rooms_chat.errors import CannotStart

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
        " ON told.room = messages.room AND told.message = messages.seq WHERE told.latest IS NOT messages.changed",
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
        " WHERE removed_at IS NOT NULL AND (text <> '' OR html <> '')",
        "message {1} of “{0}” was removed, and its text is still there",
    ),
)


def back_up(database_path: str, target: Path) -> None:
    """Copy a database, also one in use, to `target`. When the copy is put back, it begins a new epoch.

    Raises CannotStart, with nothing left at `target`.
    """
    if target.exists():
        raise CannotStart(f"{target} is there already. Name a file that is not.")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with closing(_open(database_path)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("UPDATE about SET value = 'yes' WHERE name = 'copied'")
            copy.commit()
            copy.execute("PRAGMA journal_mode = DELETE")
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise CannotStart(f"{database_path} could not be copied to {target}: {error}.") from None


def complaints(database_path: str) -> Iterator[str]:
    """What is not in order in a database: heads, log and messages have to agree. Raises CannotStart."""
    try:
        with closing(_open(database_path)) as raw:
            raw.execute("BEGIN")
            yield from (row[0] for row in raw.execute("PRAGMA integrity_check") if row[0] != "ok")
            yield from (f"a row of {row[0]} refers to nothing" for row in raw.execute("PRAGMA foreign_key_check"))
            for query, sentence in RULES:
                yield from (sentence.format(*row) for row in raw.execute(query))
    except sqlite3.Error as error:
        raise CannotStart(f"The database {database_path} cannot be read: {error}.") from None


def _open(path: str) -> sqlite3.Connection:
    if not Path(path).is_file():
        raise CannotStart(f"There is no database {path}. Name one with --data or --database.")
    return sqlite3.connect(path, timeout=10, isolation_level=None)
