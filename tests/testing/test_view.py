"""The rule of the wire, as each client of a scenario holds the server to it."""

from typing import Any

import pytest

from rooms_chat.testing.answers import Joined, read
from rooms_chat.testing.view import Fault, View


def message(seq: int) -> dict[str, Any]:
    return {
        "room": "kitchen",
        "seq": seq,
        "changed": seq,
        "id": f"m{seq}",
        "person": "p",
        "user_name": "alice",
        "message": f"message {seq}",
        "html": f"<p>message {seq}</p>",
        "at": "2026-01-01T00:00:00.000Z",
        "edited": False,
        "removed": False,
    }


def joined(head: int, messages: list[Any], **more: Any) -> Joined:
    facts = {
        "name": "kitchen",
        "topic": "",
        "visibility": "listed",
        "archived": False,
        "pins": [],
        "opened_by": None,
        "opened_at": "2026-01-01T00:00:00.000Z",
        "head": head,
        "here": 1,
    }
    answer = {
        "room": facts,
        "head": head,
        "epoch": "e",
        "messages": [message(one) if isinstance(one, int) else one for one in messages],
        "limited": False,
        "more": False,
        "seen": None,
        "unread": 0,
        "mentions": 0,
        "level": "mentions",
        "you": {"id": "p", "user_name": "alice"},
        "version": "0",
    }
    return read(Joined, answer | more)


@pytest.fixture
def view() -> View:
    """Of a room with two messages."""
    view = View("kitchen")
    view.enter(joined(2, [1, 2]), None)
    return view


def test_the_next_event_is_applied_and_an_older_one_dropped(view: View) -> None:
    assert [m.seq for m in view.post(message(3))] == [3]
    assert view.post(message(3)) == []
    assert view.post(message(1)) == []
    assert view.texts == ["message 1", "message 2", "message 3"]


def test_a_hole_is_a_fault(view: View) -> None:
    with pytest.raises(Fault, match="a hole in “kitchen”: “my response” 4 came behind 2"):
        view.post(message(4))


def test_a_change_is_a_place_in_the_log_like_any_other(view: View) -> None:
    view.change({"room": "kitchen", "seq": 3, "message": message(1) | {"changed": 3, "message": "edited"}})
    assert view.texts == ["edited", "message 2"]
    assert view.last == 3
    with pytest.raises(Fault):
        view.change({"room": "kitchen", "seq": 5, "message": message(1)})


def test_catching_up_gives_what_was_missed(view: View) -> None:
    assert [m.seq for m in view.enter(joined(5, [3, 4, 5]), after=2)] == [3, 4, 5]
    assert view.last == 5


def test_a_change_of_what_is_not_shown_is_a_place_and_nothing_else() -> None:
    view = View("kitchen")
    view.enter(joined(90, [89, 90]), None)
    view.change({"room": "kitchen", "seq": 91, "message": message(3) | {"changed": 91}})
    assert view.enter(joined(93, [message(4) | {"changed": 92}, 93]), after=91)[0].seq == 93
    assert sorted(view.shown) == [89, 90, 93]
    assert not view.changes


def test_what_was_posted_and_edited_while_away_is_news_on_the_page_where_it_comes(view: View) -> None:
    view.enter(joined(9, [3, 5], more=True), after=2)
    late = message(4) | {"changed": 9, "message": "edited"}
    assert [m.message for m in view.enter(joined(9, [late]), after=5)] == ["edited"]
    assert view.texts == ["message 1", "message 2", "message 3", "edited", "message 5"]


@pytest.mark.parametrize("places", [[2, 3], [3, 3], [4, 3]])
def test_catching_up_on_what_was_not_asked_for_is_a_fault(view: View, places: list[int]) -> None:
    with pytest.raises(Fault):
        view.enter(joined(5, places), after=2)


def test_a_cut_that_holds_a_later_message_is_a_fault(view: View) -> None:
    with pytest.raises(Fault):
        view.enter(joined(3, [3, 4]), after=2)


def test_a_live_event_between_two_pages_is_a_fault(view: View) -> None:
    view.enter(joined(9, [3], more=True), after=2)
    assert view.last == 3
    with pytest.raises(Fault, match="before the last page"):
        view.post(message(4))


def test_away_too_long_means_a_fresh_page(view: View) -> None:
    assert view.enter(joined(900, [899, 900], limited=True), after=2) == []
    assert view.texts == ["message 899", "message 900"]
    assert view.last == 900


def test_an_answer_of_another_shape_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="this is no Joined as the wire describes it"):
        read(Joined, {"room": "kitchen"})
