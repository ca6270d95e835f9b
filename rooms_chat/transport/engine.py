"""Engine.IO's server: which line a request belongs to, new lines, and WebSocket handshakes.

Polling goes through python-engineio 4.15; a WebSocket never does.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import engineio
import eventlet
import msgspec

from rooms_chat.transport import frames
from rooms_chat.transport.complaints import Complaints
from rooms_chat.transport.frames import frame
from rooms_chat.transport.green import Socket
from rooms_chat.transport.guard import BAD_REQUEST, NO_PLACE, NO_SESSION, Environ, Refusal
from rooms_chat.transport.handshake import check_handshake, switching
from rooms_chat.transport.line import Line
from rooms_chat.transport.places import NoPlace, Places
from rooms_chat.transport.polling import Payload
from rooms_chat.transport.slices import Slices
from rooms_chat.transport.websocket import WebSocket
from rooms_chat.transport.wheel import Wheel

PING_SECONDS = 20
PONG_SECONDS = 10

logger = logging.getLogger(__name__)


class Engine(engineio.Server):  # type: ignore[misc]
    """Knows every line by its sid. `visitor` reads from a handshake what is kept of it."""

    patience = float(PING_SECONDS + PONG_SECONDS)

    def __init__(
        self,
        origins: list[str],
        places: Places,
        on_message: Callable[[Line, bytes], None],
        on_drained: Callable[[Line], None],
        on_gone: Callable[[Line], None],
        cookie_of: Callable[[Environ], str | None],
    ) -> None:
        super().__init__(
            async_mode="eventlet",
            cors_allowed_origins=origins,
            max_http_buffer_size=frames.MESSAGE_BYTES,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            http_compression=False,
            monitor_clients=False,
        )
        self.on_message = on_message
        self.on_drained = on_drained
        self._on_gone = on_gone
        self._cookie_of = cookie_of
        self._places = places
        self._origins = frozenset(origins)
        self._complaints = Complaints()
        self._gone: deque[Line] = deque()
        self._wheel = Wheel()
        eventlet.spawn_n(self._wheel.run)

    def knows(self, sid: str) -> bool:
        return sid in self.sockets

    def take_websocket(self, environ: Environ, take_socket: Callable[[], Socket]) -> None:
        """Answer a handshake. Raises Refusal before the socket is taken or anything is kept."""
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        key = check_handshake(environ, query, self._origins)
        if sids := query.get("sid"):
            line = self._polling_line(sids[0])
            websocket = WebSocket(take_socket(), line)
            websocket.write(switching(key))
            line.begin_probe(websocket)
        else:
            line = self._new_line(environ)
            line.begin(WebSocket(take_socket(), line), switching(key) + frame(self._open_packet(line)))

    def restart(self) -> None:
        """Tell all WebSockets that the service restarts: official clients come back by themselves."""
        for line in list(self.sockets.values()):
            line.close(frames.RESTART)

    # As a line's desk ------------------------------------------------------------------------------------------------

    def on_end(self, line: Line) -> None:
        """Farewells one after the other, in slices: ten thousand who leave together hold nobody."""
        self.sockets.pop(line.sid, None)
        self._places.leave_line(line.address)
        self._gone.append(line)
        if len(self._gone) == 1:
            eventlet.spawn_n(self._bid_farewell)

    def complain(self, line: Line, why: str) -> None:
        self._complaints.add(line.address, why)

    # Beneath ---------------------------------------------------------------------------------------------------------

    def _handle_connect(self, environ: Environ, start_response: Any, transport: str, jsonp_index: Any = None) -> Any:
        """A new line that polls."""
        line = self._new_line(environ)
        return self._ok([Payload([frame(self._open_packet(line, upgrades=["websocket"]))])])

    def _new_line(self, environ: Environ) -> Line:
        address = environ.get("REMOTE_ADDR", "")
        try:
            self._places.enter_line(address)
        except NoPlace:
            raise Refusal(NO_PLACE, "Too many are connected. Try again in a moment.") from None
        line = Line(self, self.generate_id(), address, self._cookie_of(environ))
        self.sockets[line.sid] = line
        self._wheel.add(line)
        return line

    def _open_packet(self, line: Line, upgrades: list[str] | None = None) -> bytes:
        return b"0" + msgspec.json.encode(
            {
                "sid": line.sid,
                "upgrades": upgrades or [],
                "pingInterval": PING_SECONDS * 1000,
                "pingTimeout": PONG_SECONDS * 1000,
                "maxPayload": frames.MESSAGE_BYTES,
            }
        )

    def _polling_line(self, sid: str) -> Line:
        line: Line | None = self.sockets.get(sid)
        if line is None or line.upgraded:
            raise Refusal(BAD_REQUEST, NO_SESSION)
        return line

    def _bid_farewell(self) -> None:
        slices = Slices()
        while self._gone:
            try:
                self._on_gone(self._gone[0])
            except Exception:
                logger.exception("a farewell failed")
            self._gone.popleft()
            slices.rest()
