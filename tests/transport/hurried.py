"""Rooms as it is, with its clocks ten times as fast, put in from outside: no test has to wait for half a minute."""

import rooms_chat.transport.patch  # noqa: F401 - as run.py does

# isort: split
from rooms_chat.cli import serve
from rooms_chat.transport import engine, front, http, probe, websocket, wheel

TIMES = 10


def hurry() -> None:
    """Before the server starts."""
    wheel.TURN_SECONDS /= TIMES
    websocket.STALLED_SECONDS /= TIMES
    websocket.LATELY_SECONDS /= TIMES
    front.LOOK_ROUND_SECONDS /= TIMES
    front.HEAD_SECONDS /= TIMES
    http.REQUEST_SECONDS /= 2 * TIMES
    http.UNREAD_SECONDS /= TIMES
    http.HEADER_SECONDS /= TIMES
    engine.Engine.patience /= TIMES
    probe.UPGRADE_SECONDS /= TIMES


if __name__ == "__main__":
    hurry()
    serve()
