"""Reading back."""

import pytest

from rooms_chat.testing import Person, refused

HUNDRED = [f"message {n}" for n in range(1, 101)]


@pytest.fixture
def reader(alice: Person, bob: Person) -> Person:
    """Bob, in a room where a hundred messages were said: message 1 at seq 1, and so on."""
    alice.joins("kitchen")
    for sent in [alice.sends("my event", room="kitchen", message=text) for text in HUNDRED]:
        sent.answer()
    bob.reads("kitchen")
    return bob


def test_a_newcomer_gets_the_last_fifty(reader: Person) -> None:
    assert reader.shows() == HUNDRED[-50:]


@pytest.mark.inside
@pytest.mark.parametrize(
    ("where", "found", "more"),
    [
        ({}, HUNDRED[-50:], True),
        ({"before": 51}, HUNDRED[:50], False),
        ({"before": 52}, HUNDRED[1:51], True),
        ({"before": 101, "limit": 3}, HUNDRED[-3:], True),
        ({"before": 1}, [], False),
        ({"before": 0}, [], False),
        ({"from_": 99}, HUNDRED[98:], False),
        ({"from_": 1, "limit": 2}, HUNDRED[:2], True),
        ({"from_": 101}, [], False),
        ({"around": 50, "limit": 4}, HUNDRED[47:51], True),
        ({"around": 50, "limit": 1}, [HUNDRED[49]], True),
        ({"around": 1, "limit": 500}, HUNDRED, False),
        ({"limit": 500}, HUNDRED, False),
    ],
)
def test_a_page_of_history(reader: Person, where: dict[str, int], found: list[str], more: bool) -> None:
    page = reader.looks_back(**where)
    assert page.texts == found
    assert page.more == more
    assert [message.seq for message in page.messages] == sorted(message.seq for message in page.messages)


def test_history_is_walked_back_to_the_first_word(reader: Person) -> None:
    seen: list[str] = []
    before = 2**53 - 1
    while page := reader.looks_back(before=before, limit=30):
        seen = page.texts + seen
        if not page.more:
            break
        before = page.messages[0].seq
    assert seen == HUNDRED


def test_only_one_place_can_be_asked_for(reader: Person) -> None:
    with refused("bad_request"):
        reader.looks_back(before=10, around=5)


def test_who_is_not_in_the_room_may_read_it_too(reader: Person, charlie: Person) -> None:
    assert charlie.looks_back("kitchen", limit=1).texts == HUNDRED[-1:]
    reader.counts_here(2)


@pytest.mark.inside
def test_a_page_is_at_most_256_kib_and_at_least_one_message(alice: Person) -> None:
    alice.joins("kitchen")
    for n in range(30):
        alice.says(f"{n}" + "\N{SNOWMAN}" * 3990)
    page = alice.looks_back(limit=500)
    assert page.more
    assert 1 <= len(page.messages) < 30
    assert page.texts[-1].startswith("29")
    assert alice.looks_back(from_=1, limit=500).texts[0].startswith("0")
