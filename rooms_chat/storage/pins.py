"""Pinned messages in the database, and what can change about a room."""

from sqlalchemy import bindparam, delete, func, insert, select

from rooms_chat.events import QUOTE_CHARACTERS, Pin, RoomFacts
from rooms_chat.storage import rooms
from rooms_chat.storage.database import Connection, Statement
from rooms_chat.storage.schema import messages, pins
from rooms_chat.times import timestamp

OF_MESSAGE = (pins.c.room == bindparam("room")) & (pins.c.message == bindparam("message"))
PLACE = Statement(select(pins.c.place).where(OF_MESSAGE))
ADD = Statement(insert(pins), ("room", "message", "person", "place"))
TAKE = Statement(delete(pins).where(OF_MESSAGE))
OF_ROOM = Statement(
    select(
        messages.c.seq,
        messages.c.person,
        messages.c.user_name,
        func.substr(messages.c.text, 1, QUOTE_CHARACTERS),
        messages.c.at,
    )
    .select_from(pins)
    # An outer join keeps this order: a plain one SQLite would begin with all messages of the room.
    .outerjoin(messages, (messages.c.room == pins.c.room) & (messages.c.seq == pins.c.message))
    .where(pins.c.room == bindparam("room"))
    .order_by(pins.c.place)
)


def holds(connection: Connection, room: int, message: int) -> bool:
    return connection.first(PLACE, room=room, message=message) is not None


def add(connection: Connection, room: int, message: int, person: str, place: int) -> None:
    connection.run(ADD, room=room, message=message, person=person, place=place)


def take(connection: Connection, room: int, message: int) -> None:
    connection.run(TAKE, room=room, message=message)


def of_room(connection: Connection, room: int) -> list[Pin]:
    """What is pinned in a room, the one pinned first first."""
    found = connection.all(OF_ROOM, room=room)
    return [Pin(seq, person, user_name, text, timestamp(at)) for seq, person, user_name, text, at in found]


def facts(connection: Connection, room: int) -> RoomFacts:
    """What can change about a room, as it is now."""
    found = rooms.by_id(connection, room)
    assert found is not None, "rooms are never deleted"
    return RoomFacts(found.topic, found.visibility, found.archived_at is not None, of_room(connection, room))
