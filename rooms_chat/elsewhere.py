"""Elsewhere: who is here by way of other workers, as far as this one was told. Empty where there is only one."""

from bisect import bisect_left, insort
from collections import OrderedDict, defaultdict
from collections.abc import Iterator

import msgspec

from rooms_chat import names
from rooms_chat.people import Listed

ASKED_ROOMS = 500


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person in a room: since when (ms), when it was last called something else (ms), and how a list shows it."""

    since: int
    named_at: int
    listed: Listed

    @property
    def name(self) -> str | None:
        return self.listed.get("user_name")


class Elsewhere:
    """People by room. Remembers of which rooms somebody wanted to know, so that it is told about those."""

    def __init__(self) -> None:
        self._people: dict[int, dict[str, Entry]] = {}
        self._in_order: dict[int, list[tuple[int, str]]] = {}
        self._looks = Looks()
        self._asked: OrderedDict[int, None] = OrderedDict()

    def people(self, room: int) -> dict[str, Entry]:
        """By their ids."""
        self._asked[room] = None
        self._asked.move_to_end(room)
        if len(self._asked) > ASKED_ROOMS:
            self._asked.popitem(last=False)
        return self._people.get(room, {})

    def known(self, room: int) -> dict[str, Entry]:
        """The same, without having looked."""
        return self._people.get(room, {})

    def in_order(self, room: int) -> Iterator[tuple[int, str]]:
        """(since, id) of everybody, those first who came first."""
        return iter(self._in_order.get(room, ()))

    @property
    def asked(self) -> Iterator[int]:
        """The rooms that somebody looked at lately."""
        return iter(list(self._asked))

    def rooms(self) -> list[int]:
        """Where it knows somebody."""
        return list(self._people)

    def put(self, room: int, person: str, entry: Entry) -> Entry | None:
        """A person is here, or is called something else now; what was known of it before."""
        people = self._people.setdefault(room, {})
        before = people.get(person)
        if before is not None:
            self._forget(room, person, before)
        people[person] = entry
        insort(self._in_order.setdefault(room, []), (entry.since, person))
        self._looks.add(room, person, entry.name)
        return before

    def take_out(self, room: int, person: str) -> Entry | None:
        """A person is here no more; what was known of it."""
        people = self._people.get(room, {})
        before = people.pop(person, None)
        if before is not None:
            self._forget(room, person, before)
        if not people:
            self._people.pop(room, None)
            self._in_order.pop(room, None)
        return before

    def _forget(self, room: int, person: str, entry: Entry) -> None:
        self._looks.discard(room, person, entry.name)
        places = self._in_order[room]
        del places[bisect_left(places, (entry.since, person))]

    def is_taken(self, name: str, room: int, by_other_than: str) -> bool:
        return self._looks.is_taken(name, room, by_other_than)

    def of(self, name: str, room: int) -> str | None:
        return self._looks.of(name, room)

    def whose(self, name: str, room: int) -> set[str]:
        return self._looks.whose(name, room)


class Looks:
    """Who in a room has a name that looks so: a name is taken or free at once, however many are here."""

    def __init__(self) -> None:
        self._people: defaultdict[tuple[int, str], set[str]] = defaultdict(set)

    def add(self, room: int, person: str, name: str | None) -> None:
        for look in _looks_of(name):
            self._people[room, look].add(person)

    def discard(self, room: int, person: str, name: str | None) -> None:
        for look in _looks_of(name):
            people = self._people[room, look]
            people.discard(person)
            if not people:
                del self._people[room, look]

    def is_taken(self, name: str, room: int, by_other_than: str) -> bool:
        return any(self._people.get((room, look), set()) - {by_other_than} for look in names.skeletons(name))

    def of(self, name: str, room: int) -> str | None:
        """Of one whose name looks so."""
        return next(iter(self.whose(name, room)), None)

    def whose(self, name: str, room: int) -> set[str]:
        """Of all whose name looks so."""
        return {person for look in names.skeletons(name) for person in self._people.get((room, look), ())}


def _looks_of(name: str | None) -> frozenset[str]:
    return names.skeletons(name) if name is not None else frozenset()
