"""Socket.IO for the doors, and the wire for delivery: Flask-SocketIO's rooms with our own handling of events."""

import json
import logging
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec
from flask import Flask
from flask_socketio import SocketIO, join_room, leave_room
from socketio import packet
from socketio.exceptions import ConnectionRefusedError as Refused

from rooms_chat import events
from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import BadRequest, RoomsError, TryAgain
from rooms_chat.people import COOKIE_NAME
from rooms_chat.sockets import receive
from rooms_chat.transport import engine
from rooms_chat.transport.guard import Environ

NAMESPACE = "/"
logger = logging.getLogger(__name__)


class Json:
    """What the libraries ask of a JSON module. Reading is lenient, so that a `NaN` gets an answer, not a cut."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return msgspec.json.encode(value).decode()

    loads = staticmethod(json.loads)


class SocketIOWire:
    """Connections by their sid. Make it, give it to create_app, then bind it to the app that came out."""

    def __init__(self, origins: list[str]) -> None:
        engine.install()
        self._connections: dict[str, Connection] = {}
        self._socketio = SocketIO(
            async_mode="eventlet",
            async_handlers=False,
            manage_session=False,
            cors_allowed_origins=origins,
            max_http_buffer_size=engine.MESSAGE_BYTES,
            ping_interval=engine.PING_SECONDS,
            ping_timeout=engine.PONG_SECONDS,
            http_compression=False,
            json=Json,
        )

    def bind(self, app: Flask) -> None:
        self._app = app
        self._chat: Chat = app.extensions["rooms"]
        self._socketio.init_app(app)
        self._server = self._socketio.server
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server._handle_event = self._event
        self._take_packet = self._server.eio.handlers["message"]
        self._server.eio.on("message", self._packet)

    # For delivery --------------------------------------------------------------------------------------------------

    def enter_room(self, connection: Connection, room: str) -> None:
        if not connection.ended:
            with self._app.app_context():
                join_room(_key(room), sid=connection.sid, namespace=NAMESPACE)

    def leave_room(self, connection: Connection, room: str) -> None:
        with self._app.app_context():
            leave_room(_key(room), sid=connection.sid, namespace=NAMESPACE)

    def emit(self, event: str, data: Any, room: str, but: set[Connection] | None = None) -> None:
        skipped = [connection.sid for connection in but or ()]
        self._socketio.emit(event, data, to=_key(room), namespace=NAMESPACE, skip_sid=skipped)

    def send(self, connection: Connection, event: str, data: Any) -> None:
        if not connection.ended:
            self._socketio.emit(event, data, to=connection.sid, namespace=NAMESPACE)

    def restart(self) -> None:
        """Tell everybody that the server goes, so that they come back."""
        for socket in list(self._server.eio.sockets.values()):
            socket.restart()

    # From the clients ----------------------------------------------------------------------------------------------

    def _connect(self, sid: str, environ: Environ, auth: Any) -> None:
        """Fails closed: whatever goes wrong here, nobody is connected."""
        try:
            self._connections[sid] = self._new_connection(sid, environ, auth)
        except RoomsError as refusal:
            raise Refused(refusal.message, refusal.as_dict()) from None
        except Exception:
            logger.exception("connecting failed")
            raise Refused("Something went wrong here.", TryAgain("Try again.").as_dict()) from None

    def _new_connection(self, sid: str, environ: Environ, auth: Any) -> Connection:
        offered = events.parse(events.ConnectAuth, auth or {})
        connection = Connection(sid, environ.get("REMOTE_ADDR", ""), self._chat.people)
        if person := self._chat.people.from_cookie(_cookie_of_a_page(environ)):
            connection.person, connection.by_cookie = person, True
        elif offered.key is not None:
            connection.identify(offered.key)
        connection.offered_name = offered.user_name
        return connection

    def _disconnect(self, sid: str, reason: str) -> None:
        if connection := self._connections.pop(sid, None):
            self._chat.gone(connection)

    def _packet(self, eio_sid: str, data: Any) -> None:
        """What is no packet of ours ends the connection, in one line."""
        try:
            if not isinstance(data, str):
                raise BadRequest("binary packets are not spoken here")
            if data[:1] in "56":
                raise BadRequest("binary events are not spoken here")
            self._take_packet(eio_sid, data)
        except Exception as error:
            logger.info("connection %s sent what cannot be read: %.200r", eio_sid, error)
            socket = self._server.eio.sockets.get(eio_sid)
            if socket is not None:
                socket.end("broken packet")

    def _event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        sid = self._server.manager.sid_from_eio_sid(eio_sid, NAMESPACE)
        connection = self._connections.get(sid)
        if connection is None or namespace not in (None, NAMESPACE):
            return
        if not isinstance(data, list) or not data:
            raise BadRequest("an event has a name")
        receive(self._chat, connection, data[0], data[1:], self._acknowledge(eio_sid, id))

    def _acknowledge(self, eio_sid: str, id: int | None) -> Callable[[dict[str, Any]], None] | None:
        if id is None:
            return None
        return lambda body: self._server._send_packet(
            eio_sid, packet.Packet(packet.ACK, namespace=NAMESPACE, id=id, data=[body])
        )


def _key(room: str) -> str:
    """A room's name in the transport; a sid can never be one."""
    return f"/r/{room}"


def _cookie_of_a_page(environ: Environ) -> str | None:
    """Our cookie, where a page of ours asks. A program sends no Origin: its cookie is not looked at."""
    if "HTTP_ORIGIN" not in environ and environ.get("HTTP_SEC_FETCH_SITE") != "same-origin":
        return None
    try:
        morsel = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None
