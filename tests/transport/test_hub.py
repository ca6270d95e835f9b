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
