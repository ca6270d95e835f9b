"""Drives clients over the official Python client, several on a thread.

Its own way of reconnecting waits for seconds, so that the loop here is our own.
"""

import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from socketio.exceptions import SocketIOError

from rooms_chat.testing.live import OrderedClient
from tests.faults.clients import Body, Client

TICK_SECONDS = 0.05
CONNECT_SECONDS = 3
Call = Callable[[], None]


class Official:
    """`url` and `transport` may change while it runs: the next connection takes them."""

    def __init__(self, url: str, clients: list[Client], *, threads: int = 2, transport: str = "websocket") -> None:
        self.url, self.transport, self.clients = url, transport, clients
        self.ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._drive, args=(clients[n::threads],)) for n in range(min(threads, len(clients)))
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join(30)

    def _drive(self, clients: list[Client]) -> None:
        inbox: SimpleQueue[Call] = SimpleQueue()
        lines = dict.fromkeys(clients)
        while not self.ended.is_set():
            for client in clients:
                if lines[client] is None or lines[client].ended:
                    lines[client] = self._connect(client, inbox)
            self._take(inbox)
            for client in clients:
                client.tick()
        for line in lines.values():
            if line is not None:
                line.cut()

    def _connect(self, client: Client, inbox: "SimpleQueue[Call]") -> "OfficialLine | None":
        line = OfficialLine(client, inbox)
        if not line.open(self.url, self.transport):
            return None
        client.connected(line)
        return line

    @staticmethod
    def _take(inbox: "SimpleQueue[Call]") -> None:
        with suppress(Empty):
            inbox.get(timeout=TICK_SECONDS)()
            for _ in range(200):
                inbox.get_nowait()()


class OfficialLine:
    """One connection; what comes on its thread is put into the inbox of the client's."""

    def __init__(self, client: Client, inbox: "SimpleQueue[Call]") -> None:
        self.ended = False
        self._client, self._inbox = client, inbox
        without_origin = {"suppress_origin": True}  # that of a proxy would be a stranger's
        self._sio = OrderedClient(
            reconnection=False, request_timeout=CONNECT_SECONDS, websocket_extra_options=without_origin
        )
        self._sio.on("*", lambda event, body=None: self._put(lambda: client.heard(event, body)))
        self._sio.on("disconnect", self._disconnected)

    def open(self, url: str, transport: str) -> bool:
        try:
            self._sio.connect(url, auth=self._client.auth, transports=[transport], wait_timeout=CONNECT_SECONDS)
        except (SocketIOError, OSError, ValueError):
            self._shut()
            return False
        return True

    def send(self, event: str, data: Body, number: int) -> None:
        with suppress(SocketIOError):  # a loss is told by `disconnect`
            self._sio.emit(event, data, callback=lambda body: self._put(lambda: self._client.answered(number, body)))

    def cut(self) -> None:
        """As a lost network does: without a word to the server."""
        if self._sio.eio.ws is None:
            self._sio.eio.http.close()
        with suppress(OSError, AttributeError):
            self._sio.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self._lost()

    def _disconnected(self, *_: Any) -> None:
        self._shut()
        self._inbox.put(self._lost)

    def _put(self, call: Call) -> None:
        self._inbox.put(lambda: None if self.ended else call())

    def _lost(self) -> None:
        if not self.ended:
            self.ended = True
            self._client.lost()

    def _shut(self) -> None:
        """The library leaves its socket open when the other side ends."""
        if self._sio.eio.ws is not None:
            self._sio.eio.ws.shutdown()
        if self._sio.eio.http is not None:
            self._sio.eio.http.close()


class OfficialAsker:
    """Asks one thing after the other, and measures how long each takes."""

    def __init__(self, url: str, room: str) -> None:
        self._url, self._room = url, room
        self._sio = OrderedClient(reconnection=False)
        self._sio.connect(url, transports=["websocket"])
        self._sio.on("disconnect", lambda reason: self._sio.eio.ws.shutdown())

    def beat(self) -> list[float]:
        """Milliseconds of a page of history, of a join, and of the room by HTTP."""
        return [
            self._took(lambda: self._sio.call("history", {"room": self._room, "limit": 20})),
            self._took(lambda: self._sio.call("join", {"room": self._room})),
            self._took(lambda: self._sio.call("leave", {"room": self._room})),
            self._took(self._reads),
        ]

    def close(self) -> None:
        """Not as the library does: that waits for the next ping."""
        self._sio.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self._sio.eio.read_loop_task.join(5)

    def _reads(self) -> None:
        with urllib.request.urlopen(f"{self._url}/r/{self._room}.json?limit=20", timeout=10) as answer:
            answer.read()

    @staticmethod
    def _took(call: Call) -> float:
        began = time.perf_counter()
        call()
        return round((time.perf_counter() - began) * 1000, 1)
