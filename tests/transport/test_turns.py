"""The hub handles a few ready descriptors at a time, so that timers, and with them all writing to rooms, have turns."""

import os

import pytest
from eventlet import hubs
from eventlet.hubs import hub as hub_kinds

from rooms_chat.transport import green

MANY = 200


@pytest.fixture
def hub():
    green.take_turns()
    yield hubs.get_hub()
    del hubs.get_hub().do_poll


def test_of_many_that_are_ready_a_few_are_handled_and_everyone_in_turn(hub):
    pipes = [os.pipe() for _ in range(MANY)]
    listeners = [green.watch(hub_kinds.READ, out, lambda _: None) for out, _ in pipes]
    for _, into in pipes:
        os.write(into, b"x")
    found = [[fileno for fileno, _ in hub.do_poll(0)] for _ in range(2 * MANY // green.READY_AT_ONCE)]
    for listener in listeners:
        green.unwatch(listener)
    for ends in pipes:
        for end in ends:
            os.close(end)
    assert {len(some) for some in found} == {green.READY_AT_ONCE}
    assert {fileno for some in found for fileno in some} >= {out for out, _ in pipes}
