"""An outbox: what waits for who takes it slowly, in order, and never more than a client that is alive needs."""

import time
from collections import deque

OUTBOX_EVENTS = 256
OUTBOX_BYTES = 1024 * 1024
OUTBOX_ANSWERS = 512  # beyond the events: who sends so many requests in one piece gets their answers
WRITE_BYTES = 128 * 1024
WRITE_PARTS = 256


class Outbox:
    """Parts of bytes, each with how many events end in it. `taken_from_at` is when some of it was taken last."""

    __slots__ = ("_bytes", "_events", "_parts", "taken_from_at")

    def __init__(self) -> None:
        self._parts: deque[tuple[bytes, int]] = deque()
        self._bytes = self._events = 0
        self.taken_from_at = time.monotonic()

    @property
    def is_empty(self) -> bool:
        return not self._parts

    @property
    def is_half_full(self) -> bool:
        return self._events * 2 > OUTBOX_EVENTS or self._bytes * 2 > OUTBOX_BYTES

    def put(self, data: bytes, events: int, most: int) -> bool:
        """False, and nothing is kept, where these would be more than `most` events or too many bytes."""
        if self._events + events > most or self._bytes + len(data) > OUTBOX_BYTES:
            return False
        self.keep(data, events)
        return True

    def keep(self, data: bytes, events: int) -> None:
        """Keep them, however many they are: the rest of what was begun to be sent."""
        self._parts.append((data, events))
        self._bytes += len(data)
        self._events += events

    def first_parts(self) -> list[bytes]:
        """What one write may take."""
        some: list[bytes] = []
        size = 0
        for data, _ in self._parts:
            some.append(data)
            size += len(data)
            if size > WRITE_BYTES or len(some) >= WRITE_PARTS:
                break
        return some

    def forget(self, sent: int) -> None:
        """So many bytes were taken."""
        self.taken_from_at = time.monotonic()
        self._bytes -= sent
        while sent:
            data, events = self._parts.popleft()
            if sent < len(data):
                self._parts.appendleft((data[sent:], events))
                return
            sent -= len(data)
            self._events -= events
