"""A connection's requests take effect in the order they came.

Nobody waits for another's commit; only while a room is being opened do the next requests of that connection wait.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from rooms_chat.connections import Connection
from rooms_chat.errors import Busy
from rooms_chat.hub import Pending
from rooms_chat.sockets.answers import Answer

WAITING_REQUESTS = 64


def in_turn(connection: Connection, answer: Answer, call: Callable[[], None], *, goes_on: bool = False) -> None:
    """Handle a request now, or after what this connection waits for.

    `goes_on` tells that it is the rest of a request whose turn it is: only what that one began to wait for holds it.
    """
    held = connection.requests
    if held is None or (goes_on and held is connection.released):
        answer.guard(call)
    elif len(held) < WAITING_REQUESTS:
        held.append(lambda: answer.guard(call))
    else:
        answer.refuse(Busy("Too many requests at once. Wait for their answers.", retry_after=1))


def hold_requests(connection: Connection, until: Pending[Any]) -> None:
    """Let the connection's next requests wait until `until` is done and all who asked before this were told."""
    if until.done:
        return
    held = connection.requests = deque()

    def go_on(_: Pending[Any]) -> None:
        connection.released = held  # what comes meanwhile comes behind these
        while held and connection.requests is held:
            held.popleft()()
        if connection.requests is held:
            connection.requests = connection.released = None
        elif connection.requests is not None:
            connection.requests.extend(held)

    until.then(go_on)
