"""Engine.IO's connection with what it lacks: an outbox with a limit, and an end that waits for nobody.

Written against python-engineio 4.15 and eventlet 0.41.
"""

import logging
from typing import Any

import engineio.server
import eventlet
from engineio import packet
from engineio import socket as engineio_socket

MESSAGE_BYTES = 64 * 1024
OUTBOX_EVENTS = 256
OUTBOX_BYTES = 1024 * 1024
PING_SECONDS = 20
PONG_SECONDS = 10
PACKETS_PER_POST = 512
SERVICE_RESTART = 1012

logger = logging.getLogger(__name__)


class Socket(engineio_socket.Socket):  # type: ignore[misc]
    """One client's connection."""

    def __init__(self, server: Any, sid: str) -> None:
        super().__init__(server, sid)
        self._outbox_bytes = 0

    def send(self, pkt: packet.Packet) -> None:
        """Into the outbox. Never raises, never runs a disconnect handler in the middle of somebody else's loop."""
        if self.closed or self.closing:
            return
        size = len(pkt.data) if isinstance(pkt.data, str | bytes) else 64
        if self.queue.qsize() and (self.queue.qsize() >= OUTBOX_EVENTS or self._outbox_bytes + size > OUTBOX_BYTES):
            eventlet.spawn_n(self.end, "outbox full")
            return
        self._outbox_bytes += size
        self.queue.put(pkt)

    def poll(self) -> list[packet.Packet]:
        packets: list[packet.Packet] = super().poll()
        self._outbox_bytes = 0
        return packets

    def close(self, wait: bool = False, abort: bool = False, reason: str | None = None) -> None:
        """Waiting for a queue that nobody drains would keep a place for ever."""
        super().close(wait=False, abort=abort, reason=reason)

    def end(self, why: str) -> None:
        logger.info("connection %s is cut: %s", self.sid, why)
        self.close(abort=True, reason=self.server.reason.TRANSPORT_ERROR)
        self.server.sockets.pop(self.sid, None)

    def _websocket_handler(self, ws: Any) -> list[Any]:
        """A broken packet ends this connection, with its disconnect."""
        self._ws = ws
        try:
            result: list[Any] = super()._websocket_handler(ws)
            return result
        except Exception as error:
            logger.info("connection %s sent what is no packet: %.200r", self.sid, error)
            return []
        finally:
            self.close(abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            self.server.sockets.pop(self.sid, None)

    def restart(self) -> None:
        """Tell a WebSocket that the service restarts (1012): official clients then come back by themselves."""
        ws = getattr(self, "_ws", None)
        if ws is not None and not self.closed:
            ws._send_closing_frame(True, (SERVICE_RESTART, "restarting"))


def install() -> None:
    """Make Engine.IO use our connection and our limits."""
    engineio.server.socket.Socket = Socket
    engineio.payload.Payload.max_decode_packets = PACKETS_PER_POST
