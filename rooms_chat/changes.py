"""What can happen to a message, as the changes that the journal applies: posted, edited, removed.

Each looks first whether it has happened already, then asks the right, and only then takes a number: in the
transaction that writes.
"""

import random
import re
import unicodedata
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from rooms_chat import events, markup, names
from rooms_chat.asks import ask_in_time, ask_to_come_in, ask_to_post, message_in, room_of
from rooms_chat.errors import Archived, BadRequest, NotJoined, NotYours, TooLate, TooLong
from rooms_chat.events import Message, Quote
from rooms_chat.markup import Rendered
from rooms_chat.members import POST, REMOVE_ANY, may
from rooms_chat.named import NOTHING, Named
from rooms_chat.people import Person
from rooms_chat.storage import log
from rooms_chat.storage import members as member_rows
from rooms_chat.storage import mentions as mention_rows
from rooms_chat.storage import messages as rows
from rooms_chat.storage import people as people_rows
from rooms_chat.storage import pins as pin_rows
from rooms_chat.storage import reactions as reaction_rows
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.transaction import Change, Transaction
from rooms_chat.times import timestamp

VISIBLE = re.compile("[^\\s\u00ad\u034f\u115f\u1160\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufeff\uffa0]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # but for line feed and tab


class Posted(NamedTuple):
    """Where a post stands: its seq, the id it was sent with, when, and whether its author became a member by it."""

    seq: int
    id: str
    at: str
    new_member: bool = False


class Changed(NamedTuple):
    """What was edited or removed: the message's address, and the place of that in the log."""

    seq: int
    changed: int


class Post(Change):
    """The change that posts a message: the repeat first, then the right, then a number."""

    def __init__(
        self,
        person: Person,
        name: str,
        room: str,
        text: str,
        id: str,
        *,
        joined: bool,
        reply_to: int | None = None,
        named: Named = NOTHING,
    ) -> None:
        self._person = person
        self._name = name
        self._room = room
        self._text = text
        self._id = id
        self._joined = joined
        self._reply_to = reply_to
        self._named = named
        self._shown: Rendered | None = None
        self.bytes = 300 + 4 * len(text)

    def prepare(self) -> None:
        self._shown = self._shown or markup.render(self._text, self._named)

    def will_ask(self) -> tuple[str, str, str]:
        return names.room_key(self._room), self._person.id, self._id

    def apply(self, transaction: Transaction) -> Posted:
        person = self._person.id
        room = room_of(transaction, self._room)
        known = transaction.standing(room.id, person, self._id)
        if known.seq is not None and known.at is not None:
            return Posted(known.seq, self._id, timestamp(known.at))
        if not may(person, POST, room, known.role, joined=self._joined):
            raise NotJoined(room.name)
        if room.archived_at is not None:
            raise Archived(room.name)
        answered = quote(transaction, room, self._reply_to)
        if known.name != self._name:
            people_rows.keep(transaction.connection, person, self._name, transaction.now)
        return self._write(transaction, room, answered, new_member=known.role is None)

    def _write(self, transaction: Transaction, room: Room, answered: Quote | None, *, new_member: bool) -> Posted:
        at = timestamp(transaction.now)
        seq = transaction.next_seq(room.id)
        if new_member:
            member_rows.add(transaction.connection, room.id, self._person.id, transaction.now, seen=seq)
        shown = self._shown or markup.render(self._text, self._named)
        message = Message(
            room=room.name,
            seq=seq,
            changed=seq,
            id=self._id,
            person=self._person.id,
            user_name=self._name,
            message=self._text,
            html=shown.html,
            at=at,
            edited=False,
            removed=False,
            reply_to=answered.seq if answered else UNSET,
            reply=answered or UNSET,
            mentions=shown.mentions or UNSET,
        )
        if shown.mentions:
            keep_mentions(transaction, room, message)
        transaction.post(room.id, message, new_member=new_member)
        return Posted(seq, self._id, at, new_member)


class Edit(Change):
    """The change that gives a message another text. The same text again changes nothing and answers the same."""

    def __init__(
        self, person: str, room: str, seq: int, text: str, *, joined: bool, within_hours: int, named: Named = NOTHING
    ) -> None:
        self._person = person
        self._room = room
        self._seq = seq
        self._text = text
        self._joined = joined
        self._within_hours = within_hours
        self._named = named
        self._shown: Rendered | None = None
        self.bytes = 300 + 4 * len(text)

    def prepare(self) -> None:
        self._shown = self._shown or markup.render(self._text, self._named)

    def apply(self, transaction: Transaction) -> Changed:
        room = room_of(transaction, self._room)
        message = message_in(transaction, room, self._seq)
        if message.person != self._person:
            raise NotYours("Only who wrote a message may edit it.", field="seq")
        if message.message == self._text and not message.removed:
            return Changed(message.seq, message.changed)
        ask_to_post(transaction, self._person, room, joined=self._joined)
        if message.removed:
            raise TooLate("This message was removed.", field="seq")
        ask_in_time(transaction, room, message, self._within_hours)
        shown = self._shown or markup.render(self._text, self._named)
        edited = {"message": self._text, "html": shown.html, "edited": True, "mentions": shown.mentions or UNSET}
        place = transaction.next_seq(room.id)
        return write(transaction, room, message, place, log.EDITED, self._person, edited)


class Remove(Change):
    """The change that erases a message's text; its address stays. A second removal answers the same."""

    bytes = 300

    def __init__(self, person: str, room: str, seq: int, *, joined: bool, within_hours: int) -> None:
        self._person = person
        self._room = room
        self._seq = seq
        self._joined = joined
        self._within_hours = within_hours

    def apply(self, transaction: Transaction) -> Changed:
        room = room_of(transaction, self._room)
        message = message_in(transaction, room, self._seq)
        role = member_rows.role(transaction.connection, room.id, self._person)
        may_remove_any = may(self._person, REMOVE_ANY, room, role)
        if message.removed and (may_remove_any or message.person == self._person):
            return Changed(message.seq, message.changed)
        if not may_remove_any:
            self._ask_as_author(transaction, room, message)
        pin_rows.take(transaction.connection, room.id, message.seq)
        reaction_rows.forget(transaction.connection, room.id, message.seq)
        removed = {"message": "", "html": "", "removed": True, "reactions": UNSET, "mentions": UNSET}
        place = transaction.next_seq(room.id)
        return write(transaction, room, message, place, log.REMOVED, self._person, removed)

    def _ask_as_author(self, transaction: Transaction, room: Room, message: Message) -> None:
        if message.person != self._person:
            raise NotYours("Only who wrote a message, or who opened the room, may remove it.", field="seq")
        ask_to_come_in(transaction, self._person, room, joined=self._joined)
        ask_in_time(transaction, room, message, self._within_hours)


def checked_text(text: str) -> str:
    """A message's text as it is kept: NFC, lines ended by LF. Raises BadRequest, TooLong."""
    if _is_plain(text) and not text.isspace() and len(text) <= events.MESSAGE_CHARACTERS:
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > events.MESSAGE_CHARACTERS or len(text.encode()) > events.MESSAGE_BYTES:
        raise TooLong("A message has at most 4,000 characters.", field="message")
    if not VISIBLE.search(text):
        raise BadRequest("There is nothing in this message.", field="message")
    if CONTROL.search(text):
        raise BadRequest("A message holds no control characters.", field="message")
    return text


def _is_plain(text: str) -> bool:
    """Whether it is made of printable ASCII, as most are: that is known at once."""
    return text != "" and text.isascii() and text.isprintable()


def checked_id(id: str | None) -> str:
    """The id a message is sent with, or a fresh one. Raises BadRequest."""
    if id is None:
        return f"{random.getrandbits(96):024x}"  # unique is enough: it is no secret
    if not id or len(id) > events.ID_CHARACTERS or not _is_plain(id):
        raise BadRequest("An id is 1 to 64 printable ASCII characters.", field="id")
    return id


def quote(transaction: Transaction, room: Room, seq: int | None) -> Quote | None:
    """What a reply to this message shows of it."""
    if seq is None:
        return None
    answered = message_in(transaction, room, seq, field="reply_to")
    return Quote(seq, answered.person, answered.user_name, answered.message[: events.QUOTE_CHARACTERS])


def keep_mentions(transaction: Transaction, room: Room, message: Message) -> None:
    """Count a message among those that mention somebody, other than its author."""
    others = [person for person in message.mentions or [] if person != message.person]
    mention_rows.add(transaction.connection, room.id, message.seq, others)


def write(
    transaction: Transaction, room: Room, message: Message, place: int, kind: str, person: str, to: dict[str, Any]
) -> Changed:
    """Give a message other values, at a place of the log that was taken for that."""
    changed = msgspec.structs.replace(message, changed=place, **to)
    if changed.mentions != message.mentions:
        mention_rows.forget(transaction.connection, room.id, message.seq)
        keep_mentions(transaction, room, changed)
    rows.change(transaction.connection, room.id, changed, transaction.now)
    transaction.log(room.id, place, kind, person, changed)
    return Changed(message.seq, place)
