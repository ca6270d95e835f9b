"""What a person has seen: how far it has read a room, what is new to it there, and how much it wants to be told.

Kept for members. Thousands may read what one person says, so their places are written together, once a second.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from rooms_chat.asks import ask_to_post, room_of
from rooms_chat.errors import BadRequest, RoomsError
from rooms_chat.hub import Hub, Pending
from rooms_chat.limits import Limits
from rooms_chat.members import is_in
from rooms_chat.people import NAMELESS, Person
from rooms_chat.rooms import Rooms
from rooms_chat.storage import log
from rooms_chat.storage import members as member_rows
from rooms_chat.storage import people as people_rows
from rooms_chat.storage import seen as rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.seen import Membership
from rooms_chat.storage.transaction import Change, Transaction

EVERYTHING, MENTIONS, NOTHING, HIDDEN = "everything", "mentions", "nothing", "hidden"
LEVELS = (EVERYTHING, MENTIONS, NOTHING, HIDDEN)
COUNTED_MOST = 100
LOOKED_AT_MOST = 1000
WRITE_SECONDS = 1.0
WRITTEN_AT_ONCE = 500

Places = dict[tuple[int, str], int]


class Reading(NamedTuple):
    """What is new to a person in a room behind the place it has seen, None where none is kept."""

    seen: int | None
    unread: int
    mentions: int
    level: str


class Since(NamedTuple):
    """What was posted in a part of a log, by person, and in how many of these posts each is mentioned."""

    posts_of: Counter[str]
    mentions_of: Counter[str]


class See(Change):
    """The change that keeps how far members have read."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.bytes = 200 * len(places)

    def apply(self, transaction: Transaction) -> None:
        rows.see(transaction.connection, ((room, person, place) for (room, person), place in self._places.items()))


class ChooseLevel(Change):
    """The change that keeps a level; who chooses one is a member from then on."""

    bytes = 300

    def __init__(self, person: Person, name: str, room: str, level: str, *, joined: bool) -> None:
        self._person = person.id
        self._name = name
        self._room = room
        self._level = level
        self._joined = joined

    def apply(self, transaction: Transaction) -> bool:
        """Whether this made a member."""
        room = room_of(transaction, self._room)
        ask_to_post(transaction, self._person, room, joined=self._joined)
        connection = transaction.connection
        is_new = rows.membership(connection, room.id, self._person) is None
        if is_new:
            people_rows.keep(connection, self._person, self._name, transaction.now)
            member_rows.add(connection, room.id, self._person, transaction.now, seen=transaction.head(room.id))
        rows.choose(connection, room.id, self._person, self._level)
        return is_new


