"""A person's screen: its connection, what it knows of each room, and any request, right or wrong."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rooms_chat.testing.answers import HistoryPage, read
from rooms_chat.testing.client import Client, Sent
from rooms_chat.testing.refusals import Refused
from rooms_chat.testing.server import DEFAULT_ROOM, PATIENCE_SECONDS
from rooms_chat.testing.view import View

if TYPE_CHECKING:
    from rooms_chat.testing.cast import Cast


class Screen:
    """Wherever a verb takes `in_`, it is about the room joined last where that is left out.

    `name` is what the scenario calls this person, `called` what the server does.
    """

    def __init__(self, cast: "Cast", name: str, *, called: str | None = None, key: str | None = None) -> None:
        self.name = name
        self.called = name if called is None else called
        self.key = key
        self.id: str | None = None
        self.room: str | None = None
        self.client = Client(cast.server, name)
        self._cast = cast
        self._known_by: dict[str, str] = {"key": key} if key else {}

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def connects(self, **auth: Any) -> None:
        """Open the connection. The first verb does that by itself; say it to give an `auth` of your own."""
        __tracebackhide__ = True
        self.client.connect(auth or self._known_by)

    def asks(self, event: str, *args: Any, **fields: Any) -> dict[str, Any]:
        """Send any request, its fields by name or its arguments as they are; the answer. Raises Refused."""
        __tracebackhide__ = True
        return self.sends(event, *args, **fields).answer()

    def sends(self, event: str, *args: Any, **fields: Any) -> Sent:
        """Send any request and do not wait: `.answer()` of what comes back does."""
        __tracebackhide__ = True
        self._comes_online()
        return self.client.ask(event, self._arguments(args, fields))

    def tells(self, event: str, *args: Any, **fields: Any) -> None:
        """Send any request and ask for no acknowledgement."""
        __tracebackhide__ = True
        self._comes_online()
        self.client.tell(event, self._arguments(args, fields))

    def view(self, in_: str | None = None) -> View:
        """What its screen knows of a room."""
        __tracebackhide__ = True
        return self.client.view(self._room(in_))

    def is_level(self) -> None:
        """Wait until everything said so far in its rooms has come here, and an answer behind it."""
        __tracebackhide__ = True
        inside = [view for view in self.client.views.values() if view.inside and view.last is not None]
        for view in inside:
            self._is_level_in(view)
        if not inside:
            self.gets_any_answer()

    def _is_level_in(self, view: View) -> None:
        __tracebackhide__ = True
        page = read(HistoryPage, self.asks("history", room=view.room, limit=1))
        newest = page.messages[-1].seq if page.messages else 0
        self._waits_for(lambda: (view.last or 0) >= newest, PATIENCE_SECONDS, f"never heard {page.texts}")

    def gets_any_answer(self) -> None:
        """Whatever was sent to it before has come then."""
        __tracebackhide__ = True
        try:
            self.asks("history", room=DEFAULT_ROOM, limit=1)
        except Refused:
            return  # an answer all the same

    def _waits_for(self, until: Callable[[], bool], within: float, complaint: str | Callable[[], str]) -> None:
        __tracebackhide__ = True
        if not self.client.wait(until, within):
            raise AssertionError(f"{self.name} {complaint() if callable(complaint) else complaint}")

    def _room(self, room: str | None) -> str:
        __tracebackhide__ = True
        room = room or self.room
        if room is None:
            raise AssertionError(f"{self.name} has joined no room yet: say which one is meant")
        return room

    def _comes_online(self) -> None:
        if not self.client.is_connected:
            self.connects()

    @staticmethod
    def _arguments(args: tuple[Any, ...], fields: dict[str, Any]) -> tuple[Any, ...]:
        return (*args, fields) if fields or not args else args
