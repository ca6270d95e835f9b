"""Replies: they show what they answer, as it is."""

from rooms_chat.events import Quote
from rooms_chat.testing import Person, refused


def test_a_reply_shows_what_it_answers(kitchen: Person, bob: Person, charlie: Person) -> None:
    asked = kitchen.says("soup?")
    bob.hears("soup?")
    bob.replies(asked, "yes!")

    heard = kitchen.hears("yes!", from_=bob)

    assert heard.reply_to == asked.seq
    assert heard.reply == Quote(asked.seq, str(kitchen.id), "alice", "soup?")
    assert bob.looks_back().messages[-1] == heard
    charlie.hears_nothing()


def test_a_long_message_is_quoted_by_its_beginning(kitchen: Person, bob: Person) -> None:
    asked = kitchen.says("국" * 200)
    bob.replies(asked, "long!")
    live = kitchen.hears("long!")
    [*_, read] = kitchen.looks_back().messages
    assert live == read
    assert live.reply
    assert live.reply.message == "국" * 140


def test_a_reply_shows_its_original_as_it_is_now(kitchen: Person, bob: Person) -> None:
    asked = kitchen.says("soop?")
    bob.replies(asked, "yes!")
    kitchen.edits(asked, "soup?")
    reply = bob.looks_back().messages[-1].reply
    assert reply
    assert reply.message == "soup?"


def test_nothing_of_a_removed_message_stays_in_its_replies(kitchen: Person, bob: Person) -> None:
    asked = kitchen.says("my password is soup")
    bob.replies(asked, "oh!")
    kitchen.removes(asked)
    reply = bob.looks_back().messages[-1].reply
    assert reply
    assert (reply.seq, reply.message) == (asked.seq, "")


def test_one_answers_what_was_said_in_this_room(kitchen: Person, bob: Person, charlie: Person) -> None:
    for _ in range(3):
        elsewhere = charlie.says("apples?")
    with refused("bad_request") as refusal:
        bob.replies(elsewhere, "yes!", in_="kitchen")
    assert refusal.error.field == "reply_to"
    assert bob.shows("kitchen") == []


def test_a_reply_sent_twice_is_one(kitchen: Person, bob: Person) -> None:
    asked = kitchen.says("soup?")
    post = {"room": "kitchen", "message": "yes!", "id": "yes-1", "reply_to": asked.seq}
    assert bob.asks("my event", post)["seq"] == bob.asks("my event", post)["seq"]
    kitchen.hears("yes!")
    kitchen.hears_nothing()
