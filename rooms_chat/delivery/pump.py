"""The pump: brings one room's log, in order and without a hole, to the connections this process holds.

Who stands level with the pump is in the transport's room and shares one common write. Who does not, because its page
was read a moment ahead or because it fell behind, stands apart with a position of its own until it is level. Who does
not take what it is sent waits apart until its outbox has drained.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec

from rooms_chat import events
from rooms_chat.connections import Connection
from rooms_chat.errors import TryAgain
from rooms_chat.hub import Hub
from rooms_chat.storage.log import POSTED, LogRow
from rooms_chat.wire import Wire

BEHIND_AT_MOST = 500
RETRY_SECONDS = 0.2
ROWS_AT_ONCE = 100

ReadLog = Callable[[int, int, int, int], Sequence[LogRow]]


class Pump:
    """`name` is the room's, on the wire; `sent` the last place of the log that everybody level has been sent."""

    def __init__(self, room: int, name: str, sent: int, wire: Wire, hub: Hub, read_log: ReadLog) -> None:
        self.room = room
        self.name = name
        self.sent = sent
        self._wire = wire
        self._hub = hub
        self._read_log = read_log
        self._level: set[Connection] = set()
        self._apart: dict[Connection, int] = {}
        self._full: set[Connection] = set()
        self._head = sent
        self._retrying = False
        self._reading = self._due = False

    @property
    def is_idle(self) -> bool:
        return not self._level and not self._apart

    @property
    def connections(self) -> int:
        return len(self._level) + len(self._apart)

    def admit(self, connection: Connection, position: int) -> None:
        """From now on send a connection what comes after `position`."""
        self.dismiss(connection)
        self._apart[connection] = position
        self._advance(max(self._head, position))

    def dismiss(self, connection: Connection) -> None:
        """Send it nothing more."""
        self._apart.pop(connection, None)
        self._full.discard(connection)
        self._take_from_level(connection)

    def drained(self, connection: Connection) -> None:
        """It takes events again; one that fell too far behind is better off with a fresh page."""
        if connection not in self._full:
            return
        self._full.discard(connection)
        if self.sent - self._apart[connection] > BEHIND_AT_MOST:
            self._wire.cut(connection, "it fell too far behind")
        else:
            self._advance(self._head)

    def take(self, rows: Sequence[LogRow]) -> None:
        """Rows of this room that were just committed, in order."""
        fresh = [row for row in rows if row.seq > self.sent]
        if fresh and fresh[0].seq == self.sent + 1 and not self._retrying and not self._reading:
            self._send_to_level(fresh)
        self._advance(max(self._head, rows[-1].seq))

    def hear(self, head: int) -> None:
        """The bell: the room's head is at least here."""
        if head > self.sent:
            self._advance(max(self._head, head))

    def _advance(self, head: int) -> None:
        """While the log is read others may come here: who reads already does it for them."""
        self._head = max(self._head, head)
        self._due = True
        if self._retrying or self._reading:
            return
        self._reading = True
        try:
            while self._due:
                self._due = False
                self._bring_everybody_level()
        except TryAgain:
            self._retrying = True
            self._hub.call_later(RETRY_SECONDS, self._retry)
        finally:
            self._reading = False

    def _retry(self) -> None:
        self._retrying = False
        self._advance(self._head)

    def _bring_everybody_level(self) -> None:
        while self.sent < (head := self._head):
            if not (rows := self._read_log(self.room, self.sent, head, ROWS_AT_ONCE)):
                if self._head == head:
                    self._head = self.sent  # whoever spoke of more was wrong
                break
            self._send_to_level(rows)
        for connection in [connection for connection in self._apart if connection not in self._full]:
            self._bring_level(connection)

    def _bring_level(self, connection: Connection) -> None:
        """While the log is read it may go, or come anew at another place."""
        while (position := self._apart.get(connection, self.sent)) < self.sent:
            rows = self._read_log(self.room, position, self.sent, ROWS_AT_ONCE)
            if not rows or (self._apart.get(connection) == position and not self._send_apart(connection, rows)):
                return
        if self._apart.get(connection) == self.sent:
            del self._apart[connection]
            self._level.add(connection)
            self._wire.enter_room(connection, self.name)

    def _send_apart(self, connection: Connection, rows: Sequence[LogRow]) -> bool:
        for row in rows:
            if not self._wire.send(connection, *as_event(row, self.name)):
                self._full.add(connection)
                return False
            self._apart[connection] = row.seq
        return True

    def _send_to_level(self, rows: Sequence[LogRow]) -> None:
        for row in rows:
            if self._level:
                self._wire.emit_log(*as_event(row, self.name), self.name, partial(self._fell_behind, row.seq))
            self.sent = row.seq

    def _fell_behind(self, seq: int, connection: Connection) -> None:
        """Its outbox is full: `seq` is the first it did not get."""
        if connection in self._level:
            self._take_from_level(connection)
            self._apart[connection] = seq - 1
            self._full.add(connection)

    def _take_from_level(self, connection: Connection) -> None:
        if connection in self._level:
            self._level.discard(connection)
            self._wire.leave_room(connection, self.name)


def as_event(row: LogRow, room: str) -> tuple[str, Any]:
    """A row of the log as the event that tells it."""
    if row.kind == POSTED and row.message is not None:
        return events.MY_RESPONSE, row.message
    if row.facts is not None:
        return events.ROOM, {"room": room, "seq": row.seq, **msgspec.structs.asdict(row.facts)}
    return events.CHANGED, {"room": room, "seq": row.seq, "message": row.message}
