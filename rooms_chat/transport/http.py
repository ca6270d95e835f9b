"""HTTP requests, as eventlet.wsgi serves them: each has an end, and nothing of it stays."""

from collections.abc import Callable
from functools import partial
from typing import Any

import eventlet
from eventlet import wsgi

from rooms_chat.transport.front import Front
from rooms_chat.transport.guard import Application, Environ
from rooms_chat.transport.places import Places

HEADER_SECONDS = 30
REQUEST_SECONDS = 60
UNREAD_SECONDS = 1
URL_BYTES = 4096


def serve(front: Front, application: Application, most: int, places: Places) -> Any:
    """Serve what the front does not take itself, at most so many at once; the greenlet that does."""
    return eventlet.spawn(
        wsgi.server,
        front,
        application,
        protocol=Request,
        custom_pool=Requests(most, places),
        log_output=False,
        debug=False,
        socket_timeout=HEADER_SECONDS,
        url_length_limit=URL_BYTES,
    )


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
