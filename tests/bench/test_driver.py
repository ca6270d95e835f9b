"""The load driver, at the real server: what it measures with has to be right itself."""

from collections.abc import Callable

import pytest

from bench import driver, wire
from bench.clients import Client, Shape
from tests.conftest import Program


@pytest.fixture
def running(program: Callable[..., Program]) -> Program:
    return program("--connections-per-address", "0", "--connections-per-person", "0").start()


def pid_of(program: Program) -> int:
    assert program.process is not None
    return program.process.pid


def test_twenty_posts_by_four_clients_come_to_each_of_them_once(running: Program) -> None:
    shape = Shape(clients=4, window=5, by="answer", posts=20, seconds=5, settle=0)
    result = driver.run([running.port], pid_of(running), shape)
    assert [result[kind] for kind in ("gaps", "repeats", "missing")] == [0, 0, 0]
    assert (result["answers"], result["deliveries"]) == (20, 80)
    assert running.get("/r/bench0.json")["head"] == 20


def test_a_room_hears_one_post_before_the_next_is_sent(running: Program) -> None:
    result = driver.run([running.port], pid_of(running), Shape(clients=4, rooms=2, posts=10, seconds=5, settle=0))
    assert (result["deliveries"], result["gaps"], result["missing"]) == (20, 0, 0)


def test_what_is_missing_or_doubled_is_counted() -> None:
    load = driver.Load([0], 0, Shape())
    client = Client.__new__(Client)
    client.seq = 4
    load._look_at(client, (6, 6, 5, 9))
    assert (load.gaps, load.repeats, client.seq) == (3, 2, 9)


def server_frame(text: bytes) -> bytes:
    assert len(text) < 126
    return bytes([0x81, len(text)]) + text


def test_frames_are_read_whole_and_the_rest_is_kept() -> None:
    post = server_frame(b'42["my response",{"seq":7,"message":"3 x"}]')
    answer = server_frame(b'435[{"ok":true,"seq":7}]')
    heard = wire.read(post + answer + server_frame(b"2") + post[:9])
    assert heard == wire.Heard(posts=(3,), seqs=(7,), answers=(5,), packets=(b"2",), rest=post[:9])


def test_a_refusal_ends_the_run() -> None:
    with pytest.raises(wire.Ended, match="rate_limited"):
        wire.read(server_frame(b'431[{"ok":false,"error":{"code":"rate_limited"}}]'))
    with pytest.raises(wire.Ended):
        wire.read(b"\x88\x02\x03\xf4")
