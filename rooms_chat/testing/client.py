"""One connection of a person: asks, takes what comes, and holds the server to the wire."""

import itertools
from collections.abc import Callable
from typing import Any

from rooms_chat import events
from rooms_chat.events import Message
from rooms_chat.testing.answers import Joined, read
from rooms_chat.testing.refusals import Refused
from rooms_chat.testing.server import DEFAULT_ROOM, PATIENCE_SECONDS, Line, Packet, Server
from rooms_chat.testing.view import Fault, View

POSTS = ("my event", "message", "json")
OF_THE_PERSON = {events.ROOMS, events.UNREAD, events.SEEN, events.LEVEL}


class Sent:
    """A request that was sent; its answer may be there or not."""

    def __init__(self, client: "Client", event: str, args: tuple[Any, ...]) -> None:
        self._client = client
        self.event = event
        self.args = args
        self.body: dict[str, Any] | None = None

    def answer(self, within: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Wait for the answer. Raises Refused."""
        __tracebackhide__ = True
        if not self._client.wait(lambda: self.body is not None, within):
            raise AssertionError(f"“{self.event}” was not answered within {within:g} s: {self.args!r}")
        assert self.body is not None
        if self.body["ok"] is not True:
            raise Refused(self.body["error"])
        return self.body

    def field(self, name: str) -> Any:
        """What was sent under this name."""
        return self.args[0].get(name) if self.args and isinstance(self.args[0], dict) else None


class Client:
    """`own` holds the ids of its posts, by which it knows its own messages; `faults` what nobody was told of yet."""

    def __init__(self, server: Server, who: str) -> None:
        self._server = server
        self._who = who
        self._line: Line | None = None
        self._asked: dict[int, Sent] = {}
        self._numbers = itertools.count(1)
        self.views: dict[str, View] = {}
        self.rooms: dict[str, dict[str, Any]] = {}
        self.own_rooms: dict[str, dict[str, Any]] = {}
        self.own: set[str] = set()
        self.me: str | None = None
        self.faults: list[str] = []

    @property
    def is_connected(self) -> bool:
        return self._line is not None

    def connect(self, auth: dict[str, Any]) -> None:
        self._line = self._server.connect(auth)

    def lose(self) -> list[View]:
        """Cut the line; the rooms it was in."""
        lost = [view for view in self.views.values() if view.inside]
        for view in lost:
            view.leave()
        if self._line is not None:
            self._line.cut()
        self._line, self._asked = None, {}
        return lost

    def ask(self, event: str, args: tuple[Any, ...]) -> Sent:
        """Send a request that wants an answer."""
        sent = Sent(self, event, args)
        number = next(self._numbers)
        self._asked[number] = sent
        if event in POSTS:
            self._expect_own(sent)
        self._the_line().send(event, args, number)
        return sent

    def tell(self, event: str, args: tuple[Any, ...]) -> None:
        """Send a request that wants none."""
        sent = Sent(self, event, args)
        if event in POSTS and sent.field("room") is None:
            self.view(DEFAULT_ROOM).enter_blind()
        if event == "join":
            self.view(sent.field("room")).enter_blind()
        self._the_line().send(event, args, None)

    def view(self, room: str) -> View:
        """What it knows of a room, by any spelling of its name."""
        return self.views.setdefault(str(room).casefold(), View(room))

    def wait(self, until: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
        """Let things happen until it is so; whether it came in time. Raises where the server broke the wire."""
        __tracebackhide__ = True
        came = self._server.wait(lambda: self._taken_all() and (bool(self.faults) or until()), seconds)
        self.check()
        return came

    def check(self) -> None:
        """Raises where the server broke the wire."""
        __tracebackhide__ = True
        self._taken_all()
        if self.faults:
            told, self.faults = self.faults, []
            raise AssertionError(f"{self._who} holds against the server: {'; '.join(told)}")

    def _the_line(self) -> Line:
        if self._line is None:
            raise AssertionError(f"{self._who} has no connection")
        return self._line

    def _expect_own(self, sent: Sent) -> None:
        if isinstance(id := sent.field("id"), str):
            self.own.add(id)
        if sent.field("room") is None:
            self.view(DEFAULT_ROOM).enter_blind()

    # What comes ------------------------------------------------------------------------------------------------------

    def _taken_all(self) -> bool:
        while self._line is not None and self._line.inbox:
            packet = self._line.inbox.popleft()
            try:
                self._take(packet)
            except (Fault, AssertionError, KeyError, TypeError) as fault:
                self.faults.append(f"{fault} (in {packet!r:.300})")
        return True

    def _take(self, packet: Packet) -> None:
        if isinstance(packet.of, int):
            self._take_answer(self._asked.pop(packet.of), packet.body)
        else:
            self._take_event(packet.of, packet.body)

    def _take_answer(self, sent: Sent, body: dict[str, Any]) -> None:
        sent.body = body
        if body["ok"] is not True:
            return
        if "you" in body:
            self.me = body["you"]["id"]
        if sent.event == "join":
            joined = read(Joined, body)
            view = self.view(joined.room.name)
            view.unheard += self._of_others(view.enter(joined, sent.field("after")))
            self._take_own(joined.room.name, body)
        elif sent.event == "leave":
            self.view(sent.field("room")).leave()
        elif sent.event == "rooms":
            self.rooms = {entry["name"]: entry for entry in body["rooms"]}
            for name, entry in self.rooms.items():
                self._take_own(name, entry)
        elif sent.event in ("edit", "remove", "react"):
            self.view(sent.field("room")).own_changes.add(body["changed"])
        elif "id" in body:
            self.own.add(body["id"])

    def _take_event(self, event: str, body: dict[str, Any]) -> None:
        if event in OF_THE_PERSON:
            self._take_of_person(event, body)
            return
        view = self.view(body["room"])
        if not view.inside:
            raise Fault(f"“{event}” of “{body['room']}”, where {self._who} is not")
        if event == events.MY_RESPONSE:
            view.unheard += self._of_others(view.post(body))
        elif event == events.CHANGED:
            view.change(body)
        elif event == events.ROOM:
            view.change_room(body)
        elif event == events.MEMBERS:
            view.come_and_go(body)
        elif event == events.TYPING:
            view.typing.append(body["user_name"])

    def _of_others(self, messages: list[Message]) -> list[Message]:
        """Nobody hears what was posted on this very connection as news."""
        return [message for message in messages if message.id not in self.own or self.me not in (None, message.person)]

    def _take_of_person(self, event: str, body: dict[str, Any]) -> None:
        if event == events.ROOMS:
            self._take_rooms(body)
        elif event == events.UNREAD:
            for entry in body["rooms"]:
                self._take_own(entry["room"], entry)
        elif event == events.SEEN:
            self._take_own(body["room"], {**body, "seen": body["seq"]})
        else:
            self._take_own(body["room"], body)

    def _take_own(self, room: str, told: dict[str, Any]) -> None:
        """What a person is told of its place in a room."""
        known = self.own_rooms.setdefault(room.casefold(), {})
        known |= {name: told[name] for name in ("seen", "unread", "mentions", "level") if name in told}

    def _take_rooms(self, body: dict[str, Any]) -> None:
        self.rooms |= {entry["name"]: entry for entry in body["rooms"]}
        for name in body["gone"]:
            self.rooms.pop(name, None)
