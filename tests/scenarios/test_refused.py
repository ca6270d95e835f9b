"""What is refused changes nothing: no room is opened for it, nobody is named by it."""

import json
from typing import Any

import pytest

from rooms_chat.testing import Cast, Person, Refused, refused


def test_a_refused_first_word_opens_and_joins_nothing(alice: Person, bob: Person) -> None:
    with refused("bad_request"):
        alice.asks("my event", message="hello")
    with refused("bad_request"):
        alice.asks("my event", message=" ", user_name="alice")
    with refused("room_not_found"):
        bob.looks_back("lobby")


@pytest.mark.parametrize("text", ["  ", "a\x07b", "x" * 4001])
def test_a_refused_post_gives_nobody_another_name(alice: Person, bob: Person, text: str) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    with refused("too_long" if len(text) > 4000 else "bad_request"):
        alice.asks("my event", room="kitchen", message=text, user_name="Zed")
    alice.says("soup?")
    bob.hears("soup?", from_="alice")


def test_a_post_to_a_room_not_joined_gives_nobody_another_name(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("garden")
    with refused("not_joined"):
        alice.asks("my event", room="garden", message="soup?", user_name="Zed")
    assert alice.joins("kitchen").you.user_name == "alice"


def test_a_name_is_free_only_where_all_tabs_of_a_person_are(alice: Person, bob: Person) -> None:
    bob.joins("garden")
    alice.joins("garden")
    tab = alice.opens_another_tab()
    assert tab.joins("kitchen", called="bob").you.user_name == "bob 2"
    alice.says("who am I?")
    bob.hears("who am I?", from_="bob 2")


def test_an_answer_around_a_message_is_bounded_as_any_other(alice: Person) -> None:
    alice.joins("kitchen")
    for number in range(40):
        alice.says(f"{number}" + "\N{SNOWMAN}" * 3990)
    page = alice.asks("history", room="kitchen", around=20, limit=100)
    assert len(json.dumps(page, ensure_ascii=False).encode()) < 300 * 1024
    assert page["more"]


def test_typing_in_two_rooms_is_told_in_both(alice: Person, bob: Person, charlie: Person) -> None:
    for room in ("kitchen", "garden"):
        alice.joins(room)
    bob.joins("kitchen")
    charlie.joins("garden")
    alice.types("kitchen")
    alice.types("garden")
    bob.sees_typing("alice")
    charlie.sees_typing("alice")


def test_who_leaves_for_good_sees_it_in_every_tab(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("soup?")
    tab = alice.opens_another_tab()
    tab.joins("kitchen")
    tab.sees_here("alice")
    alice.forgets("kitchen")
    tab.sees_gone("alice")
    with refused("not_joined"):
        tab.asks("my event", room="kitchen", message="still here")


def test_a_join_refused_for_its_name_opens_no_room(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    with refused("name_taken"):
        alice.asks("join", room="brand-new", user_name="bob")
    with refused("room_not_found"):
        bob.looks_back("brand-new")


@pytest.mark.rooms(message_rate=1)
def test_strangers_who_are_refused_shut_nobody_up(cast: Cast, alice: Person) -> None:
    alice.joins("kitchen")
    for number in range(10):
        stranger = cast(f"stranger {number}")
        stranger.joins("hall")
        for _ in range(3):
            with refused("not_joined"):
                stranger.asks("my event", room="kitchen", message="spam")
    alice.says("still here")


@pytest.mark.rooms(open_rooms="unlisted")
def test_a_post_and_leaving_for_good_right_behind_it_leave_no_member(alice: Person, bob: Person) -> None:
    alice.joins("attic")
    bob.joins("attic")
    alice.watches_rooms()
    posting = alice.sends("my event", room="attic", message="bye")
    leaving = alice.sends("leave", room="attic", forget=True)
    assert posting.answer()["ok"]
    assert leaving.answer()["ok"]
    alice.client.wait(lambda: "attic" not in alice.client.rooms)
    bob.says("who was that?")
    alice.does_not_see_room("attic")


@pytest.mark.inside
@pytest.mark.parametrize(
    ("event", "fields"), [("my event", {"message": "still here"}), ("level", {"level": "everything"})]
)
def test_who_leaves_for_good_is_not_brought_back_by_what_another_tab_does_meanwhile(
    alice: Person, bob: Person, event: str, fields: dict[str, Any]
) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    bob.joins("kitchen")
    tab = alice.opens_another_tab()
    tab.joins("kitchen")
    leaving = alice.sends("leave", room="kitchen", forget=True)
    doing = tab.sends(event, room="kitchen", **fields)
    assert leaving.answer()["ok"]
    with refused("not_joined"):
        doing.answer()
    assert tab.asks("join", room="kitchen")["seen"] is None
    bob.hears_nothing()


@pytest.mark.inside
def test_who_is_gone_while_a_room_is_opened_leaves_nothing_behind(alice: Person, rooms_server: Any) -> None:
    alice.connects()
    alice.sends("join", room="kitchen", user_name="alice")
    alice.sends("rooms", on=True)
    alice.loses_connection()
    rooms_server.hub.settle()
    assert rooms_server.chat.news._watchers == {}
    assert rooms_server.chat.presence.rooms_with_somebody() == []


def test_a_guest_is_told_who_it_is_with_its_first_word_whatever_was_refused_before(alice: Person) -> None:
    with refused("bad_request"):
        alice.asks("my event", message="hello")
    answer = alice.asks("my event", message="hello", user_name="alice")
    assert answer["you"]["user_name"] == "alice"
    assert answer["you"]["key"]
    assert "you" not in alice.asks("my event", message="again")


def test_an_empty_name_is_no_room(alice: Person) -> None:
    alice.joins("lobby")
    with refused("bad_request"):
        alice.asks("my event", room="", message="hello")


@pytest.mark.parametrize("text", ["\u200b", "\u3164\ufeff", " \u2060 "])
def test_a_message_that_shows_nothing_is_refused(alice: Person, text: str) -> None:
    alice.joins("kitchen")
    with refused("bad_request"):
        alice.says(text)


@pytest.mark.rooms(message_rate=1)
def test_a_repeat_is_answered_though_its_author_posts_too_fast(alice: Person) -> None:
    alice.joins("kitchen")
    first = alice.says("soup?", id="s1")
    for _ in range(3):
        alice.says("more")
    with refused("rate_limited") as refusal:
        alice.says("too fast")
    assert refusal.error.retry_after
    assert alice.asks("my event", room="kitchen", message="soup?", id="s1")["seq"] == first.seq


@pytest.mark.rooms(message_rate=1)
def test_a_repeat_without_end_is_told_to_wait(alice: Person) -> None:
    alice.joins("kitchen")
    with refused("rate_limited") as refusal:
        for _ in range(20):
            alice.asks("my event", room="kitchen", message="soup?", id="s1")
    assert refusal.error.retry_after


@pytest.mark.rooms(message_rate=1)
@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("react", {"room": "kitchen", "seq": 1, "emoji": "🍲", "on": True}),
        ("topic", {"room": "kitchen", "topic": "soup"}),
        ("pin", {"room": "kitchen", "seq": 1, "on": True}),
        ("archive", {"room": "kitchen", "on": False}),
        ("seen", {"room": "kitchen", "seq": 1}),
        ("level", {"room": "kitchen", "level": "nothing"}),
        ("status", {"status": "away", "words": ""}),
        ("person", {"id": "nobody"}),
        ("leave", {"room": "kitchen", "forget": True}),
    ],
)
def test_whatever_one_asks_too_fast_is_refused_with_the_time_to_wait(
    alice: Person, event: str, fields: dict[str, Any]
) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    for _ in range(8):
        try:
            alice.asks(event, **fields)
        except Refused as refusal:
            assert refusal.code in ("person_not_found", "rate_limited")  # noqa: PT017 - that is refused and counted too
    with refused("rate_limited") as told:
        alice.asks(event, **fields)
    assert told.error.retry_after


def test_what_is_said_again_after_leaving_for_good_is_the_message_it_was(alice: Person) -> None:
    alice.joins("kitchen")
    said = alice.says("soup?", id="soup-1")
    alice.forgets()
    assert alice.says("soup?", in_="kitchen", id="soup-1").seq == said.seq
    with refused("not_joined"):
        alice.says("bread?", in_="kitchen", id="bread-1")
