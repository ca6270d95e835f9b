"""Messages: what people post. How one becomes part of a log, and how a log is read."""

import secrets
import unicodedata
from typing import NamedTuple

import msgspec

from rooms_chat import events, markup, names
from rooms_chat.errors import BadRequest, NotJoined, RoomNotFound, TooLong
from rooms_chat.events import Message
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.members import POST, may
from rooms_chat.people import FIRST_KEY_VERSION, Person
from rooms_chat.storage import about, log
from rooms_chat.storage import members as member_rows
from rooms_chat.storage import messages as rows
from rooms_chat.storage import people as people_rows
from rooms_chat.storage import rooms as room_rows
from rooms_chat.storage.database import Connection as Reader
from rooms_chat.storage.journal import Journal, Transaction
from rooms_chat.storage.messages import timestamp
from rooms_chat.storage.rooms import Room

CATCH_UP_MOST = 500
ANSWER_BYTES = 256 * 1024
READ_AT_ONCE = 100


class Posted(NamedTuple):
    """Where a post stands: its seq, the id it was sent with, and when."""

    seq: int
    id: str
    at: str


class Page(NamedTuple):
    """Messages in seq order; `more` tells that there are others beyond."""

    messages: list[Message]
    more: bool


class Cut(NamedTuple):
    """A cut in a room's stream: what changed up to `head`; the next event is `head + 1`."""

    room: Room
    head: int
    epoch: str
    messages: list[Message]
    limited: bool
    more: bool


class Post:
    """The change that posts a message: the repeat first, then the right, then a number."""

    def __init__(self, person: Person, name: str, room: str, text: str, id: str, *, joined: bool) -> None:
        self._person = person
        self._name = name
        self._room = room
        self._text = text
        self._id = id
        self._joined = joined
        self._html = ""
        self.bytes = 300 + 4 * len(text)

    def prepare(self) -> None:
        self._html = self._html or markup.to_html(self._text)

    def apply(self, transaction: Transaction) -> Posted:
        connection, person = transaction.connection, self._person.id
        room = room_rows.find(connection, names.room_key(self._room))
        if room is None:
            raise RoomNotFound(self._room)
        if known := rows.posted(connection, room.id, person, self._id):
            return Posted(known[0], self._id, timestamp(known[1]))
        role = member_rows.role(connection, room.id, person)
        if not may(person, POST, room, role, joined=self._joined):
            raise NotJoined(room.name)
        return self._write(transaction, room)

    def _write(self, transaction: Transaction, room: Room) -> Posted:
        connection, person, at = transaction.connection, self._person, transaction.now
        people_rows.keep(connection, person.id, self._name, FIRST_KEY_VERSION, at)
        member_rows.add(connection, room.id, person.id, at)
        seq = transaction.next_seq(room.id)
        rows.add(
            connection,
            room=room.id,
            seq=seq,
            person=person.id,
            id=self._id,
            user_name=self._name,
            text=self._text,
            html=self._html,
            at=at,
        )
        transaction.log(room.id, seq, log.POSTED, person.id, self._message(room, seq, at))
        return Posted(seq, self._id, timestamp(at))

    def _message(self, room: Room, seq: int, at: int) -> Message:
        return Message(
            room=room.name,
            seq=seq,
            changed=seq,
            id=self._id,
            person=self._person.id,
            user_name=self._name,
            message=self._text,
            html=self._html,
            at=timestamp(at),
            edited=False,
            removed=False,
        )


