"""Messages: what people post. How one is handed to the journal, and how a log is read."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from rooms_chat import events, names
from rooms_chat.changes import Changed, Edit, Post, Posted, Remove, checked_id, checked_text
from rooms_chat.errors import BadRequest, RateLimited
from rooms_chat.events import Message
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.members import Members, is_in
from rooms_chat.mentions import Mentions
from rooms_chat.people import NAMELESS, Person
from rooms_chat.storage import epoch as epochs
from rooms_chat.storage import messages as rows
from rooms_chat.storage import rooms as room_rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.rooms import Room

CATCH_UP_MOST = 500
ANSWER_BYTES = 256 * 1024
READ_AT_ONCE = 50
BEYOND_EVERY_SEQ = 2**53


class Draft(NamedTuple):
    """What is to be posted: checked and counted, but neither named nor stored."""

    room: str
    text: str
    id: str
    reply_to: int | None = None


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


class Messages:
    """Posts and reads."""

    def __init__(
        self,
        reader: Reader,
        journal: Journal,
        limits: Limits,
        members: Members,
        mentions: Mentions,
        edit_hours: int,
    ) -> None:
        self._reader = reader
        self._members = members
        self._mentions = mentions
        self._journal = journal
        self._limits = limits
        self._edit_hours = edit_hours

    def draft(
        self, person: Person, room: str, text: str, id: str | None, *, address: str, reply_to: int | None = None
    ) -> Draft:
        """Check what is to be posted before anything changes. Raises BadRequest, TooLong, RateLimited."""
        draft = Draft(names.room_name(room), checked_text(text), checked_id(id), reply_to)
        try:
            self._limits.count_post_by(person.id, address)
        except RateLimited:
            if not self._is_repeat(person, draft):
                raise
            self._limits.count_request_by(person.id, address)
        return draft

    def post(self, person: Person, room: Room, draft: Draft, *, joined: bool) -> Pending[Posted]:
        """Post as `person`, who has a name. The same `id` again is the same message.

        Raises BadRequest, RateLimited, Busy; the outcome may be RoomNotFound, NotJoined, TryAgain.
        """
        if person.name is None:
            raise BadRequest(NAMELESS, field="user_name")
        if self._members.may_post(person, room, joined=joined):
            self._limits.count_post_in(room.id)
        named = self._mentions.named(room, draft.text)
        post = Post(
            person,
            person.name,
            draft.room,
            draft.text,
            draft.id,
            joined=is_in(person, room, joined=joined),
            reply_to=draft.reply_to,
            named=named,
        )
        return self._journal.put(post)

    def _is_repeat(self, person: Person, draft: Draft) -> bool:
        """Whether it stands in the log already: then nobody else hears of it."""
        room = room_rows.find(self._reader, names.room_key(draft.room))
        return room is not None and rows.standing(self._reader, room.id, person.id, draft.id).seq is not None

    def edit(self, person: Person, room: Room, seq: int, text: str, *, address: str, joined: bool) -> Pending[Changed]:
        """Give a message another text.

        Raises as `draft` does; the outcome may be RoomNotFound, NotJoined, NotYours, TooLate, TryAgain.
        """
        text = checked_text(text)
        self._limits.count_post_by(person.id, address)
        named = self._mentions.named(room, text)
        change = Edit(person.id, room.name, seq, text, joined=joined, within_hours=self._edit_hours, named=named)
        return self._journal.put(change)

    def remove(self, person: Person, room: str, seq: int, *, address: str, joined: bool) -> Pending[Changed]:
        """Erase a message's text. Raises as `edit` does."""
        change = Remove(person.id, names.room_name(room), seq, joined=joined, within_hours=self._edit_hours)
        self._limits.count_post_by(person.id, address)
        return self._journal.put(change)

    def last_page(self, room: Room) -> list[Message]:
        return self.page(room).messages

    def has_before(self, room: Room, seq: int) -> bool:
        """Whether there are messages below a place: the first of a log need not be one."""
        return bool(rows.before(self._reader, room.id, seq, 1))

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
            older = self._before(room, around, limit // 2, ANSWER_BYTES // 2)
            newer = self._from(room, around, limit - limit // 2, ANSWER_BYTES // 2)
            return Page(older.messages + newer.messages, older.more or newer.more)
        if from_ is not None:
            return self._from(room, from_, limit, ANSWER_BYTES)
        return self._before(room, BEYOND_EVERY_SEQ if before is None else before, limit, ANSWER_BYTES)

    def _before(self, room: Room, seq: int, limit: int, most_bytes: int) -> Page:
        def read(upto: int, most: int) -> list[Message]:
            return rows.before(self._reader, room.id, upto, most)

        newest_first = _in_portions(read, seq, lambda message: message.seq, limit + 1, most_bytes)
        kept = _what_fits(newest_first[:limit], most_bytes)
        return Page(kept[::-1], len(newest_first) > len(kept))

    def _from(self, room: Room, seq: int, limit: int, most_bytes: int) -> Page:
        def read(at: int, most: int) -> list[Message]:
            return rows.starting_at(self._reader, room.id, at, most)

        found = _in_portions(read, seq, lambda message: message.seq + 1, limit + 1, most_bytes)
        kept = _what_fits(found[:limit], most_bytes)
        return Page(kept, len(found) > len(kept))

    def changed_since(self, room_id: int, after: int, limit: int) -> Cut:
        """What changed after a place in the log, in that order, at most `limit` and 256 KiB; of one moment."""
        with self._reader.snapshot():
            room = self._room(room_id)
            changed = self._changes(room_id, after, limit)
            return Cut(room, room.head, epochs.current(self._reader), changed, limited=False, more=False)

    def cut(self, room_id: int, after: int | None = None, epoch: str | None = None) -> Cut:
        """What a connection needs to stand at the head of a room, having stood at `after`; of one moment."""
        with self._reader.snapshot():
            room = self._room(room_id)
            now = epochs.current(self._reader)
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
        def read(after: int, most: int) -> list[Message]:
            return rows.changed_after(self._reader, room, after, most)

        return _what_fits(_in_portions(read, after, lambda message: message.changed, limit, ANSWER_BYTES))


def _in_portions(
    read: Callable[[int, int], list[Message]],
    start: int,
    next_start: Callable[[Message], int],
    most: int,
    most_bytes: int,
) -> list[Message]:
    """Of the messages that `read(start, most)` finds at most so many, and not many more than fit: they may be large."""
    found: list[Message] = []
    while len(found) < most:
        portion = read(start, min(READ_AT_ONCE, most - len(found)))
        found += portion
        if len(portion) < READ_AT_ONCE or len(_what_fits(found, most_bytes)) < len(found):
            break
        start = next_start(portion[-1])
    return found


def _what_fits(messages: list[Message], most_bytes: int = ANSWER_BYTES) -> list[Message]:
    """The first of these that make up at most so many bytes, at least one."""
    total = 0
    for number, message in enumerate(messages):
        total += len(msgspec.json.encode(message))
        if total > most_bytes and number:
            return messages[:number]
    return messages
