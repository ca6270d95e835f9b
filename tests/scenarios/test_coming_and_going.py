"""Leaving, losing the connection, and coming back to what was missed: each message once, in order."""

import pytest

from rooms_chat.testing import Cast, Person, refused

ON_THE_WAY = 50


def say_many(person: Person, number: int, text: str = "message") -> list[str]:
    texts = [f"{text} {n}" for n in range(number)]
    for start in range(0, number, ON_THE_WAY):
        on_the_way = [person.sends("my event", room=person.room, message=said) for said in texts[start:][:ON_THE_WAY]]
        for sent in on_the_way:
            sent.answer()
    return texts


def test_who_leaves_hears_no_more(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.leaves()
    alice.says("is he gone?")
    bob.hears_nothing()


def test_leaving_one_room_is_not_leaving_the_other(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.joins("design")
    bob.joins("design")

    bob.leaves("kitchen")
    alice.says("soup?", in_="kitchen")
    alice.says("logo?", in_="design")

    bob.hears("logo?", in_="design")
    bob.hears_nothing()


def test_who_was_away_hears_what_was_missed(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("before")
    bob.hears("before")

    bob.loses_connection()
    missed = say_many(alice, 10)
    bob.comes_back()

    bob.hears(*missed)
    alice.says("after")
    bob.hears("after")
    bob.hears_nothing()
    assert bob.shows() == ["before", *missed, "after"]


def test_who_was_away_from_two_rooms_catches_up_on_both(alice: Person, bob: Person) -> None:
    for room in ("kitchen", "design"):
        alice.joins(room)
        bob.joins(room)
    bob.loses_connection()
    alice.says("soup?", in_="kitchen")
    alice.says("logo?", in_="design")

    bob.comes_back()

    bob.hears("logo?", in_="design")
    bob.hears("soup?", in_="kitchen")
    bob.hears_nothing()


def test_who_was_away_while_nothing_happened_missed_nothing(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("soup?")
    bob.hears("soup?")
    bob.loses_connection()
    [answer] = bob.comes_back()["kitchen"]
    assert answer.messages == []
    assert not answer.limited
    bob.hears_nothing()


@pytest.mark.inside
@pytest.mark.parametrize("missed", [500, 501])
def test_500_missed_messages_are_brought_and_more_are_not(alice: Person, bob: Person, missed: int) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.loses_connection()
    texts = say_many(alice, missed)

    [answer] = bob.comes_back()["kitchen"]

    if missed == 500:
        assert not answer.limited
        bob.hears(*texts)
    else:
        assert answer.limited
        assert bob.shows() == texts[-50:]
    bob.hears_nothing()


def test_who_was_away_too_long_gets_a_fresh_page_and_goes_on(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("long ago")
    bob.hears("long ago")
    bob.loses_connection()
    texts = say_many(alice, 600)

    [answer] = bob.comes_back()["kitchen"]

    assert answer.limited
    assert answer.head == 601
    assert bob.shows() == texts[-50:]
    alice.says("after")
    bob.hears("after")


def test_much_that_was_missed_comes_in_pages(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.loses_connection()
    texts = say_many(alice, 100, text="long " * 700)

    answers = bob.comes_back()["kitchen"]

    assert len(answers) > 2
    assert [answer.more for answer in answers] == [True] * (len(answers) - 1) + [False]
    bob.hears(*texts)
    bob.hears_nothing()


def test_no_live_event_comes_between_the_pages(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    bob.loses_connection()
    texts = say_many(alice, 100, text="long " * 700)
    bob.connects()

    first = bob.sends("join", room="kitchen", after=0, epoch=bob.view().epoch).answer()
    assert first["more"]
    alice.says("meanwhile")
    bob.catches_up()

    bob.hears(*texts, "meanwhile")
    bob.hears_nothing()


def test_catching_up_on_a_live_connection_repeats_nothing(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    alice.says("soup?")
    bob.catches_up()
    bob.hears("soup?")
    alice.says("bread?")
    bob.hears("bread?")
    bob.hears_nothing()


def test_a_place_beyond_the_head_or_of_another_history_is_told_honestly(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    assert bob.asks("join", room="kitchen", user_name="bob", after=99)["limited"]
    assert bob.asks("join", room="kitchen", after=0, epoch="of another life")["limited"]
    assert not bob.asks("join", room="kitchen", after=0, epoch=bob.view("kitchen").epoch)["limited"]


def test_forgetting_a_room_ends_it_for_all_tabs(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    bob.joins("kitchen")
    tab = alice.opens_another_tab()
    tab.joins("kitchen")

    alice.forgets()

    with refused("not_joined"):
        alice.says("hello?", in_="kitchen")
    with refused("not_joined"):
        tab.says("hello?", in_="kitchen")
    bob.says("they are gone")
    alice.hears_nothing()
    tab.hears_nothing()


def test_who_forgot_a_room_may_join_it_again(alice: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    alice.forgets()
    assert alice.joins("kitchen").texts == ["soup?"]
    alice.says("I am back")


@pytest.mark.inside
def test_what_was_said_outlives_the_server(alice: Person, bob: Person, cast: Cast) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    said = alice.says("soup?", id="s1")
    bob.hears("soup?")

    cast.sees_the_server_restart()

    bob.comes_back()
    alice.comes_back()
    assert alice.says("soup?", id="s1") == said
    alice.says("still soup?")
    bob.hears("still soup?", from_="alice")
    bob.hears_nothing()
    assert bob.shows() == ["soup?", "still soup?"]
