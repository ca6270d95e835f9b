"""What the one writer of a database need not ask, because nobody else can have changed it since.

A post to an open room by one of its members is then written at once. Whether its id stood there already is left to the
database, which refuses a second one: then everything is asked again, for a second.
"""

import time
from collections.abc import Sized
from typing import NamedTuple

from rooms_chat.storage.rooms import Room
from rooms_chat.storage.schema import MEMBER

KNOWN_MOST = 10_000
DISTRUSTED_SECONDS = 1.0


class Standing(NamedTuple):
    """What a person posted under an id, if it did; its role in the room and the name it is known by, if any."""

    seq: int | None
    at: int | None
    role: str | None
    name: str | None


class Known:
    """Open rooms and how far they have come, their members who post, and the names of these: at most so many of each.

    A transaction that is taken back takes all of it along.
    """

    def __init__(self, most: int = KNOWN_MOST) -> None:
        self._most = most
        self._trusted_from = 0.0
        self.forget()

    def forget(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._heads: dict[int, int] = {}
        self._members: set[tuple[int, str]] = set()
        self._names: dict[str, str] = {}

    def distrust(self) -> bool:
        """A commit failed: whether what was known may be why."""
        was_trusted = self._most > 0 and time.monotonic() >= self._trusted_from
        self._trusted_from = time.monotonic() + DISTRUSTED_SECONDS
        self.forget()
        return was_trusted

    # Rooms -----------------------------------------------------------------------------------------------------------

    def room(self, key: str) -> Room | None:
        """As it was when it was first asked for, but for its head."""
        return self._rooms.get(key)

    def head(self, room: Room) -> int:
        """How far a room has come. It is known from now on."""
        if room.key not in self._rooms and room.archived_at is None and self._may_keep(self._rooms):
            self._rooms[room.key] = room
            self._heads[room.id] = room.head
        return self._heads.get(room.id, room.head)

    def move(self, room: int, head: int) -> None:
        if room in self._heads:
            self._heads[room] = head

    def forget_room(self, room: Room) -> None:
        self._rooms.pop(room.key, None)
        self._heads.pop(room.id, None)

    # Who posts -------------------------------------------------------------------------------------------------------

    def has(self, key: str, person: str) -> bool:
        """Whether nothing need be asked for a post of this person in the room of this key."""
        room = self._rooms.get(key)
        return room is not None and self.standing(room.id, person) is not None

    def standing(self, room: int, person: str) -> Standing | None:
        """Of a member of an open room, whom nothing is refused: its id is taken to be new."""
        if room in self._heads and (room, person) in self._members:
            return Standing(None, None, MEMBER, self._names[person])
        return None

    def keep(self, room: int, person: str, standing: Standing) -> None:
        """The name of who is no member any more stays: names have a limit of their own."""
        if standing.role != MEMBER or standing.name is None:
            return
        if self._may_keep(self._members) and self._may_keep(self._names):
            self._members.add((room, person))
            self._names[person] = standing.name

    def rename(self, person: str, name: str) -> None:
        if person in self._names:
            self._names[person] = name

    def forget_member(self, room: int, person: str) -> None:
        self._members.discard((room, person))

    def _may_keep(self, kept: Sized) -> bool:
        if not self._most or time.monotonic() < self._trusted_from:
            return False
        if len(kept) >= self._most:
            self.forget()
        return True
