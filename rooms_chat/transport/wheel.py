"""One timer for everything that happens to lines now and then: pings, deadlines, stalled outboxes."""

import logging
from collections import defaultdict

import eventlet

from rooms_chat.transport.line import Line
from rooms_chat.transport.slices import Slices
from rooms_chat.transport.websocket import WebSocket

TURN_SECONDS = 1
TURNS_PER_BEAT = 10

logger = logging.getLogger(__name__)


class Wheel:
    """A slot for each turn, once a second; each line is in exactly one."""

    def __init__(self) -> None:
        self._slots: defaultdict[int, list[Line]] = defaultdict(list)
        self._now = 0

    def add(self, line: Line) -> None:
        self._slots[self._now + TURNS_PER_BEAT].append(line)

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        while True:
            eventlet.sleep(TURN_SECONDS)
            try:
                self.turn()
            except Exception:
                logger.exception("the wheel stumbled")

    def turn(self) -> None:
        """To be called once a second."""
        self._now += 1
        WebSocket.cut_stalled()
        slices = Slices()
        for line in self._slots.pop(self._now, ()):
            if line.closed:
                continue
            if why := line.beat():
                line.cut(why)
            else:
                self.add(line)
            slices.rest()
