"""What a person has seen is the same on all its devices, counts what is new to it, and is nobody else's business."""

import pytest

from rooms_chat.testing import Cast, Person, refused


@pytest.fixture
def kitchen(alice: Person, bob: Person, charlie: Person) -> Person:
    """Alice and Bob are members; Charlie reads."""
    alice.joins("kitchen")
    alice.says("soup?")
    bob.joins("kitchen")
    bob.says("yes!")
    charlie.joins("kitchen")
    return alice


def test_a_new_member_has_seen_all_up_to_its_first_word(kitchen: Person, bob: Person) -> None:
    joined = bob.joins("kitchen")
    assert (joined.seen, joined.unread, joined.mentions, joined.level) == (2, 0, 0, "mentions")
    joined = kitchen.joins("kitchen")
    assert (joined.seen, joined.unread) == (1, 1)


def test_what_others_said_since_is_unread(kitchen: Person, bob: Person) -> None:
    kitchen.says("with onions?")
    bob.says("of course")
    said = bob.says("and bread")
    assert kitchen.joins("kitchen").unread == 3
    assert kitchen.has_read(said) == (said.seq, 0, 0)
    assert kitchen.joins("kitchen").seen == said.seq


def test_a_person_may_mark_unread_from_anywhere(kitchen: Person, bob: Person) -> None:
    first = bob.says("bread")
    bob.says("butter")
    kitchen.has_read(first.seq + 1)
    assert kitchen.has_read(first.seq - 1) == (first.seq - 1, 2, 0)
    assert kitchen.has_read(0).unread == 3


def test_nobody_has_seen_more_than_there_is(kitchen: Person) -> None:
    assert kitchen.has_read(1000).seq == 2


def test_other_devices_of_a_person_are_told_and_nobody_else(kitchen: Person, bob: Person, charlie: Person) -> None:
    tab = kitchen.opens_another_tab()
    tab.joins("garden")
    said = bob.says("bread")

    kitchen.has_read(said.seq - 1)
    tab.is_told("kitchen", seen=said.seq - 1, unread=1)
    kitchen.has_read(said)
    tab.is_told("kitchen", seen=said.seq, unread=0)

    bob.gets_any_answer()
    charlie.gets_any_answer()
    assert bob.client.own_rooms["kitchen"]["seen"] is None  # as it was told when it joined, a guest
    assert charlie.client.own_rooms["kitchen"]["seen"] is None


def test_nothing_is_kept_for_who_is_no_member(kitchen: Person, charlie: Person) -> None:
    assert charlie.has_read(1) == (None, 0, 0)
    assert charlie.joins("kitchen").seen is None


def test_a_removed_message_is_not_unread(kitchen: Person, bob: Person) -> None:
    said = bob.says("bread")
    assert kitchen.joins("kitchen").unread == 2
    bob.removes(said)
    assert kitchen.joins("kitchen").unread == 1


def test_no_more_than_a_hundred_are_counted(kitchen: Person, bob: Person) -> None:
    for number in range(105):
        bob.says(f"word {number}")
    assert kitchen.joins("kitchen").unread == 100


@pytest.mark.inside
def test_what_was_seen_is_there_after_a_restart(kitchen: Person, bob: Person, cast: Cast) -> None:
    said = bob.says("bread")
    kitchen.has_read(said)
    cast.sees_the_server_restart()
    kitchen.comes_back()
    assert kitchen.joins("kitchen").seen == said.seq


def test_who_leaves_for_good_and_comes_back_starts_anew(kitchen: Person, bob: Person) -> None:
    kitchen.forgets()
    bob.says("bread")
    assert kitchen.joins("kitchen").seen is None


def test_the_list_of_rooms_tells_what_is_new_in_ones_own(kitchen: Person, bob: Person, charlie: Person) -> None:
    charlie.joins("garden")
    charlie.says("apples?")
    rooms = kitchen.watches_rooms()
    assert (rooms["kitchen"].mine, rooms["kitchen"].unread, rooms["kitchen"].seen) == (True, 1, 1)
    assert (rooms["garden"].mine, rooms["garden"].unread) == (False, None)


def test_who_watches_the_rooms_is_told_what_is_new_in_ones_own(kitchen: Person, bob: Person, charlie: Person) -> None:
    kitchen.leaves()
    kitchen.watches_rooms()
    charlie.watches_rooms()
    for number in range(3):
        bob.says(f"word {number}")
    kitchen.is_told("kitchen", unread=4, mentions=0)
    said = bob.says("bread")
    kitchen.is_told("kitchen", unread=5)
    kitchen.has_read(said)
    bob.says("butter")
    kitchen.is_told("kitchen", unread=1)
    assert charlie.client.own_rooms["kitchen"]["unread"] == 0


def test_what_one_says_oneself_elsewhere_is_not_unread(kitchen: Person, bob: Person) -> None:
    tab = kitchen.opens_another_tab()
    tab.watches_rooms()
    kitchen.says("onions?")
    bob.says("of course")
    kitchen.says("good")
    tab.is_told("kitchen", unread=2)


def test_a_removal_is_taken_off_what_is_told(kitchen: Person, bob: Person) -> None:
    kitchen.watches_rooms()
    said = bob.says("bread")
    kitchen.is_told("kitchen", unread=2)
    bob.removes(said)
    kitchen.is_told("kitchen", unread=1)


def test_a_mention_that_an_edit_brings_or_takes_is_told(kitchen: Person, bob: Person) -> None:
    said = bob.says("bread")
    kitchen.watches_rooms()
    bob.says("butter")
    kitchen.is_told("kitchen", unread=3, mentions=0)
    bob.edits(said, f"bread, @{kitchen.name}")
    kitchen.is_told("kitchen", unread=3, mentions=1)
    bob.edits(said, "bread")
    kitchen.is_told("kitchen", unread=3, mentions=0)


def test_a_level_is_told_to_the_persons_other_devices(kitchen: Person, bob: Person) -> None:
    tab = kitchen.opens_another_tab()
    tab.joins("kitchen")
    kitchen.wants("everything")
    tab.is_told("kitchen", level="everything")
    assert kitchen.joins("kitchen").level == "everything"
    assert bob.joins("kitchen").level == "mentions"


def test_who_chooses_a_level_is_a_member(kitchen: Person, bob: Person, charlie: Person) -> None:
    charlie.watches_rooms()
    charlie.wants("nothing", in_="kitchen")
    joined = charlie.joins("kitchen")
    assert (joined.level, joined.seen, joined.unread) == ("nothing", 2, 0)
    charlie.leaves("kitchen")
    bob.says("bread", in_="kitchen")
    charlie.is_told("kitchen", unread=1)


def test_a_level_is_for_who_is_in_the_room_and_has_a_name(kitchen: Person, cast: Cast) -> None:
    dave = cast("dave")
    dave.reads("garden")
    with refused("bad_request") as refusal:
        dave.wants("nothing", in_="garden")
    assert refusal.error.field == "user_name"
    dave.joins("garden")
    with refused("not_joined"):
        dave.wants("nothing", in_="kitchen")
