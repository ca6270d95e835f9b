"""Rooms: named places with a URL and a log. How one is found, opened and counted as active."""

from typing import Any

from rooms_chat import names
from rooms_chat.errors import RoomNotFound
from rooms_chat.events import Pin
from rooms_chat.hub import Pending
from rooms_chat.limits import Limits
from rooms_chat.people import Person
from rooms_chat.presence import Presence
from rooms_chat.storage import members as member_rows
from rooms_chat.storage import pins as pin_rows
from rooms_chat.storage import rooms as rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.rooms import Room
from rooms_chat.storage.transaction import Change, Transaction
from rooms_chat.times import now_ms, timestamp

ACTIVE_MS = 7 * 24 * 3600 * 1000
ACTIVE_SHOWN = 50
NAMED_IN_A_LIST = 3
NOBODY = "nobody"


class Open(Change):
    """The change that opens a room; where it stands already, that one is the result."""

    bytes = 200

    def __init__(self, name: str, visibility: str, opened_by: str) -> None:
        self._name = names.room_name(name)
        self._visibility = visibility
        self._opened_by = opened_by

    def apply(self, transaction: Transaction) -> Room:
        key = names.room_key(self._name)
        return rows.find(transaction.connection, key) or rows.add(
            transaction.connection,
            key=key,
            name=self._name,
            visibility=self._visibility,
            opened_by=self._opened_by,
            at=transaction.now,
        )


class Rooms:
    """The rooms of this server."""

    def __init__(self, reader: Reader, journal: Journal, limits: Limits, presence: Presence, open_rooms: str) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits
        self._presence = presence
        self._open_rooms = open_rooms

    def find(self, name: str) -> Room | None:
        """The room of that name in any spelling. Raises BadRequest for what can be no name."""
        return rows.find(self._reader, names.room_key(names.room_name(name)))

    def by_id(self, room: int) -> Room | None:
        return rows.by_id(self._reader, room)

    @property
    def may_be_opened(self) -> bool:
        return self._open_rooms != NOBODY

    def open(self, person: Person, name: str, visibility: str | None, address: str) -> Pending[Room]:
        """Open a room, or find the one that is there. Raises RoomNotFound where nobody may, RateLimited, BadRequest.

        Where rooms are opened unlisted, nobody gets one into everybody's sidebar.
        """
        if (there := self.find(name)) is not None:
            found: Pending[Room] = Pending()
            found.settle(there)
            return found
        if not self.may_be_opened:
            raise RoomNotFound(name)
        unlisted = "unlisted" in (visibility, self._open_rooms)
        change = Open(name, "unlisted" if unlisted else "listed", person.id)
        self._limits.count_room_opened(address)
        return self._journal.put(change)

    def active(self, person: Person | None) -> list[Room]:
        """The active rooms as this person sees them, listed ones and all its own, the last word first, at most 50."""
        since = _active_since()
        own = member_rows.rooms_of(self._reader, person.id) if person else set()
        found = {room.id: room for room in rows.active_listed(self._reader, since, ACTIVE_SHOWN)}
        if person:
            found |= {room.id: room for room in rows.of_person(self._reader, person.id, ACTIVE_SHOWN)}
        found |= self._with_somebody(person, own)
        newest_first = sorted(found.values(), key=lambda room: room.last_at or room.opened_at, reverse=True)
        return newest_first[:ACTIVE_SHOWN]

    def is_active(self, room: Room) -> bool:
        """Somebody is here, or a word was said in the last 7 days. An archived room never is."""
        lively = self._presence.number_here(room.id) > 0 or (room.last_at or 0) >= _active_since()
        return lively and room.archived_at is None

    def is_archived(self, room: int) -> bool:
        found = rows.by_id(self._reader, room)
        return found is not None and found.archived_at is not None

    def shows(self, room: Room, person: Person | None, own: set[int]) -> bool:
        """Whether a room is in a person's list: it is listed, one of its `own`, or it is there."""
        here = person is not None and self._presence.is_here(room.id, person)
        return room.visibility == "listed" or room.id in own or here

    def entry(self, room: Room) -> dict[str, Any]:
        """A room as a list of rooms shows it, to whomever."""
        last = rows.last_word(self._reader, room.id)
        return {
            "name": room.name,
            "topic": room.topic,
            "visibility": room.visibility,
            "here": self._presence.number_here(room.id),
            "people": self._presence.listed(room.id, NAMED_IN_A_LIST),
            "last": {"user_name": last.user_name, "message": last.text, "at": timestamp(last.at)} if last else None,
        }

    def pins(self, room: Room) -> list[Pin]:
        return pin_rows.of_room(self._reader, room.id)

    def facts(self, room: Room) -> dict[str, Any]:
        """A room's facts, as an answer tells them."""
        return {
            "name": room.name,
            "topic": room.topic,
            "visibility": room.visibility,
            "archived": room.archived_at is not None,
            "pins": self.pins(room),
            "opened_by": room.opened_by,
            "opened_at": timestamp(room.opened_at),
            "head": room.head,
            "here": self._presence.number_here(room.id),
        }

    def _with_somebody(self, person: Person | None, own: set[int]) -> dict[int, Room]:
        found = (rows.by_id(self._reader, id) for id in self._presence.rooms_with_somebody()[: 4 * ACTIVE_SHOWN])
        return {room.id: room for room in found if room and not room.archived_at and self.shows(room, person, own)}


def _active_since() -> int:
    return now_ms() - ACTIVE_MS
