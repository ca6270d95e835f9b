"""Each room's lines, and the writing to all of them: encoded once, one write for each however many events wait.

This is the client manager that stands under `join_room`, `leave_room` and `socketio.emit(…, to=room)`.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

import eventlet
import socketio

from rooms_chat.connections import Connection
from rooms_chat.transport import green, packets
from rooms_chat.transport.line import Line
from rooms_chat.transport.slices import SLICE_SECONDS, STEPS_PER_LOOK

LARGE_ROOM = 200
PASS_EVENTS = 128
PASS_BYTES = 256 * 1024  # whoever takes nothing keeps a whole pass: that has to fit into an outbox
LINGER_SECONDS = 0.001  # after each pass through a large room: the next then carries twice as much

Missed = Callable[[Connection], None]


@dataclass(frozen=True)
class Kept:
    """Data of an event that may not get lost: `missed` hears of each connection whose outbox is full."""

    data: Any
    missed: Missed


class Event(NamedTuple):
    """An event that waits to be written. Without `missed` it is the first to be left out."""

    frame: bytes
    missed: Missed | None
    skipped: frozenset[str]


class RoomLines:
    """The lines in a room. Each has the number of the first event it is to get, for it may come while some wait."""

    __slots__ = ("first", "is_writing", "lines", "waiting", "waiting_bytes")

    def __init__(self) -> None:
        self.lines: dict[Line, int] = {}
        self.waiting: list[Event] = []
        self.waiting_bytes = 0
        self.first = 0
        self.is_writing = False

    @property
    def next(self) -> int:
        return self.first + len(self.waiting)

    def add(self, event: Event) -> None:
        self.waiting.append(event)
        self.waiting_bytes += len(event.frame)

    def take_waiting(self) -> "Pass":
        """What waits, or the first of it, where that is more than one pass may carry."""
        number = self._fitting()
        events, self.waiting = self.waiting[:number], self.waiting[number:]
        self.waiting_bytes = sum(len(event.frame) for event in self.waiting)
        writing = Pass(self, events, self.first)
        self.first += len(events)
        return writing

    def _fitting(self) -> int:
        if len(self.waiting) <= PASS_EVENTS and self.waiting_bytes <= PASS_BYTES:
            return len(self.waiting)
        sizes = accumulate(len(event.frame) for event in self.waiting[:PASS_EVENTS])
        return max(1, sum(size <= PASS_BYTES for size in sizes))


class Pass:
    """One way through a room with what waits."""

    def __init__(self, room: RoomLines, events: list[Event], first: int) -> None:
        self._room = room
        self._events = events
        self._first = first
        self._whole = b"".join(event.frame for event in events)
        self._skips = any(event.skipped for event in events)

    def write_to(self, lines: Iterable[Line]) -> None:
        now_in, first, skips = self._room.lines.get, self._first, self._skips
        whole, number = self._whole, len(self._events)
        for line in lines:
            since = now_in(line)
            if since is not None and (since > first or skips or not line.write_at_once(whole, number)):
                self._write_some(line, since - first)

    def write_in_slices(self) -> None:
        lines = list(self._room.lines)
        until = time.perf_counter() + SLICE_SECONDS
        for start in range(0, len(lines), STEPS_PER_LOOK):
            self.write_to(lines[start : start + STEPS_PER_LOOK])
            if time.perf_counter() > until:
                eventlet.sleep(0)
                until = time.perf_counter() + SLICE_SECONDS

    def _write_some(self, line: Line, skip: int) -> None:
        """To a line that is new, polls, is slow, or shall not hear everything."""
        events = [event for event in self._events[max(0, skip) :] if line.connection_sid not in event.skipped]
        if line.is_half_full:
            events = [event for event in events if event.missed is not None]
        frames = [event.frame for event in events]
        if frames and not line.write(b"".join(frames), frames):
            for event in events:
                if event.missed is not None and line.connection is not None:
                    event.missed(line.connection)


class Rooms(socketio.Manager):  # type: ignore[misc]
    """The client manager. A line is known to it, by its sid, from its acceptance to its end."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[str, Line] = {}
        self._rooms: dict[str, RoomLines] = {}
        self._of_line: dict[Line, set[str]] = {}
        self._dirty: deque[str] = deque()

    def accept(self, line: Line, sid: str) -> None:
        self._lines[sid] = line

    def forget(self, line: Line, sid: str) -> None:
        """Costs its own rooms, however many there are."""
        self._lines.pop(sid, None)
        for room in list(self._of_line.get(line, ())):
            self._leave(line, room)

    def line(self, sid: str) -> Line | None:
        return self._lines.get(sid)

    # As python-socketio's server asks --------------------------------------------------------------------------------

    def enter_room(self, sid: str, namespace: str, room: str, eio_sid: str | None = None) -> None:
        if (line := self._lines.get(sid)) is not None:
            lines = self._rooms.setdefault(room, RoomLines())
            lines.lines[line] = lines.next
            self._of_line.setdefault(line, set()).add(room)

    def leave_room(self, sid: str, namespace: str, room: str) -> None:
        if (line := self._lines.get(sid)) is not None:
            self._leave(line, room)

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | None = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: str | None = None,
        **_: Any,
    ) -> None:
        """To everybody in a room. Written with all else that waits for it, on the hub's next turn."""
        room = to or room
        lines = self._rooms.get(room) if room else None
        if room is None or lines is None or not lines.lines:
            return
        kept, missed = (data.data, data.missed) if isinstance(data, Kept) else (data, None)
        lines.add(Event(packets.event(event, kept), missed, frozenset(skip_sid or ())))
        if not lines.is_writing:
            lines.is_writing = True
            if not self._dirty:
                green.soon(self._write_dirty)
            self._dirty.append(room)

    # Beneath ---------------------------------------------------------------------------------------------------------

    def _leave(self, line: Line, room: str) -> None:
        rooms, lines = self._of_line.get(line), self._rooms.get(room)
        if rooms is not None:
            rooms.discard(room)
            if not rooms:
                del self._of_line[line]
        if lines is not None:
            lines.lines.pop(line, None)
            if not lines.lines and not lines.is_writing:
                del self._rooms[room]

    def _write_dirty(self) -> None:
        """On the hub: small rooms now, a large one in a greenlet of its own."""
        until = time.perf_counter() + SLICE_SECONDS
        while self._dirty:
            room = self._dirty.popleft()
            lines = self._rooms[room]
            if len(lines.lines) > LARGE_ROOM:
                eventlet.spawn_n(self._write_large, room, lines)
                continue
            lines.take_waiting().write_to(list(lines.lines))
            if lines.waiting:
                self._dirty.append(room)
            else:
                self._written(room, lines)
            if time.perf_counter() > until and self._dirty:
                green.soon(self._write_dirty)
                return

    def _write_large(self, room: str, lines: RoomLines) -> None:
        while lines.waiting:
            lines.take_waiting().write_in_slices()
            eventlet.sleep(LINGER_SECONDS)
        self._written(room, lines)

    def _written(self, room: str, lines: RoomLines) -> None:
        lines.is_writing = False
        if not lines.lines:
            self._rooms.pop(room, None)
