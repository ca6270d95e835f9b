"""What a change is, and what it writes with."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from rooms_chat.events import Message, RoomFacts
from rooms_chat.storage import log, messages, rooms
from rooms_chat.storage.database import ASKED_TOGETHER, Row, Writer
from rooms_chat.storage.known import Standing
from rooms_chat.storage.log import LogRow
from rooms_chat.storage.rooms import Room

T = TypeVar("T")


class RoomIsHeld(Exception):
    """Somebody else writes in this room just now: the change is left for a later batch."""

    def __init__(self, room: int) -> None:
        super().__init__(f"room {room} is held")
        self.room = room


class Change(ABC):
    """Something to write; `bytes` is about what it holds while it waits.

    `prepare` is work that needs no database. `apply` reads, asks the right, then writes; a refusal is raised before
    anything is written. Both may run more than once.
    """

    bytes: int

    def prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Nothing to prepare, unless a change says otherwise."""

    def will_ask(self) -> tuple[str, str, str] | None:
        """(room's key, person, id) of the standing that `apply` asks for, if it does."""
        return None

    @abstractmethod
    def apply(self, transaction: "Transaction") -> Any:
        """Write it; the result is what was asked for."""


class Transaction:
    """What a change writes with.

    Posts and rows of the log are written together: one call for a hundred of them costs far less than a hundred calls.
    """

    def __init__(self, connection: Writer, is_left: Callable[[int], bool] = lambda room: False) -> None:
        self.now = time.time_ns() // 1_000_000
        self.rows: list[LogRow] = []
        self._connection = connection
        self._known = connection.known
        self._is_left = is_left
        self._left: dict[int, str] = {}
        self._foreseen: dict[tuple[int, str, str], Standing] = {}
        self._rooms: dict[str, Room] = {}
        self._heads: dict[int, int] = {}
        self._posts: dict[tuple[int, str, str], Row] = {}
        self._log: list[Row] = []

    @property
    def connection(self) -> Writer:
        """Who reads finds everything that was written before; and who writes may change what was foreseen."""
        self._write_rows()
        self._foreseen = {}
        return self._connection

    def foresee(self, changes: Sequence[Change]) -> None:
        """Ask together for what these will ask for one after the other: it costs a third, and one journey for many."""
        asks = [ask for change in changes if (ask := change.will_ask()) and not self._known.has(ask[0], ask[1])]
        self._lock_together(list({key for key, _, _ in asks}))
        ids = {room.key: room.id for room in self._rooms.values()}
        asked = [(ids[key], person, id) for key, person, id in asks if key in ids]
        for some in self._together(asked):
            found = messages.standings(self._connection, some)
            for (room, person, _), standing in found.items():
                self._known.keep(room, person, standing)
            self._foreseen |= found

    def _lock_together(self, keys: Sequence[str]) -> None:
        for some in self._together(keys):
            for room in rooms.lock_some(self._connection, some):
                with suppress(RoomIsHeld):
                    self._hold(room)

    def _together(self, asked: Sequence[T]) -> Iterator[Sequence[T]]:
        """In portions; what would be left over for a small one is asked for when it is needed."""
        for start in range(0, len(asked), ASKED_TOGETHER):
            if len(some := asked[start : start + ASKED_TOGETHER]) >= self._connection.together_from:
                yield some

    def room(self, key: str) -> Room | None:
        """The room of this key, as it was when the transaction first asked; nobody else writes there until the commit.

        `next_seq` knows how far it has come. Raises RoomIsHeld.
        """
        for room_left, its_key in self._left.items():
            if its_key == key:
                raise RoomIsHeld(room_left)
        room = self._rooms.get(key) or self._known.room(key) or rooms.lock_by_key(self._connection, key)
        if room is not None:
            self._hold(room)
        elif (there := rooms.find(self._connection, key)) is not None:
            self._leave(there)
        return room

    def change_room(self, room: Room) -> None:
        """Its topic, or whether it is archived, is another from now on."""
        rooms.change(self.connection, room)
        self._rooms[room.key] = room

    def hold(self, room: int) -> None:
        """Let nobody else write in this room until the commit. Raises RoomIsHeld."""
        if room not in self._heads:
            row = rooms.lock(self._connection, room)
            if row is not None:
                self._hold(row)
            elif (there := rooms.by_id(self._connection, room)) is not None:
                self._leave(there)

    def standing(self, room: int, person: str, id: str) -> Standing:
        """All that has to be known before a person may post under `id`."""
        if (room, person, id) in self._posts:
            return messages.standing(self.connection, room, person, id)
        found = self._foreseen.get((room, person, id)) or self._known.standing(room, person)
        if found is None:
            found = messages.standing(self._connection, room, person, id)
            self._known.keep(room, person, found)
        return found

    def head(self, room: int) -> int:
        """How far a room's log has come. Raises RoomIsHeld."""
        self.hold(room)
        return self._heads[room]

    def next_seq(self, room: int) -> int:
        """The next place in a room's log; from here on the change has to go through."""
        seq = self._heads[room] = self.head(room) + 1
        return seq

    def post(self, room: int, message: Message, *, new_member: bool) -> None:
        """A new message, at its place in the log."""
        self._posts[room, message.person, message.id] = messages.row(room, message, self.now)
        self.log(room, message.seq, log.POSTED, message.person, message, new_member=new_member)

    def log(
        self,
        room: int,
        seq: int,
        kind: str,
        person: str,
        message: Message | None,
        *,
        new_member: bool = False,
        facts: RoomFacts | None = None,
    ) -> None:
        self._log.append((room, seq, kind, message.seq if message else None, person, self.now))
        self.rows.append(LogRow(room, seq, kind, message, new_member, facts))

    def write_heads(self) -> None:
        """The last of it: what is left of the rows, and how far each room has come by them."""
        self._write_rows()
        spoken_in = {row.room for row in self.rows if row.kind == log.POSTED}
        moved = {row.room for row in self.rows}
        if moved:
            heads = [(self._heads[room], self.now if room in spoken_in else None, room) for room in moved]
            rooms.set_heads(self._connection, heads)
            for room in moved:
                self._known.move(room, self._heads[room])

    def _write_rows(self) -> None:
        if self._log:
            messages.add(self._connection, self._posts.values())
            log.add(self._connection, self._log)
            self._posts, self._log = {}, []

    def _hold(self, room: Room) -> None:
        if room.id not in self._heads:
            if room.id in self._left or self._is_left(room.id):
                self._leave(room)  # what came before waits for it already
            self._rooms[room.key] = room
            self._heads[room.id] = self._known.head(room)

    def _leave(self, room: Room) -> NoReturn:
        self._left[room.id] = room.key
        raise RoomIsHeld(room.id)
