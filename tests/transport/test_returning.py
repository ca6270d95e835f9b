"""When the server stops it says so in a way that official clients come back from by themselves."""

import json
import queue
import shutil
import subprocess
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import socketio

from tests.services import postgres_server
from tests.transport.raw import Raw

BACK = Path(__file__).with_name("back.mjs")
PATIENCE = 30
WAYS = ["polling,websocket", "websocket", "polling"]


class Told:
    """What a client tells, in the order it came."""

    def __init__(self):
        self._told = queue.SimpleQueue()

    def tells(self, what):
        """The next of this kind; others before it are dropped."""
        while (told := self._told.get(timeout=PATIENCE))["what"] != what:
            pass
        return told


class Javascript(Told):
    """The official client in Node.js."""

    def __init__(self, server, room, ways, key=""):
        super().__init__()
        node = shutil.which("node")
        if node is None or not (BACK.parents[2] / "node_modules").exists():
            pytest.skip("there is no Node.js, or its packages are not installed")
        command = [node, str(BACK), server.url, room, ways, key]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._told.put(json.loads(line))

    def close(self):
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()


class Python(Told):
    """The official client in Python."""

    def __init__(self, server, room, ways):
        super().__init__()
        self._client = client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.3)
        client.on("connect", lambda: client.emit("join", {"room": room}, callback=lambda _: self._tell("in")))
        client.on("disconnect", self._cut_off)
        client.on("my response", lambda body: self._tell("heard", message=body["message"]))
        client.connect(server.url, transports=ways.split(","))

    def _cut_off(self, reason):
        if self._client.eio.ws:
            self._client.eio.ws.shutdown()  # the client leaves it open when the other side ends
        self._tell("cut off", reason=reason)

    def _tell(self, what, **more):
        self._told.put({"what": what, **more})

    def close(self):
        self._client.shutdown()


def test_official_clients_come_back_by_themselves_after_a_stop(serve, room):
    """Of both languages, over any transport; and hear what is said then."""
    server = serve()
    with ExitStack() as ending:
        clients = [kind(server, room, ways) for kind in (Javascript, Python) for ways in WAYS]
        for client in clients:
            ending.callback(client.close)
        for client in clients:
            client.tells("in")
        server.restart()
        for client in clients:
            assert client.tells("cut off")["reason"] in ("transport close", "transport error")
            client.tells("in")
        with Raw(server) as bob:
            bob.ask("join", room=room, user_name="bob")
            assert bob.ask("my event", room=room, message="welcome back")["ok"]
        for client in clients:
            assert client.tells("heard")["message"] == "welcome back"


def test_whose_key_cannot_be_looked_up_comes_in_by_itself_once_the_database_is_back(serve, room):
    """After a refusal the official client in JavaScript would stay out for ever."""
    with ExitStack() as ending:
        postgres = ending.enter_context(postgres_server())
        server = serve("--database", postgres.make_database())
        with Raw(server) as alice:
            key = alice.ask("join", room=room, user_name="alice")["you"]["key"]
            assert alice.ask("my event", room=room, message="soup?")["ok"]
        server.restart()  # it remembers nobody
        postgres.stop()
        clients = [ending.enter_context(closing(Javascript(server, room, ways, key))) for ways in WAYS]
        for client in clients:
            client.tells("tries again")
        postgres.start()
        for client in clients:
            client.tells("in")
