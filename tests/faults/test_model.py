"""People, edits, removals, losses and restarts in any order, against a model that is a list of messages for each room.

What is not allowed is tried as well, and has to be refused with the right word.
"""

import itertools
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rooms_chat.testing import Cast, Refused
from rooms_chat.testing.inside import Inside, make_settings

NAMES = ("alice", "bob", "charlie")
ROOMS = ("kitchen", "garden")
TEXTS = ("soup?", "*bread*", "개발", "two\nlines", "<b>", "https://example.org", "x" * 300)
SMALL = {"max_examples": 20, "stateful_step_count": 30, "derandomize": True}
LONG = {"max_examples": 500, "stateful_step_count": 80}
ON_A_PAGE = 50

names, rooms, texts = st.sampled_from(NAMES), st.sampled_from(ROOMS), st.sampled_from(TEXTS)
which = st.integers(0, 10_000)


class Modelled:
    """A message as it should be."""

    def __init__(self, seq, id, author, text):
        self.seq = self.changed = seq
        self.id, self.author, self.text = id, author, text
        self.edited = self.removed = False

    def looks(self):
        return (self.seq, self.changed, self.id, self.author, self.text, self.edited, self.removed)


class Room:
    """Every message of a room by its seq, and who may do what there."""

    def __init__(self):
        self.head = 0
        self.messages = {}
        self.opener = None
        self.members, self.inside = set(), set()

    def posts(self, id, author, text):
        self.head += 1
        self.messages[self.head] = Modelled(self.head, id, author, text)
        self.members.add(author)
        return self.head

    def changes(self, message, text, **how):
        self.head += 1
        message.changed, message.text = self.head, text
        message.__dict__.update(how)
        return self.head

    def pick(self, number, author):
        """One of this author's for most numbers, where there is any."""
        own = [message for message in self.messages.values() if message.author == author]
        some = own if own and number % 4 else list(self.messages.values())
        return some[number % len(some)]


@contextmanager
def refused_with(code):
    """Nothing, or a refusal with this code."""
    try:
        yield
    except Refused as refusal:
        assert refusal.code == code, refusal  # noqa: PT017
    else:
        assert code is None, f"not refused with {code}"


