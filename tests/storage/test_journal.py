import sqlite3
import threading
import time

import pytest

from rooms_chat.changes import Post
from rooms_chat.errors import Busy, NotJoined, TryAgain
from rooms_chat.members import Forget
from rooms_chat.people import Person
from rooms_chat.rooms import Open
from rooms_chat.storage import journal as journals
from rooms_chat.storage import log, messages, rooms
from rooms_chat.storage.database import StorageError
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.postgres import PostgresWriter
from rooms_chat.storage.sqlite import SqliteWriter
from rooms_chat.storage.transaction import Change
from rooms_chat.testing.memory import MemoryHub

ALICE = Person("alice", "alice", 1)

of_a_file = pytest.mark.parametrize("database", ["file"], indirect=True)


class Told:
    """What a journal told of commits and complaints."""

    def __init__(self):
        self.rows, self.complaints = [], []


@pytest.fixture
def hub():
    return MemoryHub()


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def journal(database, hub, told):
    journal = Journal(database, hub, told.rows.extend, told.complaints.append)
    hub.wait(journal.put(Open("kitchen", "listed", "alice")))
    yield journal
    assert journal.close(5)


def post(text, id, joined=True):
    return Post(ALICE, "alice", "kitchen", text, id, joined=joined)


class Broken(Change):
    """A change that fails after it has written something."""

    bytes = 1

    def prepare(self):
        pass

    def apply(self, transaction):
        rooms.add(transaction.connection, key="half", name="half", visibility="listed", opened_by=None, at=0)
        raise ZeroDivisionError("half done")


def test_a_post_is_stored_under_the_seq_that_was_acknowledged(journal, hub, reader):
    posted = hub.wait(journal.put(post("soup?", "a")))
    assert messages.by_seq(reader, 1, posted.seq).message == "soup?"


def test_the_log_has_one_row_for_every_value_of_the_head(journal, hub, reader):
    for pending in [journal.put(post("soup", str(n))) for n in range(20)]:
        hub.wait(pending)
    assert [row.seq for row in log.between(reader, 1, 0, 99, 99)] == list(range(1, 21))
    assert rooms.head(reader, 1) == 20


def test_the_same_id_again_gets_the_same_seq_and_no_row(journal, hub, reader):
    first, again = journal.put(post("soup?", "a")), journal.put(post("soup?", "a"))
    assert hub.wait(first)[:3] == hub.wait(again)[:3]
    assert rooms.head(reader, 1) == 1


def test_a_repeat_is_answered_even_where_posting_is_no_longer_allowed(journal, hub):
    first = hub.wait(journal.put(post("soup?", "a")))
    assert hub.wait(journal.put(post("soup?", "a", joined=False)))[:3] == first[:3]


def test_what_was_foreseen_of_a_batch_counts_only_as_long_as_it_is_true(journal, hub):
    """Joining for good, leaving for good and posting again, all committed together."""
    held = Held()
    journal.put(held)
    assert held.is_here.wait(5)
    first, again = journal.put(post("one", "1")), journal.put(post("one", "1"))
    left, late = journal.put(Forget(1, "alice")), journal.put(post("two", "2", joined=False))
    held.may_go_on.set()
    assert hub.wait(first).seq == hub.wait(again).seq == 1
    hub.wait(left)
    with pytest.raises(NotJoined):
        hub.wait(late)


def test_a_refused_post_takes_no_number(journal, hub, reader):
    stranger = Post(Person("bob", "bob", 1), "bob", "kitchen", "hi", "b", joined=False)
    with pytest.raises(NotJoined):
        hub.wait(journal.put(stranger))
    assert rooms.head(reader, 1) == 0


def test_one_change_that_fails_spoils_no_other_and_leaves_nothing_half_done(journal, hub, reader, told):
    before, broken, after = journal.put(post("one", "1")), journal.put(Broken()), journal.put(post("two", "2"))
    with pytest.raises(TryAgain):
        hub.wait(broken)
    assert (hub.wait(before).seq, hub.wait(after).seq) == (1, 2)
    assert rooms.find(reader, "half") is None
    assert any("Broken" in complaint for complaint in told.complaints)


class Clash(Change):
    """A change that breaks a rule of the database."""

    bytes = 1

    def apply(self, transaction):
        rooms.add(transaction.connection, key="kitchen", name="x", visibility="listed", opened_by=None, at=0)


