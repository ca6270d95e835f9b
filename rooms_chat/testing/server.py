"""What a scenario asks of a server, one inside the process or one far away."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

PATIENCE_SECONDS = 5.0
DEFAULT_ROOM = "lobby"


class Packet(NamedTuple):
    """What a client is sent: an event by its name, or the answer to a request by its number."""

    of: str | int
    body: Any


class Line(Protocol):
    """One connection, as its client holds it. What arrived stands in `inbox`, in the order it came."""

    inbox: deque[Packet]

    def send(self, event: str, args: tuple[Any, ...], number: int | None) -> None:
        """Emit an event; with a number, ask for an answer to it."""

    def cut(self) -> None:
        """End it as a lost network does: without a word to the server."""


class Server(Protocol):
    """Where the people of a scenario meet."""

    def connect(self, auth: dict[str, Any]) -> Line:
        """A new connection. Raises Refused."""

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Let things happen until `until` is true; whether it came in time."""

    def restart(self) -> None:
        """Stop it and start it again on the same data. Whoever was connected is not any more."""

    def close(self) -> list[str]:
        """End it; what went wrong in it, unseen by any client."""
