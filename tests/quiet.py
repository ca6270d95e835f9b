"""Tests run beside each other, but for those that measure how long something takes: those have the machine alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Any two files of this folder: whoever tests another copy of it has others.
ROOM, DOOR = Path(__file__), Path(__file__).with_name("conftest.py")


@contextmanager
def company(*, alone: bool) -> Iterator[None]:
    """In here are many, or one that is alone. Who waits holds the door, so that nobody is let in before."""
    with ROOM.open() as room:
        with DOOR.open() as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
