"""Messages in the database, read by index and by page."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Select, bindparam, insert, select

from rooms_chat.events import Message
from rooms_chat.storage.database import Connection, Row, Statement
from rooms_chat.storage.schema import messages, rooms

COLUMNS = (
    rooms.c.name,
    messages.c.seq,
    messages.c.changed,
    messages.c.id,
    messages.c.person,
    messages.c.user_name,
    messages.c.text,
    messages.c.html,
    messages.c.at,
    messages.c.edited_at,
    messages.c.removed_at,
)


def _of_room() -> Select[Row]:
    return select(*COLUMNS).join(rooms, rooms.c.id == messages.c.room).where(messages.c.room == bindparam("room"))


ADD = Statement(insert(messages), ("room", "seq", "changed", "person", "id", "user_name", "text", "html", "at"))
POSTED = Statement(
    select(messages.c.seq, messages.c.at).where(
        messages.c.room == bindparam("room"),
        messages.c.person == bindparam("person"),
        messages.c.id == bindparam("id"),
    )
)
BEFORE = Statement(
    _of_room().where(messages.c.seq < bindparam("seq")).order_by(messages.c.seq.desc()).limit(bindparam("most"))
)
FROM = Statement(_of_room().where(messages.c.seq >= bindparam("seq")).order_by(messages.c.seq).limit(bindparam("most")))
CHANGED_AFTER = Statement(
    _of_room().where(messages.c.changed > bindparam("after")).order_by(messages.c.changed).limit(bindparam("most"))
)
BY_SEQ = Statement(_of_room().where(messages.c.seq == bindparam("seq")))


def add(
    connection: Connection,
    *,
    room: int,
    seq: int,
    person: str,
    id: str,
    user_name: str,
    text: str,
    html: str,
    at: int,
) -> None:
    connection.run(
        ADD, room=room, seq=seq, changed=seq, person=person, id=id, user_name=user_name, text=text, html=html, at=at
    )


def posted(connection: Connection, room: int, person: str, id: str) -> tuple[int, int] | None:
    """(seq, at) of what a person posted under `id`."""
    row = connection.first(POSTED, room=room, person=person, id=id)
    return (row[0], row[1]) if row else None


def before(connection: Connection, room: int, seq: int, most: int) -> list[Message]:
    """The `most` last messages below `seq`, oldest first."""
    return _messages(connection.all(BEFORE, room=room, seq=seq, most=most))[::-1]


def starting_at(connection: Connection, room: int, seq: int, most: int) -> list[Message]:
    """The `most` first messages from `seq` on, oldest first."""
    return _messages(connection.all(FROM, room=room, seq=seq, most=most))


def changed_after(connection: Connection, room: int, after: int, most: int) -> list[Message]:
    """The `most` first messages that changed after a place in the log, in that order."""
    return _messages(connection.all(CHANGED_AFTER, room=room, after=after, most=most))


def by_seq(connection: Connection, room: int, seq: int) -> Message | None:
    row = connection.first(BY_SEQ, room=room, seq=seq)
    return _message(row) if row else None


def timestamp(at_ms: int) -> str:
    """Milliseconds since 1970 as RFC 3339 in UTC."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def _messages(rows: Sequence[Row]) -> list[Message]:
    return [_message(row) for row in rows]


def _message(row: Row) -> Message:
    room, seq, changed, id, person, user_name, text, html, at, edited_at, removed_at = row
    return Message(
        room=room,
        seq=seq,
        changed=changed,
        id=id,
        person=person,
        user_name=user_name,
        message=text,
        html=html,
        at=timestamp(at),
        edited=edited_at is not None,
        removed=removed_at is not None,
    )
