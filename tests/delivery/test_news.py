"""News are told in turns: however many rooms there are, others go on in between."""

import pytest

from rooms_chat.app import create_chat
from rooms_chat.connections import Connection
from rooms_chat.delivery import news
from rooms_chat.sockets import receive
from rooms_chat.testing.inside import make_settings
from rooms_chat.testing.memory import MemoryHub, MemoryWire

ROOMS = ("garden", "kitchen", "roof")


class Wire(MemoryWire):
    """Notes what is told, and lets somebody else have something to do each time."""

    def __init__(self, hub):
        super().__init__()
        self.order = []
        self._hub = hub

    def emit(self, event, data, room, but=None):
        if event == "members":
            self.order.append(room)
            self._hub.call_soon(lambda: self.order.append("another"))


@pytest.fixture
def told(tmp_path):
    """What is told in the first second of three rooms with somebody in each."""
    hub = MemoryHub()
    wire = Wire(hub)
    chat = create_chat(make_settings(tmp_path), "secret", hub, wire)
    for room in ROOMS:
        connection = Connection(room, "192.0.2.1", chat.people)
        receive(chat, connection, "join", [{"room": room, "user_name": "alice"}], None)
        hub.run_until(lambda who=connection: bool(who.joined), 5)
    yield lambda: hub.run_until(lambda: False, 1) or wire.order
    chat.journal.close(5)
    chat.reader.close()


def test_news_of_many_rooms_let_others_go_on_in_between(told, monkeypatch):
    monkeypatch.setattr(news, "TURN_SECONDS", -1)  # over at once
    assert told() == ["garden", "another", "kitchen", "another", "roof", "another"]


def test_news_of_a_few_rooms_are_told_in_one_go(told, monkeypatch):
    monkeypatch.setattr(news, "TURN_SECONDS", 60)
    assert told()[:3] == ["garden", "kitchen", "roof"]
