"""Refuses handshakes that the libraries underneath would take: old WebSocket drafts, extensions, JSONP.

It stands in front of the whole application, so that nothing of a refused request is kept.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SOCKET_PATH = "/socket.io/"


class Guard:
    """A WSGI middleware."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # compression costs 90 KB a connection, and leaks lengths
        if environ.get("PATH_INFO", "").startswith(SOCKET_PATH) and (refusal := refuse(environ)):
            body = refusal.encode()
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
            start_response("400 Bad Request", headers)
            return [body]
        return self._application(environ, start_response)


def refuse(environ: Environ) -> str | None:
    """Why a handshake is not taken."""
    if "j" in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True):
        return "JSONP is not spoken here."
    if "upgrade" in environ.get("HTTP_CONNECTION", "").lower() and not is_rfc_6455(environ):
        return "Only WebSocket version 13 is spoken here."
    return None


def is_rfc_6455(environ: Environ) -> bool:
    return environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13" and bool(environ.get("HTTP_SEC_WEBSOCKET_KEY"))
