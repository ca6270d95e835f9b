"""Reactions: whoever is in the room sees them, counted and named, and nobody else hears of it."""

import pytest
from msgspec import UNSET

from rooms_chat.events import Reaction, Reactor
from rooms_chat.testing import Cast, Person, refused


def named(*people: Person) -> list[Reactor]:
    return [Reactor(str(person.id), person.name) for person in people]


def test_a_reaction_is_seen_by_who_is_in_the_room(kitchen: Person, bob: Person, charlie: Person) -> None:
    said = kitchen.says("soup!")
    bob.hears("soup!")

    assert bob.reacts(said, "🍲") == said.seq + 1
    kitchen.sees_changed(said, "soup!")
    assert kitchen.reacts(said, "🍲") == said.seq + 2

    seen = bob.sees_changed(said, "soup!")
    assert seen.reactions == [Reaction("🍲", 2, named(bob, kitchen))]
    assert not seen.edited
    charlie.hears_nothing()
    assert bob.looks_back().messages == [seen]


def test_reactions_stand_in_the_order_in_which_each_came_first(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soup!")
    for person, emoji in ((bob, "🍲"), (bob, "🥖"), (kitchen, "🥖"), (kitchen, "🍲")):
        person.reacts(said, emoji)
    [message] = kitchen.looks_back().messages
    assert message.reactions == [Reaction("🍲", 2, named(bob, kitchen)), Reaction("🥖", 2, named(bob, kitchen))]


def test_a_reaction_is_taken_away_by_who_put_it_there_alone(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soup!")
    bob.reacts(said, "🍲")
    kitchen.reacts(said, "🍲", on=False)
    [message] = kitchen.looks_back().messages
    assert message.reactions == [Reaction("🍲", 1, named(bob))]
    bob.reacts(said, "🍲", on=False)
    [message] = kitchen.looks_back().messages
    assert not message.reactions


def test_what_holds_already_changes_nothing_and_answers_the_same(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soup!")
    bob.hears("soup!")
    place = kitchen.reacts(said, "❤")
    assert kitchen.reacts(said, "❤️") == place
    assert bob.reacts(said, "🍲", on=False) == place
    bob.sees_changed(said, "soup!")
    bob.hears_nothing()


def test_a_tone_of_skin_is_not_told_apart(kitchen: Person) -> None:
    said = kitchen.says("soup!")
    assert kitchen.reacts(said, "👍🏽") == kitchen.reacts(said, "👍")


@pytest.mark.parametrize("text", ["", "soup", "🍲🍲", ":+1:", "🍲 ", "\u200d", "🏽", "<b>", "1"])
def test_a_reaction_is_one_emoji(kitchen: Person, text: str) -> None:
    said = kitchen.says("soup!")
    with refused("bad_request") as refusal:
        kitchen.reacts(said, text)
    assert refusal.error.field == "emoji"


def test_a_message_bears_twenty_different_emoji(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("fruit!")
    for emoji in "🍇🍈🍉🍊🍋🍌🍍🥭🍎🍏🍐🍑🍒🍓🫐🥝🍅🫒🥥🥑":
        kitchen.reacts(said, emoji)
    with refused("bad_request"):
        kitchen.reacts(said, "🥒")
    bob.reacts(said, "🍇")


def test_the_first_twenty_who_reacted_are_named(kitchen: Person, cast: Cast) -> None:
    said = kitchen.says("soup!")
    crowd = [cast(f"guest {number}") for number in range(22)]
    for guest in crowd:
        guest.joins("kitchen")
        guest.reacts(said, "🍲", in_="kitchen")
    crowd[0].reacts(said, "🍲", on=False)
    [message] = kitchen.looks_back().messages
    assert message.reactions == [Reaction("🍲", 21, named(*crowd[1:21]))]


def test_who_is_not_named_among_many_is_told_which_are_its_own(kitchen: Person, bob: Person, cast: Cast) -> None:
    said = kitchen.says("soup!")
    for number in range(20):
        guest = cast(f"guest {number}")
        guest.joins("kitchen")
        guest.reacts(said, "🍲", in_="kitchen")
    bob.reacts(said, "🍲")
    bob.reacts(said, "🥖")

    [message] = bob.looks_back().messages
    assert [(reaction.emoji, reaction.mine) for reaction in message.reactions or []] == [("🍲", True), ("🥖", UNSET)]
    [message] = kitchen.looks_back().messages
    assert [reaction.mine for reaction in message.reactions or []] == [UNSET, UNSET]
    tab = bob.opens_another_tab()
    [message] = tab.joins("kitchen").messages
    assert [reaction.mine for reaction in message.reactions or []] == [True, UNSET]


def test_removing_a_message_takes_its_reactions_away(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soup!")
    bob.reacts(said, "🍲")
    kitchen.removes(said)
    [message] = bob.looks_back().messages
    assert not message.reactions
    with refused("too_late"):
        bob.reacts(said, "🍲")


def test_an_edit_keeps_the_reactions(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soop!")
    bob.reacts(said, "🍲")
    kitchen.edits(said, "soup!")
    [message] = bob.looks_back().messages
    assert message.reactions == [Reaction("🍲", 1, named(bob))]


def test_one_who_is_not_in_the_room_does_not_react_there(kitchen: Person, charlie: Person) -> None:
    said = kitchen.says("soup!")
    with refused("not_joined"):
        charlie.reacts(said, "🍲", in_="kitchen")
    with refused("bad_request"):
        kitchen.reacts(said.seq + 9, "🍲")


def test_a_reader_says_who_it_is_before_it_reacts(kitchen: Person, cast: Cast) -> None:
    said = kitchen.says("soup!")
    reader = cast("dave")
    reader.reads("kitchen")
    with refused("bad_request") as refusal:
        reader.reacts(said, "🍲")
    assert refusal.error.field == "user_name"


def test_reactions_that_were_missed_are_caught_up(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("soup!")
    bob.hears("soup!")
    bob.loses_connection()
    kitchen.reacts(said, "🍲")
    bob.comes_back()
    assert bob.sees_changed(said, "soup!").reactions == [Reaction("🍲", 1, named(kitchen))]
