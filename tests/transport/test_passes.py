"""What waits for a room goes out in passes that fit into the outbox of whoever takes nothing."""

import pytest

from rooms_chat.transport.outbox import OUTBOX_BYTES, OUTBOX_EVENTS
from rooms_chat.transport.rooms import PASS_BYTES, PASS_EVENTS, Event, RoomLines


@pytest.mark.parametrize(("number", "size"), [(1, 10), (500, 10), (100, 60_000), (3, PASS_BYTES + 1)])
def test_each_pass_fits_and_all_together_are_what_waited_in_order(number, size):
    room = RoomLines()
    waited = [Event(bytes([n % 256]) * size, None, frozenset()) for n in range(number)]
    for event in waited:
        room.add(event)
    passes = []
    while room.waiting:
        before = room.first
        room.take_waiting()
        passes.append(waited[before : room.first])
    assert [event for events in passes for event in events] == waited
    assert max(len(events) for events in passes) <= PASS_EVENTS < OUTBOX_EVENTS
    assert all(len(events) == 1 or sum(len(e.frame) for e in events) <= PASS_BYTES for events in passes)
    assert room.waiting_bytes == 0


def test_what_is_little_goes_out_in_one_pass():
    room = RoomLines()
    for _ in range(PASS_EVENTS):
        room.add(Event(b"hello", None, frozenset()))
    room.take_waiting()
    assert not room.waiting
    assert PASS_BYTES * 2 < OUTBOX_BYTES
