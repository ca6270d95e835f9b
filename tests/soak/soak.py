"""The soak: slow, hostile and churning clients beside honest ones, and in the end everything as it was.

`python -m tests.soak.soak` (30 minutes; SOAK_MINUTES=2 for a short one) prints what it saw; its exit status is 1 where
memory, files, greenlets or threads did not come back to where they were, or where an honest client was hurt.
"""

import json
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soak.honest import Honest
from tests.soak.trouble import BUSY_ROOM, LIVES, member, wave
from tests.transport.raw import Raw
from tests.transport.servers import TOP, Server

MINUTES = 30.0
HONEST = 12
THREADS_OF_EACH = 2
WAVE_CLIENTS = 10_000
WARM_SHARE, WARM_SECONDS = 0.25, 120.0
CALM_SECONDS = 40.0  # more than any clock of the server
FILES_BESIDE = 500
MORE_MB, MORE_FILES, MORE_GREENLETS = 10.0, 2, 5
DEAF, TALK_POSTS, TALK_CHARACTERS, TALK_MB = 10, 4000, 3900, 15.0  # 30 MB, with the HTML of each
TALK_SECONDS = 60  # a shorter soak has no time for it
WINDOW = 4


@dataclass
class State:
    """What a server holds while nobody is there."""

    resident_mb: float
    files: int
    greenlets: int
    threads: int


