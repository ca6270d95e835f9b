"""The table of rights: who may do what in a room."""

import pytest

from rooms_chat.members import ARCHIVE, PIN, POST, PUT_OUT, READ, REMOVE_ANY, TOPIC, may
from rooms_chat.storage.rooms import Room


def room(visibility="listed"):
    return Room(1, "kitchen", "kitchen", "", visibility, 0, "alice", 0, None)


#        person     role      joined  read   post   topic  pin    archiv remove put out
RIGHTS = [
    ("alice",   None,     False, "yes", "no",  "yes", "yes", "yes", "yes", "yes"),
    ("alice",   None,     True,  "yes", "yes", "yes", "yes", "yes", "yes", "yes"),
    ("alice",   "member", False, "yes", "yes", "yes", "yes", "yes", "yes", "yes"),
    ("bob",     None,     False, "yes", "no",  "no",  "no",  "no",  "no",  "no"),
    ("bob",     None,     True,  "yes", "yes", "no",  "no",  "no",  "no",  "no"),
    ("bob",     "member", False, "yes", "yes", "yes", "yes", "no",  "no",  "no"),
    ("charlie", "out",    False, "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    ("charlie", "out",    True,  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
    ("alice",   "out",    True,  "no",  "no",  "no",  "no",  "no",  "no",  "no"),
]  # fmt: skip


@pytest.mark.parametrize(("person", "role", "joined", *"rptnado"), RIGHTS)
def test_rights(person, role, joined, r, p, t, n, a, d, o):
    verbs = (READ, POST, TOPIC, PIN, ARCHIVE, REMOVE_ANY, PUT_OUT)
    answers = ["yes" if may(person, verb, room(), role, joined=joined) else "no" for verb in verbs]
    assert answers == [r, p, t, n, a, d, o]


def test_a_private_room_is_read_by_its_members_only():
    assert may("bob", READ, room("private"), "member")
    assert not may("bob", READ, room("private"), None)
