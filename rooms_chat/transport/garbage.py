"""Keeps Python's collections of garbage short.

A full one looks through everything there is: with ten thousand connections it would hold everybody for 65 ms and more,
while they come. So what a long one has found alive is not looked through any more. That costs nothing, because
connections and requests refer to themselves no more once they end: they go without being collected.
"""

import gc
import time
from typing import Any

OLDEST = 2
LONG_SECONDS = 0.005
OFTEN = (5000, 1, 1)  # a full one after 20,000 more things, and what is new looked through seldom


def keep_collections_short() -> None:
    """To be called once everything stands that stands for ever."""
    gc.collect()
    gc.freeze()
    gc.collect()  # the next full one comes when a quarter is new: a quarter of what is looked through, not of all
    gc.set_threshold(*OFTEN)
    gc.callbacks.append(Collections())


class Collections:
    """Is told of each, before and after it."""

    def __init__(self) -> None:
        self._began = 0.0

    def __call__(self, phase: str, about: dict[str, Any]) -> None:
        if about["generation"] != OLDEST:
            return
        if phase == "start":
            self._began = time.perf_counter()
        elif time.perf_counter() - self._began > LONG_SECONDS:
            gc.freeze()
