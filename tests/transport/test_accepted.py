"""Who is not accepted hears nothing and is nowhere; who is gone is gone, whatever died when."""

import json
import random
import socket
import sqlite3
import struct
import time
import urllib.request
from contextlib import contextmanager, suppress

import pytest

from tests.transport.raw import Polling, Raw, ask_upgrade, frame
from tests.transport.servers import wait_until

RESET = struct.pack("ii", 1, 0)
DYING = 40


@contextmanager
def without_people(server):
    """The database breaks, and is mended."""
    with sqlite3.connect(server.data / "rooms.db", isolation_level=None) as database:
        database.execute("ALTER TABLE people RENAME TO lost")
        try:
            yield
        finally:
            database.execute("ALTER TABLE lost RENAME TO people")


@pytest.mark.guards("connect fails closed")
def test_who_cannot_be_looked_up_is_not_let_in(serve, room):
    server = serve()
    with Raw(server) as other:
        key = other.ask("join", room=room, user_name="ann")["you"]["key"]
    wait_until(lambda: server.connections() == 0)  # who is here need not be looked up
    with without_people(server), Raw(server, connect=False) as raw:
        join = f'420["join",{{"room":"{room}","user_name":"ann"}}]'
        raw.send(frame(b"40" + json.dumps({"key": key}).encode()) + frame(join.encode()))
        assert raw.text() is None
        assert raw.closed == 1012
    with Raw(server, connect=False) as raw:
        raw.say("40" + json.dumps({"key": key}))
        assert raw.text().startswith("40")


@pytest.mark.guards("nothing is ever sent to who is not accepted")
def test_who_is_not_accepted_hears_nothing(server, room):
    with Raw(server) as member, Raw(server, connect=False) as silent, Raw(server, connect=False) as refused:
        refused.say('40{"key":"forged"}')
        with Raw(server) as newcomer:
            newcomer.ask("join", room=room, user_name="bob")
        member.ask("rooms", on=True)
        member.ask("join", room=room, user_name="ann")
        assert refused.text().startswith("44")
        assert member.ask("my event", room=room, message="psst")["ok"]
        assert member.events("my response", 1)
        assert silent.heard_meanwhile() == []
        assert refused.heard_meanwhile() == []


@pytest.mark.guards("nothing is ever sent to who is not accepted")
def test_who_waits_to_be_accepted_hears_nothing_before_the_answer(server, room):
    with Raw(server) as member, Raw(server, connect=False) as refused:
        refused.say('40{"key":"forged"}')
        for n in range(5):
            assert member.ask("join", room=f"{room}-{n}", user_name="ann")["ok"]
        first = refused.text()
        assert first.startswith("44"), first


def test_who_has_left_the_namespace_hears_nothing(server, room):
    with Raw(server) as member, Raw(server) as gone:
        member.ask("join", room=room, user_name="ann")
        gone.ask("join", room=room, user_name="bob")
        gone.say("41")
        gone.heard_meanwhile()
        assert member.ask("my event", room=room, message="psst")["ok"]
        assert gone.heard_meanwhile() == []


def test_no_ghost_stays_whatever_dies_when(server, room):
    """Lives cut off at any byte, by FIN, RST or garbage, over both transports."""
    chance = random.Random(7)
    with Raw(server) as watcher:
        watcher.ask("join", room=room, user_name="zoe")
        for n in range(DYING):
            live_and_die(server, room, f"p{n}", chance)
        until = time.monotonic() + 5
        while watcher.ask("join", room=room)["room"]["here"] > 1:
            assert time.monotonic() < until, "somebody is still here"
            time.sleep(0.05)
        assert all(watcher_is_alone(server, room, f"p{n}") for n in range(5))


def live_and_die(server, room, name, chance):
    life = b"".join(
        frame(text.encode())
        for text in (
            "40",
            f'420["join",{{"room":"{room}","user_name":"{name}"}}]',
            f'421["join",{{"room":"{room}-{chance.randrange(3)}","user_name":"{name}"}}]',
            f'422["my event",{{"room":"{room}","message":"last words"}}]',
        )
    )
    raw = Raw(server, connect=False)
    raw.send(life[: chance.randrange(len(life) + 1)])
    if chance.random() < 0.5:
        with suppress(TimeoutError):
            raw.socket.settimeout(0.02)
            raw.text()
    if chance.random() < 0.3:
        with suppress(OSError):
            raw.send(chance.choice([frame(b"x"), frame(b""), frame(b"1"), frame(b"41"), frame(b"", opcode=8)]))
    if chance.random() < 0.5:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    raw.socket.close()


def watcher_is_alone(server, room, name):
    """A name that nobody has any more is free."""
    with Raw(server) as raw:
        return raw.ask("join", room=room, user_name=name)["ok"]


