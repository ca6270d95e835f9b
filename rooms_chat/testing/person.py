"""A person of a scenario, at one screen: what it does. Verbs wait for what they tell."""

import secrets
from typing import Any

from rooms_chat.events import Message
from rooms_chat.testing.answers import Card, HasRead, HistoryPage, Joined, Said, read, seq_of
from rooms_chat.testing.screen import Screen
from rooms_chat.testing.senses import Senses
from rooms_chat.testing.server import PATIENCE_SECONDS
from rooms_chat.testing.view import View


class Person(Senses):
    """One of the cast. A further tab of the same person is another of these, with the same key."""

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self._lost: list[View] = []

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

    def loses_connection(self) -> None:
        """The network goes, without a word."""
        __tracebackhide__ = True
        self.client.check()
        self._lost += self.client.lose()

    def comes_back(self) -> dict[str, list[Joined]]:
        """Connect again with the same key, and catch up on each room it was in; by room, the answers that took."""
        __tracebackhide__ = True
        self.connects()
        lost, self._lost = self._lost, []
        return {view.room: self._catches_up(view) for view in lost}

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

    def says(
        self, text: str, *, in_: str | None = None, id: str | None = None, within: float = PATIENCE_SECONDS
    ) -> Said:
        """Post a message, and wait until it is acknowledged; gives back what was acknowledged."""
        __tracebackhide__ = True
        post = {"room": self._room(in_), "message": text, "id": id or secrets.token_urlsafe(8)}
        answer = self.sends("my event", post).answer(within)
        return Said(answer["seq"], answer["id"], answer["at"])

    def replies(self, what: Said | Message | int, text: str, *, in_: str | None = None) -> Said:
        """Post a message that answers another one."""
        __tracebackhide__ = True
        post = {"room": self._room(in_), "message": text, "id": secrets.token_urlsafe(8), "reply_to": seq_of(what)}
        answer = self.asks("my event", post)
        return Said(answer["seq"], answer["id"], answer["at"])

    def reacts(self, what: Said | Message | int, emoji: str, *, on: bool = True, in_: str | None = None) -> int:
        """Put an emoji on a message, or take it away again; the place of that in the log."""
        __tracebackhide__ = True
        asked = {"room": self._room(in_), "seq": seq_of(what), "emoji": emoji, "on": on}
        return int(self.asks("react", asked)["changed"])

    def edits(self, what: Said | Message | int, text: str, *, in_: str | None = None) -> int:
        """Give a message of its own another text; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("edit", room=self._room(in_), seq=seq_of(what), message=text)["changed"])

    def removes(self, what: Said | Message | int, *, in_: str | None = None) -> int:
        """Erase a message; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("remove", room=self._room(in_), seq=seq_of(what))["changed"])

    def sets_topic(self, topic: str, *, in_: str | None = None) -> int:
        """Give a room another topic; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("topic", room=self._room(in_), topic=topic)["changed"])

    def pins(self, what: Said | Message | int, *, on: bool = True, in_: str | None = None) -> int:
        """Pin a message, or take it off; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("pin", room=self._room(in_), seq=seq_of(what), on=on)["changed"])

    def archives(self, *, on: bool = True, in_: str | None = None) -> int:
        """Close a room, or open it again; the place of that in the log."""
        __tracebackhide__ = True
        return int(self.asks("archive", room=self._room(in_), on=on)["changed"])

    def sets_status(self, status: str, words: str = "") -> None:
        """Say whether it is `active` or `away`, and a few words."""
        __tracebackhide__ = True
        self.asks("status", status=status, words=words)

    def looks_at(self, who: Screen | str) -> Card:
        """The card of a person, named by itself or by its id."""
        __tracebackhide__ = True
        return read(Card, {**self.asks("person", id=who.id if isinstance(who, Screen) else who)})

    def has_read(self, what: Said | Message | int, *, in_: str | None = None) -> HasRead:
        """Tell that it has read up to this message; what is unread behind it."""
        __tracebackhide__ = True
        answer = self.asks("seen", room=self._room(in_), seq=seq_of(what))
        return HasRead(answer["seq"], answer["unread"], answer["mentions"])

    def wants(self, level: str, *, in_: str | None = None) -> None:
        """Choose how much of a room it is to be told of."""
        __tracebackhide__ = True
        self.asks("level", room=self._room(in_), level=level)

    def types(self, in_: str | None = None) -> None:
        """Let the others know that a message is being written."""
        __tracebackhide__ = True
        self.asks("typing", room=self._room(in_))

    def looks_back(self, in_: str | None = None, **where: int) -> HistoryPage:
        """Read a page of history: `before=`, `from_=` or `around=` a seq, with a `limit=`; by default the last one."""
        __tracebackhide__ = True
        where = {name.rstrip("_"): seq for name, seq in where.items()}
        return read(HistoryPage, self.asks("history", room=self._room(in_), **where))

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
