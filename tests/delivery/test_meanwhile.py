"""On PostgreSQL others go on while the pump reads the log: whatever they do there, nobody misses a row or gets two."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms_chat.delivery.pump import Pump
from rooms_chat.testing.memory import MemoryHub
from tests.delivery.test_pump import Log, Wire, connection

ALICE, BOB, CHARLIE = (connection(name) for name in ("alice", "bob", "charlie"))


class SlowLog(Log):
    """What is to happen meanwhile happens while it is read: after the rows were found, before they are there."""

    def __init__(self):
        super().__init__()
        self.meanwhile = deque()

    def between(self, *asked):
        rows = super().between(*asked)
        if self.meanwhile:
            self.meanwhile.popleft()()
        return rows


class Room:
    """A pump that reads a slow log, and the last place that each was given by its page or its events."""

    def __init__(self):
        self.log, self.wire = SlowLog(), Wire()
        self.pump = Pump(1, "kitchen", 0, self.wire, MemoryHub(), self.log.between)
        self.pages = {}

    def post(self, told=True):
        rows = self.log.append(1)
        if told:
            self.pump.take(rows)

    def come(self, who, behind=0):
        """With a page that was read a while ago."""
        self.pages[who] = max(0, self.log.head - behind)
        self.wire.sent.pop(who, None)
        self.pump.admit(who, self.pages[who])

    def go(self, who):
        self.pages.pop(who, None)
        self.pump.dismiss(who)

    def rest(self):
        while self.log.meanwhile:
            self.log.meanwhile.popleft()()
        self.pump.hear(self.log.head)

    def heard(self, who):
        return self.wire.sent.get(who, [])


@pytest.fixture
def room():
    return Room()


def test_what_is_posted_while_one_is_brought_level_comes_behind_it(room):
    room.come(ALICE)
    room.post(told=False)
    room.post(told=False)
    room.log.meanwhile.append(room.post)
    room.come(BOB, behind=2)
    room.pump.hear(2)
    assert room.heard(ALICE) == room.heard(BOB) == [1, 2, 3]


def test_who_goes_while_its_rows_are_read_is_not_kept(room):
    room.come(ALICE)
    room.post()
    room.log.meanwhile.append(lambda: room.go(BOB))
    room.come(BOB, behind=1)
    room.post()
    assert room.heard(BOB) == []
    assert room.pump.connections == 1


def test_who_comes_anew_while_its_rows_are_read_gets_what_follows_its_new_page(room):
    room.come(ALICE)
    room.post()
    room.post()
    room.log.meanwhile.append(lambda: room.come(BOB))
    room.come(BOB, behind=2)
    room.post()
    assert room.heard(BOB) == [3]


DEEDS = st.sampled_from(["post", "untold", "come", "come behind", "go"])
PEOPLE = st.sampled_from([ALICE, BOB, CHARLIE])


def done(room, deed, who):
    deeds = {
        "post": room.post,
        "untold": lambda: room.post(told=False),
        "come": lambda: room.come(who),
        "come behind": lambda: room.come(who, behind=2),
        "go": lambda: room.go(who),
    }
    return deeds[deed]


@given(st.lists(st.tuples(DEEDS, PEOPLE, st.booleans()), max_size=40))
def test_whatever_happens_meanwhile_makes_no_gap_and_no_repeat(steps):
    """Each deed happens now, or while the log is read the next time."""
    room = Room()
    for deed, who, is_meanwhile in steps:
        if is_meanwhile:
            room.log.meanwhile.append(done(room, deed, who))
        else:
            done(room, deed, who)()
    room.rest()
    room.pump.hear(room.log.head)
    for who, page in room.pages.items():
        assert room.heard(who) == list(range(page + 1, room.log.head + 1))
