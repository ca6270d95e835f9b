"""Starts the real program with faults put in from outside; the program itself knows of none.

They stand in the variable FAULT, separated by blanks, with their values behind colons; `n` counts from the first
change the journal was given:

die:POINT:n              kill -9 at the n-th time at before-transaction, before-commit, after-commit, before-sync,
                         after-sync (inside the commit) or amid-sending (with half of a frame sent)
sync-error:n:times       fsync fails
write-error:n:times      the disk is full
commit-unknown:n:times   a commit fails after it has happened
slow-sync:seconds        fsync takes so long
slow-commit:seconds      a transaction is held open for so long before its commit
clock:n:seconds,…        after each n commits the clock jumps to the next of these distances from the right time
keep:folder              what was synced is kept there
"""

import rooms_chat.transport.patch  # noqa: F401 - as run.py does

# isort: split
import itertools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eventlet.patcher import original

from rooms_chat.cli import serve
from rooms_chat.storage.database import StorageError
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.postgres import PostgresWriter
from rooms_chat.storage.sqlite import SqliteWriter
from rooms_chat.transport.websocket import WebSocket
from tests.faults.disk import FULL, IOERR_FSYNC, OK, Disk

real_time = original("time")


class Counted:
    """Begins to count when the journal gets its first change."""

    armed = False

    def __init__(self, first: int, times: int = 1) -> None:
        self._from, self._upto = first, first + times
        self._count = 0

    def comes(self) -> bool:
        """Whether it is to happen now."""
        self._count += Counted.armed
        return Counted.armed and self._from <= self._count < self._upto


def arm() -> None:
    put = Journal.put

    def armed(self: Journal, change: Any) -> Any:
        Counted.armed = True
        return put(self, change)

    Journal.put = armed  # type: ignore[method-assign]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, before: Callable[[], None], after: Callable[[], None]) -> None:
    call = getattr(owner, name)

    def wrapped(*args: Any, **options: Any) -> Any:
        before()
        result = call(*args, **options)
        after()
        return result

    setattr(owner, name, wrapped)


def around_writers(name: str, before: Callable[[], None], after: Callable[[], None]) -> None:
    for writer in (SqliteWriter, PostgresWriter):
        around(writer, name, before, after)


def nothing() -> None:
    """Happens."""


def die_at(disk: Disk, point: str, n: str) -> None:
    counted = Counted(int(n))

    def perhaps() -> None:
        if counted.comes():
            die()

    if point == "before-transaction":
        around_writers("begin_writing", perhaps, nothing)
    elif point == "before-commit":
        around_writers("commit", perhaps, nothing)
    elif point == "after-commit":
        around_writers("commit", nothing, perhaps)
    elif point == "before-sync":
        disk.before_sync = lambda: perhaps() or OK
    elif point == "after-sync":
        disk.after_sync = perhaps
    elif point == "amid-sending":
        die_amid_sending(counted)
    else:
        raise ValueError(point)


def die_amid_sending(counted: Counted) -> None:
    write = WebSocket.write_at_once

    def writes(self: WebSocket, data: bytes, events: int) -> bool:
        if b'"my response"' in data and counted.comes() and self._raw is not None:
            self._raw.send(data[: len(data) // 2])
            die()
        return write(self, data, events)

    WebSocket.write_at_once = writes  # type: ignore[method-assign]


def sync_error(disk: Disk, n: str, times: str) -> None:
    counted = Counted(int(n), int(times))
    disk.before_sync = lambda: IOERR_FSYNC if counted.comes() else OK


def write_error(disk: Disk, n: str, times: str) -> None:
    counted = Counted(int(n), int(times))
    disk.before_write = lambda: FULL if counted.comes() else OK


def commit_unknown(disk: Disk, n: str, times: str) -> None:
    counted = Counted(int(n), int(times))

    def fails() -> None:
        if counted.comes():
            raise StorageError("nobody knows whether it is on the disk")

    around_writers("commit", nothing, fails)


def slow_sync(disk: Disk, seconds: str) -> None:
    disk.after_sync = lambda: real_time.sleep(float(seconds) if Counted.armed else 0)


def slow_commit(disk: Disk, seconds: str) -> None:
    around_writers("commit", lambda: real_time.sleep(float(seconds) if Counted.armed else 0), nothing)


def clock(disk: Disk, n: str, jumps: str) -> None:
    distances = itertools.cycle(float(seconds) for seconds in jumps.split(","))
    commits, distance = 0, 0.0

    def tick() -> None:
        nonlocal commits, distance
        commits += 1
        if commits % int(n) == 0:
            distance = next(distances)

    around_writers("commit", nothing, tick)
    time.time = lambda: real_time.time() + distance
    time.time_ns = lambda: real_time.time_ns() + int(distance * 1e9)


FAULTS: dict[str, Callable[..., None]] = {
    "die": die_at,
    "sync-error": sync_error,
    "write-error": write_error,
    "commit-unknown": commit_unknown,
    "slow-sync": slow_sync,
    "slow-commit": slow_commit,
    "clock": clock,
}


def main() -> None:
    faults = [fault.split(":") for fault in os.environ.get("FAULT", "").split()]
    kept = next((Path(values[0]) for name, *values in faults if name == "keep"), None)
    disk = Disk(kept)
    for name, *values in faults:
        if name != "keep":
            FAULTS[name](disk, *values)
    if any(word in fault for fault in os.environ.get("FAULT", "").split() for word in ("sync", "write", "keep")):
        disk.install()
    arm()
    serve()


if __name__ == "__main__":
    main()
