"""Nobody waits while PostgreSQL is asked: the hub goes on."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ASK = """
import rooms_chat.transport.patch
import json, sys, time
import eventlet
from sqlalchemy import bindparam, func, select
from rooms_chat.errors import TryAgain
from rooms_chat.storage import libpq, rooms
from rooms_chat.storage.database import Database, Statement

SLEEP = Statement(select(func.pg_sleep(bindparam("seconds"))))
reader = Database(sys.argv[1]).reader()
beats, told = [], []
if "in C" in sys.argv:
    libpq.OnHub.wait = libpq.OnThread.wait


def beat():
    while True:
        beats.append(time.monotonic())
        eventlet.sleep(0.01)


def ask(seconds):
    with reader.snapshot():
        try:
            reader.first(SLEEP, seconds=seconds)
            told.append(rooms.find(reader, "kitchen"))
        except TryAgain as refusal:
            told.append(refusal.code)


heart = eventlet.spawn(beat)
seconds, number, libpq.ANSWER_SECONDS = float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
began = time.monotonic()
for asking in [eventlet.spawn(ask, seconds) for _ in range(number)]:
    asking.wait()
took = time.monotonic() - began
reader.close()
longest = max(later - earlier for earlier, later in zip(beats, beats[1:]))
print(json.dumps({"took": took, "longest": longest, "beats": len(beats), "told": told}))
"""


def ask(url, seconds, number, patience=10, *others):
    done = subprocess.run(
        [sys.executable, "-c", ASK, url, str(seconds), str(number), str(patience), *others],
        capture_output=True, text=True, timeout=50, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.quiet
def test_the_hub_is_never_held_while_questions_are_slow(postgres_url):
    """Five of a second at once take a second, and the hub's heart beats on."""
    told = ask(postgres_url, seconds=1, number=5)
    assert told["took"] < 4
    assert told["longest"] < 0.5
    assert told["beats"] > 20


@pytest.mark.quiet
def test_more_questions_than_connections_wait_for_their_turn(postgres_url):
    told = ask(postgres_url, seconds=0.1, number=35)
    assert told["told"] == [None] * 35
    assert told["longest"] < 0.5


def test_a_server_that_does_not_answer_is_given_up(postgres_url):
    told = ask(postgres_url, seconds=20, number=2, patience=0.5)
    assert told["told"] == ["try_again"] * 2
    assert told["took"] < 5
    with psycopg.connect(postgres_url) as left:
        assert left.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_that_waits_in_c_would_hold_the_hub(postgres_url):
    """That it can be seen at all."""
    assert ask(postgres_url, 0.6, 1, 10, "in C")["longest"] > 0.5
