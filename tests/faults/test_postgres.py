"""PostgreSQL is restarted, its backends are ended, rows are held, commits are late: the promise is the same."""

import time

import psycopg
import pytest

from tests.faults.conftest import IS_LONG, count
from tests.faults.scenes import Scene
from tests.services import postgres_server, redis_server

FOUR = ("alice", "bob", "charlie", "dave")
POINTS = ("before-transaction", "before-commit", "after-commit", "amid-sending")
OTHER_ROOM_MS = 300 if IS_LONG else 800  # make test runs beside much else
END_SOME = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rooms' AND datname = %s"


@pytest.fixture(scope="module")
def own_postgres():
    """One of this module's own: it is restarted."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def url(own_postgres):
    return own_postgres.make_database()


@pytest.fixture
def scene(request, tmp_path, seed, url):
    made = Scene(tmp_path, seed, IS_LONG, flags=("--database", url))
    yield made
    made.close()
    count(request.node.originalname, made)


@pytest.mark.tried(small=1, long=10)
def test_a_server_that_is_restarted_at_once_loses_nothing_and_all_go_on(scene, own_postgres, is_long):
    scene.server.start()
    scene.officials(*FOUR, pace=0.01)
    for _ in range(10 if is_long else 2):
        scene.waits_for_more(scene.rng.randrange(1, 120))
        own_postgres.stop("immediate")
        scene.fault("PostgreSQL is stopped at once")
        time.sleep(scene.rng.choice([0, 0.5, 2]))
        own_postgres.start()
    scene.waits_for_more(50)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_connections_that_are_ended_by_an_operator_lose_nothing(scene, url, is_long):
    scene.server.start()
    scene.officials(*FOUR, pace=0.005)
    for _ in range(30 if is_long else 5):
        scene.waits_for_more(scene.rng.randrange(1, 30))
        with psycopg.connect(url.replace(url.rpartition("/")[2], "postgres"), autocommit=True) as operator:
            operator.execute(END_SOME, [url.rpartition("/")[2]])
        scene.fault("connections ended")
    scene.waits_for_more(50)
    scene.ends()


@pytest.mark.quiet
@pytest.mark.tried(small=1, long=10)
def test_a_room_whose_row_is_held_waits_and_no_other_does(scene, url, is_long):
    """For less than it waits at most; in the long run also for longer, and then posts are told to try again."""
    scene.server.start()
    scene.officials("alice", "bob", pace=0.02)
    others = scene.officials("charlie", "dave", room="garden", pace=0.02)
    scene.waits_for_more(40)
    seconds = scene.rng.choice([10, 17]) if is_long else 3
    with psycopg.connect(url) as foreign:
        foreign.execute("SELECT id FROM rooms WHERE key = 'kitchen' FOR UPDATE")
        began, place = time.monotonic(), len(scene.history.events)
        scene.fault(f"held for {seconds} s")
        scene.beats("asking while a row is held", lambda: time.monotonic() > began + seconds)
        held = scene.history.events[place:]
        foreign.rollback()
    assert len([event for event in held if is_acknowledged(event, "kitchen")]) <= 8  # what was under way
    scene.history.record("heartbeat", what="posting beside a held room", ms=took(held), limit_ms=OTHER_ROOM_MS)
    assert others.clients
    scene.waits_for_more(40)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_what_is_acknowledged_on_a_server_survives_kill_9_at_each_point(scene, is_long):
    scene.dies_at_each_of(POINTS, 3 if is_long else 1)
    scene.ends()


@pytest.mark.tried(small=1, long=5)
def test_a_commit_of_which_nobody_knows_is_there_once(scene):
    scene.server.start(f"commit-unknown:{scene.rng.randrange(10, 30)}:3")
    scene.officials(*FOUR, pace=0.01)
    scene.waits_until_said("nobody knows whether it is on the disk")
    scene.fault("commit unknown")
    scene.waits_for_more(50)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_a_worker_whose_commits_are_late_makes_nobody_step_over_a_place(scene, is_long):
    """Two workers write in one room, and one of them holds each transaction open for a while."""
    with redis_server() as redis:
        scene.server.flags += ("--redis", redis.url)
        scene.server.start("slow-commit:0.03")
        other = scene.another_server().start()
        scene.officials("alice", "bob", pace=0.01)
        scene.officials("charlie", "dave", url=other.url, pace=0.01)
        scene.fault("late commits")
        scene.waits_for_more(600 if is_long else 120)
        scene.ends()


def is_acknowledged(event, room):
    return event["op"] == "send" and event.get("phase") == "ok" and event["room"] == room


def took(events):
    """How long each post of the garden took, in ms."""
    asked = {
        event["id"]: event["t"]
        for event in events
        if event["op"] == "send" and event["phase"] == "invoke" and event["room"] == "garden"
    }
    answered = [event for event in events if is_acknowledged(event, "garden") and event["id"] in asked]
    assert len(answered) > 10
    return [1000 * (event["t"] - asked[event["id"]]) for event in answered]
