"""A server that runs somewhere, over real connections of the official Python client."""

import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import engineio
import pytest
import socketio
from socketio.exceptions import ConnectionError as NoConnection

from rooms_chat.testing.refusals import Refused
from rooms_chat.testing.server import DEFAULT_ROOM, PATIENCE_SECONDS, Packet


class Live:
    """Rooms carry a suffix there that the scenario does not see, so that no two scenarios meet.

    The lobby is the same for all: it is where the server puts who names no room.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.suffix = f"-{secrets.token_hex(4)}"
        self.woken = threading.Event()
        self._lines: list[LiveLine] = []

    def connect(self, auth: dict[str, Any]) -> "LiveLine":
        line = LiveLine(self, auth)
        self._lines.append(line)
        return line

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            self.woken.clear()
            if until():
                return True
            if not self.woken.wait(max(0.0, deadline - time.monotonic())):
                return until()

    def restart(self) -> None:
        pytest.skip("a server that is far away is not ours to restart")

    def close(self) -> list[str]:
        for line in self._lines:
            line.close()
        return []

    def there(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Arguments as the server is to get them."""
        return tuple(self._with_suffix(arg) if isinstance(arg, dict) else arg for arg in args)

    def here(self, value: Any) -> Any:
        """What the server sent, as the scenario is to see it."""
        if isinstance(value, str):
            return value.replace(self.suffix, "")
        if isinstance(value, dict):
            return {name: self.here(self._own(item) if name == "rooms" else item) for name, item in value.items()}
        return [self.here(item) for item in value] if isinstance(value, list) else value

    def _own(self, entries: list[Any]) -> list[Any]:
        """Of a list of rooms, entries or bare names, those of this scenario."""
        return [entry for entry in entries if _name_of(entry).endswith((self.suffix, DEFAULT_ROOM))]

    def _with_suffix(self, fields: dict[str, Any]) -> dict[str, Any]:
        room = fields.get("room")
        own = isinstance(room, str) and room not in ("", DEFAULT_ROOM)
        return {**fields, "room": f"{room}{self.suffix}"} if own else fields


def _name_of(entry: Any) -> str:
    return str(entry if isinstance(entry, str) else entry.get("name") or entry["room"])


class InOrder(engineio.Client):  # type: ignore[misc]
    """The library gives each packet to a thread of its own, where they overtake each other."""

    def _trigger_event(self, event: str, *args: Any, **options: Any) -> Any:
        return super()._trigger_event(event, *args, **{**options, "run_async": False})


class OrderedClient(socketio.Client):  # type: ignore[misc]
    """The official client, taking packets in the order they came."""

    def _engineio_client_class(self) -> type[InOrder]:
        return InOrder


class LiveLine:
    """A connection to it, over WebSocket."""

    def __init__(self, server: Live, auth: dict[str, Any]) -> None:
        self.inbox: deque[Packet] = deque()
        self._server = server
        self._refusal: Any = None
        self._client = OrderedClient(reconnection=False)
        self._client.on("*", self._put)
        self._client.on("connect_error", self._keep_refusal)
        self._connect(auth)

    def send(self, event: str, args: tuple[Any, ...], number: int | None) -> None:
        answered = None if number is None else lambda body: self._put(number, body)
        self._client.emit(event, self._server.there(args), callback=answered)

    def cut(self) -> None:
        with suppress(OSError):
            self._socket.sock.shutdown(socket.SHUT_RDWR)
        self._reading.join(PATIENCE_SECONDS)
        self._socket.shutdown()

    def close(self) -> None:
        if self._client.connected:
            self._client.disconnect()
        self._socket.shutdown()

    def _connect(self, auth: dict[str, Any]) -> None:
        try:
            self._client.connect(self._server.url, auth=auth, transports=["websocket"], wait_timeout=PATIENCE_SECONDS)
        except NoConnection as error:
            refusal = self._refusal.get("data") if isinstance(self._refusal, dict) else None
            if refusal is None:
                raise AssertionError(f"no connection to {self._server.url}: {error}") from None
            raise Refused(refusal) from None
        self._socket, self._reading = self._client.eio.ws, self._client.eio.read_loop_task

    def _keep_refusal(self, refusal: Any) -> None:
        self._refusal = refusal

    def _put(self, of: str | int, body: Any = None) -> None:
        self.inbox.append(Packet(of, self._server.here(body)))
        self._server.woken.set()
