"""Members: who has joined a room for good, and what each may do there. The one place where rights are asked."""

from rooms_chat import names
from rooms_chat.errors import NotJoined, RoomNotFound
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.people import Person
from rooms_chat.rooms import Rooms
from rooms_chat.storage import members as rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.schema import MEMBER, OUT
from rooms_chat.storage.transaction import Change, Transaction

READ, POST, TOPIC, PIN, ARCHIVE, REMOVE_ANY = "read", "post", "topic", "pin", "archive", "remove"
PUT_OUT = "put out"
OF_MEMBERS = {TOPIC, PIN}
OF_THE_OPENER = {TOPIC, PIN, ARCHIVE, REMOVE_ANY, PUT_OUT}
TOLD = (POST, TOPIC, PIN, ARCHIVE, REMOVE_ANY)


def may(person: str, verb: str, room: Room, role: str | None, *, joined: bool = False) -> bool:
    """Whether a person may do this in a room.

    `role` is the one that is stored for it there, None for a stranger; `joined` tells that the connection it speaks
    through has joined. What writes asks inside the transaction that writes.
    """
    if role == OUT:
        return False
    if verb == READ:
        return room.visibility != "private" or role is not None
    if verb == POST:
        return joined or role is not None
    return (verb in OF_MEMBERS and role == MEMBER) or (verb in OF_THE_OPENER and room.opened_by == person)


def is_in(person: Person, room: Room, *, joined: bool) -> bool:
    """Whether having joined counts: no more from the moment on in which the person, by any tab, leaves for good."""
    return joined and room.id not in person.leaving


class Forget(Change):
    """The change that ends a membership."""

    bytes = 100

    def __init__(self, room: int, person: str) -> None:
        self._room = room
        self._person = person

    def apply(self, transaction: Transaction) -> None:
        transaction.hold(self._room)
        rows.forget(transaction.connection, self._room, self._person)


class Members:
    """Looks rooms up through the person."""

    def __init__(self, reader: Reader, journal: Journal, limits: Limits, rooms: Rooms) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits
        self._rooms = rooms

    def room_for(self, person: Person | None, name: str) -> Room:
        """The room of that name. Raises RoomNotFound where there is none, and just so where it is not this person's."""
        room = self._rooms.find(name)
        if room is None or not self._may_read(person, room):
            raise RoomNotFound(names.room_name(name))
        return room

    def may_post(self, person: Person, room: Room, *, joined: bool) -> bool:
        """Whether a post would be taken. What writes asks again."""
        return joined or may(person.id, POST, room, rows.role(self._reader, room.id, person.id))

    def rights(self, person: Person, room: Room, *, joined: bool) -> list[str]:
        """What a person may do in a room; where that is archived, only later."""
        role = rows.role(self._reader, room.id, person.id)
        return [verb for verb in TOLD if may(person.id, verb, room, role, joined=joined)]

    def ask_to_post(self, person: Person, room: Room, *, joined: bool) -> None:
        """Raises NotJoined where a post would not be taken."""
        if not self.may_post(person, room, joined=joined):
            raise NotJoined(room.name)

    def is_out(self, person: Person, name: str) -> bool:
        """Whether a person was put out of a room: it may not open it anew by joining."""
        room = self._rooms.find(name)
        return room is not None and not self._may_read(person, room)

    def is_member(self, person: str, room: int) -> bool:
        return rows.role(self._reader, room, person) == MEMBER

    def rooms_of(self, person: Person) -> set[int]:
        return rows.rooms_of(self._reader, person.id)

    def forget(self, person: Person, room: Room, *, address: str) -> Pending[None]:
        """End a membership for good. Raises RateLimited, Busy."""
        self._limits.count_request_by(person.id, address)
        forgetting = self._journal.put(Forget(room.id, person.id))
        person.leaving |= {room.id}

        def left(_: Pending[None]) -> None:
            person.leaving -= {room.id}

        forgetting.then(left)
        return forgetting

    def _may_read(self, person: Person | None, room: Room) -> bool:
        role = rows.role(self._reader, room.id, person.id) if person else None
        return may(person.id if person else "", READ, room, role)
