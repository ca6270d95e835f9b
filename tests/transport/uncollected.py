"""Rooms with fast clocks, and Python's collector off: on SIGUSR1 it tells what that would have had to collect."""

import gc
import json
import signal
import sys
from typing import Any

import rooms_chat.transport.patch  # noqa: F401 - as run.py does

# isort: split
from rooms_chat.cli import serve
from tests.transport.hurried import hurry


def count(*_: Any) -> None:
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    kinds = sorted({f"{type(thing).__module__}.{type(thing).__qualname__}" for thing in gc.garbage})
    gc.garbage.clear()
    sys.stderr.write(f"garbage: {json.dumps(kinds)}\n")


if __name__ == "__main__":
    hurry()
    gc.disable()
    signal.signal(signal.SIGUSR1, count)
    serve()
