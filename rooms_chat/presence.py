"""Presence: who is here, and what each is called. In memory only; a person is here while it has a connection."""

from collections import defaultdict

from rooms_chat import names
from rooms_chat.connections import Connection
from rooms_chat.errors import NameTaken
from rooms_chat.people import Person

Listed = dict[str, str | None]
TOLD_AT_MOST = 50


class Presence:
    """Who is in which room now, by its id, and what changed since it was last told."""

    def __init__(self) -> None:
        self._here: defaultdict[int, dict[Person, set[Connection]]] = defaultdict(dict)
        self._news: defaultdict[int, tuple[dict[str, Listed], dict[str, Listed]]] = defaultdict(lambda: ({}, {}))

    def enter(self, room: int, connection: Connection) -> None:
        person = connection.identify()
        connection.joined.add(room)
        connections = self._here[room].setdefault(person, set())
        if not connections:
            self._came(room, person)
        connections.add(connection)

    def leave(self, room: int, connection: Connection) -> None:
        connection.joined.discard(room)
        people, person = self._here[room], connection.identify()
        connections = people.get(person, set())
        connections.discard(connection)
        if not connections and people.pop(person, None) is not None:
            self._went(room, person)
        if not people:
            del self._here[room]

    def is_here(self, room: int, person: Person) -> bool:
        return person in self._here.get(room, ())

    def connections_of(self, person: Person, room: int) -> set[Connection]:
        return self._here.get(room, {}).get(person, set())

    def number_here(self, room: int) -> int:
        """Readers are counted too."""
        return len(self._here.get(room, ()))

    def listed(self, room: int) -> list[Listed]:
        """Who is here and has a name, at most 50."""
        named = (person for person in self._here.get(room, ()) if person.name is not None)
        return [person.as_dict() for person, _ in zip(named, range(TOLD_AT_MOST), strict=False)]

    def rooms_with_somebody(self) -> list[int]:
        return list(self._here)

    def call(self, person: Person, wanted: str, rooms: set[int], *, may_be_refused: bool) -> None:
        """Call a person by a name in these rooms. Taken: NameTaken, or a free variant for who may not be refused."""
        name = names.user_name(wanted)
        free = names.free_variant(name, lambda variant: self._is_taken(variant, person, rooms))
        if free != name and may_be_refused:
            raise NameTaken(name, free)
        if free == person.name:
            return
        person.name = free
        for room, people in self._here.items():
            if person in people:
                self._came(room, person)

    def news(self) -> list[tuple[int, list[Listed], list[Listed]]]:
        """(room, came, went) since the last time, at most 50 of each."""
        told, self._news = self._news, defaultdict(lambda: ({}, {}))
        return [
            (room, list(came.values())[:TOLD_AT_MOST], list(went.values())[:TOLD_AT_MOST])
            for room, (came, went) in told.items()
        ]

    def _is_taken(self, name: str, by_other_than: Person, rooms: set[int]) -> bool:
        return any(
            other is not by_other_than and other.name is not None and names.look_alike(other.name, name)
            for room in rooms
            for other in self._here.get(room, ())
        )

    def _came(self, room: int, person: Person) -> None:
        came, went = self._news[room]
        went.pop(person.id, None)
        if person.name is not None:
            came[person.id] = person.as_dict()

    def _went(self, room: int, person: Person) -> None:
        came, went = self._news[room]
        came.pop(person.id, None)
        if person.name is not None:
            went[person.id] = person.as_dict()
