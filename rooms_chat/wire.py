"""What delivery asks of the transport. A server speaks Socket.IO; a test keeps what it is told in a list."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rooms_chat.connections import Connection


class Wire(Protocol):
    """Nothing here blocks or raises, whatever became of a connection.

    Who does not take what it is sent has an outbox that fills up. When it has drained, `Chat.drained` is told.
    """

    def enter_room(self, connection: "Connection", room: str) -> None: ...

    def leave_room(self, connection: "Connection", room: str) -> None: ...

    def emit(self, event: str, data: Any, room: str, but: "set[Connection] | None" = None) -> None:
        """Tell everybody in a room, but some. Who is slow may be left out."""

    def emit_log(self, event: str, data: Any, room: str, missed: "Callable[[Connection], None]") -> None:
        """Tell everybody in a room what stands in its log; `missed` hears, maybe later, of whose outbox is full."""

    def send(self, connection: "Connection", event: str, data: Any) -> bool:
        """Tell one connection; False where its outbox is full."""
        ...

    def cut(self, connection: "Connection", why: str) -> None:
        """End a connection. Its client comes back by itself."""
