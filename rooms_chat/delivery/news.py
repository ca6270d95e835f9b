"""Tells who came and went, what changed among the active rooms, and who is typing.

At most once a second, and it may be lost: none of it is in a log.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from rooms_chat import events
from rooms_chat.connections import Connection
from rooms_chat.delivery.unread import Unread
from rooms_chat.errors import TryAgain
from rooms_chat.hub import Hub
from rooms_chat.members import Members
from rooms_chat.others import Others, Word
from rooms_chat.people import Listed, People, Person
from rooms_chat.presence import Presence
from rooms_chat.rooms import ACTIVE_SHOWN, Rooms
from rooms_chat.storage.rooms import Room
from rooms_chat.wire import Wire

NEWS_SECONDS = 1.0
TURN_SECONDS = 0.002
SIDEBAR = " sidebar"  # a transport room that no room's name can be


class Watched(NamedTuple):
    """What one connection that hears of the rooms is a member of, and which unlisted ones it may have been shown."""

    own: set[int]
    shown: set[int]


class News:
    """Collects, and tells once a second."""

    def __init__(
        self,
        wire: Wire,
        hub: Hub,
        people: People,
        presence: Presence,
        rooms: Rooms,
        members: Members,
        unread: Unread,
        others: Others,
    ) -> None:
        self._wire = wire
        self._hub = hub
        self._people = people
        self._presence = presence
        self._rooms = rooms
        self._members = members
        self._unread = unread
        self._others = others
        self._changed: dict[int, None] = {}  # in the order they changed
        self._untold: dict[int, None] = {}  # of these, what the other workers have not heard
        self._watchers: dict[Connection, Watched] = {}
        self._watchers_of: dict[str, set[Connection]] = {}  # by person
        self._is_paused = False

    def start(self) -> None:
        self._hub.call_later(NEWS_SECONDS, self._tell)

    def room_changed(self, room: int) -> None:
        """A word was said, or somebody came or went."""
        self._changed[room] = None
        self._untold[room] = None

    def welcome(self, connection: Connection, room: Room) -> None:
        """Tell a newcomer who is here."""
        self._wire.send(connection, events.MEMBERS, self._members_event(room, self._presence.listed(room.id), []))

    def farewell(self, connection: Connection, room: Room) -> None:
        """Tell a tab that its person left for good elsewhere: it sees itself go."""
        self._wire.send(connection, events.MEMBERS, self._members_event(room, [], [connection.identify().as_dict()]))

    def tell_person(
        self, person: Person, event: str, data: Any, *, but: Connection, seen: tuple[int, int] | None = None
    ) -> None:
        """To a person's other connections. Where it has read a room, `seen` is (room, how far)."""
        for connection in person.connections - {but}:
            self._wire.send(connection, event, data)
        self._others.tell(Word(to=person.id, event=event, body=data, seen=seen))

    def watch_rooms(self, connection: Connection) -> None:
        self.ignore_rooms(connection)
        person = connection.identify()
        watched = self._watchers[connection] = Watched(set(), self._presence.rooms_of(person))
        self._watchers_of.setdefault(person.id, set()).add(connection)
        self._wire.enter_room(connection, SIDEBAR)
        for room in self._members.rooms_of(person):  # others may go on meanwhile: it is known already, and may go
            if self._watchers.get(connection) is watched:
                watched.own.add(room)
                watched.shown.add(room)
                self._unread.watch(connection, room)

    def ignore_rooms(self, connection: Connection) -> None:
        if watched := self._watchers.pop(connection, None):
            self._wire.leave_room(connection, SIDEBAR)
            self._forget_watcher(connection)
            for room in watched.own:
                self._unread.ignore(connection, room)

    def became_member(self, person: str, room: int) -> None:
        """Here: by choosing a level, or by a post, right behind which it may have left for good in the same commit."""
        self._joined_for_good(person, room)
        self._others.tell(Word(joined=(person, room)))

    def _joined_for_good(self, person: str, room: int) -> None:
        watching = self._watched_by(person)
        with suppress(TryAgain):
            if watching and self._members.is_member(person, room):
                for watcher, watched in watching:
                    if self._watchers.get(watcher) is watched:  # it may have gone meanwhile
                        watched.own.add(room)
                        self._unread.watch(watcher, room)

    def forgot_room(self, person: Person, room: int) -> None:
        self.room_changed(room)
        self.left_for_good(person.id, room)

    def left_for_good(self, person: str, room: int) -> None:
        for watcher, watched in self._watched_by(person):
            watched.own.discard(room)
            self._unread.ignore(watcher, room)

    def relay(self, room: Room, data: str) -> None:
        """A word that is kept nowhere."""
        self._relay(room, data)
        self._others.tell(Word(data=data), room.id)

    def typing(self, connection: Connection, room: Room) -> None:
        """To the others in the room."""
        person = connection.identify()
        self._typing(room, person.as_dict())
        self._others.tell(Word(typing=person.as_dict()), room.id)

    def hear(self, word: Word, room: int | None) -> None:
        """What another worker told, who may be mistaken about rooms that are not there."""
        self._changed |= dict.fromkeys(word.rooms)
        if word.joined is not None:
            self._joined_for_good(*word.joined)
        if word.to is not None:
            for connection in self._people.connections_of(word.to):
                self._wire.send(connection, word.event, word.body)
            if word.seen is not None:
                self._unread.has_seen_elsewhere(word.to, *word.seen)
        found = self._rooms.by_id(room) if room is not None else None
        if found is not None and word.data is not None:
            self._relay(found, word.data)
        elif found is not None and word.typing is not None:
            self._typing(found, word.typing)

    def _relay(self, room: Room, data: str) -> None:
        self._wire.emit(events.MY_RESPONSE, {"room": room.name, "data": data}, room=room.name)

    def _typing(self, room: Room, person: Listed) -> None:
        event = {"room": room.name, "user_name": person["user_name"]}
        typists = self._presence.connections_of(str(person["id"]), room.id)
        self._wire.emit(events.TYPING, event, room=room.name, but=typists)

    def _tell(self) -> None:
        self._go_on_telling(chain(self._tell_members(), self._tell_others(), self._tell_rooms()))

    def _go_on_telling(self, telling: Iterator[None]) -> None:
        """For a moment: then everybody else has a turn, however many rooms there are and whoever watches them."""
        until, is_done = time.monotonic() + TURN_SECONDS, True
        try:
            is_done = all(time.monotonic() < until for _ in telling)
        except TryAgain:
            return  # news may be lost
        finally:
            if is_done:
                self._hub.call_later(NEWS_SECONDS, self._tell)
            else:
                self._hub.call_soon(partial(self._go_on_telling, telling))

    def _tell_members(self) -> Iterator[None]:
        if self._is_paused == self._others.is_there:
            self._is_paused = not self._others.is_there
            self._presence.make_news_of_all()
        for id, came, went in self._presence.news():
            self._changed[id] = None
            if (room := self._rooms.by_id(id)) and self._presence.number_here(id):
                self._wire.emit(events.MEMBERS, self._members_event(room, came, went), room=room.name)
            yield

    def _tell_others(self) -> Iterator[None]:
        """Of fifty rooms, as watchers are told."""
        self._untold |= dict.fromkeys(self._presence.take_changed())
        if some := list(islice(self._untold, ACTIVE_SHOWN)):
            self._others.tell(Word(rooms=some))
            for room in some:
                del self._untold[room]
        yield

    def _tell_rooms(self) -> Iterator[None]:
        """Of fifty rooms; the others wait for the next second."""
        some = list(islice(self._changed, ACTIVE_SHOWN))
        for id in some:
            del self._changed[id]
        if not self._watchers:
            return
        found = [room for id in some if (room := self._rooms.by_id(id))]
        for room in found:
            self._unread.room_changed(room)
        listed = [room for room in found if room.visibility == "listed"]
        if listed:
            self._wire.emit(events.ROOMS, self._rooms_event(listed), room=SIDEBAR)
        for room in found:
            yield
            if room.visibility != "listed":
                yield from self._tell_own(room)

    def _tell_own(self, room: Room) -> Iterator[None]:
        """Nothing about an unlisted room shows to who is not in it."""
        event, gone = self._rooms_event([room]), {"rooms": [], "gone": [room.name]}
        for watcher, watched in list(self._watchers.items()):
            yield
            if self._watchers.get(watcher) is not watched:
                continue  # it has gone meanwhile
            if self._rooms.shows(room, watcher.identify(), watched.own):
                watched.shown.add(room.id)
                self._wire.send(watcher, events.ROOMS, event)
            elif room.id in watched.shown:
                watched.shown.discard(room.id)
                self._wire.send(watcher, events.ROOMS, gone)

    def _rooms_event(self, rooms: list[Room]) -> dict[str, Any]:
        active = [room for room in rooms if self._rooms.is_active(room)]
        gone = [room.name for room in rooms if room not in active]
        return {"rooms": [self._rooms.entry(room) for room in active], "gone": gone}

    def _watched_by(self, person: str) -> list[tuple[Connection, Watched]]:
        return [(watcher, self._watchers[watcher]) for watcher in self._watchers_of.get(person, ())]

    def _forget_watcher(self, connection: Connection) -> None:
        person = connection.identify().id
        of_person = self._watchers_of[person]
        of_person.discard(connection)
        if not of_person:
            del self._watchers_of[person]

    def _members_event(self, room: Room, came: list[Any], went: list[Any]) -> dict[str, Any]:
        event = {"room": room.name, "here": self._presence.number_here(room.id), "came": came, "went": went}
        return event | {"paused": True} if self._is_paused else event
