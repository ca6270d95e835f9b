"""Tells who watches the rooms what is new in its own ones, at most once a second.

A room with a thousand watching members is counted once and not a thousand times: what was posted since is one number
of the room, from which each member takes away what it posted itself.
"""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from rooms_chat import events
from rooms_chat.connections import Connection
from rooms_chat.errors import TryAgain
from rooms_chat.hub import Hub
from rooms_chat.seen import COUNTED_MOST, Reading, Seen
from rooms_chat.storage.rooms import Room
from rooms_chat.wire import Wire

TURN_SECONDS = 0.005
POSTERS_MOST = 1000


@dataclass
class Tally:
    """What was new to a member when it was counted, and how many posts the room and it itself had made until then."""

    unread: int
    mentions: int
    posts: int
    own: int


class Count:
    """What was posted in a room since its members watch it, up to `head`."""

    def __init__(self, room: Room) -> None:
        self.room = room.name
        self.start_over(room.head)

    def start_over(self, head: int) -> None:
        """What each member has unread is read anew, when it is asked for."""
        self.head = head
        self.newest = 0
        self.posts = 0
        self.posts_of: Counter[str] = Counter()
        self.tallies: dict[str, Tally] = {}

    def add(self, posts_of: Counter[str], mentions_of: Counter[str], head: int) -> None:
        self.head = head
        self.posts += posts_of.total()
        self.posts_of += posts_of
        for person in mentions_of.keys() & self.tallies.keys():
            self.tallies[person].mentions += mentions_of[person]

    def count(self, person: str, unread: int, mentions: int) -> None:
        """What is new to a member up to `head`."""
        self.tallies[person] = Tally(unread, mentions, self.posts, self.posts_of[person])

    def told(self, person: str) -> dict[str, Any]:
        tally = self.tallies[person]
        others = self.posts - tally.posts - (self.posts_of[person] - tally.own)
        unread, mentions = min(tally.unread + others, COUNTED_MOST), min(tally.mentions, COUNTED_MOST)
        return {"room": self.room, "unread": unread, "mentions": mentions, "last_seq": self.newest}


class Unread:
    """Who watches which of its own rooms, and what is to be told of them."""

    def __init__(self, wire: Wire, hub: Hub, seen: Seen) -> None:
        self._wire = wire
        self._hub = hub
        self._seen = seen
        self._watching: defaultdict[int, set[Connection]] = defaultdict(set)
        self._counts: dict[int, Count] = {}
        self._due: dict[Connection, set[int]] = {}
        self._is_telling = False

    def watch(self, connection: Connection, room: int) -> None:
        self._watching[room].add(connection)

    def ignore(self, connection: Connection, room: int) -> None:
        self._watching[room].discard(connection)
        if not self._watching[room]:
            del self._watching[room]
            self._counts.pop(room, None)

    def has_seen(self, person: str, room: Room, reading: Reading) -> None:
        """What is new to a person is this from now on."""
        if count := self._counts.get(room.id):
            count.tallies.pop(person, None)
            if room.head == count.head:
                count.count(person, reading.unread, reading.mentions)

    def has_seen_elsewhere(self, person: str, room: int, place: int) -> None:
        """It told another worker that it has read so far: what is new to it is counted anew."""
        self._seen.heard(person, room, place)
        if count := self._counts.get(room):
            count.tallies.pop(person, None)

    def room_changed(self, room: Room) -> None:
        """Something happened in a room, or just who is there. Raises TryAgain."""
        if room.id not in self._watching:
            return
        count = self._counts.get(room.id)
        if count is None or self._has_news(room, count):
            count = self._counts.setdefault(room.id, Count(room))
            count.newest = self._seen.newest(room.id)
            for connection in self._watching[room.id]:
                self._due.setdefault(connection, set()).add(room.id)
            self._tell_soon()

    def _has_news(self, room: Room, count: Count) -> bool:
        """Whether something was posted, edited or removed since; takes it into the count."""
        after = count.head
        since = self._seen.since(room.id, after, room.head)
        if count.head != after:
            return False  # somebody else counted it meanwhile
        if since is None or len(count.posts_of) > POSTERS_MOST:
            count.start_over(room.head)
            return True
        count.add(since.posts_of, since.mentions_of, room.head)
        return bool(since.posts_of)

    def _tell_soon(self) -> None:
        """One turn at a time, however many rooms changed: many would come one right behind the other."""
        if self._due and not self._is_telling:
            self._is_telling = True
            self._hub.call_soon(self._tell_some)

    def _tell_some(self) -> None:
        """Of who is due: the others wait until everybody else had a turn."""
        until = time.monotonic() + TURN_SECONDS
        try:
            while self._due and time.monotonic() < until:
                connection = next(iter(self._due))
                self._tell(connection, self._due.pop(connection))
        finally:
            self._is_telling = False
            self._tell_soon()

    def _tell(self, connection: Connection, rooms: set[int]) -> None:
        try:
            told = [entry for room in rooms if (entry := self._entry(connection, room))]
        except TryAgain:
            return  # news may be lost
        if told:
            self._wire.send(connection, events.UNREAD, {"rooms": told})

    def _entry(self, connection: Connection, room: int) -> dict[str, Any] | None:
        person, count = connection.identify().id, self._counts.get(room)
        if connection.ended or count is None or connection not in self._watching.get(room, ()):
            return None
        if person not in count.tallies:
            head = count.head
            unread, mentions = self._seen.new_to(person, room, head)
            if count.head != head:
                return None  # it has gone on meanwhile, and everybody is due again
            count.count(person, unread, mentions)
        return count.told(person)
