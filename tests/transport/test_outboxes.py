"""What waits for who reads slowly: no news, every message, and never more than its outbox holds."""

import json
import socket

import pytest

from tests.transport.raw import Raw

LINE = "who reads slowly is left out of typing and presence"
POSTS = 300  # with their HTML two outboxes full, and more than the kernel takes


def member(server, room, name):
    raw = Raw(server)
    raw.ask("join", room=room, user_name=name)
    return raw


def heard_until(raw, last):
    """The names of all events up to the message of that text, and the places of the messages."""
    names, seqs = [], []
    while (text := raw.text()) is not None:
        if not text.startswith("42["):
            continue
        name, body = json.loads(text[2:])
        names.append(name)
        if name == "my response":
            seqs.append(body["seq"])
            if body["message"] == last:
                break
    return names, seqs


@pytest.mark.guards(LINE)
def test_who_is_behind_hears_every_message_and_no_typing(server, room):
    slow, talker, typist = (member(server, room, name) for name in ("slow", "talker", "typist"))
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for n in range(POSTS):
        assert talker.ask("my event", room=room, message=f"{n} " + "x" * 3900)["ok"]
    assert typist.ask("typing", room=room)["ok"]
    assert talker.ask("my event", room=room, message="that was all")["ok"]
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    names, seqs = heard_until(slow, "that was all")
    assert seqs == list(range(1, POSTS + 2))
    assert "typing" not in names


def test_who_keeps_up_hears_the_typing(server, room):
    quick, typist = (member(server, room, name) for name in ("quick", "typist"))
    assert typist.ask("typing", room=room)["ok"]
    assert quick.events("typing", 1)[0]["user_name"] == "typist"