class Messages:
    """Posts and reads."""

    def __init__(self, reader: Reader, journal: Journal, limits: Limits) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits

    def post(
        self, person: Person, room: str, text: str, id: str | None, *, address: str, joined: bool
    ) -> Pending[Posted]:
        """Post `text` as `person`, who has a name. The same `id` again is the same message.

        Raises BadRequest, TooLong, RateLimited, Busy; the outcome may be RoomNotFound, NotJoined, TryAgain.
        """
        if person.name is None:
            raise BadRequest("Say who you are: send “user_name”.", field="user_name")
        change = Post(person, person.name, names.room_name(room), _checked(text), _checked_id(id), joined=joined)
        self._limits.count_post(person.id, names.room_key(room), address)
        return self._journal.put(change)

    def last_page(self, room: Room, limit: int = events.PAGE_MESSAGES) -> list[Message]:
        return self.page(room, limit=limit).messages

    def page(
        self,
        room: Room,
        *,
        before: int | None = None,
        from_: int | None = None,
        around: int | None = None,
        limit: int = events.PAGE_MESSAGES,
    ) -> Page:
        """A page of history, at most 256 KiB: below `before`, from `from_` on, `around` a seq, or the last."""
        if around is not None:
            older = self.page(room, before=around, limit=limit // 2)
            newer = self.page(room, from_=around, limit=limit - limit // 2)
            return Page(older.messages + newer.messages, older.more or newer.more)
        if from_ is not None:
            found = rows.starting_at(self._reader, room.id, from_, limit + 1)
            kept = _what_fits(found[:limit])
            return Page(kept, len(found) > len(kept))
        found = rows.before(self._reader, room.id, 2**53 if before is None else before, limit + 1)
        kept = _what_fits(found[::-1][:limit])[::-1]
        return Page(kept, len(found) > len(kept))

    def changed_since(self, room_id: int, after: int, limit: int) -> Cut:
        """What changed after a place in the log, in that order, at most `limit` and 256 KiB; of one moment."""
        with self._reader.snapshot():
            room = self._room(room_id)
            changed = self._changes(room_id, after, limit)
            return Cut(room, room.head, about.epoch(self._reader), changed, limited=False, more=False)

    def cut(self, room_id: int, after: int | None = None, epoch: str | None = None) -> Cut:
        """What a connection needs to stand at the head of a room, having stood at `after`; of one moment."""
        with self._reader.snapshot():
            room = self._room(room_id)
            now = about.epoch(self._reader)
            limited = (epoch is not None and epoch != now) or (
                after is not None and not 0 <= room.head - after <= CATCH_UP_MOST
            )
            if after is None or limited:
                return Cut(room, room.head, now, self.last_page(room), limited, more=False)
            changed = self._changes(room_id, after, CATCH_UP_MOST)
            more = bool(changed) and bool(rows.changed_after(self._reader, room_id, changed[-1].changed, 1))
            return Cut(room, room.head, now, changed, limited=False, more=more)

    def _room(self, id: int) -> Room:
        room = room_rows.by_id(self._reader, id)
        assert room is not None, "rooms are never deleted"
        return room

    def _changes(self, room: int, after: int, limit: int) -> list[Message]:
        kept: list[Message] = []
        while len(kept) < limit:
            found = rows.changed_after(self._reader, room, after, min(READ_AT_ONCE, limit - len(kept)))
            kept = _what_fits(kept + found)
            if len(found) < READ_AT_ONCE or kept[-1] is not found[-1]:
                break
            after = found[-1].changed
        return kept


def _what_fits(messages: list[Message]) -> list[Message]:
    """The first of these that make up at most 256 KiB, at least one."""
    total = 0
    for number, message in enumerate(messages):
        total += len(msgspec.json.encode(message))
        if total > ANSWER_BYTES and number:
            return messages[:number]
    return messages


def _checked(text: str) -> str:
    """A message's text as it is kept: NFC, lines ended by LF. Raises BadRequest, TooLong."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > events.MESSAGE_CHARACTERS or len(text.encode()) > events.MESSAGE_BYTES:
        raise TooLong("A message has at most 4,000 characters.", field="message")
    if not text.strip():
        raise BadRequest("There is nothing in this message.", field="message")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        raise BadRequest("A message holds no control characters.", field="message")
    return text


def _checked_id(id: str | None) -> str:
    if id is None:
        return secrets.token_urlsafe(12)
    if not id or len(id) > events.ID_CHARACTERS or not all(" " <= c <= "~" for c in id):
        raise BadRequest("An id is 1 to 64 printable ASCII characters.", field="id")
    return id
