"""What only PostgreSQL has: several writers, rows that somebody holds, connections that are lost."""

import sys
import threading
import time
from contextlib import closing, contextmanager, suppress

import psycopg
import pytest

from rooms_chat.changes import Post
from rooms_chat.errors import CannotStart, TooLate, TryAgain
from rooms_chat.links import MakeLink, TakeLink
from rooms_chat.members import Forget
from rooms_chat.people import Person
from rooms_chat.rooms import Open
from rooms_chat.storage import later, libpq, log, messages, rooms
from rooms_chat.storage import postgres as postgres_kind
from rooms_chat.storage.database import Database, StorageError
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.migrate import migrate
from rooms_chat.testing.memory import MemoryHub

KITCHEN, GARDEN = "kitchen", "garden"
END_ROOMS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Worker:
    """A journal with a hub of its own, as one of several workers has it."""

    def __init__(self, url):
        self.hub = MemoryHub()
        self.complaints, self.rows = [], []
        self.journal = Journal(Database(url, alone=False), self.hub, self.rows.extend, self.complaints.append)

    def post(self, id, room=KITCHEN, person="alice"):
        return self.journal.put(Post(Person(person, person, 1), person, room, "soup?", id, joined=True))

    def wait(self, pending):
        return self.hub.wait(pending)


@pytest.fixture
def worker(postgres_url):
    """Makes workers; there are two rooms."""
    made = []

    def make():
        made.append(Worker(postgres_url))
        return made[-1]

    first = make()
    for name in (KITCHEN, GARDEN):
        first.wait(first.journal.put(Open(name, "listed", "alice")))
    yield make
    for one in made:
        assert one.journal.close(5)


@contextmanager
def held(url, room=KITCHEN):
    """Somebody else has locked a room's row."""
    with psycopg.connect(url) as foreign:
        foreign.execute("SELECT id FROM rooms WHERE key = %s FOR UPDATE", [room])
        yield
        foreign.rollback()


@pytest.fixture
def on_server(server):
    reader = server.reader()
    yield reader
    reader.close()


def test_a_room_that_somebody_holds_harms_no_other_and_loses_no_order(worker, postgres_url, on_server):
    alice = worker()
    with held(postgres_url):
        waiting = [alice.post(str(n)) for n in range(5)]
        began = time.monotonic()
        assert [alice.wait(alice.post(str(n), GARDEN)).seq for n in range(5)] == [1, 2, 3, 4, 5]
        assert time.monotonic() - began < 2
        assert not any(pending.done for pending in waiting)
        waiting += [alice.post(str(n)) for n in range(5, 8)]
    assert [alice.wait(pending).seq for pending in waiting] == list(range(1, 9))
    assert [message.id for message in messages.starting_at(on_server, 1, 1, 99)] == [str(n) for n in range(8)]
    assert not alice.complaints


def test_two_rooms_that_are_held_do_not_wait_for_each_other(worker, postgres_url):
    alice = worker()
    with held(postgres_url, GARDEN):
        in_garden = alice.post("g", GARDEN)
        with held(postgres_url):
            in_kitchen = alice.post("k")
            alice.hub.settle() if in_kitchen.done else None
        assert alice.wait(in_kitchen).seq == 1
        assert not in_garden.done
    assert alice.wait(in_garden).seq == 1


@pytest.fixture
def impatient(monkeypatch):
    """Who waits for a room gives up soon."""
    monkeypatch.setattr(later, "GIVE_UP_SECONDS", 0.1)
    monkeypatch.setattr(later, "ALONE_MS", 50)


@pytest.mark.usefixtures("impatient")
def test_who_waits_too_long_is_told_to_try_again_and_posts_once(worker, postgres_url, on_server):
    alice = worker()
    with held(postgres_url), pytest.raises(TryAgain):
        alice.wait(alice.post("a"))
    assert alice.wait(alice.post("a")).seq == 1
    assert rooms.head(on_server, 1) == 1


def test_a_room_is_not_held_for_ever_by_who_froze_while_it_sent_many_statements(worker, postgres_url, monkeypatch):
    """A pipeline whose end never comes is no idle transaction to the server."""
    monkeypatch.setattr(postgres_kind, "FROZEN_MS", 200)
    monkeypatch.setattr(later, "ALONE_MS", 50)
    alice = worker()
    frozen = psycopg.connect(postgres_url, application_name="rooms", autocommit=True)
    with closing(frozen), suppress(psycopg.OperationalError), frozen.pipeline():
        frozen.execute("SET idle_in_transaction_session_timeout = 200")
        frozen.execute("BEGIN")
        frozen.execute("SELECT id FROM rooms WHERE key = %s FOR UPDATE", [KITCHEN]).fetchone()
        frozen.execute("UPDATE about SET value = value")
        assert alice.wait(alice.post("a")).seq == 1


