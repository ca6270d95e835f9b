"""The front door: accepts connections, takes WebSocket handshakes itself, and hands everything else to eventlet.wsgi.

A handshake through wsgi costs a greenlet, an e-mail parser and 50 KB; ten thousand clients that come back together do
not have the time. Who does not send the head of its first request in 10 s is sent away.
"""

import logging
import re
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import eventlet
from eventlet import greenio, hubs, wsgi
from eventlet.hubs import hub as hub_kinds
from eventlet.queue import LightQueue

from rooms_chat.transport import green
from rooms_chat.transport.green import Socket
from rooms_chat.transport.guard import SOCKET_PATH, Environ, Refusal, TakeWebSocket
from rooms_chat.transport.peers import Peers
from rooms_chat.transport.places import NoPlace, Places

HEAD_BYTES = 8192
HEAD_SECONDS = 10
LOOK_ROUND_SECONDS = 1
LOOK_AGAIN_SECONDS = 0.05
REQUEST_SECONDS = 60
UNREAD_SECONDS = 1
ACCEPTED_AT_ONCE = 16
NO_DESCRIPTORS_SECONDS = 0.1
HEAD_END = b"\r\n\r\n"
HANDSHAKE = re.compile(rb"GET (/socket\.io/)(?:\?([!-~]*))? HTTP/1\.1\r\n")
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)\r\n")
BLANKS = b" \t"  # stripped behind the pattern: in it, many of them would be tried in every way there is
FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

logger = logging.getLogger(__name__)


class Front:
    """What `wsgi.server` takes for its listening socket: `accept` gives it the connections that are not ours."""

    def __init__(self, listener: Any, places: Places, peers: Peers, take_websocket: TakeWebSocket) -> None:
        self.family = listener.family
        self._listener = listener
        self._places = places
        self._peers = peers
        self._take_websocket = take_websocket
        self._for_wsgi: LightQueue = LightQueue()
        self._newcomers: dict[int, Newcomer] = {}
        self._listening = green.watch(hub_kinds.READ, listener.fileno(), self._acceptable)
        listener.fd.setblocking(False)
        eventlet.spawn_n(self._send_the_slow_away)

    def accept(self) -> tuple[Any, Any]:
        raw, address = self._for_wsgi.get()
        return greenio.GreenSocket(raw), address

    def getsockname(self) -> Any:
        return self._listener.getsockname()

    def close(self) -> None:
        """Take nobody any more."""
        if self._listening is not None:
            green.unwatch(self._listening)
            self._listening = None
            self._listener.close()

    # Beneath ---------------------------------------------------------------------------------------------------------

    def _acceptable(self, _: int) -> None:
        """On the hub. After a few, the others get their turn."""
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                descriptor, address = self._listener.fd._accept()
            except BlockingIOError:
                return
            except OSError as error:
                self._pause(error)
                return
            hubs.get_hub().mark_as_reopened(descriptor)
            self._welcome(green.bare_socket(descriptor, self.family), address)

    def _pause(self, error: OSError) -> None:
        """No descriptor is left: who waits keeps waiting."""
        logger.error("cannot accept a connection: %s", error.strerror)
        green.unwatch(self._listening)
        self._listening = None
        eventlet.spawn_after(NO_DESCRIPTORS_SECONDS, self._go_on)

    def _go_on(self) -> None:
        self._listening = green.watch(hub_kinds.READ, self._listener.fileno(), self._acceptable)

    def _welcome(self, raw: Socket, address: Any) -> None:
        try:
            self._places.enter(address[0])
        except NoPlace:
            _say_and_close(raw, FULL)
            return
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        newcomer = Newcomer(self, raw, address)
        if not newcomer.look():
            newcomer.watch()
            self._newcomers[raw.fileno()] = newcomer

    def met(self, newcomer: "Newcomer") -> None:
        """Its first request is known, or it will never be."""
        self._newcomers.pop(newcomer.descriptor, None)

    def to_wsgi(self, raw: Socket, address: Any) -> None:
        self._for_wsgi.put((raw, address))

    def take(self, raw: Socket, address: Any, environ: Environ) -> None:
        """A handshake came. May block."""
        taken = False
        self._peers.settle(environ)

        def take_socket() -> Socket:
            nonlocal taken
            taken = True
            return raw

        try:
            self._take_websocket(environ, take_socket)
        except Refusal as refusal:
            _say_and_close(raw, refusal.as_response())
        except Exception:
            logger.exception("a handshake failed")
            if not taken:
                raw.close()
        finally:
            self._places.leave(address[0])

    def gone(self, raw: Socket, address: Any, last_words: bytes = b"") -> None:
        _say_and_close(raw, last_words)
        self._places.leave(address[0])

    def _send_the_slow_away(self) -> None:
        while True:
            eventlet.sleep(LOOK_ROUND_SECONDS)
            before = time.monotonic() - HEAD_SECONDS
            for newcomer in [one for one in self._newcomers.values() if one.since < before]:
                newcomer.send_away()


