"""The server is killed, at random and where it hurts most; or told to stop in the middle of it all."""

import time

import pytest

from tests.faults import disk

FOUR = ("alice", "bob", "charlie", "dave")
POINTS = ("before-transaction", "before-commit", "before-sync", "after-sync", "after-commit", "amid-sending")
STOPS_WITHIN_SECONDS = 5


@pytest.mark.tried(small=1, long=10)
def test_what_is_acknowledged_survives_kill_9_at_random(scene, is_long):
    scene.server.start()
    scene.officials(*FOUR, pace=0.01)
    for _ in range(10 if is_long else 2):
        scene.waits_for_more(scene.rng.randrange(1, 120))
        scene.server.process.kill()
        scene.fault("kill -9")
        scene.dies_and_starts_again()
    scene.waits_for_more(50)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_what_is_acknowledged_survives_kill_9_at_each_point(scene, is_long):
    points = [point for point in POINTS if disk.can_fail() or not point.endswith("-sync")]
    scene.dies_at_each_of(points, 3 if is_long else 1)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_a_client_that_starts_on_polling_loses_nothing_to_kill_9(scene):
    scene.server.start()
    scene.officials("alice", "bob", transport="polling", pace=0.02)
    scene.waits_for_more(20)
    scene.server.process.kill()
    scene.fault("kill -9")
    scene.dies_and_starts_again()
    scene.waits_for_more(20)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_a_stop_under_load_loses_nothing_and_is_quick(scene, is_long):
    scene.server.start()
    scene.officials(*FOUR, pace=0.005)
    for _ in range(5 if is_long else 2):
        scene.waits_for_more(scene.rng.randrange(20, 200))
        began = time.monotonic()
        assert scene.server.stop() == 0
        assert time.monotonic() - began < STOPS_WITHIN_SECONDS
        scene.fault("SIGTERM")
        scene.server.start()
    scene.waits_for_more(50)
    scene.ends()
