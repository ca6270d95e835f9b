"""The epoch tells one history of the rooms from another; it changes when a backup is put back.

Clients remember places in logs. After an older copy of the database is put back, the same places are given to other
messages, so everybody has to be told. The database counts its starts and its commits, and a file beside it notes how
far they had come: a database that is behind its note is a restored copy, also one that was simply copied over the file.
"""

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Integer, Text, bindparam, cast, select, update

from rooms_chat.errors import CannotStart, TryAgain
from rooms_chat.storage.database import Connection, Reader, Statement, StorageError, Writer
from rooms_chat.storage.schema import about

VALUE = Statement(select(about.c.value).where(about.c.name == bindparam("which")))
SET = Statement(update(about).where(about.c.name == bindparam("which")).values(value=bindparam("new_value")))
COUNT_COMMIT = Statement(
    update(about)
    .where(about.c.name == "commits")
    .values(value=cast(cast(about.c.value, Integer) + 1, Text))
    .returning(about.c.value)
)
EPOCH_BYTES = 9
NOTE_SECONDS = 1.0


class Count(NamedTuple):
    """How far a database had come."""

    starts: int
    commits: int


class Note:
    """The file beside the database. It is never ahead of what is on the disk, and may be a second behind."""

    def __init__(self, database_path: str) -> None:
        self._path = Path(f"{database_path}.note")

    def read(self) -> Count:
        try:
            starts, commits = self._path.read_text().split()
            return Count(int(starts), int(commits))
        except (OSError, ValueError):
            return Count(0, 0)

    def write(self, count: Count) -> None:
        """Whole or not at all. Raises OSError."""
        fresh = self._path.with_suffix(".note-new")
        fresh.write_text(f"{count.starts} {count.commits}\n")
        fresh.replace(self._path)


def current(connection: Connection) -> str:
    return value(connection, "epoch")


def is_readable(reader: Reader) -> bool:
    """Whether the database answers."""
    try:
        current(reader)
    except TryAgain:
        return False
    return True


class Keeper:
    """What the journal does for the epoch. Without a note only an operator can say that it is another."""

    def __init__(self, note: Note | None) -> None:
        self._note = note
        self._count = self._counting = self._noted = Count(0, 0)
        self._noted_at = time.monotonic()

    def begin(self, connection: Writer) -> None:
        """Count this start; a new epoch where the database is a copy that was put back. Raises CannotStart."""
        try:
            if self._note is None:
                _begin_on_server(connection)
            else:
                self._count = self._counting = self._noted = _begin(connection, self._note)
        except (StorageError, OSError) as error:
            raise CannotStart(
                f"The database cannot be written: {error}. Free it, or name another with --data."
            ) from None

    def count_commit(self, connection: Writer) -> None:
        """Inside the transaction that commits."""
        if self._note is not None:
            row = connection.first(COUNT_COMMIT)
            assert row is not None
            self._counting = self._count._replace(commits=int(row[0]))

    def committed(self) -> None:
        """It is on the disk."""
        self._count = self._counting

    def note_now_and_then(self) -> None:
        if time.monotonic() - self._noted_at >= NOTE_SECONDS:
            self.write_note()

    def write_note(self) -> None:
        """At most once a second: it tells a restored backup, and a full disk must not make it stop anything."""
        self._noted_at = time.monotonic()
        with suppress(OSError):
            if self._note is not None and self._count != self._noted:
                self._note.write(self._count)
                self._noted = self._count


def _begin_on_server(connection: Writer) -> None:
    """It counts nothing, for several workers would wait for each other; but it knows whether all has moved away."""
    if value(connection, "copied") == "yes":
        renew(connection)


def _begin(connection: Writer, note: Note) -> Count:
    connection.begin_writing()
    counted, noted = count(connection), note.read()
    if counted < noted or value(connection, "copied") == "yes":
        _make_another(connection)
    begun = Count(max(counted.starts, noted.starts) + 1, max(counted.commits, noted.commits))
    set_value(connection, "starts", str(begun.starts))
    set_value(connection, "commits", str(begun.commits))
    connection.commit()
    note.write(begun)
    return begun


def renew(connection: Writer) -> None:
    """The history is another one from now on: every client shows a fresh page. Raises CannotStart."""
    try:
        connection.begin_writing()
        _make_another(connection)
        connection.commit()
    except StorageError as error:
        raise CannotStart(f"The database cannot be written: {error}.") from None


def _make_another(connection: Writer) -> None:
    set_value(connection, "epoch", secrets.token_urlsafe(EPOCH_BYTES))
    set_value(connection, "copied", "no")


def count(connection: Connection) -> Count:
    return Count(int(value(connection, "starts")), int(value(connection, "commits")))


def value(connection: Connection, which: str) -> str:
    row = connection.first(VALUE, which=which)
    if row is None:
        raise CannotStart(f"The database does not know its {which}: it is damaged. Put a backup back.")
    return str(row[0])


def set_value(connection: Connection, which: str, new_value: str) -> None:
    connection.run(SET, which=which, new_value=new_value)
