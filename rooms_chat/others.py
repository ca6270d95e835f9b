"""The other workers that serve the same rooms, as the parts of this one speak to them; and being alone."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from rooms_chat.hub import Pending

if TYPE_CHECKING:
    from rooms_chat.delivery.delivery import Delivery
    from rooms_chat.delivery.news import News

AWAY_AFTER_SECONDS = 3.0

Forgot = Callable[[str, int], None]  # a person's id, a room's


class Word(msgspec.Struct, omit_defaults=True):
    """What one worker tells the others, of what no log keeps: it may get lost.

    `typing` and `data` are for who is in a room. `rooms` changed for those who watch lists; a person `joined` a room
    for good, or left one for good and for all its tabs (`forgot`), by ids. An `event` is for one person's connections,
    which may have `seen` a room (its id) up to a place.
    """

    worker: str = ""
    typing: dict[str, str | None] | None = None
    data: str | None = None
    rooms: list[int] = msgspec.field(default_factory=list)
    joined: tuple[str, int] | None = None
    forgot: tuple[str, int] | None = None
    to: str | None = None
    event: str = ""
    body: Any = None
    seen: tuple[int, int] | None = None


class Others(Protocol):
    """Nothing here blocks or raises. While the others are out of reach, what they are told is lost."""

    @property
    def silent_seconds(self) -> float:
        """Since when nothing was heard."""
        ...

    @property
    def is_there(self) -> bool:
        """Whether they can be reached: something was heard within the last seconds."""
        ...

    def start(self, delivery: "Delivery", news: "News", forgot: Forgot) -> None:
        """From now on they may be heard."""

    def ring(self, heads: Mapping[int, int]) -> None:
        """The bells: the heads of these rooms are at least here."""

    def listen(self, room: int) -> None:
        """Somebody is in a room here: hear its bell and its words."""

    def ignore(self, room: int) -> None:
        """Nobody is in it here any more."""

    def listen_for(self, person: str) -> None:
        """A person, by its id, is connected here: hear what is for its connections."""

    def ignore_for(self, person: str) -> None:
        """It is not connected here any more."""

    def learn(self, room: int) -> Pending[None]:
        """Know who is in a room elsewhere; settled also where that cannot be known."""
        ...

    def tell(self, word: Word, room: int | None = None) -> None:
        """Tell those who listen for the person it is for, or to a room, or else everybody."""

    def close(self) -> None:
        """Say farewell."""


class Alone:
    """There is nobody else."""

    silent_seconds = 0.0
    is_there = True

    def start(self, delivery: "Delivery", news: "News", forgot: Forgot) -> None: ...

    def ring(self, heads: Mapping[int, int]) -> None: ...

    def listen(self, room: int) -> None: ...

    def ignore(self, room: int) -> None: ...

    def listen_for(self, person: str) -> None: ...

    def ignore_for(self, person: str) -> None: ...

    def learn(self, room: int) -> Pending[None]:
        return settled()

    def tell(self, word: Word, room: int | None = None) -> None: ...

    def close(self) -> None: ...


def settled() -> Pending[None]:
    done: Pending[None] = Pending()
    done.settle(None)
    return done
