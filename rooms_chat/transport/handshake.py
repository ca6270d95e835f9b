"""A WebSocket handshake (RFC 6455): how one is read, which may be taken, and its answer.

The libraries underneath would take foreign pages, old drafts and JSONP.
"""

import hashlib
import re
from base64 import b64encode

from rooms_chat.transport.guard import BAD_REQUEST, SOCKET_PATH, Environ, Query, Refusal, refuse_jsonp

HANDSHAKE = re.compile(rb"GET (/socket\.io/)(?:\?([!-~]*))? HTTP/1\.1\r\n")
HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)\r\n")
BLANKS = b" \t"  # stripped behind the pattern: in it, many of them would be tried in every way there is
WEBSOCKET_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")
KEY_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


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


def check_handshake(environ: Environ, query: Query, origins: frozenset[str]) -> str:
    """The key of a WebSocket handshake that may be taken. Raises Refusal."""
    refuse_jsonp(query)
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and origin not in origins:
        raise Refusal(BAD_REQUEST, "Pages of that origin may not connect here.")
    key: str = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if (
        environ.get("REQUEST_METHOD") != "GET"
        or environ.get("HTTP_UPGRADE", "").lower() != "websocket"
        or "upgrade" not in environ.get("HTTP_CONNECTION", "").lower()
        or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13"
        or not WEBSOCKET_KEY.fullmatch(key)
    ):
        raise Refusal(BAD_REQUEST, "Only WebSocket version 13 is spoken here.")
    if query.get("EIO", ["4"]) != ["4"] or query.get("transport") != ["websocket"]:
        raise Refusal(BAD_REQUEST, "Only version 4 of Engine.IO is spoken here.")
    return key


def switching(key: str) -> bytes:
    """The answer that makes a WebSocket of a connection."""
    accepted = b64encode(hashlib.sha1(key.encode() + KEY_SUFFIX).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
    )
