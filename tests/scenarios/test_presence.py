"""Who is here, and who is typing."""

import pytest

from rooms_chat.testing import Person, refused


def test_who_comes_and_who_goes_is_seen(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.sees_here("alice", "bob")
    bob.sees_here("alice", "bob")
    alice.counts_here(2)
    bob.leaves()
    alice.sees_gone("bob")
    alice.counts_here(1)


def test_who_comes_counts_itself(alice: Person, bob: Person) -> None:
    assert [alice.joins("kitchen").room.here, bob.joins("kitchen").room.here] == [1, 2]


def test_who_loses_the_connection_is_gone_and_back_again(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.sees_here("bob")
    bob.loses_connection()
    alice.sees_gone("bob")
    bob.comes_back()
    alice.sees_here("bob")


@pytest.mark.inside
def test_a_person_is_here_until_its_last_tab_has_gone(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    tab = bob.opens_another_tab()
    tab.joins("kitchen")
    alice.sees_here("bob")
    bob.loses_connection()
    tab.says("I am still here")
    alice.hears("I am still here")
    alice.counts_here(2)
    tab.leaves()
    alice.sees_gone("bob")


def test_being_here_shows_in_that_room_only(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.joins("garden")
    charlie.joins("kitchen")
    alice.sees_here("charlie")
    alice.sees_gone("bob")
    alice.counts_here(2)


def test_the_others_see_who_is_typing(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    charlie.joins("garden")
    tab = alice.opens_another_tab()
    tab.joins("kitchen")

    alice.types()

    bob.sees_typing("alice")
    tab.sees_nobody_typing()
    alice.sees_nobody_typing()
    charlie.sees_nobody_typing()


def test_typing_without_pause_is_told_once(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    for _ in range(5):
        alice.types()
    bob.sees_typing("alice")
    bob.sees_nobody_typing()


def test_a_reader_types_unseen_and_a_stranger_not_at_all(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    bob.reads("kitchen")
    bob.types()
    alice.sees_nobody_typing()
    with refused("not_joined"):
        charlie.types("kitchen")
