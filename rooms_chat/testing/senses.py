"""What a person perceives: what others say, who is here, which rooms there are. Each of these waits until it is so."""

from typing import Any

from msgspec import structs

from rooms_chat.events import Message, RoomFacts
from rooms_chat.testing.answers import RoomEntry, Said, read, seq_of
from rooms_chat.testing.screen import Screen
from rooms_chat.testing.server import PATIENCE_SECONDS
from rooms_chat.testing.view import View


class Senses(Screen):
    """The half of a person that only listens."""

    def hears(
        self, *texts: str, in_: str | None = None, from_: Screen | str | None = None, within: float = PATIENCE_SECONDS
    ) -> Message:
        """What others say next in a room, in this order and nothing between; gives back the last of it."""
        __tracebackhide__ = True
        if not texts:
            raise TypeError("say what is to be heard")
        for text in texts:
            heard = self._hears(text, self.view(in_), from_, within)
        return heard

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
        self, what: Said | Message | int, text: str, *, in_: str | None = None, within: float = PATIENCE_SECONDS
    ) -> Message:
        """The next change in a room is of this message, which reads so now; not at all, once it is removed."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(lambda: bool(view.changes), within, f"saw no change of message {seq_of(what)} in “{view.room}”")
        message = view.changes.popleft()
        if (message.seq, message.message) != (seq_of(what), text):
            seen = f"{message.seq} change to “{message.message}”"
            raise AssertionError(f"{self.name} saw {seen}, and not {seq_of(what)} to “{text}”")
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

    def sees_status(
        self, name: str, status: str, words: str = "", *, in_: str | None = None, within: float = PATIENCE_SECONDS
    ) -> None:
        """Somebody who is here is so."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(
            lambda: view.statuses.get(name) == (status, words),
            within,
            lambda: f"sees {name} as {view.statuses.get(name)}, and not as {(status, words)}",
        )

    def counts_here(self, number: int, in_: str | None = None, within: float = PATIENCE_SECONDS) -> None:
        """So many are here, readers included."""
        __tracebackhide__ = True
        view = self.view(in_)
        self._waits_for(
            lambda: view.number_here == number, within, lambda: f"counts {view.number_here} and not {number} here"
        )

    def sees_facts(self, in_: str | None = None, within: float = PATIENCE_SECONDS, **facts: Any) -> RoomFacts:
        """The facts of a room are these: `topic=`, `archived=`, `visibility=`; and `pinned=`, the texts of its pins."""
        __tracebackhide__ = True
        view = self.view(in_)

        def seen() -> dict[str, Any]:
            if view.facts is None:
                return {}
            return {**structs.asdict(view.facts), "pinned": [pin.message for pin in view.facts.pins]}

        self._waits_for(
            lambda: all(seen().get(name) == value for name, value in facts.items()),
            within,
            lambda: f"sees {seen()} of “{view.room}”, and not {facts}",
        )
        assert view.facts is not None
        return view.facts

    def is_told(self, in_: str | None = None, within: float = PATIENCE_SECONDS, **own: Any) -> None:
        """Its place in a room is this by what it was told: `seen=`, `unread=`, `mentions=`, `level=`."""
        __tracebackhide__ = True
        room = self._room(in_)
        known = self.client.own_rooms.setdefault(room.casefold(), {})
        self._waits_for(
            lambda: own.items() <= known.items(), within, lambda: f"was told {known} of “{room}”, and not {own}"
        )

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

    def _hears(self, text: str, view: View, from_: Screen | str | None, within: float) -> Message:
        __tracebackhide__ = True
        self._waits_for(
            lambda: bool(view.unheard), within, lambda: f"did not hear “{text}” in “{view.room}” within {within:g} s"
        )
        message = view.unheard.popleft()
        if message.message != text:
            raise AssertionError(f"{self.name} heard “{message.message}” in “{view.room}”, and not “{text}”")
        speaker = from_.called if isinstance(from_, Screen) else from_
        if speaker is not None and message.user_name != speaker:
            raise AssertionError(f"{self.name} heard “{text}” from {message.user_name}, and not from {speaker}")
        return message
