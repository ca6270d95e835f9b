"""Rooms as it is, and beside it, put in from outside, what tells what it holds and what holds it up.

At SIGUSR1 it writes to the file WATCHED, as JSON: greenlets, threads, how long the hub was held since the last time
(`held_ms` by the clock, `held_cpu_ms` of its own time, which no other process can lengthen), and by what.
"""

import rooms_chat.transport.patch  # noqa: F401 - as run.py does

# isort: split
import gc
import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

import eventlet
import greenlet
from eventlet.patcher import original

from rooms_chat.cli import serve
from rooms_chat.transport import green
from tests.transport.hurried import hurry

BEAT_SECONDS = 0.005
HELD_MS = 20
FRAMES_TOLD = 5
threading = original("threading")
real_time = original("time")


class Watch:
    """A heartbeat on the hub, and a thread that looks at what runs while it stays away."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._hub_thread = threading.get_ident()
        self._asked = False
        self._begin()
        self._beaten_at = real_time.perf_counter()

    def _begin(self) -> None:
        self._held_ms = self._held_cpu_ms = 0.0
        self._times_held = 0
        self._held_by: Counter[str] = Counter()
        self._gc_ms = 0.0

    def _collecting(self, phase: str, _: object) -> None:
        now = real_time.perf_counter()
        if phase == "start":
            self._gc_began = now
        elif not self._asked:
            self._gc_ms = max(self._gc_ms, (now - self._gc_began) * 1000)

    def start(self) -> None:
        signal.signal(signal.SIGUSR1, self._ask)
        gc.callbacks.append(self._collecting)
        eventlet.spawn_n(self._beat)
        threading.Thread(target=self._look, daemon=True).start()

    def _ask(self, *_: object) -> None:
        self._asked = True

    def _beat(self) -> None:
        cpu = time.thread_time()
        while True:
            eventlet.sleep(BEAT_SECONDS)
            now, cpu_now = real_time.perf_counter(), time.thread_time()
            self._held_ms = max(self._held_ms, (now - self._beaten_at - BEAT_SECONDS) * 1000)
            self._held_cpu_ms = max(self._held_cpu_ms, (cpu_now - cpu) * 1000)
            self._times_held += (cpu_now - cpu) * 1000 > HELD_MS
            if self._asked:
                self._tell()
            self._beaten_at, cpu = real_time.perf_counter(), time.thread_time()

    def _look(self) -> None:
        """On a thread of its own."""
        while True:
            real_time.sleep(BEAT_SECONDS)
            if (real_time.perf_counter() - self._beaten_at) * 1000 > HELD_MS and not self._asked:
                self._held_by[where(sys._current_frames()[self._hub_thread])] += 1

    def _tell(self) -> None:
        gc.collect()
        gc.unfreeze()  # what was set apart is not found
        running = [one for one in gc.get_objects() if isinstance(one, greenlet.greenlet) and not one.dead]
        gc.freeze()
        told = {
            "greenlets": len(running) - len(green._idle),
            "threads": len(list(Path("/proc/self/task").iterdir())),
            "held_ms": round(self._held_ms, 1),
            "held_cpu_ms": round(self._held_cpu_ms, 1),
            "times_held": self._times_held,
            "gc_ms": round(self._gc_ms, 1),
            "held_by": self._held_by.most_common(12),
        }
        whole = self._file.with_suffix(".new")
        whole.write_text(json.dumps(told))
        whole.replace(self._file)
        self._asked = False
        self._begin()


def where(frame: FrameType | None) -> str:
    """The innermost calls."""
    found = []
    while frame is not None and len(found) < FRAMES_TOLD:
        found.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(found)


if __name__ == "__main__":
    if os.environ.get("HURRIED") == "1":
        hurry()
    Watch(Path(os.environ["WATCHED"])).start()
    serve()
