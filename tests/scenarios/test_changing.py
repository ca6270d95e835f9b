"""Editing and removing: everybody in the room sees it, once, in its place among what is said."""

from rooms_chat.testing import Person, refused


def test_an_edit_is_seen_by_who_is_in_the_room(kitchen: Person, bob: Person, charlie: Person) -> None:
    said = kitchen.says("soop?")
    bob.hears("soop?")

    assert kitchen.edits(said, "soup?") == said.seq + 1

    seen = bob.sees_changed(said, "soup?")
    assert seen.edited
    assert (seen.seq, seen.changed) == (said.seq, said.seq + 1)
    assert seen.at == said.at
    charlie.hears_nothing()
    assert bob.looks_back().messages == [seen]


def test_the_same_edit_twice_changes_nothing_the_second_time(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soop?")
    bob.hears("soop?")
    assert kitchen.edits(said, "soup?") == kitchen.edits(said, "soup?")
    bob.sees_changed(said, "soup?")
    bob.hears_nothing()


def test_what_is_removed_keeps_its_place_and_loses_its_text(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("my password is soup")
    bob.hears("my password is soup")
    removed = kitchen.removes(said)
    assert kitchen.removes(said) == removed
    seen = bob.sees_changed(said, "")
    assert seen.removed
    assert seen.html == ""
    bob.hears_nothing()
    with refused("too_late"):
        kitchen.edits(said, "again")


def test_only_its_author_edits_a_message_and_who_opened_the_room_may_remove_it(kitchen: Person, bob: Person) -> None:
    said, answered = kitchen.says("soup?"), bob.says("no!")
    with refused("not_yours"):
        bob.edits(said, "bread?")
    with refused("not_yours"):
        bob.removes(said)
    with refused("not_yours"):
        kitchen.edits(answered, "yes!")
    kitchen.removes(answered)
    bob.hears("soup?")
    bob.sees_changed(answered, "")
    bob.hears_nothing()


def test_a_change_that_was_missed_is_caught_up_once_as_it_is_now(kitchen: Person, bob: Person) -> None:
    first, second = kitchen.says("one"), kitchen.says("two")
    bob.hears("one", "two")
    bob.loses_connection()
    kitchen.edits(first, "one, and")
    kitchen.says("three")
    kitchen.edits(first, "one, at last")
    kitchen.removes(second)

    bob.comes_back()

    bob.hears("three")
    bob.sees_changed(first, "one, at last")
    bob.sees_changed(second, "")
    bob.hears_nothing()
    assert bob.shows() == ["one, at last", "", "three"]