class Newcomer:
    """A connection whose first request is not known yet. Its head is looked at, and left for wsgi to read."""

    def __init__(self, front: Front, raw: Socket, address: Any) -> None:
        self._front = front
        self._raw = raw
        self._address = address
        self._listener: green.Listener = None
        self._is_new = True
        self.descriptor = raw.fileno()
        self.since = time.monotonic()

    def watch(self) -> None:
        self._listener = green.watch(hub_kinds.READ, self.descriptor, self._readable)

    def send_away(self) -> None:
        self._meet()
        self._front.gone(self._raw, self._address)

    def look(self) -> bool:
        """Whether it found its way, or its end. On loopback the request is often there already."""
        try:
            head = self._raw.recv(HEAD_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            head = b""
        end = head.find(HEAD_END)
        if not head:
            self._meet()
            self._front.gone(self._raw, self._address)
        elif end >= 0 and (environ := read_handshake(head[: end + 2])) is not None:
            self._meet()
            self._raw.recv(end + len(HEAD_END))
            environ["REMOTE_ADDR"] = self._address[0]
            green.run(self._front.take, self._raw, self._address, environ)
        elif end >= 0 or len(head) >= HEAD_BYTES:
            self._meet()
            self._front.to_wsgi(self._raw, self._address)
        else:
            return False
        return True

    def _readable(self, _: int) -> None:
        """What was only looked at stays, and would make it readable again at once: half a head waits for a clock."""
        if self._listener is not None and not self.look():
            self._unwatch()
            green.later(LOOK_AGAIN_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self._is_new and not self.look():
            green.later(LOOK_AGAIN_SECONDS, self._look_again)

    def _meet(self) -> None:
        self._is_new = False
        self._unwatch()
        self._front.met(self)

    def _unwatch(self) -> None:
        if self._listener is not None:
            green.unwatch(self._listener)
            self._listener = None


def read_handshake(head: bytes) -> Environ | None:
    """A WebSocket handshake as wsgi would tell it; None for any other request, and for a head that is not plain."""
    line = HANDSHAKE.match(head)
    if line is None:
        return None
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": SOCKET_PATH, "QUERY_STRING": (line[2] or b"").decode()}
    at = line.end()
    while at < len(head):
        header = HEADER.match(head, at)
        if header is None:
            return None
        at = header.end()
        name = header[1].decode()
        if "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            value = header[2].strip(BLANKS).decode("latin-1")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    if "HTTP_UPGRADE" not in environ or "HTTP_CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    return environ


class Requests(eventlet.GreenPool):  # type: ignore[misc]
    """Where wsgi serves connections; each gives its place back at its end."""

    def __init__(self, most: int, places: Places) -> None:
        super().__init__(most)
        self._places = places

    def spawn(self, serve: Callable[..., Any], connection: Any) -> Any:
        thread = super().spawn(serve, connection)
        thread.link(lambda _: self._places.leave(connection[0][0]))
        return thread


class Request(wsgi.HttpProtocol):  # type: ignore[misc]
    """A request that trickles in, or whose answer nobody takes, ends after a minute."""

    def handle_one_request(self) -> None:
        limit = eventlet.Timeout(REQUEST_SECONDS)
        try:
            super().handle_one_request()
        except eventlet.Timeout:
            self.close_connection = True
        finally:
            limit.cancel()

    def handle_one_response(self) -> None:
        """What is left refers to itself no more: it need not wait, with all it holds, to be collected as garbage."""
        try:
            super().handle_one_response()
        finally:
            del self.environ["eventlet.input"].discard
            self.environ.clear()

    def get_environ(self) -> Environ:
        environ: Environ = super().get_environ()
        body = environ["eventlet.input"]
        body.discard = partial(self._throw_away, body.discard)
        return environ

    def _throw_away(self, read_all: Callable[[], None]) -> None:
        """Of a body that was answered unread, wsgi would wait for the rest for ever."""
        with eventlet.Timeout(UNREAD_SECONDS) as limit:
            try:
                read_all()
            except eventlet.Timeout as late:
                if late is not limit:
                    raise
                self.close_connection = True


def _say_and_close(raw: Socket, words: bytes) -> None:
    try:
        if words:
            raw.send(words)
    except OSError:
        pass
    raw.close()
