"""Who is here and what is counted, by several workers over a real Redis."""

import time
from collections.abc import Iterator

import pytest

from rooms_chat import presence
from rooms_chat.connections import Connection
from rooms_chat.errors import NameTaken, RateLimited
from rooms_chat.limits import Limits
from rooms_chat.people import People, Person
from rooms_chat.presence import Presence
from rooms_chat.workers import leases
from rooms_chat.workers.leases import Leases
from rooms_chat.workers.link import Names, connect
from rooms_chat.workers.shares import Shares
from tests.services import Redis, redis_server

KITCHEN, GARDEN = 7, 8
NAMES = Names("a test's own")


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture
def no_grace(monkeypatch):
    monkeypatch.setattr(leases, "GRACE_SECONDS", 0.0)


class Worker:
    """One worker's presence, and its part of the leases."""

    def __init__(self, redis: Redis) -> None:
        self.people = People(None, "secret", 0)
        self.presence = Presence(is_shared=True)
        self.leases = Leases(connect(redis.url), NAMES, self.presence)
        self.connections: dict[str, Connection] = {}

    def enters(self, name: str, id: str | None = None, room: int = KITCHEN) -> Connection:
        connection = Connection(f"{name}'s", "192.0.2.1", self.people, person=Person(id or name, name, 1))
        self.presence.enter(room, connection)
        return connection

    def names_here(self) -> list[str]:
        return [str(person["user_name"]) for person in self.presence.listed(KITCHEN)]


@pytest.fixture
def workers(redis, no_grace) -> list[Worker]:
    redis.client.flushall()
    return [Worker(redis), Worker(redis)]


def beat(*workers: Worker) -> None:
    for _ in range(2):  # who beats first hears of the others the next time
        for worker in workers:
            worker.leases.beat()


def test_all_workers_have_one_list_in_one_order(workers):
    one, other = workers
    for worker, name in ((one, "alice"), (other, "bob"), (one, "charlie"), (other, "dave")):
        worker.enters(name)
        time.sleep(0.002)
    beat(*workers)
    assert one.names_here() == other.names_here() == ["alice", "bob", "charlie", "dave"]
    assert one.presence.number_here(KITCHEN) == other.presence.number_here(KITCHEN) == 4
    assert one.presence.listed(KITCHEN, 3) == other.presence.listed(KITCHEN, 3)


def test_who_comes_and_goes_by_another_worker_is_news_once(workers):
    one, other = workers
    beat(*workers)
    bob = other.enters("bob")
    one.enters("alice")
    beat(*workers)
    list(one.presence.news())
    beat(*workers)
    assert list(one.presence.news()) == []
    other.presence.leave(KITCHEN, bob)
    beat(*workers)
    ((_, came, went),) = one.presence.news()
    assert (came, [person["user_name"] for person in went]) == ([], ["bob"])


def test_a_person_at_two_workers_is_one_and_goes_with_the_last_tab(workers):
    one, other = workers
    tab, phone = one.enters("alice"), other.enters("alice")
    one.enters("bob")
    beat(*workers)
    assert one.presence.number_here(KITCHEN) == other.presence.number_here(KITCHEN) == 2
    list(one.presence.news())
    other.presence.leave(KITCHEN, phone)
    beat(*workers)
    assert [went for _, _, went in one.presence.news() if went] == []
    one.presence.leave(KITCHEN, tab)
    beat(*workers)
    assert other.names_here() == ["bob"]


def test_a_name_is_taken_by_who_is_here_by_another_worker(workers):
    one, other = workers
    one.enters("Alice")
    beat(*workers)
    with pytest.raises(NameTaken) as refusal:
        other.presence.call(Person("someone", None, 1), "аlice", KITCHEN, may_be_refused=True)  # with a Cyrillic а
    assert refusal.value.suggestion == "аlice 2"


def test_of_two_names_of_a_person_the_later_one_holds_everywhere(workers):
    one, other = workers
    tab, phone = one.enters("alice", "a"), other.enters("alice", "a")
    beat(*workers)
    other.presence.call(phone.person, "Alicia", KITCHEN, may_be_refused=False)
    beat(*workers)
    assert tab.person.name == "Alicia"
    assert one.names_here() == other.names_here() == ["Alicia"]


def test_of_two_who_took_one_name_at_once_the_later_one_is_called_otherwise_and_told(workers):
    one, other = workers
    alice = one.enters("alice", "first")
    time.sleep(0.002)
    late = other.enters("аlice", "second")  # with a Cyrillic а
    bob = other.enters("bob")
    beat(*workers, *workers)
    assert (alice.person.name, late.person.name, bob.person.name) == ("alice", "аlice 2", "bob")
    assert set(one.names_here()) == set(other.names_here()) == {"alice", "аlice 2", "bob"}
    ((_, came, _),) = other.presence.news()
    assert {"id": "second", "user_name": "аlice 2"} in came
    beat(*workers, *workers)
    assert late.person.name == "аlice 2"


def test_of_two_who_came_in_the_same_millisecond_one_keeps_the_name(workers, monkeypatch):
    one, other = workers
    with monkeypatch.context() as at_one_time:
        at_one_time.setattr(presence, "now_ms", lambda: 1)
        here = [one.enters("alice", "a"), other.enters("alice", "b")]
    beat(*workers, *workers)
    assert [connection.person.name for connection in here] == ["alice", "alice 2"]
    assert set(one.names_here()) == set(other.names_here()) == {"alice", "alice 2"}


