"""Stories that nobody thought of: whatever people do in whatever order, their screens end up the same.

Each client holds the server to the rule of the wire at every step. A seed that fails tells its story again.
"""

import random
from collections.abc import Callable

import pytest

from rooms_chat.testing import Cast, Person, Refused

ROOMS = ("kitchen", "garden")
STEPS = 120


class Troupe:
    """People who do what the dice say."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people = [cast(name) for name in ("alice", "bob", "charlie", "dave")]
        self.said = 0
        for person in self.people:
            for room in ROOMS:
                person.joins(room)

    def step(self) -> None:
        person = self.dice.choice(self.people)
        if not person.client.is_connected:
            person.comes_back()
            return
        deeds: list[Callable[[Person, str], object]] = [self.speak, self.speak, self.burst, self.edit, self.remove]
        deeds += [
            self.name_topic,
            self.pin,
            self.reply,
            self.react,
            self.react,
            self.catch_up,
            self.go_and_come,
            self.lose,
        ]
        self.dice.choice(deeds)(person, self.dice.choice(ROOMS))

    def speak(self, person: Person, room: str) -> None:
        self.said += 1
        person.says(f"word {self.said}", in_=room)

    def burst(self, person: Person, room: str) -> None:
        """Many at once, and perhaps the connection goes before any answer."""
        for _ in range(self.dice.randint(2, 20)):
            self.said += 1
            person.sends("my event", room=room, message=f"word {self.said}", id=f"id-{self.said}")
        if self.dice.random() < 0.3:
            person.loses_connection()

    def edit(self, person: Person, room: str) -> None:
        self.change(person, room, lambda seq: person.edits(seq, f"edited {self.dice.randint(1, 3)}", in_=room))

    def remove(self, person: Person, room: str) -> None:
        self.change(person, room, lambda seq: person.removes(seq, in_=room))

    def change(self, person: Person, room: str, change: Callable[[int], object]) -> None:
        own = [message.seq for message in person.view(room).shown.values() if message.person == person.id]
        if own:
            try:
                change(self.dice.choice(own))
            except Refused as refusal:
                assert refusal.code == "too_late"  # noqa: PT017 - it was removed already

    def name_topic(self, person: Person, room: str) -> None:
        self.as_member(lambda: person.sets_topic(f"topic {self.dice.randint(1, 3)}", in_=room))

    def pin(self, person: Person, room: str) -> None:
        if shown := list(person.view(room).shown):
            seq, on = self.dice.choice(shown), self.dice.random() < 0.6
            self.as_member(lambda: person.pins(seq, on=on, in_=room))

    def as_member(self, change: Callable[[], object]) -> None:
        try:
            change()
        except Refused as refusal:
            assert refusal.code in ("not_yours", "too_late", "bad_request")  # noqa: PT017 - or twenty pins

    def reply(self, person: Person, room: str) -> None:
        if shown := list(person.view(room).shown):
            self.said += 1
            person.replies(self.dice.choice(shown), f"word {self.said}", in_=room)

    def react(self, person: Person, room: str) -> None:
        if shown := list(person.view(room).shown.values()):
            message = self.dice.choice(shown)
            emoji, on = self.dice.choice("🍲🥖🧅"), self.dice.random() < 0.7
            try:
                person.reacts(message, emoji, on=on, in_=room)
            except Refused as refusal:
                assert refusal.code == "too_late"  # noqa: PT017 - it was removed already

    def catch_up(self, person: Person, room: str) -> None:
        person.catches_up(room)

    def go_and_come(self, person: Person, room: str) -> None:
        person.leaves(room)
        person.joins(room)

    def lose(self, person: Person, _: str) -> None:
        person.loses_connection()


@pytest.mark.inside
@pytest.mark.parametrize("seed", range(8))
def test_all_screens_end_up_the_same(cast: Cast, seed: int) -> None:
    troupe = Troupe(cast, seed)
    for _ in range(STEPS):
        troupe.step()
    for person in troupe.people:
        if not person.client.is_connected:
            person.comes_back()

    for room in ROOMS:
        alice = troupe.people[0]
        alice.says("the last word", in_=room)  # what was on its way before it is written before it
        alice.shows(room)
        kept = alice.looks_back(room, limit=500)
        assert not kept.more
        facts = alice.joins(room).room
        by_seq = {message.seq: message for message in kept.messages}
        for person in troupe.people:
            shown = person.view(room).shown
            person.sees_facts(room, topic=facts.topic, pins=facts.pins)
            assert shown == {seq: by_seq[seq] for seq in shown}
            assert sorted(shown)[-50:] == list(by_seq)[-50:]
            assert sorted(shown) == [seq for seq in by_seq if seq >= min(shown)]
