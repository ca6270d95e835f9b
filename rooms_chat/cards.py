"""A person's card: what others may know of it."""

from typing import Any, NamedTuple

from rooms_chat.errors import PersonNotFound
from rooms_chat.limits import Limits
from rooms_chat.members import Members
from rooms_chat.people import ACTIVE, Person
from rooms_chat.presence import Presence
from rooms_chat.rooms import Rooms
from rooms_chat.storage import people as rows
from rooms_chat.storage import rooms as room_rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.rooms import Room
from rooms_chat.times import timestamp

ROOMS_SHOWN = 20
ROOMS_LOOKED_AT = 200


class Card(NamedTuple):
    """`since` is when it first spoke, if it has; `rooms` are those that both may see, and `here` whether in one now."""

    id: str
    user_name: str
    since: str | None
    status: str
    words: str
    here: bool
    rooms: list[str]


class Cards:
    """Shows to one person what it may know of another: nothing about rooms that it does not see itself."""

    def __init__(self, reader: Reader, limits: Limits, presence: Presence, rooms: Rooms, members: Members) -> None:
        self._reader = reader
        self._limits = limits
        self._presence = presence
        self._rooms = rooms
        self._members = members

    def of(self, id: str, asking: Person, *, address: str) -> Card:
        """Raises PersonNotFound, RateLimited."""
        self._limits.count_request_by(asking.id, address)
        row = rows.card(self._reader, id)
        own = self._members.rooms_of(asking)
        here = [room for room in self._rooms_here(id) if self._rooms.shows(room, asking, own)]
        listed = next((listed for room in here if (listed := self._presence.listed_as(room.id, id))), None)
        known: dict[str, Any] = listed or (row._asdict() if row else {})
        if not known.get("user_name"):
            raise PersonNotFound()
        others = [room for room in self._rooms_of(id) if self._rooms.shows(room, asking, own)]
        return Card(
            id=id,
            user_name=known["user_name"],
            since=timestamp(row.since) if row else None,
            status=known.get("status") or ACTIVE,
            words=known.get("words") or "",
            here=bool(here),
            rooms=list(dict.fromkeys(room.name for room in here + others))[:ROOMS_SHOWN],
        )

    def _rooms_here(self, id: str) -> list[Room]:
        found = (self._rooms.by_id(room) for room in self._presence.rooms_of_id(id)[:ROOMS_LOOKED_AT])
        return [room for room in found if room is not None]

    def _rooms_of(self, id: str) -> list[Room]:
        return room_rows.of_person(self._reader, id, ROOMS_LOOKED_AT)
