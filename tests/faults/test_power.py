"""The machine goes, and its disk stays as it was at that moment.

An *image* is what the disk holds. After a crash of the program that is every byte it wrote. After a loss of power it is
what had been synced, and of the rest any part: a sector that was written since may have reached the disk or not, in any
order. Both are taken while the program is stopped at a random moment, and opened by a server of their own.
"""

import os
import random
import signal
from pathlib import Path

import pytest

from tests.faults import checker, disk
from tests.faults.clients import wait_until
from tests.faults.history import dumps_of_database
from tests.faults.scenes import Server, checks_out, copied

SECTOR = 512
FILES = ("rooms.db", "rooms.db-wal")
needs_a_disk_to_fail = pytest.mark.skipif(not disk.can_fail(), reason="SQLite is built into this Python")


class Stopped:
    """The program does nothing while this lasts; `before` is what was acknowledged until then."""

    def __init__(self, scene):
        self.scene = scene

    def __enter__(self):
        self.before = list(self.scene.history.events)
        os.kill(self.scene.server.process.pid, signal.SIGSTOP)
        wait_until(self._is_stopped, 5, "the program is stopped")
        return self

    def __exit__(self, *_):
        os.kill(self.scene.server.process.pid, signal.SIGCONT)

    def _is_stopped(self):
        return Path(f"/proc/{self.scene.server.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def hold(scene, before, after, image, opened):
    """An image holds all that was acknowledged before it was taken, and nothing that nobody sent."""
    asked = [e for e in after if e["op"] in ("send", "edit", "remove") and e["phase"] == "invoke"]
    asked_before = [e for e in before if e["op"] in ("send", "edit", "remove")]
    dumps = [{"op": "dump", **dump} for dump in dumps_of_database(f"sqlite:///{image}")]
    failures = checker.check([*asked_before, *asked, *dumps])
    scene.failures += failures
    assert not failures, "\n".join(map(str, failures[:10]))
    if opened:
        server = Server(image.parent).start()
        assert server.get("/r/kitchen.json?limit=1")["head"] == dumps[0]["head"]
        assert server.stop() == 0
    assert checks_out(f"sqlite:///{image}", by_command=False) == ""


def lose_power(kept, live, rng):
    """Of what was written since the last sync, some sectors reach the disk, and some do not."""
    for name in FILES:
        old, new = ((folder / name).read_bytes() if (folder / name).exists() else b"" for folder in (kept, live))
        size = rng.choice([len(old), max(len(old), len(new))])
        old, new = old.ljust(size, b"\0"), new.ljust(size, b"\0")
        sectors = range(0, size, SECTOR)
        share = rng.choice([0.0, 0.5, 0.9])
        chosen = b"".join((new if rng.random() < share else old)[at : at + SECTOR] for at in sectors)
        (kept / name).write_bytes(chosen[:size])


@pytest.mark.tried(small=1, long=20)
def test_the_files_of_a_crash_hold_all_that_was_acknowledged(scene, tmp_path, is_long):
    scene.server.start()
    scene.officials("alice", "bob", "charlie", "dave", pace=0.003)
    taken = []
    for number in range(20 if is_long else 3):
        scene.waits_for_more(scene.rng.randrange(1, 60))
        with Stopped(scene) as stopped:
            taken.append((stopped.before, copied(scene.server.database, tmp_path / f"image{number}")))
        scene.fault("image")
    scene.ends()
    for number, (before, image) in enumerate(taken):
        hold(scene, before, scene.history.events, image, opened=number % 4 == 0)


@needs_a_disk_to_fail
@pytest.mark.tried(small=1, long=20)
def test_a_loss_of_power_keeps_all_that_was_acknowledged(scene, tmp_path, is_long):
    kept = tmp_path / "kept"
    kept.mkdir()
    scene.server.start(f"keep:{kept}")
    scene.officials("alice", "bob", "charlie", "dave", pace=0.003)
    taken = []
    for number in range(20 if is_long else 3):
        scene.waits_for_more(scene.rng.randrange(1, 60))
        with Stopped(scene) as stopped:
            image = copied(kept / "rooms.db", tmp_path / f"image{number}")
            live = copied(scene.server.database, tmp_path / f"live{number}")
        lose_power(image.parent, live.parent, random.Random(f"{scene.seed} {number}"))
        scene.fault("power lost")
        taken.append((stopped.before, image))
    scene.ends()
    for number, (before, image) in enumerate(taken):
        hold(scene, before, scene.history.events, image, opened=number % 4 == 0)
