"""Socket.IO for the doors, and the wire for delivery: Flask-SocketIO's words over our own lines."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_socketio import SocketIO, join_room, leave_room
from werkzeug.sansio.http import parse_cookie

from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import RoomsError, TryAgain
from rooms_chat.people import COOKIE_NAME
from rooms_chat.sockets import receive
from rooms_chat.sockets.people import connect
from rooms_chat.transport import frames, packets
from rooms_chat.transport.engine import Engine
from rooms_chat.transport.guard import Environ
from rooms_chat.transport.line import Line
from rooms_chat.transport.packets import BrokenPacket, Packet
from rooms_chat.transport.places import Places
from rooms_chat.transport.rooms import Kept, Rooms
from rooms_chat.transport.websocket import WebSocket

NAMESPACE = "/"
SID_BYTES = 12

logger = logging.getLogger(__name__)


class SocketIOWire:
    """Make it, give it to create_app, then bind it to the app that came out."""

    def __init__(self, origins: list[str], places: Places) -> None:
        self._rooms = Rooms()
        self.engine = Engine(origins, places, self._take, self._drained, self._leave, cookie_of_a_page)
        self._socketio = SocketIO(async_mode="eventlet", client_manager=self._rooms, manage_session=False)

    def bind(self, app: Flask) -> None:
        self._app = app
        self._chat: Chat = app.extensions["rooms"]
        self._socketio.init_app(app)
        self._socketio.server.eio = self.engine

    # For delivery ----------------------------------------------------------------------------------------------------

    def enter_room(self, connection: Connection, room: str) -> None:
        with self._app.app_context():
            join_room(_key(room), sid=connection.sid, namespace=NAMESPACE)

    def leave_room(self, connection: Connection, room: str) -> None:
        with self._app.app_context():
            leave_room(_key(room), sid=connection.sid, namespace=NAMESPACE)

    def emit(self, event: str, data: Any, room: str, but: set[Connection] | None = None) -> None:
        skipped = [connection.sid for connection in but or ()]
        self._socketio.emit(event, data, to=_key(room), namespace=NAMESPACE, skip_sid=skipped)

    def emit_log(self, event: str, data: Any, room: str, missed: Callable[[Connection], None]) -> None:
        self._socketio.emit(event, Kept(data, missed), to=_key(room), namespace=NAMESPACE)

    def send(self, connection: Connection, event: str, data: Any) -> bool:
        line = self._rooms.line(connection.sid)
        return line is not None and line.write(frame := packets.event(event, data), [frame])

    def cut(self, connection: Connection, why: str) -> None:
        if (line := self._rooms.line(connection.sid)) is not None:
            WebSocket.outbox_cuts += 1
            line.cut(why)

    # From the clients ------------------------------------------------------------------------------------------------

    def _take(self, line: Line, text: bytes) -> None:
        packet = packets.read(text)
        if packet.kind == packets.EVENT and line.connection is not None and packet.namespace == b"/":
            event, *arguments = packet.data
            receive(self._chat, line.connection, event, arguments, self._acknowledge(line, packet.id))
        elif packet.kind == packets.CONNECT:
            self._connect(line, packet)
        elif packet.kind == packets.DISCONNECT:
            self._leave(line)
        else:
            raise BrokenPacket("a packet to a namespace it has not entered")

    def _connect(self, line: Line, packet: Packet) -> None:
        """Fails closed: nobody is known to anything here before it is accepted."""
        if packet.namespace != packets.DEFAULT_NAMESPACE:
            line.must_write(packets.refused(packet.namespace, "Invalid namespace"))
        elif line.connection is not None:
            raise BrokenPacket("a second packet to connect")
        else:
            self._accept_or_refuse(line, packet.data)

    def _accept_or_refuse(self, line: Line, auth: Any) -> None:
        try:
            connection = connect(self._chat, secrets.token_urlsafe(SID_BYTES), line.address, auth, line.cookie)
        except TryAgain:
            line.close(frames.RESTART)  # from a refusal official clients do not come back by themselves
        except RoomsError as refusal:
            line.must_write(packets.refused(packets.DEFAULT_NAMESPACE, refusal.message, refusal.as_dict()))
        except Exception:
            logger.exception("connecting failed")
            line.close(frames.RESTART)
        else:
            if line.closed or line.connection is not None:
                self._chat.gone(connection)  # meanwhile, while its person was looked up
                return
            line.connection = connection
            self._rooms.accept(line, connection.sid)
            line.must_write(packets.accepted(connection.sid))

    def _leave(self, line: Line) -> None:
        connection, line.connection = line.connection, None
        if connection is not None:
            self._rooms.forget(line, connection.sid)
            self._chat.gone(connection)

    def _acknowledge(self, line: Line, id: bytes | None) -> Callable[[dict[str, Any]], None] | None:
        if id is None:
            return None
        return lambda body: line.must_write(packets.answer(id, body))

    # As the engine's owner -------------------------------------------------------------------------------------------

    def _drained(self, line: Line) -> None:
        if line.connection is not None:
            self._chat.drained(line.connection)


def _key(room: str) -> str:
    """A room's name in the transport; a sid can never be one."""
    return f"/r/{room}"


def cookie_of_a_page(environ: Environ) -> str | None:
    """Our cookie, where a page of ours asks. A program sends no Origin: its cookie is not looked at.

    Read as for a page: others' cookies beside it may be of any shape.
    """
    if "HTTP_COOKIE" not in environ:
        return None
    if "HTTP_ORIGIN" not in environ and environ.get("HTTP_SEC_FETCH_SITE") != "same-origin":
        return None
    return parse_cookie(environ["HTTP_COOKIE"]).get(COOKIE_NAME)
