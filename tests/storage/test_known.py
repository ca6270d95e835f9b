"""What the journal need not ask, because nobody else writes, and how it notices where that is not so."""

import pytest

from rooms_chat.changes import Post
from rooms_chat.errors import Archived, NotJoined, TryAgain
from rooms_chat.facts import ArchiveRoom
from rooms_chat.members import Forget
from rooms_chat.people import Person
from rooms_chat.rooms import Open
from rooms_chat.storage import known, log, messages, people, rooms
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.transaction import Change
from rooms_chat.testing.memory import MemoryHub

ALICE = Person("alice", "alice", 1)


@pytest.fixture
def hub():
    return MemoryHub()


@pytest.fixture
def told():
    return []


@pytest.fixture
def journal(database, hub, told):
    """Alice has posted in the kitchen, and all of that is known."""
    journal = Journal(database, hub, told.extend, lambda complaint: None)
    hub.wait(journal.put(Open("kitchen", "listed", "alice")))
    for id in ("one", "two"):
        hub.wait(journal.put(post(id)))
    yield journal
    assert journal.close(5)


def post(id, name="alice", joined=True):
    return Post(ALICE, name, "kitchen", f"soup, {id}", id, joined=joined)


class Broken(Change):
    """A change that fails after it has written something."""

    bytes = 1

    def apply(self, transaction):
        transaction.next_seq(1)
        raise ZeroDivisionError("half done")


@pytest.mark.parametrize("database", ["file"], indirect=True)
def test_nothing_is_asked_before_a_member_posts_on(journal, hub):
    statements = []
    journal._commits.connection._raw.set_trace_callback(statements.append)
    assert hub.wait(journal.put(post("three"))).seq == 3
    assert statements
    assert not [statement for statement in statements if statement.startswith(("SELECT", "WITH"))]


@pytest.mark.parametrize("repeated", ["one", "two"])
def test_a_repeat_is_answered_the_same_and_those_written_with_it_are_written_once(journal, hub, told, reader, repeated):
    first, again, last = (journal.put(post(id)) for id in ("three", repeated, "four"))
    assert hub.wait(again).seq == ("one", "two").index(repeated) + 1
    assert (hub.wait(first).seq, hub.wait(last).seq) == (3, 4)
    hub.run_until(lambda: len(told) == 4, 5)
    assert [row.seq for row in told] == [row.seq for row in log.between(reader, 1, 0, 99, 99)] == [1, 2, 3, 4]


def test_the_same_twice_in_one_commit_is_written_once(journal, hub, reader):
    assert {hub.wait(pending).seq for pending in [journal.put(post("three")) for _ in range(3)]} == {3}
    assert rooms.head(reader, 1) == 3


def test_a_repeat_alone_is_answered_the_same(journal, hub, reader):
    assert hub.wait(journal.put(post("one"))).seq == 1
    assert rooms.head(reader, 1) == 2


def test_who_has_ended_its_membership_is_known_as_a_member_no_more(journal, hub):
    hub.wait(journal.put(Forget(1, "alice")))
    with pytest.raises(NotJoined):
        hub.wait(journal.put(post("three", joined=False)))


def test_a_room_that_is_archived_is_known_as_open_no_more(journal, hub):
    hub.wait(journal.put(ArchiveRoom("alice", "kitchen", on=True)))
    with pytest.raises(Archived):
        hub.wait(journal.put(post("three")))


def test_the_last_of_several_names_is_kept(journal, hub, reader):
    for id, name in (("three", "alicia"), ("four", "alice")):
        hub.wait(journal.put(post(id, name)))
    assert people.find(reader, "alice")[0] == "alice"


def test_what_was_taken_back_is_known_no_more(journal, hub, reader):
    before, broken, after = journal.put(post("three")), journal.put(Broken()), journal.put(post("four"))
    with pytest.raises(TryAgain):
        hub.wait(broken)
    assert (hub.wait(before).seq, hub.wait(after).seq) == (3, 4)
    assert hub.wait(journal.put(post("five"))).seq == rooms.head(reader, 1) == 5


def test_a_place_that_somebody_else_took_is_noticed(journal, hub, database):
    """Against all rules, beside the running server."""
    writer = database.writer() if not database.is_postgres else database.second_writer()
    writer.begin_writing()
    writer.run_many(messages.ADD, [(1, 3, 3, "alice", "foreign", "alice", "salt", "<p>salt</p>", 0, None, None)])
    writer.run_many(log.ADD, [(1, 3, log.POSTED, 3, "alice", 0)])
    rooms.set_heads(writer, [(3, 0, 1)])
    writer.commit()
    writer.close()
    assert hub.wait(journal.put(post("three"))).seq == 4


def test_no_more_is_known_than_there_is_place_for(journal, hub, reader, monkeypatch):
    knows = journal._commits.connection.known
    monkeypatch.setattr(knows, "_most", 3)
    for number in range(10):
        hub.wait(journal.put(Open(f"room{number}", "listed", "alice")))
        hub.wait(journal.put(Post(ALICE, "alice", f"room{number}", "hello", "one", joined=True)))
        hub.wait(journal.put(Post(ALICE, "alice", f"room{number}", "hello", "two", joined=True)))
        assert rooms.head(reader, number + 2) == 2
    assert max(len(knows._rooms), len(knows._heads), len(knows._members), len(knows._names)) <= 3


def test_after_a_failure_everything_is_asked_for_a_while():
    knows, kitchen = known.Known(), rooms.Room(1, "kitchen", "kitchen", "", "listed", 7, None, 0, None)
    assert knows.head(kitchen) == 7
    assert knows.distrust()
    assert knows.head(kitchen) == 7
    assert knows.room("kitchen") is None
    assert not knows.distrust()


def test_no_more_names_are_known_than_there_is_place_for_whoever_comes_and_goes():
    knows, member = known.Known(3), known.Standing(None, None, "member", "somebody")
    for number in range(10):
        knows.keep(1, f"person{number}", member)
        knows.forget_member(1, f"person{number}")
    assert len(knows._names) <= 3
