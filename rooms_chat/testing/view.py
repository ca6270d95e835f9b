"""What one connection knows of one room, kept by the rule of the wire."""

from collections import deque
from typing import Any

from rooms_chat.events import QUOTE_CHARACTERS, Message, RoomFacts
from rooms_chat.testing.answers import Joined, read


class Fault(Exception):
    """The server did what the wire forbids."""


class View:
    """Applies exactly the event behind the last one; drops an older one; a newer one is a hole, and a fault.

    `last` is None where a room was entered without an answer, as the tutorial's client does.
    """

    def __init__(self, room: str) -> None:
        self.room = room
        self.inside = False
        self.last: int | None = None
        self.epoch: str | None = None
        self.limited = False
        self.catching_up = False
        self._began_at = 0
        self.shown: dict[int, Message] = {}
        self.unheard: deque[Message] = deque()
        self.changes: deque[Message] = deque()
        self.facts: RoomFacts | None = None
        self.own_changes: set[int] = set()
        self.passed_on: deque[str] = deque()
        self.typing: deque[str] = deque()
        self.number_here = 0
        self.people: dict[str, str] = {}
        self.statuses: dict[str, tuple[str, str]] = {}

    def enter_blind(self) -> None:
        if not self.inside:
            self.inside, self.last = True, None

    def enter(self, joined: Joined, after: int | None) -> list[Message]:
        """The answer to a `join`; with `after`, gives back what was missed."""
        self._check_cut(joined, after)
        if after is None or joined.limited:
            self._start_over(joined.messages)
            missed = []
        else:
            missed = self._catch_up(joined.messages, after)
        self.inside, self.catching_up, self.limited = True, joined.more, joined.limited
        self.last = joined.messages[-1].changed if joined.more else joined.head
        self.epoch, self.number_here = joined.epoch, joined.room.here
        self.facts = RoomFacts(joined.room.topic, joined.room.visibility, joined.room.archived, joined.room.pins)
        return missed

    def _start_over(self, page: list[Message]) -> None:
        self.unheard.clear()
        self.changes.clear()
        self.shown = {message.seq: message for message in page}

    def _catch_up(self, changed: list[Message], after: int) -> list[Message]:
        """News is what was posted behind the place where catching up began, on whichever page it comes."""
        if not self.catching_up:
            self._began_at = after
        for message in changed:
            self._change(message)
        missed = [message for message in changed if message.seq > self._began_at and message.seq not in self.shown]
        self.shown |= {message.seq: message for message in missed}
        return missed

    def _change(self, message: Message) -> None:
        """What changes far above the page that is shown shows nowhere."""
        self._quote(message)
        if message.removed and self.facts:
            self.facts.pins = [pin for pin in self.facts.pins if pin.seq != message.seq]
        shown = self.shown.get(message.seq, message)
        if shown != message:
            self.shown[message.seq] = message
            if message.changed not in self.own_changes:
                self.changes.append(message)

    def _quote(self, message: Message) -> None:
        """What replies to it show of a message is what it says now."""
        for reply in self.shown.values():
            if reply.reply_to == message.seq and reply.reply:
                reply.reply.message = message.message[:QUOTE_CHARACTERS]

    def leave(self) -> None:
        self.inside = False
        self.people.clear()

    def post(self, body: dict[str, Any]) -> list[Message]:
        """A `my response`; gives back the message where it is news."""
        if "data" in body:
            self.passed_on.append(body["data"])
            return []
        message = read(Message, body)
        if not self._follows(message.seq, "my response"):
            return []
        self.shown[message.seq] = message
        return [message]

    def change(self, body: dict[str, Any]) -> None:
        """A `changed`: the message as it is now."""
        if self._follows(body["seq"], "changed"):
            self._change(read(Message, body["message"]))

    def change_room(self, body: dict[str, Any]) -> None:
        """A `room`: its facts as they are now."""
        if self._follows(body["seq"], "room"):
            self.facts = read(RoomFacts, body)

    def come_and_go(self, body: dict[str, Any]) -> None:
        """A `members`."""
        self.number_here = body["here"]
        self.people |= {person["id"]: person["user_name"] for person in body["came"]}
        for person in body["came"]:
            self.statuses[person["user_name"]] = (person.get("status", "active"), person.get("words", ""))
        for person in body["went"]:
            self.people.pop(person["id"], None)

    @property
    def texts(self) -> list[str]:
        """What the room shows, in order."""
        return [self.shown[seq].message for seq in sorted(self.shown)]

    def _follows(self, seq: int, event: str) -> bool:
        if self.catching_up:
            raise Fault(f"“{event}” {seq} of “{self.room}” came before the last page of catching up")
        if self.last is not None and seq > self.last + 1:
            raise Fault(f"a hole in “{self.room}”: “{event}” {seq} came behind {self.last}")
        if self.last is not None and seq <= self.last:
            return False
        self.last = seq
        return True

    def _check_cut(self, joined: Joined, after: int | None) -> None:
        places = [message.changed for message in joined.messages]
        if any(place > joined.head for place in places):
            raise Fault(f"the cut of “{self.room}” at {joined.head} holds a later message: {places}")
        if after is not None and not joined.limited and places != sorted({place for place in places if place > after}):
            raise Fault(f"catching up on “{self.room}” after {after} gave {places}")
