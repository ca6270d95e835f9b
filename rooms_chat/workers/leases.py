"""Who is here, for all workers: each writes its own people into Redis, under a lease that it renews every second.

A worker that dies renews nothing, and its people are gone when its lease is. One that was away for longer than its
lease, or finds Redis empty, begins again under a new name. Each reads once a second which of the rooms it cares for
changed, and only those.
"""

import secrets
import time
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from rooms_chat.elsewhere import Entry
from rooms_chat.presence import Presence
from rooms_chat.workers.link import Client, Names

LEASE_SECONDS = 10
FORGOTTEN_SECONDS = 24 * 3600
GRACE_SECONDS = 3.0
AT_ONCE = 500
OCCUPIED_ROOMS = 200
LARGE_ROOM = 1000
LARGE_ROOM_SECONDS = 10.0
SLICE = 100
UNKNOWN = -1.0


class Leases:
    """One worker's part of it. Everything may block, in the greenlet that calls, and raise what Redis raises."""

    def __init__(self, client: Client, names: Names, presence: Presence) -> None:
        self._client = client
        self._names = names
        self._presence = presence
        self._alive: set[str] = set()
        self._scores: dict[int, float | None] = {}
        self._fields: dict[int, dict[str, Entry]] = {}
        self._read_at: dict[int, float] = {}
        self._left: list[str] = []
        self._has_left = False
        self.worker = ""
        self.begin_again()

    def begin_again(self) -> None:
        """Under a new name, of which nothing stale can be known; absence is believed once the others had time."""
        if self.worker:
            self._alive.discard(self.worker)
            self._left.append(self._names.lease(self.worker))
        self.worker = secrets.token_hex(6)
        self._is_announced = False
        self._scores = dict.fromkeys(self._scores, UNKNOWN)
        self._rooms_held: set[int] = set()
        self._trusts_at = time.monotonic() + GRACE_SECONDS

    def knows(self, room: int) -> bool:
        return room in self._scores

    def beat(self) -> None:
        """Renew, tell what changed here, and learn what changed elsewhere."""
        self.announce()
        gone = self._look_who_lives()
        self._look(self._cares_for())
        for worker in gone:
            self._bury(worker)

    def learn(self, rooms: Iterable[int]) -> None:
        """Who is in these rooms."""
        self._look(list(rooms))

    def farewell(self) -> None:
        """Let go of the lease, and renew it no more: the others bury the rest."""
        self._has_left = True
        self._client.delete(self._names.lease(self.worker))

    # Telling ---------------------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Renew the lease, and tell what changed here."""
        if self._has_left:
            return None
        renewed = self._client.set(self._names.lease(self.worker), 1, px=LEASE_SECONDS * 1000, xx=self._is_announced)
        if not renewed:
            self.begin_again()
            return self.announce()
        if not self._is_announced:
            if self._left:
                self._client.delete(*self._left)
                self._left.clear()
            self._client.sadd(self._names.workers, self.worker)
            self._presence.share_all()
            self._is_announced = True
        changes = self._presence.take_unshared()
        while some := list(islice(changes, AT_ONCE)):
            self._write(some)
        return None

    def _write(self, changes: list[tuple[int, str, Entry | None]]) -> None:
        writing, now_us = self._client.pipeline(transaction=False), _now_us()
        for room, person, entry in changes:
            key, field = self._names.here(room), f"{self.worker}/{person}"
            if entry is None:
                writing.hdel(key, field)
            else:
                writing.hset(key, field, msgspec.json.encode(entry))
        for room in {room for room, _, _ in changes}:
            writing.expire(self._names.here(room), FORGOTTEN_SECONDS)
            writing.zadd(self._names.rooms, {str(room): now_us})
            self._note_held(writing, room)
        writing.expire(self._names.held(self.worker), FORGOTTEN_SECONDS)
        writing.execute()

    def _note_held(self, writing: Client, room: int) -> None:
        held = self._presence.holds(room)
        if held and room not in self._rooms_held:
            self._rooms_held.add(room)
            writing.sadd(self._names.held(self.worker), room)
        elif not held and room in self._rooms_held:
            self._rooms_held.discard(room)
            writing.srem(self._names.held(self.worker), room)

    # Learning --------------------------------------------------------------------------------------------------------

    def _cares_for(self) -> list[int]:
        """The rooms it holds somebody in, those somebody looked at, and those where people came and went last."""
        occupied = self._client.zrevrange(self._names.rooms, 0, OCCUPIED_ROOMS - 1)
        rooms = {
            *self._presence.rooms_held(), *self._presence.elsewhere.asked, *(int(room) for room in occupied)
        }  # fmt: skip
        for room in self._scores.keys() - rooms:
            self._forget(room)
        return list(rooms)

    def _forget(self, room: int) -> None:
        for known in (self._scores, self._fields, self._read_at):
            known.pop(room, None)
        for person in list(self._presence.elsewhere.known(room)):
            self._presence.elsewhere.take_out(room, person)

    def _look(self, rooms: list[int]) -> None:
        for start in range(0, len(rooms), AT_ONCE):
            some = rooms[start : start + AT_ONCE]
            scores = self._client.zmscore(self._names.rooms, [str(room) for room in some])
            changed = [
                room for room, score in zip(some, scores, strict=True)
                if self._scores.get(room, UNKNOWN) != score and not self._may_wait(room)
            ]  # fmt: skip
            self._scores.update((room, score) for room, score in zip(some, scores, strict=True) if room in changed)
            self._read(changed)

    def _may_wait(self, room: int) -> bool:
        """A large room in which nobody is here is read now and then only."""
        is_large = len(self._fields.get(room, ())) > LARGE_ROOM and not self._presence.holds(room)
        return is_large and time.monotonic() - self._read_at.get(room, 0.0) < LARGE_ROOM_SECONDS

    def _read(self, rooms: list[int]) -> None:
        reading = self._client.pipeline(transaction=False)
        for room in rooms:
            reading.hgetall(self._names.here(room))
        for room, fields in zip(rooms, reading.execute() if rooms else (), strict=True):
            self._fields[room] = dict(self._entries(fields))
            self._read_at[room] = time.monotonic()
            self._tell(room)
            if not fields:
                self._client.zrem(self._names.rooms, str(room))

    def _entries(self, fields: dict[bytes, bytes]) -> Iterator[tuple[str, Entry]]:
        for field, value in fields.items():
            try:
                yield field.decode(), msgspec.json.decode(value, type=Entry)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue

    def _tell(self, room: int) -> None:
        """Presence hears what is new of a room, a few at a time."""
        presence, known = self._presence, dict(self._presence.elsewhere.known(room))
        people = self._people(room)
        for number, (person, entry) in enumerate(people.items()):
            if known.get(person) != entry:
                presence.came_elsewhere(room, person, entry)
            if number % SLICE == SLICE - 1:
                time.sleep(0)
        if time.monotonic() < self._trusts_at:
            self._scores[room] = UNKNOWN  # look again
            return
        for number, person in enumerate(known.keys() - people.keys()):
            presence.went_elsewhere(room, person)
            if number % SLICE == SLICE - 1:
                time.sleep(0)

    def _people(self, room: int) -> dict[str, Entry]:
        """By the others that live. Who is here by two came with the first, and is called what it was called last."""
        people: dict[str, Entry] = {}
        for field, entry in self._fields.get(room, {}).items():
            worker, _, person = field.partition("/")
            if worker == self.worker or worker not in self._alive or entry.listed.get("id") != person:
                continue
            other = people.get(person)
            if other is not None:
                newer = max(entry, other, key=lambda one: one.named_at)
                entry = msgspec.structs.replace(newer, since=min(entry.since, other.since))
            people[person] = entry
        return people

    # The dead --------------------------------------------------------------------------------------------------------

    def _look_who_lives(self) -> set[str]:
        """Also tells what changes by a death; the answer is whom to bury."""
        workers = [worker.decode() for worker in self._client.smembers(self._names.workers)]
        leases = self._client.mget([self._names.lease(worker) for worker in workers])
        alive = {worker for worker, lease in zip(workers, leases, strict=True) if lease is not None}
        if time.monotonic() < self._trusts_at:
            self._alive |= alive
            return set()
        changed, self._alive = self._alive ^ alive, alive
        if changed:
            for room, fields in list(self._fields.items()):
                if any(field.partition("/")[0] in changed for field in fields):
                    self._tell(room)
        return set(workers) - alive

    def _bury(self, worker: str) -> None:
        """Take what a dead worker left out of Redis. Whoever else does it too takes other rooms."""
        while rooms := self._client.spop(self._names.held(worker), AT_ONCE):
            for room in map(int, rooms):
                fields = self._client.hkeys(self._names.here(room))
                if own := [field for field in fields if field.startswith(f"{worker}/".encode())]:
                    self._client.hdel(self._names.here(room), *own)
                self._client.zadd(self._names.rooms, {str(room): _now_us()})
        self._client.srem(self._names.workers, worker)


def _now_us() -> int:
    """By which a room in Redis is seen to have changed: two changes of one room hardly ever have the same."""
    return time.time_ns() // 1000