@pytest.mark.usefixtures("impatient")
def test_who_holds_a_room_and_is_no_worker_is_left_alone(worker, postgres_url, monkeypatch):
    """Else it could not roll back in the end."""
    monkeypatch.setattr(postgres_kind, "FROZEN_MS", 0)
    alice = worker()
    with held(postgres_url), pytest.raises(TryAgain):
        alice.wait(alice.post("a"))


def test_several_workers_write_one_dense_log(worker, on_server):
    workers = [worker() for _ in range(3)]
    pending = [(one, one.post(f"{n} {number}")) for n in range(40) for number, one in enumerate(workers)]
    seqs = [one.wait(post).seq for one, post in pending]
    assert sorted(seqs) == list(range(1, 121))
    assert [row.seq for row in log.between(on_server, 1, 0, 200, 200)] == list(range(1, 121))
    for one in workers:
        own = [row.seq for row in one.rows]
        assert own == sorted(own)
        assert not one.complaints


def test_workers_that_write_in_rooms_in_opposite_order_do_not_lock_each_other_out(worker, on_server):
    one, other = worker(), worker()
    pending = []
    for n in range(60):
        pending += [(one, one.post(f"1 {n}", room)) for room in (KITCHEN, GARDEN)]
        pending += [(other, other.post(f"2 {n}", room)) for room in (GARDEN, KITCHEN)]
    for worker_, post in pending:
        worker_.wait(post)
    assert rooms.heads(on_server, [1, 2]) == {1: 120, 2: 120}
    assert not one.complaints + other.complaints


def test_a_resend_that_reaches_another_worker_gets_the_first_ones_seq(worker, on_server):
    one, other = worker(), worker()
    pending = [(someone, someone.post(str(n))) for n in range(30) for someone in (one, other)]
    seqs = [someone.wait(post).seq for someone, post in pending]
    assert seqs[::2] == seqs[1::2]
    assert rooms.head(on_server, 1) == 30


def test_who_leaves_for_good_by_one_worker_posts_by_no_other(worker):
    one, other = worker(), worker()
    one.wait(one.post("a"))
    one.wait(one.journal.put(Forget(1, "alice")))
    post = Post(Person("alice", "alice", 1), "alice", KITCHEN, "soup?", "b", joined=False)
    with pytest.raises(Exception, match="Join"):
        other.wait(other.journal.put(post))


def test_a_link_that_is_taken_by_two_workers_at_once_is_good_for_one(worker, postgres_url):
    taker = worker()
    taker.wait(taker.journal.put(MakeLink(Person("alice", "alice", 1), "hash")))
    with psycopg.connect(postgres_url) as other:
        other.execute("DELETE FROM links")
        taking = taker.journal.put(TakeLink("hash"))
        wait_until_somebody_waits(postgres_url)
        other.commit()
    with pytest.raises(TooLate):
        taker.wait(taking)


def wait_until_somebody_waits(postgres_url):
    deadline = time.monotonic() + 10
    with psycopg.connect(postgres_url, autocommit=True) as operator:
        while not operator.execute(WAITING).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_lost_connections_are_replaced_and_nothing_is_written_twice(worker, postgres_url, on_server):
    alice = worker()
    alice.wait(alice.post("a"))
    for n in range(3):
        with psycopg.connect(postgres_url, autocommit=True) as operator:
            operator.execute(END_ROOMS, [operator.info.backend_pid])
        assert rooms.head(on_server, 1) == n + 1
        with pytest.raises(TryAgain):
            alice.wait(alice.post(f"b{n}"))
        assert alice.wait(alice.post(f"b{n}")).seq == n + 2
    assert 1 <= len(alice.complaints) <= 3


def test_a_snapshot_is_of_one_moment(worker, on_server):
    alice = worker()
    with on_server.snapshot():
        assert rooms.head(on_server, 1) == 0
        alice.wait(alice.post("a"))
        assert rooms.head(on_server, 1) == 0
    assert rooms.head(on_server, 1) == 1


