"""Rooms in the database."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, func, insert, select, update

from rooms_chat.storage.database import ASKED_TOGETHER, Connection, Statement, Writer, filled
from rooms_chat.storage.schema import OUT, members, messages, rooms


class Room(msgspec.Struct, frozen=True):
    """A room's row. `opened_by` is a person's public id, `opened_at` and `last_at` are milliseconds."""

    id: int
    key: str
    name: str
    topic: str
    visibility: str
    head: int
    opened_by: str | None
    opened_at: int
    last_at: int | None
    archived_at: int | None = None


class LastWord(msgspec.Struct, frozen=True):
    """The newest message of a room that has not been removed, of its last thousand places."""

    user_name: str
    text: str
    at: int


COLUMNS = [rooms.c[name] for name in Room.__struct_fields__]

BY_KEY = Statement(select(*COLUMNS).where(rooms.c.key == bindparam("key")))
BY_ID = Statement(select(*COLUMNS).where(rooms.c.id == bindparam("room")))
HEADS_AT_ONCE = 200
HEADS = Statement(
    select(rooms.c.id, rooms.c.head).where(rooms.c.id.in_([bindparam(f"room{n}") for n in range(HEADS_AT_ONCE)]))
)
# The lock that an UPDATE of the head takes; rows that only refer to the room may come meanwhile.
LOCK = Statement(
    select(*COLUMNS).where(rooms.c.id == bindparam("room")).with_for_update(key_share=True, skip_locked=True)
)
WAIT = Statement(select(rooms.c.id).where(rooms.c.id == bindparam("room")).with_for_update(key_share=True))
LOCK_BY_KEY = Statement(
    select(*COLUMNS).where(rooms.c.key == bindparam("key")).with_for_update(key_share=True, skip_locked=True)
)
LOCK_SOME = Statement(
    select(*COLUMNS)
    .where(rooms.c.key.in_([bindparam(f"key{n}") for n in range(ASKED_TOGETHER)]))
    .with_for_update(key_share=True, skip_locked=True)
)
HEAD = Statement(select(rooms.c.head).where(rooms.c.id == bindparam("room")))
ADD = Statement(
    insert(rooms).values(topic="", head=0).returning(*COLUMNS),
    ("key", "name", "visibility", "opened_by", "opened_at"),
)
SET_HEAD = Statement(
    update(rooms)
    .where(rooms.c.id == bindparam("which"))
    .values(head=bindparam("new_head"), last_at=func.coalesce(bindparam("word_at"), rooms.c.last_at)),
    ("new_head", "word_at", "which"),
)
CHANGE = Statement(
    update(rooms)
    .where(rooms.c.id == bindparam("which"))
    .values(topic=bindparam("new_topic"), archived_at=bindparam("archival"))
)
ACTIVE_LISTED = Statement(
    select(*COLUMNS)
    .where(rooms.c.visibility == "listed", rooms.c.last_at >= bindparam("since"), rooms.c.archived_at.is_(None))
    .order_by(rooms.c.last_at.desc())
    .limit(bindparam("most"))
)
OF_PERSON = Statement(
    select(*COLUMNS)
    .join(members, members.c.room == rooms.c.id)
    .where(members.c.person == bindparam("person"), members.c.role != OUT, rooms.c.archived_at.is_(None))
    .order_by(rooms.c.last_at.desc().nulls_last())
    .limit(bindparam("most"))
)
LOOKED_AT_MOST = 1000  # whoever removes a hundred thousand shall not have them all looked at, by everybody, each second
NEWEST = select(func.max(messages.c.seq)).where(messages.c.room == bindparam("room")).scalar_subquery()
LAST_WORD = Statement(
    select(messages.c.user_name, func.substr(messages.c.text, 1, 200), messages.c.at)
    .where(
        messages.c.room == bindparam("room"),
        messages.c.removed_at.is_(None),
        messages.c.seq > NEWEST - LOOKED_AT_MOST,
    )
    .order_by(messages.c.seq.desc())
    .limit(1)
)


def find(connection: Connection, key: str) -> Room | None:
    row = connection.first(BY_KEY, key=key)
    return Room(*row) if row else None


def by_id(connection: Connection, room: int) -> Room | None:
    row = connection.first(BY_ID, room=room)
    return Room(*row) if row else None


def lock(connection: Writer, room: int) -> Room | None:
    """The room, which nobody else writes in until the commit. None where somebody else does."""
    row = connection.first(LOCK, room=room)
    return Room(*row) if row else None


def lock_by_key(connection: Writer, key: str) -> Room | None:
    """The same by its key. None also where there is no such room."""
    row = connection.first(LOCK_BY_KEY, key=key)
    return Room(*row) if row else None


def lock_some(connection: Writer, keys: Sequence[str]) -> list[Room]:
    """Those of at most `ASKED_TOGETHER` rooms that there are, and that nobody else writes in."""
    rows = connection.all(LOCK_SOME, **{f"key{n}": key for n, key in enumerate(filled(keys))})
    return [Room(*row) for row in rows]


def wait_for(connection: Writer, room: int) -> None:
    """Lock it as soon as nobody else does. Raises RowLocked."""
    connection.run(WAIT, room=room)


def head(connection: Connection, room: int) -> int:
    row = connection.first(HEAD, room=room)
    return int(row[0]) if row else 0


def heads(connection: Connection, some: Sequence[int]) -> dict[int, int]:
    """The heads of at most `HEADS_AT_ONCE` rooms, by their ids."""
    asked = {f"room{n}": some[n] if n < len(some) else 0 for n in range(HEADS_AT_ONCE)}
    return {int(id): int(head) for id, head in connection.all(HEADS, **asked)}


def add(connection: Connection, *, key: str, name: str, visibility: str, opened_by: str | None, at: int) -> Room:
    row = connection.first(ADD, key=key, name=name, visibility=visibility, opened_by=opened_by, opened_at=at)
    assert row is not None
    return Room(*row)


def set_heads(connection: Connection, moved: Iterable[tuple[int, int | None, int]]) -> None:
    """(head, when a word was said there in ms, if one was, room): move the heads of these."""
    connection.run_many(SET_HEAD, moved)


def change(connection: Writer, room: Room) -> None:
    """Keep a room's topic and whether it is archived, as they are here."""
    connection.known.forget_room(room)
    connection.run(CHANGE, which=room.id, new_topic=room.topic, archival=room.archived_at)


def active_listed(connection: Connection, since: int, most: int) -> list[Room]:
    """Listed rooms with a word since `since` (ms), newest first."""
    return [Room(*row) for row in connection.all(ACTIVE_LISTED, since=since, most=most)]


def of_person(connection: Connection, person: str, most: int) -> list[Room]:
    """The rooms a person is a member of, the newest word first."""
    return [Room(*row) for row in connection.all(OF_PERSON, person=person, most=most)]


def last_word(connection: Connection, room: int) -> LastWord | None:
    row = connection.first(LAST_WORD, room=room)
    return LastWord(*row) if row else None
