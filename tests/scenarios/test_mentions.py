"""Mentions: who is named behind an “@” is told so, and counted until it was seen."""

import pytest

from rooms_chat.testing import Cast, Person


@pytest.fixture
def kitchen(alice: Person, bob: Person, charlie: Person) -> Person:
    """Alice and Bob are members; Charlie is there, and has said nothing."""
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("soup?")
    bob.says("yes!")
    charlie.joins("kitchen")
    return alice


def test_a_mention_names_the_person(kitchen: Person, bob: Person, charlie: Person) -> None:
    kitchen.says("with onions, @Bob?")
    [*_, heard] = [bob.hears(text) for text in ("soup?", "with onions, @Bob?")]
    assert heard.mentions == [bob.id]
    assert f'<span class="mention" data-person="{bob.id}">@Bob</span>' in heard.html
    assert heard.message == "with onions, @Bob?"
    assert bob.looks_back().messages[-1] == heard


def test_who_is_there_is_mentioned_without_being_a_member(kitchen: Person, charlie: Person) -> None:
    kitchen.says("hello @charlie")
    assert charlie.hears("hello @charlie").mentions == [charlie.id]
    assert charlie.joins("kitchen").mentions == 0  # it has no place that it could have read up to


def test_who_has_gone_is_mentioned_as_a_member(kitchen: Person, bob: Person) -> None:
    bob.loses_connection()
    kitchen.says("come back, @bob")
    assert kitchen.looks_back().messages[-1].mentions == [bob.id]
    bob.comes_back()
    assert bob.joins("kitchen").mentions == 1


def test_nobody_from_elsewhere_is_mentioned(kitchen: Person, cast: Cast) -> None:
    dave = cast("dave")
    dave.joins("garden")
    dave.says("apples?")
    kitchen.says("is @dave here?")
    assert not kitchen.looks_back().messages[-1].mentions


def test_mentions_are_counted_until_they_were_seen(kitchen: Person, bob: Person) -> None:
    first, second = kitchen.says("@bob"), kitchen.says("@bob, @alice, @bob!")
    assert bob.joins("kitchen").mentions == 2
    assert bob.has_read(first) == (first.seq, 1, 1)
    assert bob.has_read(second).mentions == 0
    assert kitchen.joins("kitchen").mentions == 0  # nobody mentions oneself


def test_who_watches_the_rooms_is_told_of_mentions(kitchen: Person, bob: Person) -> None:
    tab = bob.opens_another_tab()
    tab.watches_rooms()
    kitchen.says("onions?")
    tab.is_told("kitchen", mentions=0, unread=1)
    kitchen.says("@bob?")
    tab.is_told("kitchen", mentions=1, unread=2)


def test_an_edit_mentions_others(kitchen: Person, bob: Person, charlie: Person) -> None:
    said = kitchen.says("@bob, soup?")
    kitchen.edits(said, "@charlie, soup?")
    assert kitchen.looks_back().messages[-1].mentions == [charlie.id]
    assert bob.joins("kitchen").mentions == 0


def test_a_removed_message_mentions_nobody(kitchen: Person, bob: Person) -> None:
    said = kitchen.says("@bob, soup?")
    kitchen.removes(said)
    assert not kitchen.looks_back().messages[-1].mentions
    assert bob.joins("kitchen").mentions == 0


@pytest.mark.inside
def test_only_listed_rooms_become_links(kitchen: Person, cast: Cast) -> None:
    cast("dave").joins("garden")
    kitchen.says("see #garden and #attic")
    html = kitchen.looks_back().messages[-1].html
    assert 'href="/r/garden"' in html
    assert "attic</a>" not in html


@pytest.mark.rooms(open_rooms="unlisted")
def test_an_unlisted_room_is_not_given_away(kitchen: Person, cast: Cast) -> None:
    cast("dave").joins("garden")
    kitchen.says("see #garden")
    assert "<a" not in kitchen.looks_back().messages[-1].html
