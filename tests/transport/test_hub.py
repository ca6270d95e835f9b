"""eventlet's hub under the parts: what comes from threads comes in order, and holds nobody."""

import os
import subprocess
import sys

CALLS = """
import rooms_chat.transport.patch
import time
import eventlet
from rooms_chat.transport.hub import EventletHub

hub, told = EventletHub(), []

def call(number):
    told.append(number)
    end = time.perf_counter() + 0.001
    while time.perf_counter() < end:
        pass

def thread():
    for number in range(40):
        hub.call_from_thread(lambda number=number: call(number))

hub.start_thread(thread)
turns = []
while len(told) < 40:
    eventlet.sleep(0)
    turns.append(len(told))
assert told == list(range(40)), told
print(max(after - before for before, after in zip([0, *turns], turns)))
"""


def test_what_comes_from_a_thread_comes_in_order_and_gives_others_their_turn() -> None:
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 5


TWO_THREADS = """
import rooms_chat.transport.patch
from collections import deque
import eventlet
from eventlet.patcher import original
from rooms_chat.transport.hub import EventletHub

class Interrupted(deque):
    def extend(self, calls):
        super().extend(calls)
        if self.other:
            other, self.other = self.other, None
            thread = original("threading").Thread(target=other)
            thread.start()
            thread.join(0.5)

hub, told = EventletHub(), []
hub._from_threads = Interrupted()
hub._from_threads.other = lambda: hub.call_from_thread(lambda: told.append("other"))
hub.start_thread(lambda: hub.call_from_thread(lambda: told.append("one")))
with eventlet.Timeout(10):
    while len(told) < 2:
        eventlet.sleep(0.01)
"""


def test_two_threads_that_come_at_once_are_both_heard() -> None:
    """The second comes when the first has put its call down and has woken nobody yet."""
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", TWO_THREADS], capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.returncode == 0, done.stderr


NOTHING = """
import rooms_chat.transport.patch
import eventlet
from eventlet.patcher import original
from rooms_chat.transport.hub import EventletHub

hub, told = EventletHub(), []

def from_a_thread(*calls):
    thread = original("threading").Thread(target=hub.call_from_thread, args=calls)
    thread.start()
    thread.join()

from_a_thread()
for _ in range(5):
    eventlet.sleep(0)
from_a_thread(lambda: told.append("heard"))
with eventlet.Timeout(10):
    while not told:
        eventlet.sleep(0.01)
"""


def test_who_had_nothing_to_say_from_a_thread_is_heard_when_there_is_something() -> None:
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", NOTHING], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr


DRAINED = """
import rooms_chat.transport.patch
from collections import deque
import eventlet
from eventlet.patcher import original
from rooms_chat.transport.hub import EventletHub

threading, time = original("threading"), original("time")
hub, told = EventletHub(), []
is_heard = {name: threading.Event() for name in ("first", "second", "third")}
second_is_down = threading.Event()

def hear(name):
    told.append(name)
    is_heard[name].set()

def hear_first():
    hear("first")
    second_is_down.wait()

class Slow(deque):
    def extend(self, calls):
        super().extend(calls)
        if is_heard["first"].is_set() and not second_is_down.is_set():
            second_is_down.set()
            is_heard["second"].wait(10)

hub._from_threads = Slow()

def talk():
    hub.call_from_thread(hear_first)
    is_heard["first"].wait()
    hub.call_from_thread(lambda: hear("second"))
    time.sleep(0.2)
    hub.call_from_thread(lambda: hear("third"))

threading.Thread(target=talk, daemon=True).start()
with eventlet.Timeout(10):
    while len(told) < 3:
        eventlet.sleep(0.01)
assert told == ["first", "second", "third"], told
"""


def test_who_is_heard_before_it_has_woken_anybody_is_heard_again() -> None:
    """The hub, busy until then, takes a call that was put down and not yet rung for; the ring finds nothing."""
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", DRAINED], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
