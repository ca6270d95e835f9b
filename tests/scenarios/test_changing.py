"""Edits and removals move the same head as posts and reach who is in the room; the address stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rooms_chat.testing import Person, refused


def edits(person: Person, seq: int, text: str, room: str = "kitchen") -> int:
    """Give a message another text; the place of that in the log."""
    answer = person.asks("edit", room=room, seq=seq, message=text)
    assert answer["seq"] == seq
    return int(answer["changed"])


def removes(person: Person, seq: int, room: str = "kitchen") -> int:
    answer = person.asks("remove", room=room, seq=seq)
    assert answer["seq"] == seq
    return int(answer["changed"])


def test_an_edit_reaches_the_room_and_history_shows_the_message_as_it_is_now(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    said = alice.says("soop?")
    bob.hears("soop?")

    assert edits(alice, said.seq, "soup?") == said.seq + 1

    bob.is_level()
    assert bob.shows("kitchen") == ["soup?"]
    (message,) = bob.looks_back("kitchen").messages
    assert (message.seq, message.changed, message.message, message.html) == (said.seq, 2, "soup?", "<p>soup?</p>")
    assert message.edited
    assert not message.removed


def test_nobody_next_door_hears_of_an_edit(alice: Person, bob: Person, charlie: Person) -> None:
    alice.joins("kitchen")
    charlie.joins("garden")
    edits(alice, alice.says("soop?").seq, "soup?")
    charlie.hears_nothing()


def test_the_same_text_again_changes_nothing_and_answers_the_same(alice: Person) -> None:
    alice.joins("kitchen")
    seq = alice.says("soop?").seq
    assert edits(alice, seq, "soup?") == edits(alice, seq, "soup?") == 2
    assert alice.joins("kitchen").head == 2


def test_a_removal_erases_the_text_and_keeps_the_address(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    seq = alice.says("my password is soup").seq
    assert removes(alice, seq) == removes(alice, seq) == 2
    bob.is_level()
    (message,) = bob.looks_back("kitchen").messages
    assert (message.seq, message.message, message.html, message.removed) == (seq, "", "", True)


def test_a_removed_word_is_nobodys_last_word(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    alice.says("soup?")
    removes(alice, alice.says("my password").seq)
    last = bob.watches_rooms()["kitchen"].last
    assert last is not None
    assert last["message"] == "soup?"


@pytest.mark.inside
def test_a_removed_text_is_nowhere_in_the_database_file(alice: Person, tmp_path: Path) -> None:
    alice.joins("kitchen")
    removes(alice, alice.says("correct horse battery staple").seq)
    (path,) = tmp_path.rglob("rooms.db")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"battery staple" not in path.read_bytes()


@pytest.mark.inside
def test_a_day_later_it_is_too_late_but_not_for_who_opened_the_room(alice: Person, bob: Person, tmp_path: Path) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    seq = bob.says("soup?").seq
    (path,) = tmp_path.rglob("rooms.db")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE messages SET at = at - 24 * 3600 * 1000 - 1")
        raw.commit()
    with refused("too_late"):
        edits(bob, seq, "stew?")
    with refused("too_late"):
        removes(bob, seq)
    removes(alice, seq)


def test_only_the_author_may_edit(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    seq = bob.says("soup?").seq
    with refused("not_yours"):
        edits(alice, seq, "stew?")
    alice.is_level()
    assert alice.shows("kitchen") == ["soup?"]


def test_who_opened_the_room_may_remove_any_message_in_it(alice: Person, bob: Person, charlie: Person) -> None:
    for person in (alice, bob, charlie):
        person.joins("kitchen")
    seq = bob.says("spam").seq
    with refused("not_yours"):
        removes(charlie, seq)
    removes(alice, seq)


def test_a_removed_message_is_edited_no_more(alice: Person) -> None:
    alice.joins("kitchen")
    seq = alice.says("soup?").seq
    removes(alice, seq)
    with refused("too_late"):
        edits(alice, seq, "stew?")


def test_there_is_nothing_to_change_at_an_address_nobody_posted_to(alice: Person) -> None:
    alice.joins("kitchen")
    with refused("bad_request") as refusal:
        edits(alice, 7, "soup?")
    assert refusal.error.field == "seq"


def test_an_edit_is_checked_as_a_post_is(alice: Person) -> None:
    alice.joins("kitchen")
    seq = alice.says("soup?").seq
    with refused("too_long"):
        edits(alice, seq, "x" * 4001)
    with refused("bad_request"):
        edits(alice, seq, " ")


def test_who_was_away_gets_each_changed_message_once_as_it_is_now(alice: Person, bob: Person) -> None:
    alice.joins("kitchen")
    bob.joins("kitchen")
    seqs = [alice.says(text).seq for text in ("one", "two", "three")]
    bob.is_level()
    bob.loses_connection()
    edits(alice, seqs[0], "ONE")
    edits(alice, seqs[0], "One")
    removes(alice, seqs[1])
    alice.says("four")
    (answer,) = bob.comes_back()["kitchen"]
    assert [(message.seq, message.message) for message in answer.messages] == [(1, "One"), (2, ""), (7, "four")]
    assert answer.head == 7


def test_an_edit_behind_its_post_finds_it(alice: Person) -> None:
    alice.joins("kitchen")
    posting = alice.sends("my event", room="kitchen", message="soop?")
    editing = alice.sends("edit", room="kitchen", seq=1, message="soup?")
    assert posting.answer()["seq"] == 1
    assert editing.answer() == {"ok": True, "seq": 1, "changed": 2}
