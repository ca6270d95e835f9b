"""Reactions: emoji that people put on messages."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from rooms_chat import emoji as emojis
from rooms_chat.asks import ask_to_post, message_in, room_of
from rooms_chat.changes import Changed, write
from rooms_chat.errors import BadRequest, TooLate
from rooms_chat.events import Message, Reaction, Reactor
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.people import NAMELESS, Person
from rooms_chat.storage import log
from rooms_chat.storage import people as people_rows
from rooms_chat.storage import reactions as rows
from rooms_chat.storage.database import Connection, Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.transaction import Change, Transaction

DIFFERENT_MOST = 20
NAMED_MOST = 20


class React(Change):
    """The change that puts an emoji on a message, or takes it off. What holds already answers the same."""

    bytes = 300

    def __init__(self, by: Reactor, room: str, seq: int, emoji: str, on: bool, *, joined: bool) -> None:
        self._by = by
        self._room = room
        self._seq = seq
        self._emoji = emoji
        self._on = on
        self._joined = joined

    def apply(self, transaction: Transaction) -> Changed:
        connection, room = transaction.connection, room_of(transaction, self._room)
        message = message_in(transaction, room, self._seq)
        ask_to_post(transaction, self._by.id, room, joined=self._joined)
        if message.removed:
            raise TooLate("This message was removed.", field="seq")
        if rows.holds(connection, room.id, message.seq, self._emoji, self._by.id) == self._on:
            return Changed(message.seq, message.changed)
        if self._on:
            _ask_for_place(message.reactions, self._emoji)
            people_rows.keep(connection, self._by.id, self._by.user_name, transaction.now)
        place = transaction.next_seq(room.id)
        self._store(connection, room, message.seq, place)
        now = self._gathered(connection, room, message)
        return write(transaction, room, message, place, log.REACTED, self._by.id, {"reactions": now or UNSET})

    def _store(self, connection: Connection, room: Room, seq: int, place: int) -> None:
        if self._on:
            rows.add(connection, room.id, seq, self._emoji, self._by, place)
        else:
            rows.take(connection, room.id, seq, self._emoji, self._by.id)

    def _gathered(self, connection: Connection, room: Room, message: Message) -> list[Reaction]:
        """The reactions as they are from now on; each keeps the place in which it came first."""
        known = {reaction.emoji: reaction for reaction in message.reactions or []}
        count = (known[self._emoji].count if self._emoji in known else 0) + (1 if self._on else -1)
        people = rows.first(connection, room.id, message.seq, self._emoji, NAMED_MOST)
        known[self._emoji] = Reaction(self._emoji, count, people)
        return [reaction for reaction in known.values() if reaction.count]


class Reactions:
    """Reacting."""

    def __init__(self, reader: Reader, journal: Journal, limits: Limits) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits

    def react(
        self, person: Person, room: Room, seq: int, emoji: str, on: bool, *, address: str, joined: bool
    ) -> Pending[Changed]:
        """Put an emoji on a message, or take one's own away.

        Raises BadRequest, RateLimited, Busy; the outcome may be RoomNotFound, NotJoined, TooLate, TryAgain.
        """
        if person.name is None:
            raise BadRequest(NAMELESS, field="user_name")
        by = Reactor(person.id, person.name)
        change = React(by, room.name, seq, emojis.checked(emoji), on, joined=joined)
        self._limits.count_post_by(person.id, address)
        return self._journal.put(change)

    def shown_to(self, person: str, room: int, messages: list[Message]) -> list[Message]:
        """The messages, with what is this person's own marked where too many reacted for all to be named."""
        return [self._shown(person, room, message) for message in messages]

    def _shown(self, person: str, room: int, message: Message) -> Message:
        crowded = [reaction.emoji for reaction in message.reactions or [] if reaction.count > NAMED_MOST]
        if not crowded:
            return message
        own = rows.of_person(self._reader, room, message.seq, person, crowded)
        named = [
            replace(reaction, mine=True) if reaction.emoji in own else reaction for reaction in message.reactions or []
        ]
        return replace(message, reactions=named)


def _ask_for_place(reactions: list[Reaction] | UnsetType, emoji: str) -> None:
    there = {reaction.emoji for reaction in reactions or []}
    if emoji not in there and len(there) >= DIFFERENT_MOST:
        raise BadRequest(f"A message bears {DIFFERENT_MOST} different emoji, and this one does.", field="emoji")
