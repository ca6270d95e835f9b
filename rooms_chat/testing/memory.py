"""A hub and a wire in memory, so that a scenario runs the real chat without a server and without waiting.

Time is not the clock's here: a second passes only when nothing else can happen.
"""

import heapq
import itertools
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from rooms_chat.connections import Connection
from rooms_chat.hub import Pending
from rooms_chat.testing.server import Packet

STUCK_SECONDS = 20.0
T = TypeVar("T")


@dataclass(order=True)
class MemoryTimer:
    """A call at a time; of two at one time, the older first."""

    at: float
    number: int
    call: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        self.call = None


class MemorySemaphore:
    """A semaphore that can tell whether its thread has nothing to do."""

    def __init__(self, at_rest: Callable[[], None]) -> None:
        self._condition = threading.Condition()
        self._at_rest = at_rest
        self._count = 0
        self._waiting = False

    def acquire(self) -> bool:
        with self._condition:
            self._waiting = True
            self._at_rest()
            self._condition.wait_for(lambda: self._count)
            self._count -= 1
            self._waiting = False
        return True

    def release(self) -> None:
        with self._condition:
            self._count += 1
            self._condition.notify()

    @property
    def is_at_rest(self) -> bool:
        with self._condition:
            return self._waiting and not self._count


class MemoryHub:
    """A plain loop on the thread that waits for something."""

    def __init__(self) -> None:
        self.now = 0.0
        self._calls: deque[Callable[[], None]] = deque()
        self._timers: list[MemoryTimer] = []
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._semaphores: list[MemorySemaphore] = []
        self._woken = threading.Event()

    def call_soon(self, call: Callable[[], None]) -> None:
        self._calls.append(call)

    def call_later(self, seconds: float, call: Callable[[], None]) -> MemoryTimer:
        timer = MemoryTimer(self.now + seconds, next(self._numbers), call)
        heapq.heappush(self._timers, timer)
        return timer

    def call_from_thread(self, *calls: Callable[[], None]) -> None:
        self._calls.extend(calls)
        self._woken.set()

    def start_thread(self, target: Callable[[], None]) -> Callable[[float], bool]:
        def run() -> None:
            target()
            self._threads.remove(thread)
            self._woken.set()

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

        def join(seconds: float) -> bool:
            thread.join(seconds)
            self.settle()
            return not thread.is_alive()

        return join

    def sleep_thread(self, seconds: float) -> None:
        """A thread at work is waited for, and no time passes."""

    def semaphore(self) -> MemorySemaphore:
        semaphore = MemorySemaphore(at_rest=self._woken.set)
        self._semaphores.append(semaphore)
        return semaphore

    def wait(self, pending: Pending[T], seconds: float = 10) -> T:
        self.run_until(lambda: pending.done, seconds)
        result: T = pending.result()
        return result

    def settle(self) -> None:
        """Do all that can be done now."""
        self.run_until(lambda: False, 0)

    def run_until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Do what there is to do until `done`; whether it came within so many seconds of the hub's own time."""
        deadline = self.now + seconds
        while True:
            self._woken.clear()
            self._run_calls()
            if done():
                return True
            if self._a_thread_works():
                self._await_thread()
            elif not self._calls and not self._run_timer(deadline):
                self.now = deadline
                return False

    def _run_calls(self) -> None:
        while self._calls:
            self._calls.popleft()()

    def _a_thread_works(self) -> bool:
        return bool(self._threads) and not all(semaphore.is_at_rest for semaphore in self._semaphores)

    def _await_thread(self) -> None:
        if not self._woken.wait(STUCK_SECONDS):
            raise AssertionError(f"the journal has not come back for {STUCK_SECONDS:.0f} s")

    def _run_timer(self, deadline: float) -> bool:
        if not self._timers or self._timers[0].at > deadline:
            return False
        timer = heapq.heappop(self._timers)
        self.now = timer.at
        if timer.call is not None:
            timer.call()
        return True


class MemoryWire:
    """Puts what delivery tells into inboxes. It crosses as JSON, so that what is not JSON fails.

    A test may say whose outbox is `full`.
    """

    def __init__(self) -> None:
        self._inboxes: dict[Connection, deque[Packet]] = {}
        self._rooms: dict[str, dict[Connection, None]] = {}
        self.full: set[Connection] = set()

    def open(self, connection: Connection, inbox: deque[Packet]) -> None:
        self._inboxes[connection] = inbox

    def close(self, connection: Connection) -> None:
        self._inboxes.pop(connection, None)

    def answer(self, connection: Connection, number: int, body: Any) -> None:
        self._put(connection, number, msgspec.json.encode(body))

    def enter_room(self, connection: Connection, room: str) -> None:
        self._rooms.setdefault(room, {})[connection] = None

    def leave_room(self, connection: Connection, room: str) -> None:
        self._rooms.get(room, {}).pop(connection, None)

    def emit(self, event: str, data: Any, room: str, but: set[Connection] | None = None) -> None:
        self._tell(event, data, room, but or set())

    def emit_log(self, event: str, data: Any, room: str, missed: Callable[[Connection], None]) -> None:
        full = self.full & self._rooms.get(room, {}).keys()
        self._tell(event, data, room, full)
        for connection in full:
            missed(connection)

    def _tell(self, event: str, data: Any, room: str, but: set[Connection]) -> None:
        encoded = msgspec.json.encode(data)
        for connection in list(self._rooms.get(room, ())):
            if connection not in but:
                self._put(connection, event, encoded)

    def send(self, connection: Connection, event: str, data: Any) -> bool:
        if connection in self.full:
            return False
        self._put(connection, event, msgspec.json.encode(data))
        return True

    def cut(self, connection: Connection, why: str) -> None:
        self._inboxes.pop(connection, None)

    def _put(self, connection: Connection, of: str | int, encoded: bytes) -> None:
        if (inbox := self._inboxes.get(connection)) is not None:
            inbox.append(Packet(of, json.loads(encoded)))
