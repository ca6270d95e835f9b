"""The hub and the wire in memory."""

import threading
from collections import deque

import pytest

from rooms_chat.connections import Connection
from rooms_chat.errors import TryAgain
from rooms_chat.hub import Pending
from rooms_chat.testing.memory import MemoryHub, MemoryWire
from rooms_chat.testing.server import Packet


def connection(sid: str) -> Connection:
    return Connection(sid, "127.0.0.1", people=None)  # type: ignore[arg-type]


def test_time_passes_only_when_nothing_else_can_happen() -> None:
    hub, told = MemoryHub(), []
    hub.call_later(2, lambda: told.append("two"))
    hub.call_later(1, lambda: told.append("one"))
    hub.call_later(1, lambda: told.append("one more")).cancel()
    hub.call_soon(lambda: told.append("now"))
    assert not hub.run_until(lambda: False, 1.5)
    assert told == ["now", "one"]
    assert hub.now == 1.5
    assert hub.run_until(lambda: "two" in told, 1)
    assert hub.now == 2


def test_a_wait_ends_when_it_is_over_and_time_stands_where_it_came() -> None:
    hub, pending = MemoryHub(), Pending[str]()
    hub.call_later(3, lambda: pending.settle("soup"))
    assert hub.wait(pending, seconds=10) == "soup"
    assert hub.now == 3
    with pytest.raises(TryAgain):
        hub.wait(Pending[str](), seconds=1)


def test_a_thread_at_work_is_waited_for_and_no_time_passes() -> None:
    hub, told = MemoryHub(), []
    work = hub.semaphore()
    may_go_on = threading.Event()

    def thread() -> None:
        work.acquire()
        may_go_on.wait(5)
        hub.call_from_thread(lambda: told.append("done"))
        work.acquire()

    join = hub.start_thread(thread)
    hub.call_later(1, lambda: told.append("a second later"))
    work.release()
    threading.Timer(0.05, may_go_on.set).start()
    hub.settle()
    assert told == ["done"]
    assert hub.now == 0
    work.release()
    assert join(5)


def test_what_crosses_the_wire_is_json() -> None:
    wire, inbox, alice = MemoryWire(), deque[Packet](), connection("alice")
    wire.open(alice, inbox)
    wire.enter_room(alice, "kitchen")
    wire.emit("my response", {"room": "kitchen", "of": (1, 2)}, room="kitchen")
    assert list(inbox) == [("my response", {"room": "kitchen", "of": [1, 2]})]
    with pytest.raises(TypeError):
        wire.send(alice, "my response", {"room": object()})
    with pytest.raises(UnicodeEncodeError):
        wire.send(alice, "my response", {"message": "\ud800"})


def test_the_wire_tells_a_room_and_nobody_else() -> None:
    wire = MemoryWire()
    people = {name: connection(name) for name in ("alice", "bob", "charlie", "dave")}
    inboxes = {name: deque[Packet]() for name in people}
    for name, person in people.items():
        wire.open(person, inboxes[name])
    for name in ("alice", "bob", "dave"):
        wire.enter_room(people[name], "kitchen")
    wire.leave_room(people["dave"], "kitchen")
    wire.emit("typing", {}, room="kitchen", but={people["alice"]})
    assert {name: len(inbox) for name, inbox in inboxes.items()} == {"alice": 0, "bob": 1, "charlie": 0, "dave": 0}
    wire.close(people["bob"])
    wire.emit("typing", {}, room="kitchen")
    assert len(inboxes["bob"]) == 1
