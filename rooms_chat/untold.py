"""Who came into each room and went out of it since that was last told. News may be lost: it is bounded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from rooms_chat.people import Listed

TOLD_AT_MOST = 50
UNTOLD_AT_MOST = 1000


class Untold:
    """Of each room, who came and who went, by their ids. Whoever has no name is not told of."""

    def __init__(self) -> None:
        self._of_rooms: defaultdict[int, tuple[dict[str, Listed], dict[str, Listed]]]
        self._of_rooms = defaultdict(lambda: ({}, {}))

    def came(self, room: int, id: str, listed: Listed | None) -> None:
        """`listed` is None where nothing changed by it, but that it has not gone."""
        came, went = self._of_rooms[room]
        went.pop(id, None)
        if listed is not None and listed["user_name"] is not None:
            _put(came, id, listed)

    def went(self, room: int, id: str, listed: Listed) -> None:
        came, went = self._of_rooms[room]
        came.pop(id, None)
        if listed["user_name"] is not None:
            _put(went, id, listed)

    def include(self, rooms: Iterable[int]) -> None:
        """There is something to tell in these, be it of nobody."""
        self._of_rooms.update({room: self._of_rooms[room] for room in rooms})

    def take(self, is_inhabited: Callable[[int], bool]) -> Iterator[tuple[int, list[Listed], list[Listed]]]:
        """(room, came, went), at most 50 of each; what is left over waits for the next time.

        What is not asked for stays.
        """
        for room in list(self._of_rooms):
            came, went = news = self._of_rooms[room]
            told = room, _take(came), _take(went)
            if not any(news) or not is_inhabited(room):
                del self._of_rooms[room]
            yield told


def _put(people: dict[str, Listed], id: str, listed: Listed) -> None:
    """Of more than can be told soon, the oldest is lost."""
    if len(people) >= UNTOLD_AT_MOST:
        del people[next(iter(people))]
    people[id] = listed


def _take(people: dict[str, Listed]) -> list[Listed]:
    """Take the first 50 out."""
    return [people.pop(id) for id in list(islice(people, TOLD_AT_MOST))]
