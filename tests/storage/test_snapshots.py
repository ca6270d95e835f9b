"""All that is read in a snapshot is of one moment, whatever is written meanwhile."""

import pytest

from rooms_chat.changes import Post
from rooms_chat.people import Person
from rooms_chat.rooms import Open
from rooms_chat.storage import rooms
from rooms_chat.storage.journal import Journal
from rooms_chat.testing.memory import MemoryHub


@pytest.fixture
def say(database):
    hub = MemoryHub()
    journal = Journal(database, hub, lambda rows: None, pytest.fail)
    hub.wait(journal.put(Open("kitchen", "listed", "alice")))
    yield lambda id: hub.wait(
        journal.put(Post(Person("alice", "alice", 1), "alice", "kitchen", "soup?", id, joined=True))
    )
    assert journal.close(5)


def test_a_snapshot_within_another_is_of_the_same_moment(reader, say):
    with reader.snapshot():
        assert rooms.head(reader, 1) == 0
        say("one")
        with reader.snapshot():
            assert rooms.head(reader, 1) == 0
        say("two")
        assert rooms.head(reader, 1) == 0
    assert rooms.head(reader, 1) == 2


def test_what_fails_within_a_snapshot_leaves_none_behind(reader, say):
    with pytest.raises(ZeroDivisionError), reader.snapshot(), reader.snapshot():
        raise ZeroDivisionError
    say("one")
    assert rooms.head(reader, 1) == 1
