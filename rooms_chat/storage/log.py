"""A room's log: one row for every value of its head, never deleted."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import bindparam, insert, select

from rooms_chat.events import Message, RoomFacts
from rooms_chat.storage import messages, pins
from rooms_chat.storage.database import Connection, Row, Statement
from rooms_chat.storage.schema import log
from rooms_chat.storage.schema import messages as said

POSTED, EDITED, REMOVED, REACTED = "posted", "edited", "removed", "reacted"
TOPIC, PINNED, ARCHIVED = "topic", "pinned", "archived"  # these tell of the room


class LogRow(msgspec.Struct, frozen=True):
    """A place in a log and the message that it is about, or else the facts of the room, as they are now.

    `new_member` tells, when it is committed, that the author became a member by it.
    """

    room: int
    seq: int
    kind: str
    message: Message | None
    new_member: bool = False
    facts: RoomFacts | None = None


ADD = Statement(insert(log), ("room", "seq", "kind", "message", "person", "at"))
_ABOUT = (said.c.room == log.c.room) & (said.c.seq == log.c.message)
BETWEEN = Statement(
    messages.with_others(select(log.c.seq, log.c.kind, *messages.COLUMNS).select_from(log).outerjoin(said, _ABOUT))
    .where(log.c.room == bindparam("room"), log.c.seq > bindparam("after"), log.c.seq <= bindparam("upto"))
    .order_by(log.c.seq)
    .limit(bindparam("most"))
)


def add(connection: Connection, new: Iterable[Row]) -> None:
    """New rows: (room, seq, kind, the message's seq or None, person, at in ms)."""
    connection.run_many(ADD, new)


def between(connection: Connection, room: int, after: int, upto: int, most: int) -> list[LogRow]:
    """The rows of a log above `after` up to `upto`, at most `most`, each with what it is about as that is now."""
    rows = connection.all(BETWEEN, room=room, after=after, upto=upto, most=most)
    return [
        LogRow(room, seq, kind, messages.message(found))
        if found[0] is not None
        else LogRow(room, seq, kind, None, facts=pins.facts(connection, room))
        for seq, kind, *found in rows
    ]
