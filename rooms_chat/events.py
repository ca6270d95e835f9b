"""Every event on the wire, both directions: its name, its fields and their limits.

What a client asks is checked against these types before any rule is; a field that is not declared is refused. What a
client is told is made of them too.
"""

import re
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from rooms_chat.errors import BadRequest, TooLong

MESSAGE_CHARACTERS = 4000
MESSAGE_BYTES = 16 * 1024
ID_CHARACTERS = 64
DATA_CHARACTERS = 200
EMOJI_CHARACTERS = 32
QUOTE_CHARACTERS = 140
PAGE_MESSAGES = 50
PAGE_MESSAGES_MOST = 500

Text = Annotated[str, Meta(max_length=200)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
MessageId = Annotated[str, Meta(max_length=ID_CHARACTERS)]


class Request(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a client asks."""


R = TypeVar("R", bound=Request)


class Join(Request):
    """Enter a room; with `after` and `epoch`, catch up on it."""

    room: Text
    user_name: Text | None = None
    key: Text | None = None
    after: Seq | None = None
    epoch: Text | None = None


class Leave(Request):
    """Go out of a room; with `forget`, for good."""

    room: Text
    forget: bool = False


class MyEvent(Request):
    """A post; with `data` instead of a message, the tutorial's word that is passed on and kept nowhere."""

    room: Text | None = None
    message: Annotated[str, Meta(max_length=MESSAGE_CHARACTERS)] | None = None
    data: Annotated[str, Meta(max_length=DATA_CHARACTERS)] | None = None
    id: MessageId | None = None
    user_name: Text | None = None
    reply_to: Seq | None = None


class History(Request):
    """One of `before`, `from` and `around`, a seq; none is the last page."""

    room: Text
    before: Seq | None = None
    from_: Seq | None = msgspec.field(default=None, name="from")
    around: Seq | None = None
    limit: Annotated[int, Meta(ge=1, le=PAGE_MESSAGES_MOST)] = PAGE_MESSAGES


def pages(limit: int) -> float:
    """How many pages of history so many messages are, for the limits; less than one counts as one."""
    return max(1.0, limit / PAGE_MESSAGES)


class Edit(Request):
    """Give a message of one's own another text."""

    room: Text
    seq: Seq
    message: Annotated[str, Meta(max_length=MESSAGE_CHARACTERS)]


class Remove(Request):
    """Erase a message's text."""

    room: Text
    seq: Seq


class React(Request):
    """Put an emoji on a message, or take one's own away."""

    room: Text
    seq: Seq
    emoji: Annotated[str, Meta(max_length=EMOJI_CHARACTERS)]
    on: bool


class Seen(Request):
    """Tell how far one has read."""

    room: Text
    seq: Seq


class Level(Request):
    """Choose how much of a room one wants to be told of."""

    room: Text
    level: Text


class Topic(Request):
    """Give a room another topic."""

    room: Text
    topic: Annotated[str, Meta(max_length=400)]


class PinMessage(Request):
    """Pin a message, or take it off."""

    room: Text
    seq: Seq
    on: bool


class Archive(Request):
    """Close a room, or open it again."""

    room: Text
    on: bool


class Status(Request):
    """Say whether one is active or away, and a few words."""

    status: Text
    words: Text


class PersonCard(Request):
    """Ask for what there is to know of a person."""

    id: Text


class Rooms(Request):
    """Hear of the active rooms, or no more."""

    on: bool


class Typing(Request):
    """Tell the others that a message is being written."""

    room: Text


class ConnectAuth(Request):
    """What a client may give in the connection's `auth`."""

    key: Text | None = None
    user_name: Text | None = None


class Quote(msgspec.Struct):
    """What a reply shows of the message it answers: the first 140 characters, and none once it is removed."""

    seq: int
    person: str
    user_name: str
    message: str


class Pin(msgspec.Struct):
    """A pinned message, by its first 140 characters; `at` is when it was posted."""

    seq: int
    person: str
    user_name: str
    message: str
    at: str


class RoomFacts(msgspec.Struct):
    """What can change about a room; also the `room` event."""

    topic: str
    visibility: str
    archived: bool
    pins: list[Pin]


class Reactor(msgspec.Struct):
    """Who reacted, called as then."""

    id: str
    user_name: str


class Reaction(msgspec.Struct):
    """An emoji on a message: how many put it there, and the first of them.

    `mine` tells a person who asked that it is one of those who are not named.
    """

    emoji: str
    count: int
    people: list[Reactor]
    mine: bool | UnsetType = UNSET


class Message(msgspec.Struct, kw_only=True):
    """A message, everywhere the same; also the `my response` event. `at` is RFC 3339 in UTC with milliseconds.

    What may be UNSET is left out where there is nothing.
    """

    room: str
    seq: int
    changed: int
    id: str
    person: str
    user_name: str
    message: str
    html: str
    at: str
    edited: bool
    removed: bool
    reply_to: int | UnsetType = UNSET
    reply: Quote | UnsetType = UNSET
    reactions: list[Reaction] | UnsetType = UNSET
    mentions: list[str] | UnsetType = UNSET


MY_RESPONSE = "my response"
CHANGED = "changed"
ROOM = "room"
MEMBERS = "members"
ROOMS = "rooms"
TYPING = "typing"
SEEN = "seen"
UNREAD = "unread"
LEVEL = "level"

NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")  # NUL, and halves of surrogate pairs
NAMED_FIELD = re.compile(r"`(?:\$\.)?([a-z_]+)`$|unknown field `([^`]*)`|required field `([^`]*)`")


def parse(kind: type[R], data: Any) -> R:
    """`data` as a `kind`; raises BadRequest or TooLong, naming the field."""
    if not isinstance(data, dict):
        raise BadRequest("Send one object with named fields.")
    try:
        request = msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except UnicodeEncodeError:
        raise BadRequest("A field's name holds a character that is no text.") from None
    for name, value in data.items():
        if type(value) is str and not value.isprintable() and NO_TEXT.search(value):
            raise BadRequest(f"“{name}” holds a character that is no text.", field=name)
    return request


def _refusal(complaint: str) -> BadRequest:
    """msgspec's complaint, such as “Expected `str`, got `int` - at `$.room`”, as a refusal."""
    found = NAMED_FIELD.search(complaint)
    name = next((g for g in found.groups() if g), None) if found else None
    if "of length <=" in complaint:
        return TooLong(f"“{name}” is too long.", field=name)
    if "unknown field" in complaint:
        shown = (name or "")[:40].encode("ascii", "backslashreplace").decode()
        return BadRequest(f"There is no field “{shown}” here.", field=shown)
    if "required field" in complaint:
        return BadRequest(f"“{name}” is missing.", field=name)
    wanted = re.match(r"Expected `([^`]*)`", complaint)
    sentence = f"“{name}” is not of the right kind" if name else "This is not of the right kind"
    return BadRequest(f"{sentence}: {_in_words(wanted[1] if wanted else '')} is wanted.", field=name)


def _in_words(kind: str) -> str:
    words = {"str": "a text", "int": "a whole number", "bool": "true or false"}
    return words.get(kind.split(" ")[0], "another value")
