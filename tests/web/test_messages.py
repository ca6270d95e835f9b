"""Reading and posting without a script."""

import re

import pytest

from rooms_chat.connections import Connection
from rooms_chat.elsewhere import Entry
from rooms_chat.others import settled
from rooms_chat.people import Person


@pytest.fixture(autouse=True)
def kitchen(alice):
    alice.opens("kitchen")


def said(page: str) -> list[str]:
    return re.findall(r'data-part="text" dir="auto"><p>([^<]*)</p>', page)


def test_a_room_that_is_empty_shows_its_link_and_qr_code(alice):
    page = alice.reads("/r/kitchen")
    assert "Nobody has spoken here yet" in page
    assert 'src="/r/kitchen/qr.svg"' in page


def test_a_first_word_comes_with_a_name(alice, bob):
    answer = alice.says("kitchen", "soup?", user_name="Alice")
    assert answer.status_code == 303
    assert answer.location == "/r/kitchen"
    page = bob.reads("/r/kitchen")
    assert said(page) == ["soup?"]
    assert ">Alice</b>" in page


def test_a_first_word_takes_no_name_of_who_is_there_by_another_worker(alice, app, monkeypatch):
    chat = app.extensions["rooms"]

    def learn(room):
        """Of whom this worker hears when it asks."""
        listed = {"id": "zoe's", "user_name": "zoe"}
        chat.presence.came_elsewhere(room, "zoe's", Entry(since=1, named_at=1, listed=listed))
        return settled()

    monkeypatch.setattr(chat.others, "learn", learn)
    assert alice.says("kitchen", "I am zoe", user_name="zoe").status_code == 409
    assert alice.says("kitchen", "I am alice", user_name="Alice").status_code == 303


def test_who_has_a_name_is_not_asked_again(alice):
    assert re.search(r'name="user_name"[^>]*required', alice.reads("/r/kitchen"))
    alice.says("kitchen", "soup?", user_name="Alice")
    assert re.search(r'name="user_name"[^>]*disabled', alice.reads("/r/kitchen"))
    assert alice.says("kitchen", "anyone?").status_code == 303


def test_who_brings_a_name_that_somebody_here_has_is_called_otherwise(alice, bob, app):
    chat = app.extensions["rooms"]
    bob.opens("garden")
    bob.says("garden", "roses!", user_name="Alice")
    here = Connection("here", "192.0.2.1", chat.people, person=Person("alice", "Alice", 1))
    chat.presence.enter(chat.rooms.find("kitchen").id, here)
    assert bob.says("kitchen", "soup?").status_code == 303
    assert ">Alice 2</b>" in alice.reads("/r/kitchen")
    assert ">Alice</b>" in alice.reads("/r/garden")


def test_what_somebody_does_stands_behind_their_name(alice):
    for words in ("soup?", "anyone?", "/me cooks"):
        alice.says("kitchen", words, user_name="Alice")
    assert alice.reads("/r/kitchen").count('class="message follows"') == 1


def test_a_double_click_posts_once(alice):
    alice.says("kitchen", "soup?", user_name="Alice", id="one")
    alice.says("kitchen", "soup?", id="one")
    assert said(alice.reads("/r/kitchen")) == ["soup?"]


def test_each_page_brings_an_id_of_its_own(alice):
    ids = {re.search(r'name="id" value="(\w+)"', alice.reads("/r/kitchen"))[1] for _ in range(2)}
    assert len(ids) == 2


def test_without_a_name_nothing_is_posted_and_what_was_typed_stays(alice):
    answer = alice.says("kitchen", "soup?")
    assert answer.status_code == 400
    assert ">soup?</textarea>" in answer.text
    assert 'role="alert"' in answer.text
    assert said(answer.text) == []


def test_what_is_too_long_is_refused_and_stays(alice):
    answer = alice.says("kitchen", "x" * 4001, user_name="Alice")
    assert answer.status_code == 413
    assert "x" * 4001 in answer.text


def test_the_lines_of_a_form_are_lines_of_the_message(alice):
    alice.says("kitchen", "one\r\ntwo", user_name="Alice")
    assert re.search(r"one<br>\s*two", alice.reads("/r/kitchen"))


