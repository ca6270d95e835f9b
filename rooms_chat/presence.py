"""Presence: who is here, and what each is called. In memory only; a person is here while it has a connection.

People may be here by other workers too: `elsewhere` knows of those, and what happens here is noted for the others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice
from weakref import WeakKeyDictionary, WeakValueDictionary

from rooms_chat import names
from rooms_chat.connections import Connection
from rooms_chat.elsewhere import Elsewhere, Entry, Looks
from rooms_chat.errors import NameTaken
from rooms_chat.people import ACTIVE, Listed, Person
from rooms_chat.times import now_ms
from rooms_chat.untold import TOLD_AT_MOST, Untold


class Presence:
    """Who is in which room now, by its id, and what changed since it was last told."""

    def __init__(self, *, is_shared: bool = False) -> None:
        self.elsewhere = Elsewhere()
        self._here: defaultdict[int, dict[Person, set[Connection]]] = defaultdict(dict)
        self._rooms: WeakKeyDictionary[Person, set[int]] = WeakKeyDictionary()
        self._known: WeakValueDictionary[str, Person] = WeakValueDictionary()
        self._looks = Looks()
        self._untold = Untold()
        self._is_shared = is_shared
        self.share_soon: Callable[[], None] = _nobody_waits
        self._since: dict[tuple[int, str], int] = {}
        self._in_both: defaultdict[int, set[str]] = defaultdict(set)
        self._unshared: dict[tuple[int, str], None] = {}
        self._changed: set[int] = set()

    def enter(self, room: int, connection: Connection) -> None:
        person = connection.identify()
        connections = self._here[room].setdefault(person, set())
        if not connections:
            self._learn_of(person, self.elsewhere.known(room).get(person.id))
            self._rooms.setdefault(person, set()).add(room)
            self._known[person.id] = person
            self._looks.add(room, person.id, person.name)
            self._came(room, person)
            self._count_once(room, person.id)
        connections.add(connection)

    def leave(self, room: int, connection: Connection) -> None:
        connection.typed_at.pop(room, None)
        people, person = self._here[room], connection.identify()
        connections = people.get(person, set())
        connections.discard(connection)
        if not connections and people.pop(person, None) is not None:
            self._rooms[person].discard(room)
            self._looks.discard(room, person.id, person.name)
            self._went(room, person)
            self._count_once(room, person.id)
        if not people:
            del self._here[room]

    def is_here(self, room: int, person: Person) -> bool:
        return person in self._here.get(room, ()) or person.id in self.elsewhere.people(room)

    def connections_of(self, person: str, room: int) -> set[Connection]:
        """In a room, of whoever has this id."""
        known = self._known.get(person)
        return self._here.get(room, {}).get(known, set()) if known is not None else set()

    def number_here(self, room: int) -> int:
        """Readers are counted too."""
        return len(self._here.get(room, ())) + len(self.elsewhere.people(room)) - len(self._in_both.get(room, ()))

    def listed(self, room: int, most: int = TOLD_AT_MOST) -> list[Listed]:
        """Who is here and has a name, at most so many, those first who came first."""
        here, elsewhere = self._here.get(room, {}), self.elsewhere.people(room)
        if not elsewhere:
            return [person.as_dict() for person in islice((p for p in here if p.name is not None), most)]
        own = ((self._since.get((room, person.id), 0), person.id) for person in here)
        shown = (self.listed_as(room, id) for id in _once(merge(own, self.elsewhere.in_order(room))))
        return list(islice((listed for listed in shown if listed is not None), most))

    def called(self, room: int, wanted: list[str]) -> dict[str, str]:
        """The ids of those here who are called so, or what looks like it, by the names that are asked for."""
        found = ((name, self._looks.of(name, room) or self.elsewhere.of(name, room)) for name in wanted)
        return {name: person for name, person in found if person is not None}

    def rooms_with_somebody(self) -> list[int]:
        return list(dict.fromkeys([*self._here, *self.elsewhere.rooms()]))

    def call(self, person: Person, wanted: str, room: int | None, *, may_be_refused: bool) -> None:
        """Call a person by a name, free in this room, if any, and wherever else it is.

        Taken: NameTaken, or a free variant for who may not be refused.
        """
        rooms = self.rooms_of(person) | ({room} if room is not None else set())
        name = names.user_name(wanted)
        free = self._free(name, person, rooms)
        if free != name and may_be_refused:
            raise NameTaken(name, free)
        if free != person.name:
            self._rename(person, free, now_ms())

    def _free(self, name: str, person: Person, rooms: set[int]) -> str:
        """This name or a variant of it, that nobody else in these rooms has."""
        return names.free_variant(name, lambda variant: any(self._is_taken(variant, room, person) for room in rooms))

    def _is_taken(self, name: str, room: int, person: Person) -> bool:
        return self._looks.is_taken(name, room, person.id) or self.elsewhere.is_taken(name, room, person.id)

    def _rename(self, person: Person, name: str | None, at: int) -> None:
        rooms = self.rooms_of(person)
        for room in rooms:
            self._looks.discard(room, person.id, person.name)
        person.name, person.named_at = name, at
        for room in rooms:
            self._looks.add(room, person.id, name)
            self._came(room, person)

    def show(self, person: Person, status: str, words: str) -> None:
        """A person is so from now on, and whoever is where it is sees that."""
        person.status, person.words, person.named_at = status, words, now_ms()
        for room in self.rooms_of(person):
            self._came(room, person)

    def listed_as(self, room: int, id: str) -> Listed | None:
        """How a person who is here is shown, None for one who is not, or has no name."""
        person, elsewhere = self._known.get(id), self.elsewhere.people(room).get(id)
        if person is not None and person.name is not None and person in self._here.get(room, ()):
            return person.as_dict()
        return elsewhere.listed if elsewhere is not None and elsewhere.name is not None else None

    def rooms_of_id(self, id: str) -> list[int]:
        """Where a person is, as far as this worker knows."""
        person = self._known.get(id)
        own = self.rooms_of(person) if person is not None else set()
        return [
            *own,
            *(room for room in self.elsewhere.rooms() if id in self.elsewhere.known(room) and room not in own),
        ]

    def rooms_of(self, person: Person) -> set[int]:
        """Where a person is, through any of its connections."""
        return set(self._rooms.get(person, ()))

    def news(self) -> Iterator[tuple[int, list[Listed], list[Listed]]]:
        """(room, came, went) since the last time, at most 50 of each; what is left over waits for the next.

        What is not asked for stays.
        """
        return self._untold.take(lambda room: self.number_here(room) > 0)

    def make_news_of_all(self) -> None:
        """Something else is told with the news of each room: there are some, be it of nobody."""
        self._untold.include(self._here)

    # With other workers ----------------------------------------------------------------------------------------------

    def holds(self, room: int) -> bool:
        """Whether somebody is here by this worker."""
        return room in self._here

    def rooms_held(self) -> list[int]:
        return list(self._here)

    def take_changed(self) -> set[int]:
        """The rooms into which somebody came, or out of which somebody went, here."""
        changed, self._changed = self._changed, set()
        return changed

    def take_unshared(self) -> Iterator[tuple[int, str, Entry | None]]:
        """(room, person, how it is here now), None for who went: what the others were not told yet."""
        unshared, self._unshared = self._unshared, {}
        for room, id in unshared:
            person = self._known.get(id)
            is_here = person is not None and person in self._here.get(room, ())
            yield room, id, self._entry(room, person) if is_here and person is not None else None

    def share_all(self) -> None:
        """The others know nothing of this worker: tell them everything."""
        self._unshared |= {(room, person.id): None for room, people in self._here.items() for person in people}

    def came_elsewhere(self, room: int, id: str, entry: Entry) -> None:
        """Another worker has a person here, or calls it something else."""
        before = self.elsewhere.put(room, id, entry)
        self._count_once(room, id)
        person = self._known.get(id)
        if person is not None:
            self._learn_of(person, entry)
        if person is None or person not in self._here.get(room, ()):
            self._untold.came(room, id, entry.listed if before is None or before.listed != entry.listed else None)
        self._settle_name(room, entry.name)

    def _learn_of(self, person: Person, entry: Entry | None) -> None:
        """What another worker has of a person holds where it is newer."""
        if entry is not None and entry.named_at > person.named_at and entry.name is not None:
            self._become(person, entry)

    def _become(self, person: Person, entry: Entry) -> None:
        """Another worker knows better what a person is called, and how it is."""
        if entry.name != person.name:
            self._rename(person, entry.name, entry.named_at)
        if entry.listed != person.as_dict():
            self.show(person, entry.listed.get("status") or ACTIVE, entry.listed.get("words") or "")
        person.named_at = entry.named_at
        for room in self.rooms_of(person):
            self._settle_name(room, entry.name)

    def _settle_name(self, room: int, name: str | None) -> None:
        """Two may have taken one name by two workers at the same moment. Who had it first keeps it: that both workers
        know by the same numbers, and each calls its own people otherwise."""
        if name is None:
            return
        whose = self._looks.whose(name, room) | self.elsewhere.whose(name, room)
        for id in sorted(whose, key=lambda id: self._called_so_since(room, id))[1:]:
            person = self._known.get(id)
            if person is not None and person.name is not None and room in self.rooms_of(person):
                self._rename(person, self._free(person.name, person, self.rooms_of(person)), now_ms())

    def _called_so_since(self, room: int, id: str) -> tuple[int, str]:
        person = self._known.get(id)
        if person is not None and room in self.rooms_of(person):
            entry = self._earliest(room, person)
        else:
            entry = self.elsewhere.known(room)[id]
        return max(entry.since, entry.named_at), id

    def went_elsewhere(self, room: int, id: str) -> None:
        """No other worker has this person here any more."""
        before, person = self.elsewhere.take_out(room, id), self._known.get(id)
        self._count_once(room, id)
        if before is not None and (person is None or person not in self._here.get(room, ())):
            self._untold.went(room, id, before.listed)

    def _count_once(self, room: int, id: str) -> None:
        """Note whether a person is here and by another worker too."""
        if id in self.elsewhere.known(room) and self._known.get(id) in self._here.get(room, ()):
            self._in_both[room].add(id)
        elif room in self._in_both:
            self._in_both[room].discard(id)
            if not self._in_both[room]:
                del self._in_both[room]

    def _entry(self, room: int, person: Person) -> Entry:
        return Entry(self._since.get((room, person.id), 0), person.named_at, person.as_dict())

    def _earliest(self, room: int, person: Person) -> Entry:
        own, other = self._entry(room, person), self.elsewhere.people(room).get(person.id)
        return own if other is None or own.since <= other.since else Entry(other.since, own.named_at, own.listed)

    # News ------------------------------------------------------------------------------------------------------------

    def _came(self, room: int, person: Person) -> None:
        if self._is_shared:
            self._since.setdefault((room, person.id), now_ms())
            self._note_unshared(room, person)
        elsewhere = self.elsewhere.people(room).get(person.id)
        listed = person.as_dict()
        self._untold.came(room, person.id, listed if elsewhere is None or elsewhere.listed != listed else None)

    def _went(self, room: int, person: Person) -> None:
        if self._is_shared:
            self._since.pop((room, person.id), None)
            self._note_unshared(room, person)
        if person.id not in self.elsewhere.people(room):
            self._untold.went(room, person.id, person.as_dict())

    def _note_unshared(self, room: int, person: Person) -> None:
        self._unshared[room, person.id] = None
        self._changed.add(room)
        self.share_soon()


def _once(places: Iterable[tuple[int, str]]) -> Iterator[str]:
    """The ids in this order, each where it comes first."""
    seen: set[str] = set()
    for _, id in places:
        if id not in seen:
            seen.add(id)
            yield id


def _nobody_waits() -> None: ...
