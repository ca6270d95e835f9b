"""The disk is locked, full, slow or broken, and then it is not any more."""

import os
import sqlite3
import subprocess
import time
from contextlib import closing, suppress

import pytest

from tests.faults import disk
from tests.faults.clients import wait_until

needs_a_disk_to_fail = pytest.mark.skipif(not disk.can_fail(), reason="SQLite is built into this Python")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
TWO = ("alice", "bob")
SMALL_DISK = "4m"
LEFT_BYTES = 120_000


@pytest.fixture
def small_disk(scene):
    folder = scene.server.data
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "rooms-test", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    scene.close()
    subprocess.run(["umount", folder], check=True)


@pytest.mark.quiet
@pytest.mark.tried(small=1, long=10)
def test_a_foreign_lock_makes_posts_wait_and_nobody_else(scene, is_long):
    """For longer than the journal waits, posts are told to try again; for less, they are only late."""
    scene.server.start()
    scene.officials(*TWO, pace=0.02)
    scene.waits_for_more(20)
    seconds = scene.rng.choice([3, 7]) if is_long else 3
    with closing(sqlite3.connect(scene.server.database, isolation_level=None, timeout=5)) as foreign:
        foreign.execute("BEGIN EXCLUSIVE")
        scene.fault(f"locked for {seconds} s")
        before, over = scene.acknowledged, time.monotonic() + seconds
        scene.beats("asking while the database is locked", lambda: time.monotonic() > over)
        assert scene.acknowledged - before <= 8  # what was under way when the lock was taken
        foreign.execute("ROLLBACK")
    scene.waits_for_more(20)
    scene.ends()


@pytest.mark.quiet
@needs_root
@pytest.mark.tried(small=1, long=10)
def test_a_full_disk_acknowledges_nothing_and_recovers_by_itself(scene, small_disk):
    scene.server.start()
    scene.officials(*TWO, pace=0.005)
    scene.waits_for_more(30)
    ballast = small_disk / "ballast"
    left = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize
    with suppress(OSError):  # the database may have taken some of that meanwhile
        ballast.write_bytes(bytes(left - LEFT_BYTES))
    scene.fault("disk full")
    scene.waits_for_refusals(2)
    over = time.monotonic() + 1
    scene.beats("asking while the disk is full", lambda: time.monotonic() > over)
    ballast.unlink()
    scene.waits_for_more(50)
    scene.ends()


@needs_a_disk_to_fail
@pytest.mark.tried(small=1, long=30)
def test_a_failing_disk_acknowledges_nothing_and_writing_goes_on_when_it_works(scene):
    """fsync fails, then the disk is full, then a commit fails after it has happened; and it is killed after that."""
    faults = {
        "sync-error": "disk I/O error",
        "write-error": "database or disk is full",
        "commit-unknown": "nobody knows whether it is on the disk",
    }
    at = [10 + scene.rng.randrange(10), 90 + scene.rng.randrange(20), 50 + scene.rng.randrange(10)]
    scene.server.start(" ".join(f"{f}:{n}:{scene.rng.randrange(1, 5)}" for f, n in zip(faults, at, strict=True)))
    scene.officials(*TWO, pace=0.01)
    for fault, complaint in faults.items():
        scene.waits_until_said(complaint)
        scene.fault(fault)
    scene.waits_for_more(20)
    scene.server.process.kill()
    scene.dies_and_starts_again()
    scene.waits_for_more(20)
    scene.ends()


@pytest.mark.quiet
@needs_a_disk_to_fail
@pytest.mark.tried(small=1, long=5)
def test_a_slow_disk_makes_posts_slow_and_nobody_else(scene):
    scene.server.start("slow-sync:0.15")
    scene.officials(*TWO)
    scene.waits_for_more(10)
    scene.fault("slow disk")
    wanted = scene.acknowledged + 30
    scene.beats("asking while the disk is slow", lambda: scene.acknowledged >= wanted)
    scene.ends()


@pytest.mark.tried(small=1, long=10)
def test_a_clock_that_jumps_changes_no_order(scene):
    scene.server.start("clock:7:86400,-3600,0,-86400,1")
    scene.officials(*TWO, pace=0.005)
    scene.waits_for_more(80)
    scene.fault("clock")
    scene.server.process.kill()
    scene.dies_and_starts_again()
    wait_until(lambda: all(client.is_connected for client in scene.everybody), 20, "everybody is back")
    scene.waits_for_more(20)
    scene.ends()
