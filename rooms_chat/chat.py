"""The parts of one running chat, for the doors to call."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from rooms_chat.cards import Cards
from rooms_chat.config import Settings
from rooms_chat.connections import Connection
from rooms_chat.delivery.delivery import Delivery
from rooms_chat.delivery.news import News
from rooms_chat.delivery.unread import Unread
from rooms_chat.facts import Facts
from rooms_chat.hub import Hub
from rooms_chat.limits import Limits
from rooms_chat.links import Links
from rooms_chat.members import Members
from rooms_chat.messages import Messages
from rooms_chat.metrics import Metrics
from rooms_chat.others import Others
from rooms_chat.people import People
from rooms_chat.presence import Presence
from rooms_chat.reactions import Reactions
from rooms_chat.rooms import Rooms
from rooms_chat.seen import Seen
from rooms_chat.status import Statuses
from rooms_chat.storage import epoch
from rooms_chat.storage.database import Reader
from rooms_chat.storage.journal import Journal
from rooms_chat.storage.log import POSTED, LogRow
from rooms_chat.storage.rooms import Room


@dataclass(frozen=True)
class Chat:
    """Nouns above, delivery and storage beneath."""

    settings: Settings
    secret_key: str
    hub: Hub
    limits: Limits
    people: People
    presence: Presence
    rooms: Rooms
    members: Members
    messages: Messages
    reactions: Reactions
    seen: Seen
    facts: Facts
    statuses: Statuses
    cards: Cards
    links: Links
    delivery: Delivery
    news: News
    unread: Unread
    journal: Journal
    reader: Reader
    metrics: Metrics
    others: Others

    def start(self) -> None:
        """From now on people are told what happens, and other workers may be heard."""
        self.delivery.start()
        self.news.start()
        self.people.first_came, self.people.last_went = self.others.listen_for, self.others.ignore_for
        self.others.start(self.delivery, self.news, self.forgot)

    def committed(self, rows: list[LogRow]) -> None:
        """The journal wrote these: they are delivered, counted, and news."""
        self.delivery.committed(rows)
        self.metrics.posts += sum(row.kind == POSTED for row in rows)
        for row in rows:
            self.news.room_changed(row.room)
            if row.new_member and row.message is not None:
                self.news.became_member(row.message.person, row.room)

    def state(self) -> dict[str, Any]:
        """Whether people should be sent here; and if not, why."""
        database = "ok" if epoch.is_readable(self.reader) else "away"
        state = {"ok": database == "ok" and not self.journal.is_closing, "database": database}
        if self.settings.redis:
            state["bell"] = "ok" if self.others.is_there else "away"
        return state

    def of_one_moment(self) -> AbstractContextManager[None]:
        """A context: all that is read of the rooms inside is of one moment."""
        return self.reader.snapshot()

    def close(self, seconds: float) -> bool:
        """Write what waits and let go of the database; whether that was done in time."""
        self.seen.write()
        written = self.journal.close(seconds)
        self.others.close()
        self.reader.close()
        return written

    def enter(self, connection: Connection, room: Room) -> None:
        """A connection is in a room from now on; what it is sent there begins when delivery admits it."""
        self.delivery.dismiss(connection, room.id)
        connection.joined[room.id] = room
        self.presence.enter(room.id, connection)

    def leave(self, connection: Connection, room: int) -> None:
        """A connection is in a room no more."""
        self.delivery.dismiss(connection, room)
        if connection.joined.pop(room, None):
            self.presence.leave(room, connection)

    def forgot(self, person: str, room: int) -> None:
        """By another worker a person left a room for good: so do its tabs here, unless that is not so."""
        found = self.rooms.by_id(room)
        if found is None or self.members.is_member(person, room):
            return
        for tab in list(self.presence.connections_of(person, room)):
            self.leave(tab, room)
            self.news.farewell(tab, found)
        self.news.left_for_good(person, room)

    def drained(self, connection: Connection) -> None:
        """A connection whose outbox was full takes what it is sent again."""
        self.delivery.drained(connection)

    def gone(self, connection: Connection) -> None:
        """A connection ended: it is nowhere any more. Touches no database."""
        connection.ended = True
        self.news.ignore_rooms(connection)
        for room in list(connection.joined):
            self.leave(connection, room)
        if connection.person is not None:
            self.people.disconnected(connection.person, connection)
