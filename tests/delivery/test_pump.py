"""The pump sends everybody each row after its position once, in order, whatever happens between page and stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms_chat.connections import Connection
from rooms_chat.delivery.pump import Pump
from rooms_chat.errors import TryAgain
from rooms_chat.storage.log import LogRow
from rooms_chat.testing.memory import MemoryHub


class Wire:
    """Keeps, for each connection, the seqs it was sent."""

    def __init__(self):
        self.room, self.sent, self.full, self.ended = [], {}, set(), []

    def enter_room(self, connection, room):
        self.room.append(connection)

    def leave_room(self, connection, room):
        self.room.remove(connection)

    def emit_log(self, event, data, room, missed):
        for connection in list(self.room):
            if not self.send(connection, event, data):
                missed(connection)

    def send(self, connection, event, data):
        if connection in self.full:
            return False
        self.sent.setdefault(connection, []).append(data["seq"])
        return True

    def cut(self, connection, why):
        self.ended.append(connection)


class Log:
    """A log that can be read, and can fail to be."""

    def __init__(self):
        self.head, self.broken = 0, False

    def append(self, count):
        rows = [LogRow(1, seq, "edited", None) for seq in range(self.head + 1, self.head + count + 1)]
        self.head += count
        return rows

    def between(self, room, after, upto, most):
        if self.broken:
            raise TryAgain("disk I/O error")
        return [LogRow(1, seq, "edited", None) for seq in range(after + 1, min(upto, self.head) + 1)][:most]


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
def hub():
    return MemoryHub()


@pytest.fixture
def pump(wire, hub, log):
    return Pump(1, "kitchen", 0, wire, hub, log.between)


def connection(name):
    return Connection(name, "127.0.0.1", None)


def test_who_is_level_gets_each_row_once(pump, wire, log):
    alice = connection("alice")
    pump.admit(alice, 0)
    pump.take(log.append(2))
    pump.take(log.append(1))
    assert wire.sent[alice] == [1, 2, 3]


def test_a_newcomer_whose_page_is_ahead_of_the_pump_gets_no_row_of_its_page_again(pump, wire, log):
    alice, bob = connection("alice"), connection("bob")
    pump.admit(alice, 0)
    rows = log.append(3)
    pump.admit(bob, 3)
    pump.take(rows)
    pump.take(log.append(1))
    assert wire.sent == {alice: [1, 2, 3, 4], bob: [4]}


def test_a_newcomer_who_stands_behind_is_brought_level_alone(pump, wire, log):
    alice, bob = connection("alice"), connection("bob")
    pump.admit(alice, 0)
    pump.take(log.append(5))
    pump.admit(bob, 2)
    pump.take(log.append(1))
    assert wire.sent == {alice: [1, 2, 3, 4, 5, 6], bob: [3, 4, 5, 6]}


def test_rows_that_do_not_follow_are_read_from_the_log(pump, wire, log):
    alice = connection("alice")
    pump.admit(alice, 0)
    log.append(3)
    pump.take(log.append(2))
    assert wire.sent[alice] == [1, 2, 3, 4, 5]


def test_a_bell_brings_what_nobody_handed_over(pump, wire, log):
    alice = connection("alice")
    pump.admit(alice, 0)
    log.append(4)
    pump.hear(4)
    assert wire.sent[alice] == [1, 2, 3, 4]


def test_who_is_dismissed_gets_nothing_more(pump, wire, log):
    alice = connection("alice")
    pump.admit(alice, 0)
    pump.take(log.append(1))
    pump.dismiss(alice)
    pump.take(log.append(1))
    assert wire.sent[alice] == [1]
    assert pump.is_idle


def test_a_read_that_fails_is_tried_again_and_nothing_is_lost(pump, wire, log, hub):
    alice, bob = connection("alice"), connection("bob")
    pump.admit(alice, 0)
    log.broken = True
    log.append(2)
    pump.hear(2)
    pump.take(log.append(1))
    pump.admit(bob, 1)
    assert wire.sent == {}
    log.broken = False
    assert hub.run_until(lambda: wire.sent.get(bob) == [2, 3], 5)
    assert wire.sent[alice] == [1, 2, 3]


def test_who_does_not_take_its_events_is_brought_level_once_it_does(pump, wire, log):
    alice, bob = connection("alice"), connection("bob")
    pump.admit(alice, 0)
    pump.admit(bob, 0)
    pump.take(log.append(1))
    wire.full = {bob}
    pump.take(log.append(3))
    assert wire.sent == {alice: [1, 2, 3, 4], bob: [1]}
    wire.full = set()
    pump.drained(bob)
    pump.take(log.append(1))
    assert wire.sent == {alice: [1, 2, 3, 4, 5], bob: [1, 2, 3, 4, 5]}


def test_nothing_is_read_again_and_again_for_who_takes_nothing(pump, wire, log):
    alice, bob = connection("alice"), connection("bob")
    pump.admit(alice, 0)
    pump.admit(bob, 0)
    wire.full = {bob}
    pump.take(log.append(1))
    log.broken = True
    pump.take(log.append(5))
    assert wire.sent == {alice: [1, 2, 3, 4, 5, 6]}


def test_who_fell_too_far_behind_is_cut_and_comes_back_for_a_fresh_page(pump, wire, log):
    alice, bob = connection("alice"), connection("bob")
    pump.admit(alice, 0)
    pump.admit(bob, 0)
    wire.full = {bob}
    pump.take(log.append(501))
    wire.full = set()
    pump.drained(bob)
    assert wire.ended == [bob]
    assert bob not in wire.sent


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("commit"), st.integers(1, 3)),
        st.tuples(st.just("hand over"), st.integers(0, 3)),
        st.tuples(st.just("lose"), st.integers(0, 3)),
        st.tuples(st.just("bell"), st.just(0)),
        st.tuples(st.just("admit"), st.integers(0, 4)),
        st.tuples(st.just("dismiss"), st.integers(0, 4)),
        st.tuples(st.just("fill"), st.integers(0, 4)),
        st.tuples(st.just("drain"), st.integers(0, 4)),
    ),
    max_size=40,
)


@given(STEPS)
def test_no_order_of_commits_hand_overs_losses_newcomers_and_full_outboxes_makes_a_gap_or_a_repeat(steps):
    log, wire = Log(), Wire()
    pump = Pump(1, "kitchen", 0, wire, MemoryHub(), log.between)
    waiting, people, began = [], {}, {}
    for step, number in steps:
        if step == "commit":
            waiting.append(log.append(number))
        elif step == "hand over" and waiting:
            pump.take(waiting.pop(0))
        elif step == "lose" and waiting:
            waiting.pop(0)
        elif step == "bell":
            pump.hear(log.head)
        elif step == "admit":
            person = people[number] = connection(str(number))
            began[person] = log.head
            pump.admit(person, log.head)
        elif step == "dismiss" and number in people:
            person = people.pop(number)
            pump.dismiss(person)
            began.pop(person)
        elif step == "fill" and number in people:
            wire.full.add(people[number])
        elif step == "drain" and people.get(number) in wire.full:
            wire.full.discard(people[number])
            pump.drained(people[number])
    for person in list(wire.full):
        wire.full.discard(person)
        pump.drained(person)
    pump.hear(log.head)
    for person in people.values():
        assert wire.sent.get(person, []) == list(range(began[person] + 1, log.head + 1))
