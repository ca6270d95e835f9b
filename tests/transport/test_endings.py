"""Who ends is gone, whether or not Python's collector of garbage comes by: it may look away for long."""

import json
import secrets
import signal
import urllib.request
from pathlib import Path

import pytest
import socketio

from tests.transport.raw import Polling, Raw, close_all
from tests.transport.servers import Server, wait_until

BEGINNING = "garbage: "
OURS = ("rooms_chat.", "eventlet.", "socket.", "http.")
OF_PAGES = "rooms_chat.web."  # a form refers to itself, for as long as its page is made


@pytest.fixture
def server(tmp_path):
    running = Server(tmp_path, program=Path(__file__).parent / "uncollected.py")
    yield running
    close_all()
    running.stop()


def forget(server):
    """Nobody is connected, and the wheel has come by whoever was."""
    wait_until(lambda: server.connections() == 0)
    Raw(server).await_ping()


def garbage(server):
    """The kinds of things that only the collector could end."""
    told = len(server.lines)
    server.process.send_signal(signal.SIGUSR1)
    line = wait_until(lambda: next((line for line in server.lines[told:] if BEGINNING in line), None))
    kinds = json.loads(line.partition(BEGINNING)[2])
    return [kind for kind in kinds if kind.startswith(OURS) and not kind.startswith(OF_PAGES)]


def come_and_go(server, transports):
    room = f"r-{secrets.token_hex(4)}"
    client = socketio.SimpleClient()
    client.connect(server.url, transports=transports)
    client.call("join", {"room": room, "user_name": "alice"})
    client.call("my event", {"room": room, "message": "hi"})
    client.disconnect()


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join)
def test_a_connection_leaves_nothing_to_be_collected(server, transports):
    come_and_go(server, transports)
    garbage(server)  # what is made once, with the first of everything
    come_and_go(server, transports)
    forget(server)
    assert garbage(server) == []


@pytest.mark.parametrize("kind", [Raw, Polling])
def test_a_connection_that_breaks_leaves_nothing_to_be_collected(server, kind):
    kind(server)
    garbage(server)
    kind(server)
    close_all()
    if kind is Raw:
        forget(server)
    assert garbage(server) == []


def test_pages_leave_nothing_of_their_connections_to_be_collected(server):
    for _ in range(3):
        urllib.request.urlopen(f"{server.url}/").read()
        urllib.request.urlopen(f"{server.url}/healthz").read()
    assert garbage(server) == []
