"""Presence: who is here, and what each is called. In memory only; a person is here while it has a connection."""

from collections import defaultdict
from itertools import islice
from weakref import WeakKeyDictionary

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
        self._rooms: WeakKeyDictionary[Person, set[int]] = WeakKeyDictionary()
        self._looks = Looks()
        self._news: defaultdict[int, tuple[dict[str, Listed], dict[str, Listed]]] = defaultdict(lambda: ({}, {}))

    def enter(self, room: int, connection: Connection) -> None:
        person = connection.identify()
        connections = self._here[room].setdefault(person, set())
        if not connections:
            self._rooms.setdefault(person, set()).add(room)
            self._looks.add(room, person)
            self._came(room, person)
        connections.add(connection)

    def leave(self, room: int, connection: Connection) -> None:
        connection.typed_at.pop(room, None)
        people, person = self._here[room], connection.identify()
        connections = people.get(person, set())
        connections.discard(connection)
        if not connections and people.pop(person, None) is not None:
            self._rooms[person].discard(room)
            self._looks.discard(room, person)
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

    def listed(self, room: int, most: int = TOLD_AT_MOST) -> list[Listed]:
        """Who is here and has a name, at most so many."""
        named = (person for person in self._here.get(room, ()) if person.name is not None)
        return [person.as_dict() for person in islice(named, most)]

    def rooms_with_somebody(self) -> list[int]:
        return list(self._here)

    def call(self, person: Person, wanted: str, room: int | None, *, may_be_refused: bool) -> None:
        """Call a person by a name, free in this room, if any, and wherever else it is.

        Taken: NameTaken, or a free variant for who may not be refused.
        """
        rooms = self.rooms_of(person) | ({room} if room is not None else set())
        name = names.user_name(wanted)
        free = names.free_variant(
            name, lambda variant: any(self._looks.is_taken(variant, room, person) for room in rooms)
        )
        if free != name and may_be_refused:
            raise NameTaken(name, free)
        if free != person.name:
            self._rename(person, free)

    def _rename(self, person: Person, name: str) -> None:
        rooms = self.rooms_of(person)
        for room in rooms:
            self._looks.discard(room, person)
        person.name = name
        for room in rooms:
            self._looks.add(room, person)
            self._came(room, person)

    def rooms_of(self, person: Person) -> set[int]:
        """Where a person is, through any of its connections."""
        return set(self._rooms.get(person, ()))

    def news(self) -> list[tuple[int, list[Listed], list[Listed]]]:
        """(room, came, went) since the last time, at most 50 of each; what is left over waits for the next."""
        told = [(room, _take(came), _take(went)) for room, (came, went) in self._news.items()]
        for room in [room for room, (came, went) in self._news.items() if not came and not went]:
            del self._news[room]
        return told

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


def _take(people: dict[str, Listed]) -> list[Listed]:
    """Take the first 50 out."""
    return [people.pop(id) for id in list(islice(people, TOLD_AT_MOST))]


class Looks:
    """Who in a room has a name that looks so: a name is taken or free at once, however many are here."""

    def __init__(self) -> None:
        self._people: defaultdict[tuple[int, str], set[Person]] = defaultdict(set)

    def add(self, room: int, person: Person) -> None:
        for look in self._looks_of(person):
            self._people[room, look].add(person)

    def discard(self, room: int, person: Person) -> None:
        for look in self._looks_of(person):
            people = self._people[room, look]
            people.discard(person)
            if not people:
                del self._people[room, look]

    def is_taken(self, name: str, room: int, by_other_than: Person) -> bool:
        return any(self._people.get((room, look), set()) - {by_other_than} for look in names.skeletons(name))

    def _looks_of(self, person: Person) -> frozenset[str]:
        return names.skeletons(person.name) if person.name is not None else frozenset()