@dataclass
class Report:
    """What came of it."""

    before: State | None = None
    after: State | None = None
    deaf_mb: float | None = None
    lives: Counter[str] = field(default_factory=Counter)
    waves: list[str] = field(default_factory=list)
    posts: int = 0
    heard: int = 0
    milliseconds: list[float] = field(default_factory=list)
    held_cpu_ms: float = 0.0
    held_ms: float = 0.0
    times_held: int = 0
    gc_ms: float = 0.0
    held_by: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def saw_held(self, told: dict[str, Any]) -> None:
        self.held_cpu_ms = max(self.held_cpu_ms, told["held_cpu_ms"])
        self.held_ms = max(self.held_ms, told["held_ms"])
        self.gc_ms = max(self.gc_ms, told["gc_ms"])
        self.times_held += told["times_held"]
        self.held_by.update(dict(told["held_by"]))

    def table(self) -> list[str]:
        """As Markdown."""
        assert self.before
        assert self.after
        rows = ["| the server, with nobody there | before | after |", "|---|---:|---:|"]
        names = {"resident_mb": "resident memory, MB", "files": "open files"}
        rows += [
            f"| {names.get(what, what)} | {getattr(self.before, what):g} | {getattr(self.after, what):g} |"
            for what in ("resident_mb", "files", "greenlets", "threads")
        ]
        times = sorted(self.milliseconds) or [0.0]
        p50, p99, longest = times[len(times) // 2], times[len(times) * 99 // 100], times[-1]
        rows += ["", "| meanwhile | |", "|---|---|"]
        rows.append(f"| honest clients | {self.posts:,} posts, {self.heard:,} heard, {len(self.faults)} faults |")
        rows.append(f"| their answers, ms | median {p50:.1f}, p99 {p99:.1f}, longest {longest:.0f} |")
        if self.deaf_mb is not None:
            rows.append(f"| {DEAF} members that never read, through 30 MB of talk | {self.deaf_mb:.1f} MB |")
        rows += [
            f"| the hub was held, ms of its own | {self.held_cpu_ms:.0f} at most, over 20 {self.times_held} times |",
            f"| the hub was held, ms by the clock | {self.held_ms:.0f} at most |",
            f"| the longest collection of garbage, ms by the clock | {self.gc_ms:.0f} |",
        ]
        rows.append(f"| waves of clients that join together and leave at once | {'; '.join(self.waves)} |")
        rows += [f"| {life.replace('_', ' ')} | {times:,} times |" for life, times in sorted(self.lives.items())]
        return rows

    def complaints(self) -> list[str]:
        """Why it did not pass."""
        found = list(self.faults)
        assert self.before
        assert self.after
        for what, most in (
            ("resident_mb", MORE_MB),
            ("files", MORE_FILES),
            ("greenlets", MORE_GREENLETS),
            ("threads", 0),
        ):
            before, after = getattr(self.before, what), getattr(self.after, what)
            if after > before + most:
                found.append(f"{what} went from {before:g} to {after:g}")
        if self.deaf_mb is not None and self.deaf_mb > TALK_MB:
            found.append(f"{DEAF} members that never read cost {self.deaf_mb:.1f} MB")
        return found


class Soak:
    """A server of its own, and what is done to it. `hurried` makes the server's clocks ten times as fast."""

    def __init__(self, folder: Path, seconds: float, *, hurried: bool = False, clients: int = WAVE_CLIENTS) -> None:
        self.seconds, self.clients = seconds, clients
        self.report = Report()
        self._told = folder / "told.json"
        self._calm_seconds = CALM_SECONDS / 10 if hurried else CALM_SECONDS
        environ = {"WATCHED": str(self._told), "HURRIED": str(int(hurried)), "PYTHONPATH": str(TOP)}
        program = TOP / "tests" / "soak" / "watched.py"
        options = ("--connections-per-address", "0", "--connections-per-person", "0")
        self.server = Server(folder, *options, program=program, environ=environ)

    def run(self) -> Report:
        """Warm up, so that all is loaded that ever will be; then the soak."""
        try:
            self._play(warm_seconds := min(WARM_SECONDS, self.seconds * WARM_SHARE))
            self.report.before = self._calm()
            self.report.lives.clear()
            if self.seconds >= TALK_SECONDS:
                self.report.deaf_mb = self._talk_to_the_deaf()
            self._play(self.seconds - warm_seconds)
            self.report.after = self._calm()
        finally:
            self.server.stop()
        if "Traceback" in self.server.log.read_text():
            self.report.faults.append(f"a traceback stands in {self.server.log}")
        return self.report

    def _play(self, seconds: float) -> None:
        ending, honest_ending = threading.Event(), threading.Event()
        honest = [Honest(self.server, number, honest_ending) for number in range(HONEST)]
        troubled = [
            threading.Thread(target=self._live, args=(life, number, ending), daemon=True)
            for life in LIVES
            for number in range(THREADS_OF_EACH)
        ]
        for thread in [*honest, *troubled]:
            thread.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._wave()
            ending.wait(max(1.0, min(60.0, until - time.monotonic())))
        for event, threads in ((ending, troubled), (honest_ending, honest)):
            event.set()
            for thread in threads:
                thread.join(60)
        self._collect(honest)

    def _live(self, life: Callable[..., None], number: int, ending: threading.Event) -> None:
        chance = random.Random(f"{life.__name__} {number}")
        while not ending.is_set():
            with suppress(OSError, AssertionError, KeyError, ValueError):  # what the server did to it is its own fault
                life(self.server, chance, ending)
            self.report.lives[life.__name__] += 1
            ending.wait(0.05)

    def _wave(self) -> None:
        began = time.monotonic()
        done = wave(self.server, self.clients)
        if done.returncode:
            self.report.faults.append(f"a wave broke: {done.stderr.strip()[-300:]}")
            return
        told = json.loads(done.stdout)
        self.report.waves.append(f"{told['joins_per_second']:.0f}/s in {time.monotonic() - began:.0f} s")
        for what in ("gaps", "repeats", "missing"):
            if told[what]:
                self.report.faults.append(f"a wave had {told[what]} {what}")

    def _talk_to_the_deaf(self) -> float:
        """What members that never read cost, in MB, while one who does hears it all."""
        ending, before = threading.Event(), self._look().resident_mb
        listener = Honest(self.server, 1, ending)
        with Raw(self.server) as talker:
            talker.ask("join", room=BUSY_ROOM, user_name="talker")
            deaf = [member(self.server, random.Random(number), BUSY_ROOM) for number in range(DEAF)]
            listener.start()
            for _ in range(TALK_POSTS // WINDOW):
                post = json.dumps(["my event", {"room": BUSY_ROOM, "message": "x" * TALK_CHARACTERS}])
                for number in range(WINDOW):
                    talker.say(f"42{number}{post}")
                if not all(talker.answer(number)["ok"] for number in range(WINDOW)):
                    self.report.faults.append("the talker was refused")
            cost = self._look().resident_mb - before
        ending.set()
        listener.join(60)
        self._collect([listener])
        for raw in deaf:
            raw.socket.close()
        return cost

    def _collect(self, honest: list[Honest]) -> None:
        for one in honest:
            self.report.posts += one.posts
            self.report.heard += one.heard
            self.report.milliseconds += one.milliseconds
            self.report.faults += one.faults

    def _calm(self) -> State:
        """Wait until all who are dead must have been found dead, and look."""
        time.sleep(self._calm_seconds)
        if here := self._here():
            self.report.faults.append(f"{here} are still here")
        time.sleep(1)
        return self._look()

    def _here(self) -> int:
        """How many are in the busy room, but for who asks."""
        with Raw(self.server) as raw:
            return raw.ask("join", room=BUSY_ROOM)["room"]["here"] - 1

    def _look(self) -> State:
        self._told.unlink(missing_ok=True)
        self.server.process.send_signal(signal.SIGUSR1)
        while not self._told.exists():
            time.sleep(0.02)
        told = json.loads(self._told.read_text())
        self.report.saw_held(told)
        memory = self.server.resident_kb() / 1024
        return State(round(memory, 1), self.server.open_files(), told["greenlets"], told["threads"])


def clients_that_fit() -> int:
    """A client's file here and one in the server: as many as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(WAVE_CLIENTS, int(hard * 0.8) - FILES_BESIDE)


def main() -> int:
    seconds = float(os.environ.get("SOAK_MINUTES", MINUTES)) * 60
    with tempfile.TemporaryDirectory(prefix="rooms-soak-") as folder:
        report = Soak(Path(folder), seconds, clients=clients_that_fit()).run()
    lines = [*report.table(), "", *(f"NOT IN ORDER: {complaint}" for complaint in report.complaints())]
    held = [f"held by {count:>4} x {where}" for where, count in report.held_by.most_common(8)]
    sys.stdout.write("\n".join([*lines, *held, ""]))
    return 1 if report.complaints() else 0


if __name__ == "__main__":
    sys.exit(main())