class Chat(RuleBasedStateMachine):
    template: Path
    tally: Counter

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.server = Inside(make_settings(Path(self.folder.name) / "data"), self.template)
        self.cast = Cast(self.server)
        self.model = {room: Room() for room in ROOMS}
        self.away = {name: set() for name in NAMES}
        self.ids = itertools.count()

    def teardown(self):
        self.tally["tried"] += 1
        self.tally["acknowledged"] += sum(room.head for room in self.model.values())
        try:
            self.cast.goes_home()  # which asks the database as well
        finally:
            self.folder.cleanup()

    @initialize()
    def everybody_joins_and_says_something(self):
        for name, room in itertools.product(NAMES, ROOMS):
            self.enters(name, room)
            self.model[room].posts(self.cast(name).says(name, in_=room, id=name).id, name, name)

    # What people do ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.are_here())
    @rule(who=which, room=rooms)
    def joins(self, who, room):
        self.enters(self.one_here(who), room)

    @precondition(lambda self: self.are_here())
    @rule(who=which, room=rooms, text=texts)
    def says(self, who, room, text):
        name = self.one_here(who)
        with refused_with(self.no_right(name, room)):
            said = self.cast(name).says(text, in_=room, id=self.fresh_id())
            assert said.seq == self.model[room].posts(said.id, name, text)

    @precondition(lambda self: self.are_here() and self.is_anything_said())
    @rule(who=which, room=rooms, number=which, text=texts)
    def says_again(self, who, room, number, text):
        """With the id of one of its own: it is that message, whatever it says now, and wherever it is now."""
        name = self.one_here(who)
        own = [message for message in self.model[room].messages.values() if message.author == name]
        if own:
            message = own[number % len(own)]
            assert self.cast(name).says(text, in_=room, id=message.id).seq == message.seq

    @precondition(lambda self: self.are_here())
    @rule(who=which, room=rooms, number=st.sampled_from([1, 3, 60, 501]))
    def says_much_and_is_gone_before_any_answer(self, who, room, number):
        name = self.one_here(who)
        if self.no_right(name, room):
            return
        for id in [self.fresh_id() for _ in range(number)]:
            self.cast(name).sends("my event", room=room, message=id, id=id)
            self.model[room].posts(id, name, id)
        self.goes(name)

    @precondition(lambda self: self.are_here() and self.is_anything_said())
    @rule(who=which, room=rooms, number=which, text=texts)
    def edits(self, who, room, number, text):
        name, modelled = self.one_here(who), self.model[room]
        if not modelled.messages:
            return
        message = modelled.pick(number, name)
        repeats = message.text == text and not message.removed
        refusal = "too_late" if message.removed else None
        code = "not_yours" if message.author != name else None if repeats else self.no_right(name, room) or refusal
        with refused_with(code):
            place = self.cast(name).edits(message.seq, text, in_=room)
            assert place == (message.changed if repeats else modelled.changes(message, text, edited=True))

    @precondition(lambda self: self.are_here() and self.is_anything_said())
    @rule(who=which, room=rooms, number=which)
    def removes(self, who, room, number):
        name, modelled = self.one_here(who), self.model[room]
        if not modelled.messages:
            return
        message = modelled.pick(number, name)
        code = None
        if name != modelled.opener:
            repeats = message.removed
            code = "not_yours" if message.author != name else None if repeats else self.no_right(name, room)
        with refused_with(code):
            place = self.cast(name).removes(message.seq, in_=room)
            assert place == (message.changed if message.removed else modelled.changes(message, "", removed=True))

    @precondition(lambda self: self.are_here())
    @rule(who=which, room=rooms, for_good=st.booleans())
    def leaves(self, who, room, for_good):
        name, modelled = self.one_here(who), self.model[room]
        if name in modelled.inside:
            modelled.inside.discard(name)
            if for_good:
                self.cast(name).forgets(room)
                modelled.members.discard(name)
            else:
                self.cast(name).leaves(room)

    # What happens to them ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.are_here())
    @rule(who=which)
    def loses_its_connection(self, who):
        self.goes(self.one_here(who))

    @precondition(lambda self: len(self.are_here()) < len(NAMES))
    @rule(who=which)
    def comes_back(self, who):
        gone = [name for name in NAMES if not self.cast(name).client.is_connected]
        self.returns(gone[who % len(gone)])

    @precondition(lambda self: self.are_here())
    @rule(who=which, room=rooms)
    def catches_up(self, who, room):
        name = self.one_here(who)
        if name in self.model[room].inside:
            self.cast(name).catches_up(room)

    @precondition(lambda self: self.are_here())
    @rule(who=which)
    def the_server_restarts_and_one_stays_away(self, who):
        for name in self.are_here():
            self.goes(name)
        self.cast.sees_the_server_restart()
        for number, name in enumerate(NAMES):
            if number != who % len(NAMES):
                self.returns(name)

    # What has to be so ---------------------------------------------------------------------------------------------

    @invariant()
    def everybody_sees_what_there_is(self):
        self.server.wait(lambda: False, 0)
        for name, room in itertools.product(NAMES, ROOMS):
            modelled = self.model[room]
            if name in modelled.inside:
                person = self.cast(name)
                person.client.check()
                view = person.view(room)
                assert view.last == modelled.head
                shown = [self.looks(message) for _, message in sorted(view.shown.items())]
                there = [modelled.messages[seq].looks() for seq in sorted(modelled.messages)]
                assert shown == there[len(there) - len(shown) :]
                assert len(shown) >= min(len(there), ON_A_PAGE)

    # In short ------------------------------------------------------------------------------------------------------

    def are_here(self):
        return [name for name in NAMES if self.cast(name).client.is_connected]

    def one_here(self, who):
        return self.are_here()[who % len(self.are_here())]

    def is_anything_said(self):
        return any(room.messages for room in self.model.values())

    def enters(self, name, room):
        self.cast(name).joins(room)
        self.model[room].opener = self.model[room].opener or name
        self.model[room].inside.add(name)

    def goes(self, name):
        self.away[name] = {room for room in ROOMS if name in self.model[room].inside}
        self.cast(name).loses_connection()
        self.tally["faults"] += 1
        for room in self.model.values():
            room.inside.discard(name)
        self.server.wait(lambda: False, 0)

    def returns(self, name):
        self.cast(name).comes_back()
        for room in self.away[name]:
            self.model[room].inside.add(name)
        self.away[name] = set()

    def no_right(self, name, room):
        modelled = self.model[room]
        if name in modelled.inside or name in modelled.members:
            return None
        return "room_not_found" if modelled.opener is None else "not_joined"

    def fresh_id(self):
        return f"id-{next(self.ids)}"

    def looks(self, message):
        author = next((name for name in NAMES if self.cast(name).id == message.person), message.person)
        return (
            message.seq, message.changed, message.id, author, message.message, message.edited, message.removed,
        )  # fmt: skip


def test_whatever_people_do_the_room_is_as_the_model_says(rooms_template, is_long, tally):
    chosen = settings(
        deadline=None, database=None, suppress_health_check=list(HealthCheck), **(LONG if is_long else SMALL)
    )
    tally["failed"] = 1
    run_state_machine_as_test(type("Chat", (Chat,), {"template": rooms_template, "tally": tally}), settings=chosen)
    tally["failed"] = 0
