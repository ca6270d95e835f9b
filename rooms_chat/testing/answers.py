"""What a scenario gets back. Made from the answer itself, so that an answer of another shape fails."""

from typing import Any, NamedTuple, TypeVar

import msgspec

from rooms_chat.events import Message, Pin

T = TypeVar("T")


class Said(NamedTuple):
    """What the acknowledgement of a post told."""

    seq: int
    id: str
    at: str


class HasRead(NamedTuple):
    """How far one has read a room, and what that leaves."""

    seq: int | None
    unread: int
    mentions: int


class You(msgspec.Struct):
    """Who the server says one is. The key makes its bearer this person."""

    id: str
    user_name: str | None
    key: str | None = None
    status: str = "active"
    words: str = ""
    may: list[str] = []


class Card(msgspec.Struct):
    """What there is to know of a person."""

    id: str
    user_name: str
    since: str | None
    status: str
    words: str
    here: bool
    rooms: list[str]


class RoomFacts(msgspec.Struct):
    """A room's facts."""

    name: str
    topic: str
    visibility: str
    archived: bool
    pins: list[Pin]
    opened_by: str | None
    opened_at: str
    head: int
    here: int


class Joined(msgspec.Struct):
    """The answer to `join`: a cut in the room's stream."""

    room: RoomFacts
    head: int
    epoch: str
    messages: list[Message]
    limited: bool
    more: bool
    seen: int | None
    unread: int
    mentions: int
    level: str
    you: You
    version: str

    @property
    def texts(self) -> list[str]:
        return [message.message for message in self.messages]


class HistoryPage(msgspec.Struct):
    """The answer to `history`."""

    messages: list[Message]
    more: bool

    @property
    def texts(self) -> list[str]:
        return [message.message for message in self.messages]


class RoomEntry(msgspec.Struct):
    """A room as the list of active rooms shows it; what is this person's own is told in the answer to `rooms` only."""

    name: str
    topic: str
    visibility: str
    here: int
    people: list[dict[str, str]]
    last: dict[str, str] | None
    mine: bool | None = None
    seen: int | None = None
    unread: int | None = None
    mentions: int | None = None
    level: str | None = None


def read(kind: type[T], answer: Any) -> T:
    """An answer as a `kind`; what is of another shape is the server's fault."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise AssertionError(f"this is no {kind.__name__} as the wire describes it: {error}\n{answer!r}") from None


def seq_of(what: Said | Message | int) -> int:
    """The address of a message, however it is named."""
    return what if isinstance(what, int) else what.seq
