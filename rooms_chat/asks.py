"""What every change asks first, inside the transaction that writes: which room, which message, and the right."""

from rooms_chat import names
from rooms_chat.errors import Archived, BadRequest, NotJoined, NotYours, RoomNotFound, TooLate
from rooms_chat.events import Message
from rooms_chat.members import ARCHIVE, OF_MEMBERS, POST, may
from rooms_chat.storage import members as member_rows
from rooms_chat.storage import messages as rows
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.transaction import Transaction

HOUR_MS = 3_600_000


def room_of(transaction: Transaction, name: str) -> Room:
    """Raises RoomNotFound."""
    room = transaction.room(names.room_key(name))
    if room is None:
        raise RoomNotFound(name)
    return room


def message_in(transaction: Transaction, room: Room, seq: int, field: str = "seq") -> Message:
    """Raises BadRequest."""
    message = rows.by_seq(transaction.connection, room.id, seq)
    if message is None:
        raise BadRequest(f"There is no message {seq} in “{room.name}”.", field=field)
    return message


def ask_to_post(transaction: Transaction, person: str, room: Room, *, joined: bool) -> None:
    """Raises NotJoined, Archived."""
    ask_to_come_in(transaction, person, room, joined=joined)
    if room.archived_at is not None:
        raise Archived(room.name)


def ask(transaction: Transaction, person: str, verb: str, room: Room) -> None:
    """Raises NotYours, Archived."""
    role = member_rows.role(transaction.connection, room.id, person)
    if not may(person, verb, room, role):
        who = "Members, and who opened the room" if verb in OF_MEMBERS else "Only who opened the room"
        raise NotYours(f"{who}, may do that.", field="room")
    if room.archived_at is not None and verb != ARCHIVE:
        raise Archived(room.name)


def ask_to_come_in(transaction: Transaction, person: str, room: Room, *, joined: bool) -> None:
    """Raises NotJoined."""
    role = member_rows.role(transaction.connection, room.id, person)
    if not may(person, POST, room, role, joined=joined):
        raise NotJoined(room.name)


def ask_in_time(transaction: Transaction, room: Room, message: Message, within_hours: int) -> None:
    """Raises TooLate."""
    posted_at = rows.posted_at(transaction.connection, room.id, message.seq)
    if within_hours and transaction.now - posted_at > within_hours * HOUR_MS:
        raise TooLate(f"A message can be changed for {within_hours} hours.", field="seq")
