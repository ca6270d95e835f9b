"""Heads are compared every second, in turns: however many rooms there are, others go on in between."""

from collections import deque
from contextlib import closing

import pytest

from rooms_chat.connections import Connection
from rooms_chat.delivery.delivery import COMPARE_SECONDS, Delivery
from rooms_chat.others import Alone
from rooms_chat.storage import rooms
from rooms_chat.testing.memory import MemoryWire

ROOMS = 2 * rooms.HEADS_AT_ONCE + 50


class Hub:
    def __init__(self):
        self.soon, self.later = deque(), deque()

    def call_soon(self, call):
        self.soon.append(call)

    def call_later(self, seconds, call):
        self.later.append((seconds, call))


@pytest.fixture
def hub():
    return Hub()


@pytest.fixture
def delivery(file, hub):
    """Alice is in every room."""
    alice = Connection("alice", "127.0.0.1", None)
    with closing(file.writer()) as writer:
        opened = [
            rooms.add(writer, key=f"room{n}", name=f"room{n}", visibility="listed", opened_by=None, at=1)
            for n in range(ROOMS)
        ]
    with closing(file.reader()) as reader:
        delivery = Delivery(MemoryWire(), hub, reader, Alone())
        for room in opened:
            delivery.admit(alice, room, 0)
        delivery.start()
        yield delivery


def a_second_passes(hub):
    """How many turns it takes to compare all heads."""
    turns = 1
    _, compare = hub.later.popleft()
    compare()
    while hub.soon:
        hub.soon.popleft()()
        turns += 1
    return turns


@pytest.mark.usefixtures("delivery")
def test_others_have_their_turn_after_two_hundred_rooms(hub):
    assert [a_second_passes(hub) for _ in range(2)] == [3, 3]
    assert [seconds for seconds, _ in hub.later] == [COMPARE_SECONDS]


@pytest.mark.usefixtures("delivery")
def test_while_the_database_cannot_be_read_the_next_second_looks_again(hub, file):
    with closing(file.writer()) as writer:
        writer._raw.execute("ALTER TABLE rooms RENAME TO away")
        assert a_second_passes(hub) == 1
        writer._raw.execute("ALTER TABLE away RENAME TO rooms")
    assert a_second_passes(hub) == 3
