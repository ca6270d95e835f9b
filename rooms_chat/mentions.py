"""Mentions: which people and rooms there are of those that a text names."""

from rooms_chat import named
from rooms_chat.named import Named
from rooms_chat.presence import Presence
from rooms_chat.storage import mentions as rows
from rooms_chat.storage.database import Reader
from rooms_chat.storage.rooms import Room


class Mentions:
    """Looks names up; a text without “@” and “#” costs nothing."""

    def __init__(self, reader: Reader, presence: Presence) -> None:
        self._reader = reader
        self._presence = presence

    def named(self, room: Room, text: str) -> Named:
        """Who is here, or else a member, of those a text names; and listed rooms. Raises TryAgain."""
        people = named.people(text) if "@" in text else []
        rooms = named.rooms(text) if "#" in text else []
        if not people and not rooms:
            return named.NOTHING
        members = rows.members_called(self._reader, room.id, people)
        return Named(members | self._presence.called(room.id, people), rows.listed_rooms(self._reader, rooms))
