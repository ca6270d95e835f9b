"""A client that never gives up, and keeps the rule of the wire. The rule is written once, and knows no network.

It sends again with the same id until it is acknowledged; comes back with its key and joins from its last place in that
epoch; applies the next place only; joins again for what is missing; waits as long as it is told to. It posts nothing
before it has its key: without that the server could not know a repeat. Edits and removals wait for the answer to its
join, and end with their epoch: in another one the same place is another message.
"""

import itertools
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from tests.faults.history import Event, History, fingerprint, version

Body = dict[str, Any]
GOES_ON_SECONDS = 0.3


class Line(Protocol):
    """One connection."""

    def send(self, event: str, data: Body, number: int) -> None: ...
    def cut(self) -> None: ...


class Wish:
    """What a client wants done, until it is. `fields` are sent as they are each time."""

    def __init__(self, event: str, text: str = "", **fields: Any) -> None:
        self.event, self.fields, self.hash = event, fields, fingerprint(text)
        self.not_before = 0.0
        self.sent_at = 0.0
        self.tries = 0
        self.invoked = False
        self.answer: Body | None = None

    @property
    def op(self) -> str:
        return "send" if self.event == "my event" else self.event


class Client:
    """Drivers call `connected`, `heard`, `answered`, `lost` and `tick`, all on one thread; tests call the rest."""

    def __init__(self, name: str, room: str, history: History, *, window: int = 4, patience: float = 2.0) -> None:
        self.name, self.room, self.history = name, room, history
        self.window, self.patience = window, patience
        self.key: str | None = None
        self.person: str | None = None
        self.last: int | None = None
        self.epoch: str | None = None
        self.head = 0
        self.limited = 0
        self.view: dict[int, Event] = {}
        self.inside = False
        self.stays = True
        self.wishes: deque[Wish] = deque()
        self.invent: Callable[[Client], Wish | None] | None = None
        self.talks = False
        self.pace = 0.0
        self.here: dict[str, str] = {}
        self._line: Line | None = None
        self._called = name
        self._asked: dict[int, Wish] = {}
        self._numbers = itertools.count(1)
        self._catching_up = False
        self._joining: Wish | None = None
        self._next_invention = 0.0
        self._last_heard = 0.0

    # For tests -------------------------------------------------------------------------------------------------------

    def say(self, text: str, id: str | None = None) -> Wish:
        """Post a text, for ever if need be."""
        return self._wish(Wish("my event", text, message=text, id=id or f"{self.name}-{next(self._numbers)}"))

    def edit(self, seq: int, text: str) -> Wish:
        return self._wish(Wish("edit", text, seq=seq, message=text))

    def remove(self, seq: int) -> Wish:
        return self._wish(Wish("remove", seq=seq))

    def leave(self) -> Wish:
        self.stays = False
        return self._wish(Wish("leave"))

    def come_back(self) -> None:
        self.stays = True

    @property
    def auth(self) -> Body:
        return {"key": self.key} if self.key else {}

    @property
    def is_connected(self) -> bool:
        return self._line is not None

    @property
    def is_idle(self) -> bool:
        return not self.wishes and not self._asked

    def is_level(self, head: int) -> bool:
        return self.inside and not self._catching_up and self.last == head

    def shows(self) -> list[Event]:
        return [self.view[seq] for seq in sorted(self.view)]

    # For drivers -----------------------------------------------------------------------------------------------------

    def connected(self, line: Line) -> None:
        self._line, self._last_heard = line, time.monotonic()
        if self.stays:
            self._join()
        self._push()

    def lost(self) -> None:
        self._record("lost")
        self._line, self.inside, self._joining = None, False, None
        for wish in self._asked.values():
            self._unknown(wish, "the connection was lost")
        self._asked.clear()

    def tick(self) -> None:
        """Now and then: send what is due, give up on a line that says nothing."""
        now = time.monotonic()
        if self._line is None:
            return
        late = [n for n, wish in self._asked.items() if now - wish.sent_at > self.patience]
        if late and now - self._last_heard > 2 * self.patience:
            self._line.cut()
            return
        for number in late:
            if self._asked[number].event != "join":  # its answer says where the stream goes on, however late
                self._unknown(self._asked.pop(number), "no answer")
        if self.stays and not self.inside and self._joining is None:
            self._join()
        self._push()

    def answered(self, number: int, body: Body) -> None:
        self._last_heard = time.monotonic()
        wish = self._asked.pop(number, None)
        if wish is None:
            return  # answered after its time; it has been sent again since
        if wish is self._joining:
            self._joining = None
        if body["ok"]:
            self._granted(wish, body)
        else:
            self._refused(wish, body["error"])
        self._push()

    def heard(self, event: str, body: Body) -> None:
        self._last_heard = time.monotonic()
        if event == "members":
            self.here |= {person["id"]: person["user_name"] for person in body["came"]}
            for person in body["went"]:
                self.here.pop(person["id"], None)
        elif event in ("my response", "changed", "room") and body["room"] == self.room:
            message = body if event == "my response" else body.get("message")
            self._take(body["seq"], version(message) if message else None)

    # The rule --------------------------------------------------------------------------------------------------------

    def _take(self, place: int, message: Event | None) -> None:
        last = self.last or 0
        if not self.inside:
            self._record("heard", seq=place, **{"as": "outside"})
        elif self._catching_up:
            self._record("heard", seq=place, **{"as": "early"})
        elif place <= last:
            self._record("heard", seq=place, **{"as": "repeat"})
        elif place > last + 1:
            self._record("heard", seq=place, **{"as": "hole"})
            if self._joining is None:
                self._join()
        else:
            self._record("apply", epoch=self.epoch, seq=place, message=message)
            self.last = place
            self._show([message] if message else [])

    def _show(self, messages: list[Event]) -> None:
        """A change of something older than the screen shows is not shown."""
        oldest = next(iter(self.view), 0)  # what is shown first came first
        for message in messages:
            if message["seq"] >= oldest:
                self.view[message["seq"]] = message

    def _join(self) -> None:
        place = {} if self.last is None else {"after": self.last, "epoch": self.epoch}
        named = {"user_name": self._called, **self.auth}
        self._joining = Wish("join", **named, **place)
        self._ask(self._joining)

    def _joined(self, wish: Wish, body: Body) -> None:
        versions = [version(message) for message in body["messages"]]
        facts = {name: body[name] for name in ("head", "epoch", "limited", "more")}
        after, asked_epoch = wish.fields.get("after"), wish.fields.get("epoch")
        self._record("join", after=after, asked_epoch=asked_epoch, messages=versions, **facts)
        self.key, self.person = body["you"].get("key", self.key), body["you"]["id"]
        if after is None or body["limited"]:
            self.view.clear()
        if asked_epoch not in (None, body["epoch"]):
            self.wishes = deque(wish for wish in self.wishes if "seq" not in wish.fields)
        self.limited += body["limited"]
        self.here.clear()  # who is here is told right after this
        self._show(versions)
        self.inside, self._catching_up, self.epoch = True, body["more"], body["epoch"]
        self.last = versions[-1]["changed"] if body["more"] else body["head"]
        if body["more"]:
            self._join()

    def _push(self) -> None:
        """As much as the window allows of what is wished for and due."""
        if self._line is None or self.key is None:
            return
        now = time.monotonic()
        while len(self._asked) < self.window and (wish := self._next(now)) is not None:
            self._ask(wish)

    def _next(self, now: float) -> Wish | None:
        busy = {wish.fields.get("seq") for wish in self._asked.values()} - {None}
        for wish in self.wishes:
            if wish.not_before > now or self._is_asked(wish):
                continue
            if "seq" not in wish.fields or (self.inside and wish.fields["seq"] not in busy):
                return wish
        may_invent = self.talks and self.inside and now >= self._next_invention and len(self.wishes) < self.window
        if may_invent and self.invent and (wish := self.invent(self)):
            self._next_invention = now + self.pace
            return self._wish(wish)
        return None

    def _done(self, wish: Wish) -> None:
        if wish in self.wishes:
            self.wishes.remove(wish)

    def _is_asked(self, wish: Wish) -> bool:
        return any(other is wish for other in self._asked.values())

    def _ask(self, wish: Wish) -> None:
        if self._line is None:
            return
        number = next(self._numbers)
        self._asked[number] = wish
        wish.sent_at = time.monotonic()
        wish.tries += 1
        self._record_wish(wish, "invoke")
        self._line.send(wish.event, {"room": self.room, **wish.fields}, number)

    def _granted(self, wish: Wish, body: Body) -> None:
        wish.answer = body
        if wish.event == "join":
            self._joined(wish, body)
            return
        if wish.event == "leave":
            self.inside = False
            self._record("leave")
        else:
            told = {name: body[name] for name in ("seq", "changed") if name in body}
            self._record_wish(wish, "ok", **told)
        self._done(wish)

    def _refused(self, wish: Wish, error: Body) -> None:
        wait = error.get("retry_after")
        if wish.event == "join":
            self._called = error.get("suggestion", self._called)
            self._record("refusal", code=error["code"])
        elif wait is not None or error["code"] in ("not_joined", "room_not_found"):
            wish.not_before = time.monotonic() + (wait or GOES_ON_SECONDS)
            self._unknown(wish, error["code"])
        else:
            wish.answer = {"ok": False, "error": error}
            self._record_wish(wish, "refused", code=error["code"], expected=error["code"] == "too_late")
            self._done(wish)

    def _unknown(self, wish: Wish, why: str) -> None:
        """It may have happened or not: it stays among the wishes."""
        self._record_wish(wish, "info", why=why)

    def _wish(self, wish: Wish) -> Wish:
        self.wishes.append(wish)
        return wish

    def _record(self, op: str, **fields: Any) -> None:
        self.history.record(op, client=self.name, room=self.room, **fields)

    def _record_wish(self, wish: Wish, phase: str, **more: Any) -> None:
        if wish.event in ("my event", "edit", "remove"):
            about = {name: wish.fields[name] for name in ("id", "seq") if name in wish.fields}
            self._record(wish.op, phase=phase, person=self.person, hash=wish.hash, **(about | more))


def chatter(rng: random.Random, changes: bool = True) -> Callable[[Client], Wish | None]:
    """Something new to say each time; now and then an edit or a removal of something of one's own."""
    numbers = itertools.count(1)

    def invent(client: Client) -> Wish | None:
        own = [m["seq"] for m in client.shows()[-20:] if m["person"] == client.person and not m["removed"]]
        number, dice = next(numbers), rng.random()
        text = f"{client.name} says {number}: {'word ' * rng.randrange(1, 12)}"
        if changes and own and dice < 0.12:
            return Wish("edit", text, seq=rng.choice(own), message=text)
        if changes and own and dice < 0.18:
            return Wish("remove", seq=rng.choice(own))
        return Wish("my event", text, message=text, id=f"{client.name}:{number}")

    return invent


class Crowd(Protocol):
    """Clients that are being driven."""

    clients: list[Client]

    def close(self) -> None: ...


def wait_until(fact: Callable[[], Any], seconds: float, why: str) -> None:
    """A fact that comes true on other threads."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise AssertionError(f"{why}: not within {seconds:g} s")
        threading.Event().wait(0.01)
