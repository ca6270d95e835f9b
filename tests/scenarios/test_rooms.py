"""Which rooms there are, who may open one, and to whom one shows."""

import time

import pytest

from rooms_chat import connections
from rooms_chat.testing import Person, refused


def test_joining_opens_a_room_and_its_opener_is_known(alice: Person, bob: Person) -> None:
    room = alice.joins("kitchen").room
    assert (room.name, room.topic, room.head, room.visibility) == ("kitchen", "", 0, "listed")
    assert room.opened_by == alice.id
    assert bob.joins("kitchen").room.opened_by == alice.id


@pytest.mark.parametrize(("opened", "other"), [("Design", "dESIGN"), ("개발", "개발"), ("Straße", "STRASSE")])
def test_a_name_in_another_spelling_is_the_same_room(alice: Person, bob: Person, opened: str, other: str) -> None:
    alice.joins(opened)
    assert bob.joins(other).room.name == opened
    alice.says("here?")
    bob.hears("here?")


def test_a_room_that_was_not_opened_is_not_found(alice: Person) -> None:
    alice.joins("kitchen")
    for event in ("leave", "history", "typing"):
        with refused("room_not_found") as refusal:
            alice.asks(event, room="attic")
        assert refusal.error.message == "There is no room “attic” here."
    with refused("room_not_found"):
        alice.says("hello?", in_="attic")


@pytest.mark.inside
def test_who_is_in_as_many_rooms_as_one_may_be_leaves_one_to_join_another(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "ROOMS_MOST", 2)
    alice.joins("kitchen")
    alice.joins("garden")
    with refused("bad_request"):
        alice.joins("attic")
    with refused("room_not_found"):
        bob.asks("history", room="attic")
    alice.joins("kitchen")
    alice.leaves("kitchen")
    alice.joins("attic")


def test_who_watches_the_rooms_sees_them_open_and_fill(alice: Person, bob: Person) -> None:
    bob.watches_rooms()
    alice.joins("kitchen")
    bob.sees_room("kitchen", here=1, last=None)
    alice.says("soup?")
    last = bob.sees_room("kitchen", here=1).last
    while last is None:
        bob.client.wait(lambda: bob.client.rooms["kitchen"]["last"] is not None)
        last = bob.sees_room("kitchen").last
    assert (last["user_name"], last["message"]) == ("alice", "soup?")


def the_next_millisecond() -> None:
    """Words of one millisecond have no order in the list."""
    began = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == began:
        pass


def test_the_list_holds_the_newest_word_first_and_tells_which_are_mine(alice: Person, bob: Person) -> None:
    for room in ("one", "two", "three"):
        alice.joins(room)
    for room in ("two", "three", "one"):
        alice.says("hello", in_=room)
        the_next_millisecond()
    bob.joins("two")
    bob.says("hello", in_="two")

    names = [name for name in alice.watches_rooms() if name in ("one", "two", "three")]
    assert names == ["two", "one", "three"]
    assert alice.watches_rooms()["one"].mine
    assert not bob.watches_rooms()["one"].mine


def test_who_ignores_the_rooms_again_is_told_no_more(alice: Person, bob: Person, charlie: Person) -> None:
    bob.watches_rooms()
    charlie.watches_rooms()
    assert bob.asks("rooms", on=False)["rooms"] == []
    alice.joins("kitchen")
    charlie.sees_room("kitchen")
    bob.gets_any_answer()
    assert "kitchen" not in bob.client.rooms


@pytest.mark.rooms(open_rooms="unlisted")
def test_an_unlisted_room_shows_to_who_is_in_it_only(alice: Person, bob: Person, charlie: Person) -> None:
    charlie.watches_rooms()
    bob.joins("cellar")
    bob.watches_rooms()
    assert alice.joins("cellar").room.visibility == "unlisted"
    alice.says("psst")
    bob.sees_room("cellar", here=2)
    charlie.does_not_see_room("cellar")


@pytest.mark.rooms(open_rooms="unlisted")
def test_an_unlisted_room_shows_to_its_members_after_they_left(alice: Person, bob: Person) -> None:
    alice.joins("cellar")
    alice.says("psst")
    alice.leaves()
    assert alice.watches_rooms()["cellar"].mine
    bob.does_not_see_room("cellar")
    alice.forgets("cellar")
    alice.client.rooms.clear()
    alice.does_not_see_room("cellar")


@pytest.mark.rooms(open_rooms="nobody")
def test_where_nobody_may_open_a_room_joining_finds_none(alice: Person) -> None:
    with refused("room_not_found"):
        alice.joins("kitchen")
    assert alice.watches_rooms() == {}


@pytest.mark.rooms(rooms_per_hour=2)
def test_one_address_opens_so_many_rooms_an_hour(alice: Person, bob: Person) -> None:
    alice.joins("one")
    bob.joins("two")
    with refused("rate_limited") as refusal:
        alice.joins("three")
    assert refusal.error.retry_after is not None
    assert 3000 < refusal.error.retry_after <= 3600
    alice.joins("two")


@pytest.mark.rooms(message_rate=1)
def test_who_posts_too_fast_is_told_when_to_go_on(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    for n in range(4):
        alice.says(f"burst {n}")
    with refused("rate_limited") as refusal:
        alice.says("too much")
    assert refusal.error.retry_after is not None
    assert 0 < refusal.error.retry_after <= 4
    bob.hears("burst 0", "burst 1", "burst 2", "burst 3")
    bob.says("I may")
    alice.hears("I may")


def test_a_room_where_nobody_spoke_is_gone_with_the_last_who_was_there(alice: Person, bob: Person) -> None:
    bob.watches_rooms()
    alice.joins("kitchen")
    bob.sees_room("kitchen", here=1)
    alice.leaves("kitchen")
    bob.client.wait(lambda: "kitchen" not in bob.client.rooms)
    bob.does_not_see_room("kitchen")


@pytest.mark.rooms(open_rooms="unlisted")
def test_an_unlisted_room_is_gone_for_who_left_it_without_a_word(alice: Person, bob: Person) -> None:
    alice.joins("attic")
    alice.says("hello")
    bob.watches_rooms()
    bob.joins("attic")
    bob.sees_room("attic", here=2)
    bob.leaves("attic")
    bob.client.wait(lambda: "attic" not in bob.client.rooms)
    bob.does_not_see_room("attic")


def test_the_list_names_who_is_there(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    assert [person["user_name"] for person in charlie.watches_rooms()["kitchen"].people] == ["alice", "bob"]
