"""Takes what was committed to the pumps of its rooms, and connections in and out of them."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from rooms_chat.connections import Connection
from rooms_chat.delivery.pump import Pump
from rooms_chat.errors import TryAgain
from rooms_chat.hub import Hub
from rooms_chat.others import Others
from rooms_chat.storage import log, rooms
from rooms_chat.storage.database import Reader
from rooms_chat.storage.log import LogRow
from rooms_chat.storage.rooms import Room
from rooms_chat.wire import Wire

COMPARE_SECONDS = 1.0


class Delivery:
    """One pump for each room with somebody in it."""

    def __init__(self, wire: Wire, hub: Hub, reader: Reader, others: Others) -> None:
        self._wire = wire
        self._hub = hub
        self._reader = reader
        self._others = others
        self._rung: dict[int, int] = {}
        self._unheard: set[int] = set()
        self._is_looking = False
        self._pumps: dict[int, Pump] = {}
        self.bells = self.looks = 0  # bells that told something new, and how often the log was read for them
        self.deliveries = 0  # places of logs given to connections, but for those read to catch up

    @property
    def rooms(self) -> int:
        """In how many there is somebody."""
        return len(self._pumps)

    def start(self) -> None:
        """Compare heads every second from now on: a bell may get lost."""
        self._hub.call_later(COMPARE_SECONDS, self._compare_heads)

    def committed(self, rows: Sequence[LogRow]) -> None:
        """What the journal committed, in the order of each room's log."""
        heads: dict[int, int] = {}
        for room, its_rows in groupby(sorted(rows, key=lambda row: row.room), key=lambda row: row.room):
            taken = list(its_rows)
            heads[room] = taken[-1].seq
            if pump := self._pumps.get(room):
                self.deliveries += len(taken) * pump.connections
                pump.take(taken)
        self._others.ring(heads)

    def rung(self, room: int, head: int) -> None:
        """A bell: another worker says that a room's head moved. It may be anybody's word, and is looked into.

        Where there was nothing, the room's bells are not heard any more until the next second.
        """
        pump = self._pumps.get(room)
        if pump is None or head <= pump.sent or room in self._unheard:
            return
        self.bells += 1
        self._rung[room] = max(head, self._rung.get(room, 0))
        if not self._is_looking:
            self._is_looking = True
            self._hub.call_soon(self._look)

    def _look(self) -> None:
        try:
            while self._rung:
                room, head = self._rung.popitem()
                if pump := self._pumps.get(room):
                    sent = pump.sent
                    self.looks += 1
                    pump.hear(head)
                    self.deliveries += (pump.sent - sent) * pump.connections
                    if pump.sent < head:
                        self._unheard.add(room)
        finally:
            self._is_looking = False

    def admit(self, connection: Connection, room: Room, position: int) -> None:
        """Bring a connection everything of this room after `position`."""
        pump = self._pumps.get(room.id)
        if pump is None:
            pump = self._pumps[room.id] = Pump(room.id, room.name, position, self._wire, self._hub, self._read_log)
            self._others.listen(room.id)
        pump.admit(connection, position)

    def dismiss(self, connection: Connection, room: int) -> None:
        if pump := self._pumps.get(room):
            pump.dismiss(connection)
            if pump.is_idle:
                del self._pumps[room]
                self._others.ignore(room)

    def drained(self, connection: Connection) -> None:
        """Its outbox was full, and is empty again."""
        for room in list(connection.joined):
            if pump := self._pumps.get(room):
                pump.drained(connection)

    def _read_log(self, room: int, after: int, upto: int, most: int) -> list[LogRow]:
        return log.between(self._reader, room, after, upto, most)

    def _compare_heads(self) -> None:
        self._unheard.clear()
        self._compare_some(list(self._pumps))

    def _compare_some(self, held: list[int]) -> None:
        """Of two hundred rooms, if there are so many: then everybody else has a turn."""
        rest: list[int] = []
        try:
            if held:
                self._hear(rooms.heads(self._reader, held[: rooms.HEADS_AT_ONCE]))
            rest = held[rooms.HEADS_AT_ONCE :]
        except TryAgain:
            return  # the next second looks again
        finally:
            if rest:
                self._hub.call_soon(partial(self._compare_some, rest))
            else:
                self._hub.call_later(COMPARE_SECONDS, self._compare_heads)

    def _hear(self, heads: dict[int, int]) -> None:
        for room, head in heads.items():
            if pump := self._pumps.get(room):
                pump.hear(head)
