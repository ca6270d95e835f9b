"""Clients that are slow, hostile, or always on their way. Each function is one life, told by its name.

A life ends when it is over, or when `ending` is set; what the server does to it is its own fault.
"""

import json
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from tests.transport.raw import Polling, Raw, ask_upgrade, connect, frame
from tests.transport.servers import Server

TOP = Path(__file__).parents[2]
RESET = struct.pack("ii", 1, 0)
ROOMS = 30
BUSY_ROOM = "square"
HALVES = [
    b"", b"GET /r/x HTTP/1.1\r\nHost: x\r\n", b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: web",
    b"POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nname=",
]  # fmt: skip
PIECES = [b"4", b"42", b"40", b"41", b"43", b'["join"', b'["my event",{', b"]", b"[" * 500, b"{}", b'"', b"\xff", b"1"]


def never_reads(server: Server, chance: random.Random, ending: threading.Event) -> None:
    raw = member(server, chance, BUSY_ROOM)
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ending.wait(45)
    raw.socket.close()


def stops_in_the_middle_of_a_head(server: Server, chance: random.Random, ending: threading.Event) -> None:
    halves = [connect(server) for _ in range(20)]
    for half in halves:
        half.sendall(chance.choice(HALVES))
    ending.wait(12)
    for half in halves:
        half.close()


def stops_in_the_middle_of_a_frame(server: Server, chance: random.Random, ending: threading.Event) -> None:
    raw = member(server, chance, BUSY_ROOM)
    whole = frame(b"42" + b"x" * chance.randrange(60_000), final=chance.random() < 0.5)
    raw.send(whole[: chance.randrange(1, len(whole))])
    ending.wait(chance.choice([1, 40]))
    raw.socket.close()


def polls_and_breaks_off(server: Server, chance: random.Random, ending: threading.Event) -> None:
    client = Polling(server).connect()
    client.post(f'420["join",{{"room":"{any_room(chance)}","user_name":"{name(chance)}"}}]')
    ways = [b"GET", b"POST"]
    for way in chance.choices(ways, k=2):
        half = connect(server)
        path = f" /socket.io/?EIO=4&transport=polling&sid={client.sid} HTTP/1.1\r\nHost: x\r\n".encode()
        half.sendall(way + path + (b"Content-Length: 500\r\n\r\n42[" if way == b"POST" else b"\r\n"))
        ending.wait(0.2)
        half.close()
    if chance.random() < 0.7:
        client.post(chance.choice(["1", "41", "x", "", "42[", "4" * 70_000, "\x1e" * 600]))


def dies_while_it_changes_over(server: Server, chance: random.Random, ending: threading.Event) -> None:
    client = Polling(server).connect()
    with ask_upgrade(server, path=f"/socket.io/?EIO=4&transport=websocket&sid={client.sid}") as probe:
        probe.recv(1000)
        for text in [b"2probe", b"5", b"42[]"][: chance.randrange(4)]:
            probe.sendall(frame(text))
        ending.wait(0.2)


def says_nothing(server: Server, chance: random.Random, ending: threading.Event) -> None:
    with Raw(server, connect=False):
        ending.wait(chance.choice([1, 11]))


def sends_garbage(server: Server, chance: random.Random, ending: threading.Event) -> None:
    raw = Raw(server, connect=chance.random() < 0.7)
    for _ in range(chance.randrange(1, 20)):
        text = b"".join(chance.choices(PIECES, k=chance.randrange(1, 6)))
        opcode, reserved = chance.choice([1, 1, 1, 0, 2, 8, 9, 11]), chance.choice([0, 0, 0, 0x40])
        raw.send(frame(text, opcode=opcode, reserved=reserved, final=chance.random() < 0.8))
    raw.ends(0.2)
    raw.socket.close()


def sends_what_is_too_big(server: Server, chance: random.Random, ending: threading.Event) -> None:
    raw = member(server, chance, any_room(chance))
    raw.send(frame(b"4" * chance.choice([65_536, 65_537, 900_000]), key=b"abcd"))
    raw.ends(0.5)
    raw.socket.close()


def asks_without_reading(server: Server, chance: random.Random, ending: threading.Event) -> None:
    raw = member(server, chance, BUSY_ROOM)
    asks = frame(json.dumps(["history", {"room": BUSY_ROOM}]).encode().join([b"421", b""])) * 100
    raw.socket.settimeout(1)
    for _ in range(20):
        raw.send(asks)
    raw.socket.close()


def comes_and_goes(server: Server, chance: random.Random, ending: threading.Event) -> None:
    raw = member(server, chance, any_room(chance))
    for _ in range(chance.randrange(4)):
        room = any_room(chance)
        raw.ask("join", room=room)
        raw.ask("my event", room=room, message="x" * chance.randrange(1, 2000))
        if chance.random() < 0.5:
            raw.ask("leave", room=room, forget=chance.random() < 0.3)
    vanish(raw, chance)


def comes_back_with_its_key(server: Server, chance: random.Random, ending: threading.Event) -> None:
    with Raw(server) as raw:
        joined = raw.ask("join", room=BUSY_ROOM, user_name=name(chance))
    for _ in range(3):
        with Raw(server) as raw:
            fields = {"key": joined["you"]["key"], "after": joined["head"], "epoch": joined["epoch"]}
            joined = {**joined, **raw.ask("join", room=BUSY_ROOM, **fields)}
            raw.ask("rooms", on=True)
            vanish(raw, chance)


LIVES = [
    never_reads, stops_in_the_middle_of_a_head, stops_in_the_middle_of_a_frame, polls_and_breaks_off,
    dies_while_it_changes_over, says_nothing, sends_garbage, sends_what_is_too_big, asks_without_reading,
    comes_and_goes, comes_back_with_its_key,
]  # fmt: skip


def member(server: Server, chance: random.Random, room: str) -> Raw:
    raw = Raw(server)
    raw.ask("join", room=room, user_name=name(chance))
    return raw


def vanish(raw: Raw, chance: random.Random) -> None:
    with suppress(OSError):
        if chance.random() < 0.3:
            raw.say(chance.choice(["41", "1", "x"]))
        if chance.random() < 0.5:
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    raw.socket.close()


def any_room(chance: random.Random) -> str:
    return f"lane-{chance.randrange(ROOMS)}"


def name(chance: random.Random) -> str:
    return f"t{chance.randrange(10**12)}"


def wave(server: Server, clients: int) -> "subprocess.CompletedProcess[str]":
    """So many connect and join together, hear twenty posts in rooms of a hundred, and leave all at once."""
    rooms = {"rooms": max(1, clients // 100), "called": f"wave-{time.monotonic_ns()}-"}
    shape = {"clients": clients, **rooms, "posts": 20, "seconds": 30, "by": "answer"}
    words = [sys.executable, str(TOP / "bench" / "driver.py"), str(server.address[1]), str(server.process.pid)]
    return subprocess.run([*words, json.dumps(shape)], capture_output=True, text=True, timeout=300, check=False)
