"""People send five times, go away and come back, one after long or five hundred at once."""

import time

import pytest

from tests.faults.clients import wait_until
from tests.faults.conftest import IS_LONG
from tests.faults.scenes import ROOM
from tests.faults.swarm import Swarm

CAUGHT_UP_WITHIN_SECONDS = 10
CATCH_UP_MOST = 500
VERY_MANY = 5000 if IS_LONG else 2000
LONG_MESSAGES, LONG_TEXT = 150, "word " * 700


def swarm_of(scene, *names, **options):
    return scene.take(Swarm(scene.server.port, scene.clients(*names, **options)))


def all_inside(clients):
    wait_until(lambda: all(client.inside for client in clients), 30, "all have joined")


@pytest.mark.tried(small=1, long=10)
def test_the_same_message_five_times_over_two_connections_is_one(scene, is_long):
    """Ten requests for each message, five on each connection of one person, all under way at once."""
    scene.server.start()
    first, second = swarm_of(scene, "alice", "alice's other tab", window=50).clients
    second.stays = False  # until it has the key of the first: it is the same person
    all_inside([first])
    second.key, second._called, second.stays = first.key, "alice", True
    all_inside([second])
    wishes = []
    for number in range(100 if is_long else 10):
        text = f"word {number}"
        wishes += [tab.say(text, id=f"the same {number}") for tab in (first, second) for _ in range(5)]
    scene.fault("sent ten times each")
    wait_until(lambda: all(wish.answer for wish in wishes), 30, "all is answered")
    told = {(wish.fields["id"], wish.answer["seq"]) for wish in wishes}
    assert len(told) == len(wishes) / 10
    scene.ends()


@pytest.mark.parametrize(
    ("missed", "is_limited"), [(10, False), (CATCH_UP_MOST, False), (CATCH_UP_MOST + 1, True), (VERY_MANY, True)]
)
@pytest.mark.tried(small=1, long=5)
def test_who_was_away_is_brought_level_or_told_that_it_was_too_long(scene, missed, is_limited):
    scene.server.start()
    away, speaker = (swarm_of(scene, name, window=100) for name in ("away", "speaker"))
    all_inside(scene.everybody)
    speaker.clients[0].say("before")
    wait_until(lambda: away.clients[0].is_level(1), 10, "the first word came")
    away.held_back = True
    away.cut(*away.clients)
    wait_until(lambda: not away.clients[0].is_connected, 10, "it is away")
    for number in range(missed):
        speaker.clients[0].say(f"word {number}")
    wait_until(lambda: speaker.clients[0].is_idle, 60, "all is said")
    scene.fault("away")
    away.held_back = False
    scene.comes_to_rest()
    assert away.clients[0].limited == is_limited
    scene.ends()


@pytest.mark.tried(small=1, long=5)
def test_who_missed_more_than_one_answer_holds_is_given_it_in_pages(scene):
    """While others go on talking, editing and removing."""
    scene.server.start()
    away, others = swarm_of(scene, "away"), swarm_of(scene, "alice", "bob", window=20, pace=0.01)
    all_inside(scene.everybody)
    away.held_back = True
    away.cut(*away.clients)
    wait_until(lambda: not away.clients[0].is_connected, 10, "it is away")
    for number in range(LONG_MESSAGES):
        others.clients[number % 2].say(f"{number} {LONG_TEXT}")
    wait_until(lambda: all(client.is_idle for client in others.clients), 30, "all is said")
    scene.let_talk(others.clients)
    scene.waits_for_more(20)
    away.held_back = False
    scene.fault("away")
    wait_until(lambda: away.clients[0].is_connected and away.clients[0].inside, 20, "it is back")
    scene.waits_for_more(20)
    scene.ends()
    assert sum(event["op"] == "join" and event["more"] for event in scene.history.events) >= 2


@pytest.mark.tried(small=1, long=5)
def test_all_who_lost_the_server_at_once_are_soon_level(scene, is_long):
    number, missed = (500, 100) if is_long else (100, 50)
    scene.server.start()
    crowd = swarm_of(scene, *(f"client {n}" for n in range(number)))
    speaker = swarm_of(scene, "speaker", window=20)
    all_inside(scene.everybody)
    crowd.held_back = True
    crowd.cut(*crowd.clients)
    for n in range(missed):
        speaker.clients[0].say(f"word {n}")
    wait_until(lambda: speaker.clients[0].is_idle, 20, "all is said")
    wait_until(lambda: not any(client.is_connected for client in crowd.clients), 20, "all are away")
    scene.server.process.kill()
    scene.fault("everybody away, and kill -9")
    scene.dies_and_starts_again()
    crowd.held_back, began = False, time.monotonic()
    wait_until(lambda: all(c.is_level(missed) for c in crowd.clients), 60, "everybody is level")
    assert time.monotonic() - began < CAUGHT_UP_WITHIN_SECONDS
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_who_leaves_and_comes_back_is_sent_nothing_between_and_misses_nothing(scene, is_long):
    scene.server.start()
    clients = swarm_of(scene, "alice", "bob", "charlie", pace=0.005).clients
    scene.let_talk(clients)
    all_inside(clients)
    for _ in range(30 if is_long else 4):
        client = scene.rng.choice(clients)
        client.leave()
        wait_until(lambda c=client: not c.inside, 10, "it has left")
        scene.waits_for_more(scene.rng.randrange(1, 20))
        client.come_back()
        wait_until(lambda c=client: c.inside, 10, "it is back")
        scene.fault("left")
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_after_a_backup_is_put_back_everybody_begins_anew(scene):
    """Copied over the file while the server is down, as people do. What was said since the copy is lost, honestly."""
    scene.server.start()
    clients = swarm_of(scene, "alice", "bob", pace=0.01).clients
    scene.let_talk(clients)
    scene.waits_for_more(30)
    scene.quiet()
    assert scene.server.stop() == 0
    copy = scene.server.database.read_bytes()
    scene.history.record("backup")
    scene.server.start()
    epoch = scene.server.get(f"/r/{ROOM}.json")["epoch"]
    scene.let_talk(clients)
    scene.waits_for_more(scene.rng.randrange(20, 100))
    scene.quiet()
    if scene.seed % 2:
        assert scene.server.stop() == 0
    else:
        scene.server.process.kill()
        wait_until(scene.server.is_dead, 10, "it is dead")
        for name in ("rooms.db-wal", "rooms.db-shm"):
            (scene.server.data / name).unlink(missing_ok=True)
    scene.server.database.write_bytes(copy)
    scene.history.record("restored")
    scene.fault("restored")
    scene.dies_and_starts_again()
    assert scene.server.get(f"/r/{ROOM}.json")["epoch"] != epoch
    scene.let_talk(clients)
    scene.waits_for_more(30)
    wait_until(lambda: all(client.limited == 1 for client in clients), 10, "all were told")
    scene.ends()
