"""What is unread is told in turns: however many rooms changed and whoever watches them, others go on in between."""

from collections import deque

import pytest

from rooms_chat.connections import Connection
from rooms_chat.delivery import unread
from rooms_chat.delivery.unread import Unread
from rooms_chat.errors import TryAgain
from rooms_chat.people import Person
from rooms_chat.seen import Since
from rooms_chat.storage.rooms import Room

ROOMS = [Room(n, f"room{n}", f"room{n}", "", "listed", 1, None, 0, None) for n in (1, 2, 3)]
ALICE, BOB, CHARLIE = (
    Connection(name, "127.0.0.1", None, person=Person(name, name, 1)) for name in ("alice", "bob", "charlie")
)


class Hub:
    def __init__(self):
        self.calls = deque()
        self.call_soon = self.calls.append

    def turn(self):
        self.calls.popleft()()


class Wire:
    def __init__(self):
        self.told = []

    def send(self, connection, event, data):
        self.told.append((connection, sorted(entry["room"] for entry in data["rooms"])))
        return True


class Seen:
    """One message is unread by everybody, wherever one looks."""

    is_away = False

    def newest(self, room):
        return 1

    def since(self, room, after, upto):
        return Since({}, {})

    def new_to(self, person, room, head):
        if self.is_away:
            raise TryAgain("away")
        return 1, 0


@pytest.fixture
def hub():
    return Hub()


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def changed(hub, wire, seen):
    """All of them watch three rooms, in which something is said."""
    telling = Unread(wire, hub, seen)
    for watcher in (ALICE, BOB, CHARLIE):
        for room in ROOMS:
            telling.watch(watcher, room.id)
    return lambda: [telling.room_changed(room) for room in ROOMS]


def test_each_is_told_once_of_all_its_rooms(changed, hub, wire):
    changed()
    hub.turn()
    assert sorted(wire.told, key=lambda told: told[0].sid) == [
        (who, ["room1", "room2", "room3"]) for who in (ALICE, BOB, CHARLIE)
    ]
    assert not hub.calls


def test_others_go_on_after_one_turn_however_many_rooms_changed(changed, hub, wire, monkeypatch):
    monkeypatch.setattr(unread, "TURN_SECONDS", -1)  # over at once
    changed()
    hub.turn()
    assert len(hub.calls) == 1
    monkeypatch.setattr(unread, "TURN_SECONDS", 60)
    hub.turn()
    assert len(wire.told) == 3


def test_while_the_database_is_away_news_are_lost_and_nobody_waits_for_them(changed, hub, wire, seen, monkeypatch):
    monkeypatch.setattr(unread, "TURN_SECONDS", 60)
    seen.is_away = True
    changed()
    hub.turn()
    assert wire.told == []
    assert not hub.calls
