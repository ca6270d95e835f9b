"""The front door: accepts connections, takes WebSocket handshakes itself, and hands everything else to eventlet.wsgi.

A handshake through wsgi costs a greenlet, an e-mail parser and 50 KB; ten thousand clients that come back together do
not have the time. Who does not send the head of its first request in 10 s is sent away.
"""

import logging
import socket
import time
from typing import Any

import eventlet
from eventlet import greenio, hubs
from eventlet.hubs import hub as hub_kinds
from eventlet.queue import LightQueue

from rooms_chat.transport import green
from rooms_chat.transport.green import Socket
from rooms_chat.transport.guard import Environ, Refusal, TakeWebSocket
from rooms_chat.transport.handshake import read_handshake
from rooms_chat.transport.peers import Peers
from rooms_chat.transport.places import NoPlace, Places

HEAD_BYTES = 8192
HEAD_SECONDS = 10
LOOK_ROUND_SECONDS = 1
LOOK_AGAIN_SECONDS = 0.05
ACCEPTED_AT_ONCE = 16
NO_DESCRIPTORS_SECONDS = 0.1
HEAD_END = b"\r\n\r\n"
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


def _say_and_close(raw: Socket, words: bytes) -> None:
    try:
        if words:
            raw.send(words)
    except OSError:
        pass
    raw.close()
