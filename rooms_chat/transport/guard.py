"""Stands in front of the whole application, so that nothing of a refused request is kept.

WebSocket handshakes go past it to the lines of this worker; what polls goes to the libraries underneath, which would
take more than is spoken here.
"""

import random
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs

from eventlet import wsgi

from rooms_chat.logs import REQUEST
from rooms_chat.transport.green import Socket, bare_socket

Environ = dict[str, Any]
Query = Mapping[str, list[str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
TakeWebSocket = Callable[[Environ, Callable[[], Socket]], None]
Settle = Callable[[Environ], None]

SOCKET_PATH = "/socket.io/"
NO_SESSION = "There is no such session here: it has ended, or another worker holds it. Connect anew."
NO_POLLING = "Several workers share this port: connect by WebSocket (transports: websocket), for polling reaches any."
BAD_REQUEST = "400 Bad Request"
NO_PLACE = "503 Service Unavailable"
LABEL = "[A-Za-z0-9_-]{1,63}"
HOST = re.compile(rf"({LABEL}(\.{LABEL}){{0,126}}\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(:[0-9]{{1,5}})?")
HOST_CHARACTERS = 260


class Lines(Protocol):
    """The lines of this worker."""

    def knows(self, sid: str) -> bool:
        """Whether there is such a line here."""
        ...

    def take_websocket(self, environ: Environ, take_socket: Callable[[], Socket]) -> None:
        """Answer a handshake. Raises Refusal."""


class Refusal(Exception):
    """Why a handshake is not taken, as an HTTP status and a sentence."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status = status

    def as_response(self) -> bytes:
        body = str(self).encode()
        head = f"HTTP/1.1 {self.status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Guard:
    """A WSGI middleware. Where workers share a port, nobody `polls`: the next request would reach another one."""

    def __init__(self, application: Application, lines: Lines, settle: Settle, *, polls: bool) -> None:
        self._application = application
        self._lines = lines
        self._settle = settle
        self._polls = polls

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        REQUEST.set(f"{random.getrandbits(48):012x}")
        try:
            self._settle(environ)
            check_host(environ)
            if not environ.get("PATH_INFO", "").startswith(SOCKET_PATH):
                return self._application(environ, start_response)
            return self._socket_request(environ, start_response)
        except Refusal as refusal:
            body = str(refusal).encode()
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
            start_response(refusal.status, headers)
            return [body]

    def _socket_request(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_UPGRADE" in environ:
            self._lines.take_websocket(environ, lambda: take_from_wsgi(environ))
            return ()
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        refuse_jsonp(query)
        if query.get("transport", ["polling"]) != ["polling"]:
            raise Refusal(BAD_REQUEST, "A WebSocket begins with an upgrade.")
        if not self._polls:
            raise Refusal(BAD_REQUEST, NO_POLLING)
        if not all(self._lines.knows(sid) for sid in query.get("sid", ())):
            raise Refusal(BAD_REQUEST, NO_SESSION)
        return self._application(environ, start_response)


def check_host(environ: Environ) -> None:
    """Links and QR codes are made of it, and no name is longer than this. Raises Refusal."""
    host = environ.get("HTTP_HOST")
    if host is not None and (len(host) > HOST_CHARACTERS or not HOST.fullmatch(host)):
        raise Refusal(BAD_REQUEST, "There is no host of that name.")


def refuse_jsonp(query: Query) -> None:
    if "j" in query:
        raise Refusal(BAD_REQUEST, "JSONP is not spoken here.")


def take_from_wsgi(environ: Environ) -> Socket:
    """The connection itself, out of eventlet.wsgi's hands, which then finds it closed and lets it be."""
    connection = environ["eventlet.input"].get_socket()
    raw = bare_socket(connection.fd.detach(), connection.family)
    wsgi.WSGI_LOCAL.already_handled = True
    return raw