def test_a_change_that_breaks_a_rule_of_the_database_spoils_no_other(journal, hub):
    before, clash, after = journal.put(post("one", "1")), journal.put(Clash()), journal.put(post("two", "2"))
    with pytest.raises(TryAgain):
        hub.wait(clash)
    assert (hub.wait(before).seq, hub.wait(after).seq) == (1, 2)


def test_rows_are_handed_on_after_the_commit_and_in_order(journal, hub, told):
    for pending in [journal.put(post("soup", str(n))) for n in range(5)]:
        hub.wait(pending)
    hub.run_until(lambda: len(told.rows) == 5, 5)
    assert [row.seq for row in told.rows] == [1, 2, 3, 4, 5]


def test_a_commit_that_fails_is_acknowledged_to_nobody_and_writing_recovers(journal, hub, reader, monkeypatch):
    def no_space(self):
        raise StorageError("database or disk is full")

    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(SqliteWriter, "commit", no_space)
        broken_disk.setattr(PostgresWriter, "commit", no_space)
        waiting = [journal.put(post("soup", str(n))) for n in range(3)]
        for pending in waiting:
            with pytest.raises(TryAgain) as refusal:
                hub.wait(pending)
            assert refusal.value.retry_after
        assert rooms.head(reader, 1) == 0
    assert hub.wait(journal.put(post("soup", "0"))).seq == 1


class Held(Change):
    """A change that is written once it may."""

    bytes = 1

    def __init__(self):
        self.is_here, self.may_go_on = threading.Event(), threading.Event()

    def apply(self, transaction):
        self.is_here.set()
        assert self.may_go_on.wait(5)


def test_where_several_write_a_commit_waits_a_moment_for_more(journal, hub, monkeypatch):
    later = []
    monkeypatch.setattr(hub, "sleep_thread", lambda _: later.append(journal.put(post("soup", f"late {len(later)}"))))
    held = Held()
    journal.put(held)
    assert held.is_here.wait(5)
    together = [journal.put(post("soup", "a")), journal.put(post("soup", "b"))]
    held.may_go_on.set()
    assert [hub.wait(one).seq for one in together] == [1, 2]
    assert hub.wait(journal.put(post("soup", "c"))).seq == 3
    assert hub.wait(later[0]).at == hub.wait(journal.put(post("soup", "c"))).at


def test_who_writes_alone_is_not_kept_waiting(journal, hub, monkeypatch):
    rests = []
    monkeypatch.setattr(hub, "sleep_thread", rests.append)
    for number in range(5):
        hub.wait(journal.put(post("soup", str(number))))
    assert not rests


@pytest.mark.quiet
@of_a_file
def test_a_foreign_lock_holds_the_writer_and_no_reader(journal, hub, database, reader):
    hub.wait(journal.put(post("soup?", "a")))
    foreign = sqlite3.connect(database.path, isolation_level=None)
    foreign.execute("BEGIN EXCLUSIVE")
    pending = journal.put(post("bread?", "b"))
    started = time.monotonic()
    assert len(messages.before(reader, 1, 99, 50)) == 1
    assert time.monotonic() - started < 0.5
    assert not pending.done
    foreign.execute("ROLLBACK")
    assert hub.wait(pending).seq == 2


@of_a_file
def test_more_than_it_can_hold_is_refused_as_busy(journal, hub, database, monkeypatch):
    monkeypatch.setattr(journals, "WAITING_CHANGES", 3)
    foreign = sqlite3.connect(database.path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    taken = [journal.put(post("held", "held"))]
    while journal._waiting:
        time.sleep(0.001)
    taken += [journal.put(post("soup", str(n))) for n in range(3)]
    with pytest.raises(Busy):
        journal.put(post("soup", "one too many"))
    foreign.execute("ROLLBACK")
    assert [hub.wait(pending).seq for pending in taken] == [1, 2, 3, 4]


def test_closing_writes_what_waits_and_takes_nothing_more(database, hub, told, reader):
    journal = Journal(database, hub, told.rows.extend, told.complaints.append)
    journal.put(Open("kitchen", "listed", "alice"))
    waiting = [journal.put(post("soup", str(n))) for n in range(10)]
    assert journal.close(5)
    assert [hub.wait(pending).seq for pending in waiting] == list(range(1, 11))
    with pytest.raises(TryAgain):
        journal.put(post("late", "late"))
    assert rooms.head(reader, 1) == 10


def test_the_journal_is_one_thread_that_ends(database, hub, told):
    before = threading.active_count()
    journal = Journal(database, hub, told.rows.extend, told.complaints.append)
    assert threading.active_count() == before + 1
    assert journal.close(5)
    assert threading.active_count() == before
