"""Long work in slices, so that it holds nobody: the others get their turn every 2 ms."""

import time

import eventlet

SLICE_SECONDS = 0.002
STEPS_PER_LOOK = 32


class Slices:
    """Call `rest` after each step of a loop."""

    def __init__(self, steps_per_look: int = STEPS_PER_LOOK) -> None:
        self._steps = 0
        self._steps_per_look = steps_per_look
        self._until = time.perf_counter() + SLICE_SECONDS

    def rest(self) -> None:
        self._steps += 1
        if not self._steps % self._steps_per_look and time.perf_counter() > self._until:
            eventlet.sleep(0)
            self._until = time.perf_counter() + SLICE_SECONDS