def test_one_worker_has_the_database_to_itself_until_it_ends(postgres_url):
    told = lambda rows: None  # noqa: E731
    first = Journal(Database(postgres_url), MemoryHub(), told, pytest.fail)
    with pytest.raises(CannotStart, match=r"in use by another Rooms.*--redis"):
        Journal(Database(postgres_url), MemoryHub(), told, pytest.fail)
    assert first.close(5)
    assert Journal(Database(postgres_url), MemoryHub(), told, pytest.fail).close(5)


def test_who_lost_the_database_to_another_writes_nothing_until_it_is_free(postgres_url):
    """Its connection was lost, and with it the lock; another server took it before it was back."""
    complaints, hub = [], MemoryHub()
    first = Journal(Database(postgres_url), hub, lambda rows: None, complaints.append)
    hub.wait(first.put(Open(KITCHEN, "listed", "alice")))
    with psycopg.connect(postgres_url, autocommit=True) as operator:
        operator.execute(END_ROOMS, [operator.info.backend_pid])
    second = Journal(Database(postgres_url), MemoryHub(), lambda rows: None, pytest.fail)
    post = Post(Person("alice", "alice", 1), "alice", KITCHEN, "soup?", "a", joined=True)
    for _ in range(2):  # the first finds its connection lost, the second the lock taken
        with pytest.raises(TryAgain):
            hub.wait(first.put(post))
    assert "in use by another Rooms" in complaints[-1]
    assert second.close(5)
    assert hub.wait(first.put(post)).seq == 1
    assert first.close(5)


def test_a_server_that_is_still_starting_is_waited_for(postgres_url, monkeypatch):
    answers = [StorageError("FATAL:  the database system is starting up")] * 3
    monkeypatch.setattr(postgres_kind, "ANSWERS_WITHIN_SECONDS", 0.0)
    monkeypatch.setattr(postgres_kind, "connect", refusing(postgres_kind.connect, answers))
    assert migrate(Database(postgres_url)) is None
    assert not answers


def refusing(connect, answers):
    def asked(*words, **options):
        if answers:
            raise answers.pop()
        return connect(*words, **options)

    return asked


def test_workers_that_start_at_once_make_the_tables_once(postgres):
    url = postgres.make_database()
    failures = []

    def start():
        try:
            migrate(Database(url))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with closing(Database(url).reader()) as reader:
        assert rooms.find(reader, KITCHEN) is None


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres):
    postgres.ask("postgres", "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(CannotStart, match="UTF8"):
        migrate(Database(postgres.url("ascii")))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://rooms:secret@127.0.0.1:1/rooms",
        "postgresql://rooms:secret@/x?host=/",
        "postgresql://rooms:secret@127.0.0.1:port/rooms",
        "postgresql://127.0.0.1:1,127.0.0.1:2/rooms?password=secret&user=rooms",
        "postgresql://rooms:secret@127.0.0.1/rooms?nonsense=1",
        "postgresql://rooms:secret@nowhere.invalid/rooms",
    ],
)
def test_a_server_that_is_not_there_is_said_in_words_and_without_the_password(url, monkeypatch):
    monkeypatch.setattr(postgres_kind, "ANSWERS_WITHIN_SECONDS", 0.1)
    with pytest.raises(CannotStart, match=r"cannot be used.*--database") as refusal:
        migrate(Database(url))
    assert "secret" not in str(refusal.value)


def test_where_its_driver_is_missing_that_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "rooms_chat.storage.postgres", None)
    with pytest.raises(CannotStart, match="the extra “postgres”"):
        Database("postgresql://127.0.0.1/rooms")


def test_a_server_with_a_name_is_looked_up_by_the_journal_and_not_by_who_reads(postgres_url, monkeypatch):
    """A name server that is slow would hold the hub."""
    asked = []

    def look_up(host, *_, **__):
        asked.append(host)
        return [(None, None, None, "", (address, 0)) for address in ("127.0.0.9", "127.0.0.1")]

    monkeypatch.setattr(libpq.socket, "getaddrinfo", look_up)
    database = Database(postgres_url.replace("127.0.0.1", "db.example"))
    migrate(database)
    assert asked == ["db.example"]
    with closing(database.reader()) as reader:
        assert rooms.find(reader, KITCHEN) is None
    assert asked == ["db.example"]
    database.writer().close()
    assert asked == ["db.example"] * 2
