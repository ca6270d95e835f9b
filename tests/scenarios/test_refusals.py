"""Every wrong value in every field of every request is refused by name, with a sentence, and changes nothing."""

import math
from typing import Any

import msgspec
import pytest

from rooms_chat.sockets import TABLE
from rooms_chat.testing import Person, Refused

NO_TEXT = [5, 1.5, True, math.nan, [], {}, ["soup"], {"text": "soup"}, "\x00", "so\x00up", "\ud800", "so\udfffup"]
NO_NUMBER = ["5", "", -1, 1.5, True, math.nan, math.inf, [], {}, 2**53]
NO_YES_OR_NO = ["true", 1, 0, math.nan, [], {}]
NO_ROOM_NAME = ["", " ", "a b", "a/b", "so\x07up", "\u202eroom", "\N{SNOWMAN}", "\u3164", "a" + 4 * "\u0301"]
NO_NAME = ["", "  ", "al\x07ice", "al\nice", "\u202ealice", "\u200b", "\u3164", "\U000e0041", "z" + 9 * "\u0301"]

MISSING = object()
WRONG: dict[str, dict[str, list[Any]]] = {
    "join": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "x" * 201],
        "user_name": [*NO_TEXT, *NO_NAME, "x" * 41, "x" * 201],
        "key": [*NO_TEXT, "", "no key", "\x07", "x" * 201],
        "after": NO_NUMBER,
        "epoch": [*NO_TEXT, "x" * 201],
    },
    "leave": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "forget": [None, *NO_YES_OR_NO],
    },
    "my event": {
        "room": [*NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "message": [MISSING, None, *NO_TEXT, "", " \n\t", "so\x07up", "so\x85up", "x" * 4001, "\U0001f600" * 4097],
        "id": [*NO_TEXT, "", "\x07", "é", "개발", "x" * 65],
        "user_name": [*NO_TEXT, *NO_NAME, "x" * 41],
        "data": ["with a message"],
        "reply_to": [*NO_NUMBER, 0, 2],
    },
    "edit": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "seq": [MISSING, None, *NO_NUMBER, 0, 2],
        "message": [MISSING, None, *NO_TEXT, "", " \n\t", "so\x07up", "x" * 4001, "\U0001f600" * 4097],
    },
    "remove": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "seq": [MISSING, None, *NO_NUMBER, 0, 2],
    },
    "react": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "seq": [MISSING, None, *NO_NUMBER, 0, 2],
        "emoji": [MISSING, None, *NO_TEXT, "", " ", "soup", ":+1:", "🍲🍲", "🍲" * 33],
        "on": [MISSING, None, *NO_YES_OR_NO],
    },
    "status": {
        "status": [MISSING, None, *NO_TEXT, "", "Active", "busy"],
        "words": [MISSING, None, *NO_TEXT, "x" * 101, "x" * 201, "so\x07up", "\u202esoup", "\u200b"],
    },
    "person": {"id": [MISSING, None, *NO_TEXT, "", "nobody", "x" * 201]},
    "topic": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "topic": [
            MISSING,
            None,
            *NO_TEXT,
            "x" * 201,
            "x" * 401,
            "so\x07up",
            "\u202esoup",
            "\u200b",
            "z" + 9 * "\u0301",
        ],
    },
    "pin": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "seq": [MISSING, None, *NO_NUMBER, 0, 2],
        "on": [MISSING, None, *NO_YES_OR_NO],
    },
    "archive": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "on": [MISSING, None, *NO_YES_OR_NO],
    },
    "seen": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "seq": [MISSING, None, *NO_NUMBER],
    },
    "level": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "level": [MISSING, None, *NO_TEXT, "", "Everything", "invisible"],
    },
    "history": {
        "room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"],
        "before": NO_NUMBER,
        "from": [*NO_NUMBER, 1],
        "around": [*NO_NUMBER, 1],
        "limit": [None, *NO_NUMBER, 0, 501],
    },
    "rooms": {"on": [MISSING, None, *NO_YES_OR_NO]},
    "typing": {"room": [MISSING, None, *NO_TEXT, *NO_ROOM_NAME, "x" * 65, "no-such-room"]},
}
RIGHT: dict[str, dict[str, Any]] = {
    "join": {"room": "kitchen"},
    "leave": {"room": "kitchen"},
    "my event": {"room": "kitchen", "message": "soup?"},
    "edit": {"room": "kitchen", "seq": 1, "message": "soup?"},
    "remove": {"room": "kitchen", "seq": 1},
    "react": {"room": "kitchen", "seq": 1, "emoji": "🍲", "on": True},
    "status": {"status": "away", "words": "lunch"},
    "person": {"id": "nobody"},
    "topic": {"room": "kitchen", "topic": "soup"},
    "pin": {"room": "kitchen", "seq": 1, "on": True},
    "archive": {"room": "kitchen", "on": True},
    "seen": {"room": "kitchen", "seq": 1},
    "level": {"room": "kitchen", "level": "nothing"},
    "history": {"room": "kitchen", "before": 2},
    "rooms": {"on": True},
    "typing": {"room": "kitchen"},
}
CODES = {"bad_request", "too_long", "room_not_found", "person_not_found"}
CASES = [(event, field) for event, fields in WRONG.items() for field in fields]
NO_OBJECT: list[tuple[Any, ...]] = [(None,), ("text",), (5,), ([],), ([{"room": "kitchen"}],), ({}, {}), (math.nan,)]


