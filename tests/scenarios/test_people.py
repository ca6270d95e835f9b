"""Status and cards: what people may know of each other, and what they may not."""

import pytest

from rooms_chat.testing import Cast, Person, refused


@pytest.fixture
def kitchen(alice: Person, bob: Person, charlie: Person) -> Person:
    """Alice and Bob are members; Charlie is next door."""
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("soup?")
    bob.says("yes!")
    charlie.joins("garden")
    return alice


def test_a_status_is_seen_by_who_is_in_the_same_room(kitchen: Person, bob: Person, charlie: Person) -> None:
    kitchen.sets_status("away", "  at   lunch ")
    bob.sees_status("alice", "away", "at lunch")
    kitchen.sets_status("active")
    bob.sees_status("alice", "active")
    charlie.gets_any_answer()
    assert "alice" not in charlie.view("garden").statuses


def test_who_comes_in_is_told_how_people_are(kitchen: Person, charlie: Person) -> None:
    kitchen.sets_status("away", "lunch")
    charlie.joins("kitchen")
    charlie.sees_status("alice", "away", "lunch")


def test_a_status_is_kept(kitchen: Person, bob: Person) -> None:
    kitchen.sets_status("away", "on holiday")
    kitchen.loses_connection()
    bob.sees_gone("alice")
    [[answer]] = kitchen.comes_back().values()
    assert (answer.you.status, answer.you.words) == ("away", "on holiday")
    bob.sees_status("alice", "away", "on holiday")


def test_a_status_holds_on_all_of_a_persons_screens(kitchen: Person, bob: Person) -> None:
    tab = kitchen.opens_another_tab()
    tab.joins("garden")
    tab.sets_status("away")
    bob.sees_status("alice", "away")
    assert kitchen.joins("kitchen").you.status == "away"


def test_who_has_no_name_has_no_status(cast: Cast) -> None:
    reader = cast("dave")
    reader.reads("kitchen")
    with refused("bad_request") as refusal:
        reader.sets_status("away")
    assert refusal.error.field == "user_name"


def test_a_card_tells_what_one_may_know(kitchen: Person, bob: Person) -> None:
    kitchen.sets_status("away", "lunch")
    card = bob.looks_at(kitchen)
    assert (card.id, card.user_name, card.status, card.words) == (kitchen.id, "alice", "away", "lunch")
    assert card.since
    assert card.here
    assert card.rooms == ["kitchen"]


def test_who_has_not_spoken_has_a_card_without_a_beginning(kitchen: Person, charlie: Person) -> None:
    card = kitchen.looks_at(charlie)
    assert (card.user_name, card.since, card.here, card.rooms) == ("charlie", None, True, ["garden"])


def test_who_has_gone_is_not_here(kitchen: Person, bob: Person) -> None:
    kitchen.sees_here("bob")
    bob.loses_connection()
    kitchen.sees_gone("bob")
    card = kitchen.looks_at(bob)
    assert (card.user_name, card.here, card.rooms) == ("bob", False, ["kitchen"])


def test_there_is_no_card_of_who_is_not_known(kitchen: Person) -> None:
    with refused("person_not_found"):
        kitchen.looks_at("nobody")


@pytest.mark.rooms(open_rooms="unlisted")
def test_a_card_gives_no_unlisted_room_away(kitchen: Person, bob: Person, charlie: Person) -> None:
    kitchen.joins("attic")
    kitchen.says("psst")
    bob.joins("attic")
    assert sorted(bob.looks_at(kitchen).rooms) == ["attic", "kitchen"]
    bob.leaves("attic")
    assert bob.looks_at(kitchen).rooms == ["kitchen"]
    card = charlie.looks_at(kitchen)
    assert (card.here, card.rooms) == (False, [])


@pytest.mark.rooms(open_rooms="unlisted")
def test_a_guest_in_a_room_one_does_not_see_is_not_known(kitchen: Person, cast: Cast) -> None:
    dave = cast("dave")
    dave.joins("attic")
    with refused("person_not_found"):
        kitchen.looks_at(dave)
