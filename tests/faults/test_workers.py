"""Several workers on one database: killed, frozen and restarted, and with a Redis that is not there or lies."""

import os
import signal
import threading
import time
from collections.abc import Callable

import pytest

from rooms_chat.storage.postgres import FROZEN_MS
from tests.faults.clients import wait_until
from tests.services import Redis

IS_LONG = os.environ.get("FAULTS") == "long"
LATE_SECONDS = 5.0  # the next second delivers; the rest is for a busy machine


def elsewhere(call: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=call)
    thread.start()
    return thread


@pytest.mark.tried(small=1, long=20)
def test_four_writers_through_two_workers_write_one_log(cluster, is_long):
    for place, names in enumerate((("alice", "bob"), ("charlie", "dave"))):
        cluster.talk_at(place, *names, pace=0.005)
    cluster.waits_for_more(2000 if is_long else 300, 60)
    cluster.fault("written by two")
    cluster.ends()


@pytest.mark.tried(small=1, long=20)
def test_a_message_sent_again_by_another_worker_is_the_same_one(cluster):
    """One person at both workers says the same under the same ids, at once."""
    [first] = cluster.talk_at(0, "alice")
    first.talks = False
    [second] = cluster.officials("alice's phone", url=cluster.workers[1].url).clients
    second.talks = False
    second.key, second._called = first.key, "alice"
    wishes = [tab.say(f"word {number}", id=f"same {number}") for number in range(30) for tab in (first, second)]
    cluster.fault("sent twice each")
    wait_until(lambda: all(wish.answer for wish in wishes), 30, "all is answered")
    assert len({(wish.fields["id"], wish.answer["seq"]) for wish in wishes}) == 30
    cluster.ends()


@pytest.mark.tried(small=1, long=20)
def test_a_worker_that_is_killed_takes_nothing_with_it_and_its_people_are_gone_in_time(cluster, is_long):
    [alice] = cluster.talk_at(0, "alice", pace=0.01)
    [bob] = cluster.talk_at(1, "bob", pace=0.01)
    wait_until(lambda: bob.person in alice.here, 10, "bob is here for alice")
    for _ in range(5 if is_long else 1):
        cluster.waits_for_more(cluster.rng.randrange(5, 50))
        bob_was = bob.person
        cluster.kill(1)
        cluster.sees_gone(alice, bob_was, "died", 20)
        assert cluster.hears_within(alice, alice, LATE_SECONDS)
        cluster.workers[1].start()
        wait_until(lambda: bob.inside, 30, "bob is back")
    cluster.waits_for_more(20)
    cluster.ends()


@pytest.mark.tried(small=1, long=10)
def test_a_worker_that_is_frozen_holds_nobody_else_and_goes_on_when_it_is_thawed(cluster, is_long):
    """But for the room in which it was just writing, and that for no longer than PostgreSQL lets it."""
    [alice] = cluster.talk_at(0, "alice", pace=0.01)
    cluster.talk_at(1, "bob", pace=0.01)
    for seconds in (1, 14, 70) if is_long else (2,):
        frozen = elsewhere(lambda seconds=seconds: cluster.freeze(1, seconds))
        cluster.fault(f"frozen for {seconds} s")
        cluster.hears_within(alice, alice, FROZEN_MS / 1000 + LATE_SECONDS)
        frozen.join()
        cluster.waits_for_more(20)
    cluster.ends()


@pytest.mark.parametrize("down", [0.5, 3, 15] if IS_LONG else [3])
@pytest.mark.tried(small=1, long=10)
def test_while_redis_is_down_nothing_is_refused_and_the_next_second_delivers(cluster, down):
    [alice], [bob] = cluster.talk_at(0, "alice", pace=0.02), cluster.talk_at(1, "bob", pace=0.02)
    cluster.waits_for_more(20)
    cluster.redis.stop()
    cluster.fault(f"Redis down for {down} s")
    until = time.monotonic() + down
    while time.monotonic() < until:
        cluster.hears_within(alice, bob, LATE_SECONDS)
    cluster.redis.start()
    cluster.waits_for_more(20)
    wait_until(lambda: {alice.person, bob.person} <= alice.here.keys() & bob.here.keys(), 15, "both see both again")
    assert cluster.history.counts["send", "try_again"] == 0
    cluster.ends()


HANGS = {
    "its subscribers are cut": lambda redis: redis.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub"),
    "it takes no commands": lambda redis: redis.client.execute_command("CLIENT", "PAUSE", 5000),
    "it sleeps": lambda redis: redis.client.execute_command("DEBUG", "SLEEP", 5),
    "it is frozen": lambda redis: freeze(redis, 8),
}


def freeze(redis: Redis, seconds: float) -> None:
    os.kill(redis.process.pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(redis.process.pid, signal.SIGCONT)


@pytest.mark.parametrize("how", HANGS if IS_LONG else ["it takes no commands", "it is frozen"])
@pytest.mark.tried(small=1, long=10)
def test_while_redis_hangs_nobody_waits(cluster, how):
    """Reading, joining and asking go on at their pace, and what is said is heard within the next second."""
    [alice], [bob] = cluster.talk_at(0, "alice", pace=0.05), cluster.talk_at(1, "bob", pace=0.05)
    cluster.waits_for_more(10)
    hanging = elsewhere(lambda: HANGS[how](cluster.redis))
    cluster.fault(how)
    until = time.monotonic() + 4
    cluster.beats(f"Redis: {how}", lambda: time.monotonic() > until)
    cluster.hears_within(alice, bob, LATE_SECONDS)
    hanging.join()
    cluster.waits_for_more(10)
    cluster.ends()


@pytest.mark.tried(small=1, long=10)
def test_hostile_bells_forge_nothing_and_hold_nobody(cluster, redis, is_long):
    """Whoever reaches Redis says whatever they like, thousands of times a second."""
    [alice], [bob] = cluster.talk_at(0, "alice", pace=0.02), cluster.talk_at(1, "bob", pace=0.02)
    cluster.waits_for_more(10)
    client = redis.client
    subjects = [subject.decode() for subject in client.pubsub_channels()]
    assert any(":bell:" in subject for subject in subjects)
    until = time.monotonic() + (20 if is_long else 3)

    def ring() -> None:
        while time.monotonic() < until:
            saying = client.pipeline(transaction=False)
            for _ in range(500):
                lie = cluster.rng.choice([b"1000000", b"9" * 30, b"-1", b"", b"{}", b"\xff\x00", b"x" * 10_000])
                saying.publish(cluster.rng.choice(subjects), lie)
            saying.execute()
            time.sleep(0.05)

    ringing = elsewhere(ring)
    cluster.fault("hostile bells")
    cluster.hears_within(alice, bob, LATE_SECONDS)
    ringing.join()
    cluster.waits_for_more(20)
    cluster.ends()


@pytest.mark.tried(small=1, long=10)
def test_workers_restarted_one_after_the_other_lose_nothing(cluster, is_long):
    cluster.talk_at(0, "alice", "bob", pace=0.01)
    cluster.talk_at(1, "charlie", "dave", pace=0.01)
    for _ in range(3 if is_long else 1):
        for worker in cluster.workers:
            cluster.waits_for_more(30)
            assert worker.stop() == 0
            cluster.fault("SIGTERM")
            worker.start()
    cluster.waits_for_more(30)
    cluster.ends()
