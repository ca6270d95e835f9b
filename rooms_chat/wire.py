"""What delivery asks of the transport. A server speaks Socket.IO; a test keeps what it is told in a list."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rooms_chat.connections import Connection


class Wire(Protocol):
    """Nothing here blocks or raises, whatever became of a connection."""

    def enter_room(self, connection: "Connection", room: str) -> None: ...

    def leave_room(self, connection: "Connection", room: str) -> None: ...

    def emit(self, event: str, data: Any, room: str, but: "set[Connection] | None" = None) -> None:
        """Tell everybody in a room, but some."""

    def send(self, connection: "Connection", event: str, data: Any) -> None:
        """Tell one connection."""
