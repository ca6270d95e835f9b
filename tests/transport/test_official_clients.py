"""Any official Socket.IO client walks in, over any transport, and everything reaches it once, in order."""

import json
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import socketio

TALK = Path(__file__).with_name("talk.mjs")
WAYS = ["polling,websocket", "websocket", "polling"]
COUNT = 150


def javascript(url: str, room: str, name: str, ways: str) -> "subprocess.Popen[bytes]":
    node = shutil.which("node")
    if node is None or not (TALK.parents[2] / "node_modules").exists():
        pytest.skip("there is no Node.js, or its packages are not installed")
    return subprocess.Popen([node, str(TALK), url, room, name, str(COUNT), ways], stdout=subprocess.PIPE)


def outcome(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    told, _ = process.communicate(timeout=30)
    result: dict[str, Any] = json.loads(told)
    return result


@pytest.mark.parametrize("ways", WAYS)
def test_the_javascript_client_hears_each_message_once_in_order(server, ways):
    result = outcome(javascript(server.url, f"js-{secrets.token_hex(4)}", "ann", ways))
    assert result["why"] == "done"
    assert result["heard"] == [[n + 1, f"ann-{n}"] for n in range(COUNT)]
    assert result["answers"] == list(range(1, COUNT + 1))
    assert result["transport"] == ways.split(",")[-1]


def test_clients_of_all_kinds_hear_the_same_order(server):
    room = f"js-{secrets.token_hex(4)}"
    talks = [javascript(server.url, room, f"p{n}", WAYS[n % 3]) for n in range(6)]
    results = [outcome(talk) for talk in talks]
    assert {result["why"] for result in results} == {"done"}
    for result in results:
        seqs = [seq for seq, _ in result["heard"]]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
        assert result["answers"] == sorted(result["answers"])


@pytest.mark.parametrize("ways", WAYS)
def test_the_python_client_hears_what_it_posts(server, ways):
    room, heard = f"py-{secrets.token_hex(4)}", set()
    with socketio.SimpleClient() as client:
        client.connect(server.url, transports=ways.split(","))
        client.emit("join", {"room": room, "user_name": "ann"})
        for n in range(30):
            assert client.call("my event", {"room": room, "message": str(n)}, timeout=10)["seq"] == n + 1
        while len(heard) < 30:
            event, body = client.receive(timeout=10)
            if event == "my response":
                heard.add(body["seq"])
