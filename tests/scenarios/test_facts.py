"""What a room is about: its topic, what is pinned in it, whether it is archived. A place in the log each."""

import pytest

from rooms_chat.events import Pin
from rooms_chat.testing import Cast, Person, refused


@pytest.fixture
def kitchen(alice: Person, bob: Person, charlie: Person) -> Person:
    """Alice opened it, Bob is a member, and Charlie has only come in."""
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.says("soup?")
    charlie.joins("kitchen")
    alice.hears("soup?")
    return alice


def test_a_topic_is_told_to_who_is_in_the_room(kitchen: Person, bob: Person, charlie: Person, cast: Cast) -> None:
    dave = cast("dave")
    dave.joins("garden")

    place = bob.sets_topic("  Soup of   the day ")

    kitchen.sees_facts(topic="Soup of the day")
    charlie.sees_facts(topic="Soup of the day")
    assert kitchen.view().last == place == 2
    assert charlie.joins("kitchen").room.topic == "Soup of the day"
    dave.gets_any_answer()
    assert "kitchen" not in dave.client.views


def test_what_holds_already_changes_nothing_and_answers_the_head(kitchen: Person, bob: Person) -> None:
    place = bob.sets_topic("soup")
    assert kitchen.sets_topic("soup") == place
    assert bob.pins(1, on=False) == place
    assert kitchen.archives(on=False) == place
    kitchen.is_level()
    assert kitchen.view().last == place
    assert bob.sets_topic("") == place + 1


def test_what_is_pinned_is_quoted_in_the_order_of_pinning(kitchen: Person, bob: Person, charlie: Person) -> None:
    second = kitchen.says("onions " * 30)
    bob.pins(second)
    kitchen.pins(1)
    facts = charlie.sees_facts(pinned=[("onions " * 30)[:140], "soup?"])
    assert facts.pins[0] == Pin(second.seq, str(kitchen.id), "alice", ("onions " * 30)[:140], second.at)
    assert bob.joins("kitchen").room.pins == facts.pins
    bob.pins(second, on=False)
    charlie.sees_facts(pinned=["soup?"])


def test_a_removed_message_is_no_pin(kitchen: Person, bob: Person) -> None:
    kitchen.pins(1)
    bob.removes(1)
    kitchen.sees_facts(pinned=[])
    assert bob.joins("kitchen").room.pins == []
    with refused("too_late"):
        bob.pins(1)


def test_a_room_has_twenty_pins(kitchen: Person, bob: Person) -> None:
    for number in range(21):
        bob.says(f"word {number}")
    for seq in range(1, 21):
        bob.pins(seq)
    with refused("bad_request"):
        bob.pins(21)
    bob.pins(1, on=False)
    bob.pins(21)


def test_topic_and_pins_are_for_members_and_for_who_opened_the_room(kitchen: Person, charlie: Person) -> None:
    with refused("not_yours"):
        charlie.sets_topic("mine")
    with refused("not_yours"):
        charlie.pins(1)
    kitchen.sets_topic("soup")  # she opened it, and has not said a word
    charlie.says("may I?")
    charlie.sets_topic("ours")
    kitchen.sees_facts(topic="ours")


def test_only_who_opened_a_room_archives_it(kitchen: Person, bob: Person) -> None:
    with refused("not_yours"):
        bob.archives()
    assert kitchen.archives() == 2
    bob.sees_facts(archived=True)
    with refused("not_yours"):
        bob.archives(on=False)
    kitchen.archives(on=False)
    bob.sees_facts(archived=False)
    bob.says("back")


def test_an_archived_room_is_read_and_nothing_more(kitchen: Person, bob: Person) -> None:
    kitchen.archives()
    for attempt in (
        lambda: bob.says("one more"),
        lambda: bob.edits(1, "soup!"),
        lambda: bob.reacts(1, "🍲"),
        lambda: bob.pins(1),
        lambda: kitchen.sets_topic("closed"),
        lambda: bob.asks("my event", room="kitchen", data="one more"),
    ):
        with refused("archived"):
            attempt()
    assert bob.looks_back().texts == ["soup?"]
    assert kitchen.has_read(1).seq is None
    bob.removes(1)
    kitchen.sees_changed(1, "")


def test_an_archived_room_is_in_nobodys_list(kitchen: Person, bob: Person, cast: Cast) -> None:
    dave = cast("dave")
    dave.watches_rooms()
    dave.sees_room("kitchen")
    kitchen.archives()
    assert dave.client.wait(lambda: "kitchen" not in dave.client.rooms)
    dave.does_not_see_room("kitchen")
    bob.does_not_see_room("kitchen")
    kitchen.archives(on=False)
    dave.sees_room("kitchen")


def test_a_post_that_was_stored_before_is_acknowledged_in_an_archived_room_too(kitchen: Person, bob: Person) -> None:
    said = bob.says("bread", id="bread-1")
    kitchen.archives()
    assert bob.says("bread", id="bread-1") == said


def test_facts_that_were_missed_are_in_the_answer(kitchen: Person, bob: Person) -> None:
    bob.loses_connection()
    kitchen.sets_topic("soup")
    kitchen.pins(1)
    [[answer]] = bob.comes_back().values()
    assert (answer.room.topic, [pin.message for pin in answer.room.pins]) == ("soup", ["soup?"])


def test_a_client_is_told_what_it_may_do(kitchen: Person, bob: Person, charlie: Person) -> None:
    assert kitchen.joins("kitchen").you.may == ["post", "topic", "pin", "archive", "remove"]
    assert bob.joins("kitchen").you.may == ["post", "topic", "pin"]
    assert charlie.joins("kitchen").you.may == ["post"]
    told = charlie.asks("my event", room="kitchen", message="may I?")
    assert told["you"]["may"] == ["post", "topic", "pin"]
    assert "you" not in charlie.asks("my event", room="kitchen", message="and now?")


@pytest.mark.inside
def test_who_took_nothing_for_a_while_is_told_of_the_facts_from_the_log(kitchen: Person, bob: Person) -> None:
    server = bob.client._server
    [connection] = server.chat.presence.connections_of(bob.id, 1)
    server.wire.full.add(connection)
    kitchen.sets_topic("soup")
    kitchen.pins(1)
    kitchen.reacts(1, "🍲")
    server.wire.full.clear()
    server.chat.drained(connection)
    bob.sees_facts(topic="soup", pinned=["soup?"])
    assert bob.sees_changed(1, "soup?").reactions
    assert bob.view().last == 4
