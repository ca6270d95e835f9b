"""What a room is about: its topic, what is pinned in it, and whether it is archived."""

from abc import abstractmethod

import msgspec

from rooms_chat import names
from rooms_chat.asks import ask, message_in, room_of
from rooms_chat.errors import BadRequest, TooLate
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.members import ARCHIVE, PIN, TOPIC
from rooms_chat.people import Person
from rooms_chat.storage import log
from rooms_chat.storage import pins as pin_rows
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.transaction import Change, Transaction

TOPIC_CHARACTERS = 200
PINS_MOST = 20


class ChangeRoom(Change):
    """A change of a room's facts; its outcome is the place in the log. What holds already changes nothing."""

    bytes = 600
    verb: str

    def __init__(self, person: str, room: str) -> None:
        self._person = person
        self._room = room

    def apply(self, transaction: Transaction) -> int:
        room = room_of(transaction, self._room)
        ask(transaction, self._person, self.verb, room)
        if self.holds(transaction, room):
            return transaction.head(room.id)
        place = transaction.next_seq(room.id)
        kind = self.write(transaction, room, place)
        facts = pin_rows.facts(transaction.connection, room.id)
        transaction.log(room.id, place, kind, self._person, None, facts=facts)
        return place

    @abstractmethod
    def holds(self, transaction: Transaction, room: Room) -> bool:
        """Whether it is so already; refuses what cannot be."""

    @abstractmethod
    def write(self, transaction: Transaction, room: Room, place: int) -> str:
        """Write it; the kind of its row in the log."""


class SetTopic(ChangeRoom):
    """The change that gives a room another topic."""

    verb = TOPIC

    def __init__(self, person: str, room: str, topic: str) -> None:
        super().__init__(person, room)
        self._topic = topic

    def holds(self, transaction: Transaction, room: Room) -> bool:
        return room.topic == self._topic

    def write(self, transaction: Transaction, room: Room, place: int) -> str:
        transaction.change_room(msgspec.structs.replace(room, topic=self._topic))
        return log.TOPIC


class PinMessage(ChangeRoom):
    """The change that pins a message, or takes it off."""

    verb = PIN

    def __init__(self, person: str, room: str, seq: int, on: bool) -> None:
        super().__init__(person, room)
        self._seq = seq
        self._on = on

    def holds(self, transaction: Transaction, room: Room) -> bool:
        message = message_in(transaction, room, self._seq)
        if pin_rows.holds(transaction.connection, room.id, self._seq) == self._on:
            return True
        if self._on and message.removed:
            raise TooLate("This message was removed.", field="seq")
        if self._on and len(pin_rows.of_room(transaction.connection, room.id)) >= PINS_MOST:
            raise BadRequest(f"A room has at most {PINS_MOST} pins. Take one off first.", field="seq")
        return False

    def write(self, transaction: Transaction, room: Room, place: int) -> str:
        if self._on:
            pin_rows.add(transaction.connection, room.id, self._seq, self._person, place)
        else:
            pin_rows.take(transaction.connection, room.id, self._seq)
        return log.PINNED


class ArchiveRoom(ChangeRoom):
    """The change that closes a room to what is new, or opens it again."""

    verb = ARCHIVE

    def __init__(self, person: str, room: str, on: bool) -> None:
        super().__init__(person, room)
        self._on = on

    def holds(self, transaction: Transaction, room: Room) -> bool:
        return (room.archived_at is not None) == self._on

    def write(self, transaction: Transaction, room: Room, place: int) -> str:
        transaction.change_room(msgspec.structs.replace(room, archived_at=transaction.now if self._on else None))
        return log.ARCHIVED


class Facts:
    """Changes what a room is about. Each is counted as a post is, and tells the place of it in the log.

    Each raises BadRequest, RateLimited, Busy; the outcome may be RoomNotFound, NotYours, Archived, TryAgain.
    """

    def __init__(self, journal: Journal, limits: Limits) -> None:
        self._journal = journal
        self._limits = limits

    def set_topic(self, person: Person, room: Room, topic: str, address: str) -> Pending[int]:
        """A line of at most 200 characters; an empty one is none."""
        checked = names.line(topic, TOPIC_CHARACTERS, field="topic")
        return self._change(SetTopic(person.id, room.name, checked), person, address)

    def pin(self, person: Person, room: Room, seq: int, on: bool, address: str) -> Pending[int]:
        """The outcome may be TooLate, for a message that was removed."""
        return self._change(PinMessage(person.id, room.name, seq, on), person, address)

    def archive(self, person: Person, room: Room, on: bool, address: str) -> Pending[int]:
        return self._change(ArchiveRoom(person.id, room.name, on), person, address)

    def _change(self, change: Change, person: Person, address: str) -> Pending[int]:
        self._limits.count_post_by(person.id, address)
        return self._journal.put(change)
