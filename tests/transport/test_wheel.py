"""Time on a line: a ping every 20 s, 10 s for its answer and for entering, 30 s for taking something."""

import pytest

from rooms_chat.transport import websocket
from rooms_chat.transport.frames import payload_of
from rooms_chat.transport.line import Line
from rooms_chat.transport.outbox import Outbox
from rooms_chat.transport.websocket import WebSocket
from rooms_chat.transport.wheel import Wheel


class Desk:
    patience = 30.0

    def __init__(self):
        self.complaints, self.ended = [], []

    def complain(self, line, why):
        self.complaints.append(why)
        line.close()

    def on_end(self, line):
        self.ended.append(line)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def line(desk):
    line = Line(desk, "sid", "127.0.0.1", None)
    line.connection = object()
    return line


@pytest.fixture
def wheel(line):
    wheel = Wheel()
    wheel.add(line)
    return wheel


def pings_in(line):
    return [payload_of(frame) for frame in line._take_waiting()].count(b"2")


def turn(wheel, seconds):
    for _ in range(seconds):
        wheel.turn()


def test_a_line_is_pinged_every_20_seconds(wheel, line):
    times = []
    for second in range(1, 101):
        wheel.turn()
        if pings_in(line):
            times.append(second)
            line._take(b"3")
    assert times == [20, 40, 60, 80, 100]
    assert not line.closed


def test_who_answers_no_ping_is_out_within_35_seconds(wheel, line, desk):
    turn(wheel, 35)
    assert desk.ended == [line]
    assert desk.complaints == ["is cut: it answered no ping"]


def test_who_enters_no_namespace_is_out_within_11_seconds(wheel, line, desk):
    line.connection = None
    turn(wheel, 11)
    assert desk.complaints == ["is cut: it entered no namespace"]


def test_who_takes_nothing_for_30_seconds_is_cut(monkeypatch):
    class Stalled:
        def __init__(self, taken_from_at):
            self._outbox, self.is_cut = Outbox(), False
            self._outbox.taken_from_at = taken_from_at

        def cut(self):
            self.is_cut = True

    slow, stalled = Stalled(75.0), Stalled(69.0)
    monkeypatch.setattr(websocket.time, "monotonic", lambda: 100.0)
    monkeypatch.setattr(WebSocket, "stalling", {slow, stalled})
    WebSocket.cut_stalled()
    assert (slow.is_cut, stalled.is_cut) == (False, True)
