"""Who is called what: a name is one person's while it is here, and who comes back is who it was."""

from typing import Any

import pytest

from rooms_chat.elsewhere import Entry
from rooms_chat.hub import Pending
from rooms_chat.testing import Cast, Person, refused


def test_a_name_that_is_taken_is_refused_with_one_that_is_free(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    with refused("name_taken") as refusal:
        bob.joins("kitchen", called="alice")
    assert refusal.error.field == "user_name"
    assert refusal.error.suggestion == "alice 2"

    assert bob.joins("kitchen", called=refusal.error.suggestion).you.user_name == "alice 2"
    bob.says("I am another")
    alice.hears("I am another", from_="alice 2")


@pytest.mark.parametrize("alike", ["ALICE", "аlice", "ａｌｉｃｅ", "aIice", "al\u200dice", "alіce"])
def test_a_name_that_looks_like_one_that_is_taken_is_refused(alice: Person, bob: Person, alike: str) -> None:
    alice.joins("kitchen")
    with refused("name_taken"):
        bob.joins("kitchen", called=alike)
    alice.counts_here(1)


def test_a_name_is_free_in_another_room_and_when_its_bearer_has_gone(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alice.joins("kitchen")
    bob.joins("garden", called="alice")
    alice.leaves()
    bob.joins("kitchen")
    bob.says("now it is me")
    with refused("name_taken"):
        charlie.joins("kitchen", called="alice")


def test_who_has_a_name_already_is_not_refused_where_another_has_it(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("garden", called="alice")
    assert bob.joins("kitchen").you.user_name == "alice 2"


def test_who_comes_back_with_the_key_is_the_same_person(alice: Person, cast: Cast) -> None:
    alice.joins("kitchen")
    said = alice.says("soup?", id="s1")
    alice.loses_connection()

    later = cast("later")
    later.connects(key=alice.key)
    joined = later.asks("join", room="kitchen")

    assert joined["you"]["id"] == alice.id
    assert joined["you"]["user_name"] == "alice"
    assert later.says("soup?", in_="kitchen", id="s1") == said


def test_the_key_may_come_with_the_first_join(alice: Person, cast: Cast) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    assert cast("later").joins("kitchen", key=alice.key).you.id == alice.id


def test_who_comes_back_is_never_refused_its_name(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    alice.loses_connection()
    bob.joins("garden", called="alice")
    bob.joins("kitchen")

    [joined] = alice.comes_back()["kitchen"]

    assert joined.you.user_name == "alice 2"
    alice.says("what happened to my name?")
    bob.hears("what happened to my name?", in_="kitchen", from_="alice 2")


def test_a_connection_is_one_person_for_its_life(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    with refused("other_person"):
        alice.joins("kitchen", key=bob.key)
    with refused("other_person"):
        alice.joins("elsewhere", key=bob.key)


def test_a_key_that_is_not_ours_is_refused(alice: Person, bob: Person) -> None:
    with refused("bad_request"):
        alice.connects(key="made up")
    with refused("bad_request") as refusal:
        bob.joins("kitchen", key="made up")
    assert refusal.error.field == "key"


def test_a_reader_is_counted_and_says_its_name_with_its_first_word(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    assert bob.reads("kitchen").you.user_name is None
    alice.counts_here(2)
    alice.sees_gone("bob")
    with refused("bad_request") as refusal:
        bob.says("hello")
    assert refusal.error.field == "user_name"

    bob.asks("my event", room="kitchen", message="hello", user_name="bob")

    alice.hears("hello", from_=bob)
    alice.sees_here("bob")


def test_a_reader_who_wants_a_taken_name_says_nothing(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.reads("kitchen")
    with refused("name_taken") as refusal:
        bob.asks("my event", room="kitchen", message="hello", user_name="alice")
    assert refusal.error.suggestion == "alice 2"
    alice.hears_nothing()


def test_who_asks_for_no_answer_simply_gets_the_free_name(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.reads("kitchen")
    bob.tells("my event", room="kitchen", message="hello", user_name="alice")
    alice.hears("hello", from_="alice 2")


def test_a_name_may_change_and_what_was_said_keeps_the_old_one(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("I am alice")
    alice.joins("kitchen", called="Alicia")
    alice.says("and now Alicia")
    bob.hears("I am alice", from_="alice")
    bob.hears("and now Alicia", from_="Alicia")
    bob.sees_here("Alicia")
    bob.sees_gone("alice")


def test_the_name_offered_when_connecting_is_used_when_joining(alice: Person, bob: Person) -> None:
    bob.joins("kitchen")
    alice.connects(user_name="Alice from the bakery")
    assert alice.reads("kitchen").you.user_name == "Alice from the bakery"
    bob.sees_here("Alice from the bakery")


def test_a_member_who_posts_from_elsewhere_takes_nobodys_name(alice: Person, bob: Person) -> None:
    bob.joins("kitchen", called="ana")
    bob.says("soup?")
    bob.leaves()
    alice.joins("kitchen", called="ana")
    bob.says("bread?", in_="kitchen")
    alice.hears("bread?", from_="ana 2")


@pytest.mark.inside
def test_a_member_who_posts_from_elsewhere_takes_no_name_of_another_worker(
    alice: Person, bob: Person, rooms_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    bob.joins("kitchen")
    alice.leaves("kitchen")
    presence, hub = rooms_server.chat.presence, rooms_server.hub

    def learn(room: int) -> Pending[None]:
        """Another worker has Zoe there, of whom this one hears when it asks."""
        learning: Pending[None] = Pending()
        zoe = Entry(since=1, named_at=1, listed={"id": "zoe's", "user_name": "zoe"})
        hub.call_soon(lambda: presence.came_elsewhere(room, "zoe's", zoe))
        hub.call_soon(lambda: learning.settle(None))
        return learning

    monkeypatch.setattr(rooms_server.chat.others, "learn", learn)
    with refused("name_taken"):
        alice.asks("my event", room="kitchen", message="I am zoe", user_name="zoe")
    alice.says("I am alice", in_="kitchen")
    bob.hears("I am alice", from_="alice")
