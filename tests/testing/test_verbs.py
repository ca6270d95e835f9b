"""What a verb says when it is not so: who, what, and where."""

from collections.abc import Callable

import pytest

from rooms_chat.testing import Cast, Person, Refused, refused

Story = Callable[[Cast], object]


def told(*verbs: Callable[[Person, Person], object]) -> Story:
    """A story of alice and bob, who are in the kitchen."""

    def story(cast: Cast) -> None:
        for verb in verbs:
            verb(cast("alice"), cast("bob"))

    return story


FAILURES: dict[str, Story] = {
    "bob did not hear “soup?” in “kitchen” within 0.1 s": told(lambda alice, bob: bob.hears("soup?", within=0.1)),
    "bob heard “bread?” in “kitchen”, and not “soup?”": told(
        lambda alice, bob: alice.says("bread?"), lambda alice, bob: bob.hears("soup?")
    ),
    "bob heard “soup?” from alice, and not from eve": told(
        lambda alice, bob: alice.says("soup?"), lambda alice, bob: bob.hears("soup?", from_="eve")
    ),
    "bob heard {'kitchen': ['soup?']}, and should have heard nothing": told(
        lambda alice, bob: alice.says("soup?"), lambda alice, bob: bob.hears_nothing()
    ),
    "bob heard of no “psst” in “kitchen”": told(lambda alice, bob: bob.hears_passed_on("psst")),
    "bob heard “pst” passed on, and not “psst”": told(
        lambda alice, bob: alice.asks("my event", room="kitchen", data="pst"),
        lambda alice, bob: bob.hears_passed_on("psst"),
    ),
    "alice sees ['alice', 'bob'] in “kitchen”, and not all of ('eve',)": told(
        lambda alice, bob: alice.sees_here("eve", within=2)
    ),
    "alice sees ['alice', 'bob'] in “kitchen”, and none of ('bob',) should be there": told(
        lambda alice, bob: alice.sees_here("bob"), lambda alice, bob: alice.sees_gone("bob", within=2)
    ),
    "alice counts 2 and not 3 here": told(lambda alice, bob: alice.counts_here(3)),
    "bob saw not all of ('alice',) typing": told(lambda alice, bob: bob.sees_typing("alice")),
    "bob saw ['alice'] typing": told(lambda alice, bob: alice.types(), lambda alice, bob: bob.sees_nobody_typing()),
    "alice sees no such room, and not “attic” with {}": told(
        lambda alice, bob: alice.watches_rooms(), lambda alice, bob: alice.sees_room("attic")
    ),
    "alice sees “kitchen” among the rooms": told(lambda alice, bob: alice.does_not_see_room("kitchen")),
    "bob has no connection": told(
        lambda alice, bob: bob.loses_connection(), lambda alice, bob: bob.client.ask("x", ())
    ),
    "eve has joined no room yet: say which one is meant": lambda cast: cast("eve").says("soup?"),
    "eve has no key yet: join a room first": lambda cast: cast("eve").opens_another_tab(),
}


@pytest.mark.parametrize("complaint", FAILURES)
def test_a_failure_says_who_and_what(cast: Cast, complaint: str) -> None:
    cast("alice").joins("kitchen")
    cast("bob").joins("kitchen")
    with pytest.raises(AssertionError) as failure:
        FAILURES[complaint](cast)
    assert str(failure.value) == complaint


def test_a_hole_in_a_stream_fails_whoever_looks(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.view().last = -5
    alice.says("soup?")
    with pytest.raises(AssertionError, match="bob holds against the server: a hole in “kitchen”"):
        bob.hears_nothing()


def test_a_hole_fails_the_scenario_though_nobody_looks(alice: Person, bob: Person, cast: Cast) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.view().last = -5
    alice.says("soup?")
    with pytest.raises(AssertionError, match="a hole in “kitchen”"):
        cast.goes_home()
    cast("alice")


def test_what_comes_of_a_room_one_is_not_in_is_held_against_the_server(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.view().leave()
    alice.says("soup?")
    with pytest.raises(AssertionError, match="“my response” of “kitchen”, where bob is not"):
        bob.gets_any_answer()


def test_a_refusal_can_be_expected_by_its_code(alice: Person) -> None:
    with refused("room_not_found") as refusal:
        alice.says("soup?", in_="attic")
    assert refusal.error.message == "There is no room “attic” here."
    assert refusal.error.field == "room"
    with pytest.raises(AssertionError, match="and name_taken was expected"), refused("name_taken"):
        alice.says("soup?", in_="attic")
    with pytest.raises(AssertionError, match="this was done"), refused("name_taken"):
        alice.joins("kitchen")
    with pytest.raises(Refused, match="There is no room “attic” here"):
        alice.leaves("attic")


def test_a_request_may_be_sent_and_its_answer_awaited_later(alice: Person) -> None:
    joining = alice.sends("join", room="kitchen", user_name="alice")
    posting = alice.sends("my event", room="kitchen", message="soup?")
    assert posting.answer()["seq"] == 1
    assert joining.answer()["head"] == 0


def test_any_number_of_people_may_be_had(cast: Cast) -> None:
    choir = [cast(f"singer {n}") for n in range(30)]
    for singer in choir:
        singer.joins("church")
    choir[0].says("la")
    for singer in choir[1:]:
        singer.hears("la", from_=choir[0])
    assert cast("singer 1") is choir[1]