def test_no_ghost_stays_of_who_dies_while_it_connects(server, room):
    with Raw(server) as watcher:
        watcher.ask("join", room=room, user_name="zoe")
        for _ in range(10):
            raw = Raw(server, connect=False)
            raw.send(frame(b'40{"key":"forged"}') + frame(f'420["join",{{"room":"{room}"}}]'.encode()))
            raw.socket.close()
        until = time.monotonic() + 2
        while time.monotonic() < until:
            assert watcher.ask("join", room=room)["room"]["here"] == 1
            time.sleep(0.1)


def test_no_ghost_stays_of_who_polled_and_said_goodbye(server, room):
    with Raw(server) as watcher:
        watcher.ask("join", room=room, user_name="zoe")
        for end in ("1", "41", "x", ""):
            client = Polling(server).connect()
            client.post(f'420["join",{{"room":"{room}","user_name":"ann"}}]')
            assert watcher.ask("join", room=room)["room"]["here"] == 2
            client.post(end)
            until = time.monotonic() + 5
            while watcher.ask("join", room=room)["room"]["here"] > 1:
                assert time.monotonic() < until


# No traceback ---------------------------------------------------------------------------------------------------------

STRANGE = [
    {"Sec_WebSocket_Extensions": "permessage-deflate; server_max_window_bits=abc"},
    {"Sec_WebSocket_Key": "방"},
    {"Sec_WebSocket_Protocol": "\xff\xfe, chat"},
    {"path": "/socket.io/?EIO=4&transport=websocket&sid=%00"},
    {"path": "/socket.io/?EIO=x&transport=websocket"},
    {"path": "/socket.io/?EIO=4&transport=nothing"},
    {"path": "/r/%ff%fe", "Upgrade": None, "Connection": "close"},
    {"path": "/r/" + "x" * 5000, "Upgrade": None, "Connection": "close"},
    {"path": "/static/../../../etc/passwd", "Upgrade": None, "Connection": "close"},
    {"path": "/r/x.json?after=9e9", "Upgrade": None, "Connection": "close"},
    {"Cookie": "rooms_person=\x01; =; ;;", "Origin": "\x01"},
    {"Content-Length": "-1"},
    {"Content-Length": "x", "Upgrade": None},
    {"Transfer-Encoding": "chunked", "Upgrade": None},
]


@pytest.mark.guards("no traceback ever leaves the process")
@pytest.mark.parametrize("changed", STRANGE, ids=lambda changed: ascii(next(iter(changed.items())))[:50])
def test_no_traceback_is_sent_whatever_is_asked(server, changed):
    connection = ask_upgrade(server, **changed)
    connection.settimeout(1)
    answer = b""
    with suppress(OSError):
        while more := connection.recv(65536):
            answer += more
    assert b"Traceback" not in answer
    assert b"site-packages" not in answer
    assert b" 500 " not in answer[:40]


def test_no_traceback_is_sent_when_the_fault_is_ours(serve, room):
    """The table of rooms is gone: every door says so in words."""
    server = serve()
    with Raw(server) as raw:
        raw.ask("join", room=room, user_name="ann")
        with sqlite3.connect(server.data / "rooms.db", isolation_level=None) as database:
            database.execute("ALTER TABLE messages RENAME TO lost")
            answers = [raw.ask(event, room=room) for event in ("history", "join")]
            pages = [page(server, path) for path in (f"/r/{room}", f"/r/{room}.json", f"/r/{room}/1")]
            database.execute("ALTER TABLE lost RENAME TO messages")
        assert [answer["error"]["code"] for answer in answers] == ["try_again"] * 2
        assert not any(b"Traceback" in answer or b"sqlite" in answer.lower() for answer in pages)
        assert raw.ask("join", room=room)["ok"]


def page(server, path):
    connection = ask_upgrade(server, path=path, Upgrade=None, Connection="close")
    answer = b""
    while more := connection.recv(65536):
        answer += more
    return answer


@pytest.mark.parametrize("beside", ['theme={"a": 1}', "a b=c", 'open="quote', "a/b:c=d", "not\xe9=utf-8"])
def test_a_page_is_known_by_its_cookie_whatever_other_cookies_there_are(server, room, beside):
    with urllib.request.urlopen(server.url) as page:
        cookie = page.headers["Set-Cookie"].partition(";")[0]
    with Raw(server, Origin=server.url) as raw:
        assert "key" in raw.ask("join", room=room)["you"], "nobody is known without a cookie"
    with Raw(server, Origin=server.url, Cookie=f"{beside}; {cookie}") as raw:
        assert "key" not in raw.ask("join", room=room)["you"]