def test_a_new_name_that_is_taken_where_only_another_tab_is_gives_way_there(workers):
    """Alice is at both workers, and in the garden by the other one only, where somebody is called Alicia."""
    one, other = workers
    tab, phone = one.enters("alice", "a"), other.enters("alice", "a")
    alicia = other.enters("Alicia", "b", room=GARDEN)
    other.presence.enter(GARDEN, phone)
    beat(*workers, *workers)
    one.presence.call(tab.person, "Alicia", KITCHEN, may_be_refused=True)
    beat(*workers, *workers)
    assert (alicia.person.name, phone.person.name, tab.person.name) == ("Alicia", "Alicia 2", "Alicia 2")


def test_how_a_person_is_shows_at_all_workers(workers):
    one, other = workers
    alice = one.enters("alice")
    elsewhere = other.enters("alice")
    bob = other.enters("bob")
    beat(one, other)

    one.presence.show(alice.person, "away", "lunch")
    beat(one, other)

    assert (elsewhere.person.status, elsewhere.person.words) == ("away", "lunch")
    assert {"id": "alice", "user_name": "alice", "status": "away", "words": "lunch"} in other.presence.listed(KITCHEN)
    other.presence.show(bob.person, "away", "")
    beat(one, other)
    assert one.presence.listed_as(KITCHEN, "bob") == {"id": "bob", "user_name": "bob", "status": "away"}


def test_the_people_of_a_worker_that_died_are_gone_with_its_lease(workers, monkeypatch, redis):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 1)
    one, other = workers
    one.enters("alice")
    other.enters("bob")
    beat(*workers)
    assert one.names_here() == ["alice", "bob"]
    deadline = time.monotonic() + 10
    while one.names_here() != ["alice"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
        one.leases.beat()
    assert [field.partition(b"/")[2] for field in redis.client.hkeys(NAMES.here(KITCHEN))] == [b"alice"]


def test_a_worker_that_was_frozen_for_longer_than_its_lease_comes_back_with_its_people(workers, redis):
    one, other = workers
    one.enters("alice")
    other.enters("bob")
    beat(*workers)
    redis.client.delete(NAMES.lease(other.leases.worker))
    one.leases.beat()
    assert one.names_here() == ["alice"]
    beat(*workers)
    assert one.names_here() == other.names_here() == ["alice", "bob"]


def test_a_worker_that_stops_takes_its_people_out_at_once_and_is_heard_of_no_more(workers, redis):
    one, other = workers
    one.enters("alice")
    other.enters("bob")
    beat(*workers)
    other.leases.farewell()
    beat(*workers)
    assert one.names_here() == ["alice"]
    assert redis.client.smembers(NAMES.workers) == {one.leases.worker.encode()}


def test_a_redis_that_was_emptied_is_told_everything_again(workers, redis):
    one, other = workers
    one.enters("alice")
    other.enters("bob")
    beat(*workers)
    redis.client.flushall()
    beat(*workers)
    assert one.names_here() == other.names_here() == ["alice", "bob"]


def test_what_is_no_entry_of_ours_is_passed_over(workers, redis):
    one, other = workers
    other.enters("bob")
    beat(*workers)
    lies = {f"{other.leases.worker}/mallory": b"\xff", f"{other.leases.worker}/eve": b'{"since":1}', "x": b"{}"}
    redis.client.hset(NAMES.here(KITCHEN), mapping=lies)
    redis.client.zadd(NAMES.rooms, {str(KITCHEN): 1})
    one.enters("alice")
    beat(*workers)
    assert set(one.names_here()) == {"alice", "bob"}


def test_nothing_stays_in_redis_of_people_who_went(workers, redis):
    one, other = workers
    for worker, connection in [(one, one.enters("alice")), (other, other.enters("bob"))]:
        beat(*workers)
        worker.presence.leave(KITCHEN, connection)
    beat(*workers)
    assert redis.client.hkeys(NAMES.here(KITCHEN)) == []
    assert redis.client.zrange(NAMES.rooms, 0, -1) == []


def test_limits_hold_for_all_workers_together(redis):
    redis.client.flushall()
    limits = [Limits(message_rate=5, rooms_per_hour=0, is_shared=True) for _ in range(2)]
    shares = [Shares(connect(redis.url), NAMES, one) for one in limits]
    for one in limits:
        for _ in range(12):  # twenty are allowed in four seconds
            one.count_post_by("alice", "192.0.2.1")
    for share in shares:
        share.exchange()
    limits[1].count_post_by("bob", "192.0.2.2")
    with pytest.raises(RateLimited):
        limits[1].count_post_by("alice", "192.0.2.1")


def test_what_an_address_reads_is_counted_by_all_workers_together(redis):
    """Of ten connections' worth, fifty pages at once; another address is told nothing of it."""
    redis.client.flushall()
    limits = [Limits(message_rate=5, rooms_per_hour=0, connections_per_address=10, is_shared=True) for _ in range(2)]
    shares = [Shares(connect(redis.url), NAMES, one) for one in limits]
    for one in limits:
        one.reading.count_pages("192.0.2.1", 30)
        one.reading.count_pages("192.0.2.2", 10)
    for share in shares:
        share.exchange()
    limits[1].reading.count_pages("192.0.2.2", 20)
    with pytest.raises(RateLimited):
        limits[1].reading.count_pages("192.0.2.1", 10)


def test_without_redis_each_workers_own_count_holds():
    limits = Limits(message_rate=5, rooms_per_hour=0, is_shared=True)
    for _ in range(20):
        limits.count_post_by("alice", "192.0.2.1")
    with pytest.raises(RateLimited):
        limits.count_post_by("alice", "192.0.2.1")


def test_what_was_counted_while_redis_was_away_does_not_pile_up(redis):
    limits = Limits(message_rate=5, rooms_per_hour=0, connections_per_address=10, is_shared=True)
    limits.count_post_by("alice", "192.0.2.1")
    limits.reading.count_pages("192.0.2.1")
    Shares(connect(redis.url), NAMES, limits).forget()
    assert limits.take_counted(300) == []
