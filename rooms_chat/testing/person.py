"""A person of a scenario, at one screen: what it does and what it perceives. Verbs wait for what they tell."""

import secrets
from typing import TYPE_CHECKING, Any

from rooms_chat.events import Message
from rooms_chat.testing.answers import HistoryPage, Joined, RoomEntry, Said, read
from rooms_chat.testing.client import Client, Sent
from rooms_chat.testing.refusals import Refused
from rooms_chat.testing.server import DEFAULT_ROOM, PATIENCE_SECONDS
from rooms_chat.testing.view import View

if TYPE_CHECKING:
    from rooms_chat.testing.cast import Cast


class Person:
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
        self._lost: list[View] = []

    def __repr__(self) -> str:
        return f"<{self.name}>"

    # Coming and going ------------------------------------------------------------------------------------------------

    def joins(self, room: str, *, called: str | None = None, key: str | None = None) -> Joined:
        """Join a room, under a name (its own, where none is said). Opens the room where there is none."""
        __tracebackhide__ = True
        return self._joins(room, user_name=called or self.called, key=key)

    def reads(self, room: str) -> Joined:
        """Join a room without a name: to be counted, and not to be listed."""
        __tracebackhide__ = True
        return self._joins(room)

    def leaves(self, room: str | None = None) -> None:
        """Go out of a room, on this screen."""
        __tracebackhide__ = True
        self.asks("leave", room=self._room(room))

    def forgets(self, room: str | None = None) -> None:
        """Leave a room for good, on all screens."""
        __tracebackhide__ = True
        self.asks("leave", room=self._room(room), forget=True)
        for tab in self._cast.tabs_of(self):
            tab.gets_any_answer()
            tab.view(self._room(room)).leave()

    def connects(self, **auth: Any) -> None:
        """Open the connection. The first verb does that by itself; say it to give an `auth` of your own."""
        __tracebackhide__ = True
        self.client.connect(auth or self._known_by)

    def loses_connection(self) -> None:
        """The network goes, without a word."""
        __tracebackhide__ = True
        self.client.check()
        self._lost = self.client.lose()

    def comes_back(self) -> dict[str, list[Joined]]:
        """Connect again with the same key, and catch up on each room it was in; by room, the answers that took."""
        __tracebackhide__ = True
        self.connects()
        return {view.room: self._catches_up(view) for view in self._lost}

    def catches_up(self, in_: str | None = None) -> list[Joined]:
        """Ask on a live connection for what was missed in a room."""
        __tracebackhide__ = True
        return self._catches_up(self.view(in_))

    def opens_another_tab(self) -> "Person":
        """The same person at one more screen. It has to have joined a room before, for that is where it got its key."""
        if self.key is None:
            raise AssertionError(f"{self.name} has no key yet: join a room first")
        return self._cast.takes(Person(self._cast, f"{self.name}, in another tab", called=self.called, key=self.key))

    # Speaking --------------------------------------------------------------------------------------------------------

    def says(self, text: str, *, in_: str | None = None, id: str | None = None, within: float = 5.0) -> Said:
        """Post a message, and wait until it is acknowledged; gives back what was acknowledged."""
        __tracebackhide__ = True
        answer = self.sends("my event", room=self._room(in_), message=text, id=id or secrets.token_urlsafe(8)).answer(
            within
        )
        return Said(answer["seq"], answer["id"], answer["at"])

    def edits(self, what: "Said | Message | int", text: str, *, in_: str | None = None) -> int:
        """Give a message of its own another text; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("edit", room=self._room(in_), seq=_seq(what), message=text)["changed"])

    def removes(self, what: "Said | Message | int", *, in_: str | None = None) -> int:
        """Erase a message; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("remove", room=self._room(in_), seq=_seq(what))["changed"])

    def types(self, in_: str | None = None) -> None:
        """Let the others know that a message is being written."""
        __tracebackhide__ = True
        self.asks("typing", room=self._room(in_))

    def looks_back(self, in_: str | None = None, **where: int) -> HistoryPage:
        """Read a page of history: `before=`, `from_=` or `around=` a seq, with a `limit=`; by default the last one."""
        __tracebackhide__ = True
        where = {name.rstrip("_"): seq for name, seq in where.items()}
        return read(HistoryPage, self.asks("history", room=self._room(in_), **where))

    # Perceiving ------------------------------------------------------------------------------------------------------

    def hears(
        self, *texts: str, in_: str | None = None, from_: "Person | str | None" = None, within: float = PATIENCE_SECONDS
    ) -> Message:
        """What others say next in a room, in this order and nothing between; gives back the last of it."""
        __tracebackhide__ = True
        if not texts:
            raise TypeError("say what is to be heard")
        return [self._hears(text, self.view(in_), from_, within) for text in texts][-1]

    def hears_nothing(self, in_: str | None = None) -> None:
        """Nothing more was said or changed in any of its rooms, or in this one.

        No time is waited for: everybody is brought level with what was committed so far, and then an answer on this
        very connection shows that whatever was sent on it before has come.
        """
        __tracebackhide__ = True
        self._cast.is_level(self)
        views = [self.view(in_)] if in_ else list(self.client.views.values())
        news = {view.room: [message.message for message in (*view.unheard, *view.changes)] for view in views}
        heard = {room: texts for room, texts in news.items() if texts}
        if heard:
            raise AssertionError(f"{self.name} heard {heard}, and should have heard nothing")

    def sees_changed(
        self, what: "Said | Message | int", text: str, *, in_: str | None = None, within: float = PATIENCE_SECONDS
    ) -> Message:
        """The next change in a room is of this message, which reads so now; not at all, once it is removed."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(lambda: bool(view.changes), within, f"saw no change of message {_seq(what)} in “{view.room}”")
        message = view.changes.popleft()
        if (message.seq, message.message) != (_seq(what), text):
            raise AssertionError(f"{self.name} saw {message.seq} change to “{message.message}”, and not {_seq(what)}")
        return message

    def hears_passed_on(self, data: str, in_: str | None = None, within: float = PATIENCE_SECONDS) -> None:
        """A word that was sent as `data`, which is passed on and kept nowhere."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(lambda: bool(view.passed_on), within, f"heard of no “{data}” in “{view.room}”")
        word = view.passed_on.popleft()
        if word != data:
            raise AssertionError(f"{self.name} heard “{word}” passed on, and not “{data}”")

    def shows(self, in_: str | None = None) -> list[str]:
        """All that its screen shows of a room, in order, once everything said so far has come."""
        __tracebackhide__ = True
        self._cast.is_level(self)
        return self.view(in_).texts

    def sees_typing(self, *names: str, in_: str | None = None, within: float = PATIENCE_SECONDS) -> None:
        """The next who are typing are these."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(lambda: len(view.typing) >= len(names), within, f"saw not all of {names} typing")
        seen = [view.typing.popleft() for _ in names]
        if seen != list(names):
            raise AssertionError(f"{self.name} saw {seen} typing, and not {list(names)}")

    def sees_nobody_typing(self, in_: str | None = None) -> None:
        """Nobody has been typing but who was seen already."""
        __tracebackhide__ = True
        self._cast.is_level(self)
        if typing := list(self.view(in_).typing):
            raise AssertionError(f"{self.name} saw {typing} typing")

    def sees_here(self, *names: str, in_: str | None = None, within: float = PATIENCE_SECONDS) -> None:
        """These are here, whoever else is."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(
            lambda: set(names) <= set(view.people.values()),
            within,
            lambda: f"sees {sorted(view.people.values())} in “{view.room}”, and not all of {names}",
        )

    def sees_gone(self, *names: str, in_: str | None = None, within: float = PATIENCE_SECONDS) -> None:
        """None of these is here any more."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(
            lambda: set(names).isdisjoint(view.people.values()),
            within,
            lambda: f"sees {sorted(view.people.values())} in “{view.room}”, and none of {names} should be there",
        )

    def counts_here(self, number: int, in_: str | None = None, within: float = PATIENCE_SECONDS) -> None:
        """So many are here, readers included."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(
            lambda: view.number_here == number, within, lambda: f"counts {view.number_here} and not {number} here"
        )

    # The active rooms ------------------------------------------------------------------------------------------------

    def watches_rooms(self) -> dict[str, RoomEntry]:
        """Ask for the active rooms, and hear of them from now on."""
        __tracebackhide__ = True
        self.asks("rooms", on=True)
        return {name: read(RoomEntry, entry) for name, entry in self.client.rooms.items()}

    def sees_room(self, room: str, within: float = PATIENCE_SECONDS, **facts: Any) -> RoomEntry:
        """A room is among the active ones, with these facts (`here=2`, `visibility="listed"` …)."""
        __tracebackhide__ = True
        rooms = self.client.rooms
        self._waits_for(
            lambda: facts.items() <= self.client.rooms.get(room, {"name": None}).items() and room in self.client.rooms,
            within,
            lambda: f"sees {rooms.get(room, 'no such room')}, and not “{room}” with {facts}",
        )
        return read(RoomEntry, self.client.rooms[room])

    def does_not_see_room(self, room: str) -> None:
        """A room is not among those it was told of, nor among the active ones as they are now."""
        __tracebackhide__ = True
        self._cast.is_level(self)
        told = set(self.client.rooms)
        if room in told or room in self.watches_rooms():
            raise AssertionError(f"{self.name} sees “{room}” among the rooms")

    # The wire itself -------------------------------------------------------------------------------------------------

    def asks(self, event: str, *args: Any, **fields: Any) -> dict[str, Any]:
        """Send any request, its fields by name or its arguments as they are; the answer. Raises Refused."""
        __tracebackhide__ = True
        return self.sends(event, *args, **fields).answer()

    def sends(self, event: str, *args: Any, **fields: Any) -> Sent:
        """Send any request and do not wait: `.answer()` of what comes back does."""
        __tracebackhide__ = True
        self._is_connected()
        return self.client.ask(event, self._arguments(args, fields))

    def tells(self, event: str, *args: Any, **fields: Any) -> None:
        """Send any request and ask for no acknowledgement."""
        __tracebackhide__ = True
        self._is_connected()
        self.client.tell(event, self._arguments(args, fields))

    def view(self, in_: str | None = None) -> View:
        """What its screen knows of a room."""
        return self.client.view(self._room(in_))

    def is_level(self) -> None:
        """Wait until everything said so far in its rooms has come here, and an answer behind it."""
        __tracebackhide__ = True
        inside = [view for view in self.client.views.values() if view.inside and view.last is not None]
        for view in inside:
            page = read(HistoryPage, self.asks("history", room=view.room, limit=1))
            newest = page.messages[-1].seq if page.messages else 0
            self._waits_for(
                lambda v=view, n=newest: (v.last or 0) >= n, PATIENCE_SECONDS, f"never heard “{page.texts}”"
            )
        if not inside:
            self.gets_any_answer()

    def gets_any_answer(self) -> None:
        """Whatever was sent to it before has come then."""
        __tracebackhide__ = True
        try:
            self.asks("history", room=DEFAULT_ROOM, limit=1)
        except Refused:
            return  # an answer all the same

    def _joins(self, room: str, **fields: Any) -> Joined:
        __tracebackhide__ = True
        said = {name: value for name, value in fields.items() if value is not None}
        return self._has_joined(room, self.asks("join", room=room, **said))

    def _has_joined(self, room: str, answer: dict[str, Any]) -> Joined:
        joined = read(Joined, answer)
        self.room = room
        self.id, self.key = joined.you.id, joined.you.key or self.key
        if joined.you.user_name is not None:
            self.called = self._known_by["user_name"] = joined.you.user_name
        if self.key is not None:
            self._known_by["key"] = self.key
        return joined

    def _catches_up(self, view: View) -> list[Joined]:
        __tracebackhide__ = True
        answers: list[Joined] = []
        while not answers or answers[-1].more:
            place = {} if view.last is None else {"after": view.last, "epoch": view.epoch}
            answers.append(read(Joined, self.asks("join", room=view.room, **place)))
        return answers

    def _hears(self, text: str, view: View, from_: "Person | str | None", within: float) -> Message:
        __tracebackhide__ = True
        self._waits_for(
            lambda: bool(view.unheard), within, lambda: f"did not hear “{text}” in “{view.room}” within {within:g} s"
        )
        message = view.unheard.popleft()
        if message.message != text:
            raise AssertionError(f"{self.name} heard “{message.message}” in “{view.room}”, and not “{text}”")
        speaker = from_.called if isinstance(from_, Person) else from_
        if speaker is not None and message.user_name != speaker:
            raise AssertionError(f"{self.name} heard “{text}” from {message.user_name}, and not from {speaker}")
        return message

    def _waits_for(self, until: Any, within: float, complaint: Any) -> None:
        __tracebackhide__ = True
        if not self.client.wait(until, within):
            raise AssertionError(f"{self.name} {complaint() if callable(complaint) else complaint}")

    def _room(self, room: str | None) -> str:
        room = room or self.room
        if room is None:
            raise AssertionError(f"{self.name} has joined no room yet: say which one is meant")
        return room

    def _is_connected(self) -> None:
        if not self.client.is_connected:
            self.connects()

    @staticmethod
    def _arguments(args: tuple[Any, ...], fields: dict[str, Any]) -> tuple[Any, ...]:
        return (*args, fields) if fields or not args else args


def _seq(what: "Said | Message | int") -> int:
    return what if isinstance(what, int) else what.seq