def refusal_of(person: Person, event: str, *args: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        person.asks(event, *args)
    refusal = caught.value
    assert refusal.code in CODES
    assert refusal.message[0].isupper() or refusal.message[0] == "“"
    assert refusal.message.endswith(".")
    assert len(refusal.message) < 400
    return refusal


def with_value(event: str, field: str, value: Any) -> dict[str, Any]:
    fields = {**RIGHT[event], field: value}
    return {name: value for name, value in fields.items() if value is not MISSING}


def is_as_before(alice: Person, bob: Person) -> None:
    """What somebody else sees, who was in the room all the while."""
    bob.hears_nothing()
    bob.sees_nobody_typing()
    bob.counts_here(2)
    assert bob.shows() == ["before"]
    assert bob.watches_rooms().keys() - {"lobby"} == {"kitchen"}
    assert alice.says("after", in_="kitchen").seq == 2
    bob.hears("after", from_="alice")


@pytest.fixture
def two(alice: Person, bob: Person) -> tuple[Person, Person]:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("before")
    bob.hears("before")
    return alice, bob


@pytest.mark.parametrize(("event", "field"), CASES)
def test_a_wrong_value_is_refused_by_its_field_and_changes_nothing(
    two: tuple[Person, Person], event: str, field: str
) -> None:
    alice, bob = two
    for value in WRONG[event][field]:
        refusal = refusal_of(alice, event, with_value(event, field, value))
        assert refusal.field is not None, f"{value!r} was refused without naming a field: {refusal}"
    is_as_before(alice, bob)


def test_no_field_of_any_request_is_forgotten_here() -> None:
    there = {name: {field.encode_name for field in msgspec.structs.fields(kind)} for name, (kind, _) in TABLE.items()}
    del there["message"], there["json"]  # other names of “my event”
    assert {event: set(fields) for event, fields in WRONG.items()} == there


@pytest.mark.parametrize("wrong", [{"user_name": "al\x07ice"}, {"user_name": "x" * 41}, {"key": "no key"}])
def test_a_join_that_is_refused_opens_no_room(two: tuple[Person, Person], wrong: dict[str, str]) -> None:
    alice, bob = two
    refusal_of(alice, "join", {"room": "attic", **wrong})
    with pytest.raises(Refused) as refusal:
        bob.looks_back("attic")
    assert refusal.value.code == "room_not_found"


@pytest.mark.parametrize("event", RIGHT)
def test_what_is_not_one_object_with_declared_fields_is_refused(two: tuple[Person, Person], event: str) -> None:
    alice, bob = two
    for args in NO_OBJECT:
        if event == "my event" and args == ("text",):
            continue
        refusal_of(alice, event, *args)
    for undeclared in ("undeclared", "__proto__", "", "x" * 300, "\ud800", "개발"):
        refusal = refusal_of(alice, event, {**RIGHT[event], undeclared: 1})
        assert refusal.code == "bad_request"
    is_as_before(alice, bob)


@pytest.mark.parametrize("event", ["no event", "My Event", "my event ", "connect_error", "", "개발", "x" * 300])
def test_an_event_that_is_none_is_refused(two: tuple[Person, Person], event: str) -> None:
    alice, bob = two
    with pytest.raises(Refused) as refusal:
        alice.asks(event, room="kitchen")
    assert refusal.value.code == "unknown_event"
    is_as_before(alice, bob)


@pytest.mark.parametrize("auth", [{"key": 5}, {"key": ""}, {"user_name": []}, {"undeclared": 1}, {"user_name": "\x00"}])
def test_a_wrong_handshake_is_refused(alice: Person, auth: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        alice.connects(**auth)
    assert refusal.value.code == "bad_request"