@pytest.mark.parametrize("path", ["/rooms", "/r/kitchen/messages", "/language"])
@pytest.mark.parametrize("token", ["", "made up"])
def test_a_form_without_its_token_changes_nothing(alice, app, path, token):
    fields = {"csrf_token": token, "name": "attic", "message": "soup?", "user_name": "Alice", "language": "ko"}
    answer = alice.client.post(path, data=fields)
    assert answer.status_code == 400
    assert app.extensions["rooms"].rooms.find("attic") is None
    assert said(alice.reads("/r/kitchen")) == []


def test_another_persons_token_is_no_token(alice, bob):
    answer = alice.sends("/rooms", token=bob.token(), name="attic")
    assert answer.status_code == 400


def test_posting_into_a_room_that_is_not_there_opens_none(alice, app):
    assert alice.says("nowhere", "soup?", user_name="Alice").status_code == 404
    assert app.extensions["rooms"].rooms.find("nowhere") is None


def test_the_page_holds_the_last_fifty_and_leads_to_those_before(alice):
    for number in range(60):
        alice.says("kitchen", f"word {number}", user_name="Alice")
    page = alice.reads("/r/kitchen")
    assert said(page) == [f"word {number}" for number in range(10, 60)]
    older = re.search(r'data-older href="([^"]+)"', page)[1]
    assert said(alice.reads(older)) == [f"word {number}" for number in range(10)]


def test_a_message_has_an_address_where_it_is_marked_among_the_others(alice):
    for word in ("one", "two", "three"):
        alice.says("kitchen", word, user_name="Alice")
    page = alice.reads("/r/kitchen/2")
    assert said(page) == ["one", "two", "three"]
    assert re.search(r'class="message[^"]* marked" id="m2"', page)
    assert 'href="/r/kitchen/2"' in page


def test_reading_leaves_no_person_behind(alice, app):
    cookie = alice.client.get_cookie("rooms_person")
    assert cookie is not None
    assert cookie.http_only
    assert alice.sees("/").headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("path", ["/r/kitchen/99999999999999999999", "/r/kitchen?before=99999999999999999999"])
def test_a_place_that_no_log_has_is_no_failure(alice, path):
    assert alice.sees(path).status_code in (200, 404)


@pytest.mark.parametrize(("path", "back"), [("/rooms", "/"), ("/r/kitchen/messages", "/r/kitchen")])
def test_from_a_refused_form_the_language_leads_back_to_its_page(alice, path, back):
    page = alice.sends(path, name="a.b", message="", user_name="Alice").text
    assert f'name="next" value="{back}"' in page


@pytest.mark.parametrize("seq", [2, 99])
def test_a_message_that_there_is_not_is_told_of_in_words(alice, seq):
    alice.says("kitchen", "soup?", user_name="Alice")
    answer = alice.sees(f"/r/kitchen/{seq}")
    assert answer.status_code == 404
    assert f"There is no message {seq} in this room." in answer.text
    assert said(answer.text) == ["soup?"]
    assert alice.sees("/r/kitchen/1").status_code == 200


def test_who_posts_too_fast_is_told_when_to_try_again(make_app, visitor):
    carol = visitor(make_app(message_rate="1").test_client())
    carol.opens("kitchen")
    answers = [carol.says("kitchen", f"word {number}", user_name="Carol") for number in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["Retry-After"]) >= 1


def test_a_form_beside_the_public_address_is_told_where_to_go(make_app, visitor):
    """The cookies insist on https, so that a plain address has none of them, and no token can be good there."""
    carol = visitor(make_app(public_url="https://rooms.example").test_client())
    answer = carol.sends("/rooms", token="of no use", name="kitchen")
    assert answer.status_code == 400
    assert "Forms are taken only at https://rooms.example. Go on there." in answer.text
    assert 'href="https://rooms.example"' in answer.text
    there = carol.client.post("/rooms", data={"csrf_token": "old"}, headers={"Host": "rooms.example"})
    assert "This page was open for too long" in there.text