class Seen:
    """What each person has seen."""

    def __init__(self, reader: Reader, journal: Journal, limits: Limits, rooms: Rooms, hub: Hub) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits
        self._rooms = rooms
        self._hub = hub
        self._fresh: Places = {}  # told, and not written yet
        self._heard: Places = {}  # told to another worker, which may not have written it yet
        self._is_due = False

    def reading(self, person: Person, room: Room) -> Reading:
        """What is new to a person in a room, as it was when the room was read."""
        return self._reading(person, room, rows.membership(self._reader, room.id, person.id))

    def see(self, person: Person, room: Room, seq: int, *, address: str) -> Reading:
        """A person has read a room up to here, which may be less far than before. Raises RateLimited."""
        self._limits.count_request_by(person.id, address)
        membership = rows.membership(self._reader, room.id, person.id)
        if membership is not None:
            self._heard.pop((room.id, person.id), None)
            self._fresh[room.id, person.id] = min(seq, room.head)
            self._write_soon()
        return self._reading(person, room, membership)

    def heard(self, person: str, room: int, place: int) -> None:
        """Another worker was told how far a person has read. It writes that within a second."""
        self._fresh.pop((room, person), None)
        self._heard[room, person] = place

        def forget() -> None:
            if self._heard.get((room, person)) == place:
                del self._heard[room, person]

        self._hub.call_later(2 * WRITE_SECONDS, forget)

    def choose_level(self, person: Person, room: Room, level: str, *, address: str, joined: bool) -> Pending[bool]:
        """How much a person wants to be told of a room; the outcome is whether that made it a member.

        Raises BadRequest, RateLimited, Busy; the outcome may be RoomNotFound, NotJoined, TryAgain.
        """
        if level not in LEVELS:
            raise BadRequest(f"A level is one of: {', '.join(LEVELS)}.", field="level")
        if person.name is None:
            raise BadRequest(NAMELESS, field="user_name")
        self._limits.count_request_by(person.id, address)
        joined = is_in(person, room, joined=joined)
        return self._journal.put(ChooseLevel(person, person.name, room.name, level, joined=joined))

    def active_rooms(self, person: Person) -> Iterator[dict[str, Any]]:
        """The active rooms as this person's list shows them, its own with what is new to it there, one by one."""
        memberships = rows.memberships(self._reader, person.id)
        for room in self._rooms.active(person):
            yield {**self._rooms.entry(room), **self._own(person, room, memberships.get(room.id))}

    def new_to(self, person: str, room: int, head: int) -> tuple[int, int]:
        """How many messages of others, and mentions, are new to a member up to a place; both up to 100."""
        membership = rows.membership(self._reader, room, person)
        if membership is None:
            return 0, 0
        return self._count(person, room, self._place(person, room, membership), head)

    def since(self, room: int, after: int, upto: int) -> Since | None:
        """What was posted behind a place; None where that is too much to look at, or where something
        was removed or edited: that may have taken a mention away, or have brought one."""
        if upto - after > LOOKED_AT_MOST:
            return None
        found = rows.since(self._reader, room, after, upto)
        if any(kind in (log.REMOVED, log.EDITED) for kind, _, _ in found):
            return None
        posts_of = Counter({person: number for kind, person, number in found if kind == log.POSTED})
        return Since(posts_of, Counter(rows.mentioned_since(self._reader, room, after, upto) if posts_of else {}))

    def newest(self, room: int) -> int:
        """The seq of the newest message of a room."""
        return rows.newest(self._reader, room)

    def write(self) -> None:
        """Have everything that was told written."""
        self._is_due = False
        waiting = list(self._fresh.items())
        for start in range(0, len(waiting), WRITTEN_AT_ONCE):
            self._write_some(dict(waiting[start : start + WRITTEN_AT_ONCE]))

    def _own(self, person: Person, room: Room, membership: Membership | None) -> dict[str, Any]:
        if membership is None:
            return {"mine": False}
        return {"mine": True, **self._reading(person, room, membership)._asdict()}

    def _reading(self, person: Person, room: Room, membership: Membership | None) -> Reading:
        if membership is None:
            return Reading(None, 0, 0, MENTIONS)
        seen = self._place(person.id, room.id, membership)
        unread, mentions = self._count(person.id, room.id, seen, room.head)
        return Reading(seen, unread, mentions, membership.level or MENTIONS)

    def _place(self, person: str, room: int, membership: Membership) -> int:
        """How far a member has read, be it written or not."""
        key = room, person
        return self._fresh.get(key, self._heard.get(key, membership.seen))

    def _count(self, person: str, room: int, after: int, head: int) -> tuple[int, int]:
        """Messages of others, and mentions, in a room's log behind a place; both up to 100."""
        if after >= head:
            return 0, 0
        upto = min(head, after + LOOKED_AT_MOST)
        unread = rows.unread(self._reader, room, person, after, upto, COUNTED_MOST)
        return unread, rows.mentioned(self._reader, room, person, after, head, COUNTED_MOST)

    def _write_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._hub.call_later(WRITE_SECONDS, self.write)

    def _write_some(self, places: Places) -> None:
        def written(done: Pending[None]) -> None:
            try:
                done.result()
            except RoomsError:
                self._write_soon()
                return
            for key, place in places.items():
                if self._fresh.get(key) == place:
                    del self._fresh[key]

        try:
            self._journal.put(See(places)).then(written)
        except RoomsError:
            self._write_soon()
