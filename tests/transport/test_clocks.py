"""Who is slow, silent or half dead gives its place back. The clocks go ten times as fast; see `hurried.py`."""

import contextlib
import itertools
import socket
import time

import pytest

from tests.transport.raw import Polling, Raw, ask_page, ask_upgrade, connect, frame, is_readable, status_of

HEAD_SECONDS, REQUEST_SECONDS, IDLE_SECONDS, DEAD_SECONDS, STALLED_SECONDS = 1.0, 3.0, 3.0, 3.5, 3.0
PROBE_SECONDS = 1.0
SLOWLY_TAKEN = 300
PING = b"\x81\x012"  # as a frame
LATE_SECONDS = 2.0  # how much later a busy machine may see it

POST = b"POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
UPGRADE = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


def seconds_until_ended(drips, patience):
    """How long the server keeps connections, each of which sends a byte of its drip every fifth of a second."""
    began, left = time.monotonic(), {connection: itertools.chain(drip) for connection, drip in drips.items()}
    while left and time.monotonic() - began < patience:
        time.sleep(0.2)
        for connection in list(left):
            if not is_kept(connection, bytes(itertools.islice(left[connection], 1))):
                del left[connection]
    return time.monotonic() - began


def is_kept(connection, said):
    connection.setblocking(False)
    try:
        connection.sendall(said)
        return bool(connection.recv(65536))
    except BlockingIOError:
        return True
    except OSError:
        return False


@pytest.mark.guards("slow headers and half-sent frames time out")
def test_a_head_that_does_not_come_or_trickles_in_is_not_waited_for(hurried):
    heads = {b"": b"", b"G": b"", GET: b"", UPGRADE: b"", GET + b"X": b"-Long: " + b"x" * 1000}
    drips = {}
    for said, drip in heads.items():
        drips[connection := connect(hurried)] = drip
        connection.sendall(said)
    assert seconds_until_ended(drips, 10) < HEAD_SECONDS + LATE_SECONDS


@pytest.mark.guards("slow headers and half-sent frames time out")
def test_a_body_that_trickles_in_is_not_waited_for(hurried):
    slow = connect(hurried)
    slow.sendall(POST % Polling(hurried).sid.encode())
    began = time.monotonic()
    while not is_readable(slow, 0.2):
        slow.sendall(b"4")
        assert time.monotonic() - began < REQUEST_SECONDS + LATE_SECONDS
    assert status_of(slow)[0] == 400
    assert seconds_until_ended({slow: b"4" * 100}, 10) < LATE_SECONDS


@pytest.mark.guards("slow headers and half-sent frames time out")
def test_a_connection_that_asks_nothing_more_is_closed(hurried):
    idle = connect(hurried)
    idle.sendall(GET + b"\r\n")
    assert status_of(idle)[0] == 200
    assert seconds_until_ended({idle: b""}, 10) < IDLE_SECONDS + LATE_SECONDS


def test_a_frame_or_a_message_that_trickles_in_is_not_waited_for(hurried, room):
    trickles = {frame(b"4" * 60_000)[:100]: b"4" * 1000, frame(b"42", final=False): frame(b"", opcode=10) * 100}
    drips = {}
    for said, drip in trickles.items():
        raw = Raw(hurried)
        raw.ask("join", room=room, user_name=f"p{len(drips)}")
        raw.send(said)
        drips[raw.socket] = drip
    assert seconds_until_ended(drips, 20) < DEAD_SECONDS + LATE_SECONDS


@pytest.mark.guards("slow headers and half-sent frames time out")
def test_the_slow_hold_no_place_that_others_need(serve):
    server = serve("--connections-per-address", "0", hurried=True, files=300)
    for _ in range(350):
        connect(server).sendall(GET)
    until = time.monotonic() + HEAD_SECONDS + LATE_SECONDS
    while not gets_a_page(server):
        assert time.monotonic() < until, "nobody else is served"


def gets_a_page(server):
    with ask_page(server) as page:
        page.settimeout(0.5)
        try:
            return status_of(page)[0] == 200
        except OSError:
            return False


@pytest.mark.guards("a connection that enters no namespace is closed")
def test_who_enters_no_namespace_is_closed(hurried):
    raw = Raw(hurried, connect=False)
    began = time.monotonic()
    assert raw.ends(10), "it answers pings, and stays for ever"
    assert time.monotonic() - began < 1.1 + LATE_SECONDS


@pytest.mark.quiet
@pytest.mark.guards("a dead peer is out in time")
def test_the_dead_are_out_in_time_whenever_they_died(hurried, room):
    watcher = Raw(hurried)
    watcher.ask("join", room=room, user_name="zoe")
    for n in range(8):
        raw = Raw(hurried)
        raw.ask("join", room=room, user_name=f"p{n}")
        time.sleep(0.25)  # so that their pings fall due at different times
    began = time.monotonic()
    while watcher.ask("join", room=room)["room"]["here"] > 1 and time.monotonic() - began < 15:
        time.sleep(0.05)
    assert time.monotonic() - began < DEAD_SECONDS + 0.7


@pytest.mark.quiet
def test_who_answers_its_pings_stays(hurried, room):
    raw = Raw(hurried)
    raw.ask("join", room=room, user_name="ann")
    until = time.monotonic() + DEAD_SECONDS + 0.3
    while time.monotonic() < until:
        assert raw.ask("join", room=room)["room"]["here"] == 1
        time.sleep(0.1)


@pytest.mark.quiet
def test_who_takes_slowly_what_waits_for_it_stays(hurried, room):
    """What it is asked comes behind all that: it cannot answer in time."""
    with Raw(hurried) as talker, Raw(hurried) as slow:
        talker.ask("join", room=room, user_name="talker")
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        slow.ask("join", room=room, user_name="slow")
        for _ in range(SLOWLY_TAKEN):
            talker.ask("my event", room=room, message="x" * 3900)
        heard = slow.rest
        while heard.count(b'42["my response"') < SLOWLY_TAKEN:
            more = slow.socket.recv(60_000)
            assert more, "it was cut"
            for _ in range((heard[-2:] + more).count(PING)):
                slow.say("3")
            heard += more
            time.sleep(0.1)


@pytest.mark.guards("one that takes nothing is cut")
def test_who_takes_nothing_is_cut_however_alive_it_seems(hurried, room):
    """It answers pings that it does not read, so that only its outbox tells."""
    with Raw(hurried) as talker:
        talker.ask("join", room=room, user_name="talker")
        deaf = Raw(hurried)
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.ask("join", room=room, user_name="deaf")
        for _ in range(1500):
            talker.ask("my event", room=room, message="x" * 3900)
        began = time.monotonic()
        while talker.ask("join", room=room)["room"]["here"] > 1:
            assert time.monotonic() - began < STALLED_SECONDS + LATE_SECONDS, "it is still here"
            deaf.socket.setblocking(False)
            with contextlib.suppress(OSError):
                deaf.say("3")
            time.sleep(0.1)


def test_who_falls_silent_is_out_in_time_whatever_it_was_doing(hurried, room):
    """Polling, changing over, or on a cable that was pulled: no FIN and no RST ever come."""
    with Raw(hurried) as watcher:
        watcher.ask("join", room=room, user_name="zoe")
        Raw(hurried).ask("join", room=room, user_name="pulled")
        Polling(hurried).connect().post(f'420["join",{{"room":"{room}","user_name":"polling"}}]')
        changing = Polling(hurried).connect()
        changing.post(f'420["join",{{"room":"{room}","user_name":"changing"}}]')
        probe = ask_upgrade(hurried, path=f"/socket.io/?EIO=4&transport=websocket&sid={changing.sid}")
        assert status_of(probe)[0] == 101
        probe.sendall(frame(b"2probe"))
        assert watcher.ask("join", room=room)["room"]["here"] == 4
        until = time.monotonic() + DEAD_SECONDS + LATE_SECONDS
        while watcher.ask("join", room=room)["room"]["here"] > 1:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert seconds_until_ended({probe: b""}, 5) < LATE_SECONDS


def on_the_way(server):
    """A client that polls, and has been told that its WebSocket may take over."""
    polling = Polling(server).connect()
    probe = ask_upgrade(server, f"/socket.io/?EIO=4&transport=websocket&sid={polling.sid}")
    assert status_of(probe)[0] == 101
    probe.sendall(frame(b"2probe"))
    assert probe.recv(100) == b"\x81\x063probe"
    return polling, probe


def test_whose_line_ends_on_the_way_to_a_websocket_is_told_there_where_it_listens(hurried):
    """Official clients poll no more by then."""
    polling, probe = on_the_way(hurried)
    polling.post("1")
    probe.sendall(frame(b"5"))
    assert probe.recv(100) == b"\x88\x02\x03\xe8"
    assert probe.recv(100) == b""


def test_whose_line_ended_and_who_never_comes_over_loses_its_websocket_too(hurried):
    polling, probe = on_the_way(hurried)
    polling.post("1")
    assert seconds_until_ended({probe: b""}, PROBE_SECONDS + LATE_SECONDS) < PROBE_SECONDS + LATE_SECONDS


def another_websocket_of(server, polling):
    probe = ask_upgrade(server, f"/socket.io/?EIO=4&transport=websocket&sid={polling.sid}")
    assert status_of(probe)[0] == 101
    return probe


def test_of_two_websockets_that_are_tried_out_neither_outlives_the_line(hurried):
    polling, first = on_the_way(hurried)
    second = another_websocket_of(hurried, polling)
    assert seconds_until_ended({first: b""}, LATE_SECONDS) < LATE_SECONDS
    polling.post("1")
    assert seconds_until_ended({second: b""}, PROBE_SECONDS + LATE_SECONDS) < PROBE_SECONDS + LATE_SECONDS


@pytest.mark.parametrize("said", [b"", frame(b"2probe")], ids=["silent", "asked"])
def test_who_does_not_change_over_in_time_loses_its_websocket_and_polls_on(hurried, room, said):
    polling = Polling(hurried).connect()
    probe = another_websocket_of(hurried, polling)
    probe.sendall(said)
    assert seconds_until_ended({probe: b""}, PROBE_SECONDS + LATE_SECONDS) < PROBE_SECONDS + LATE_SECONDS
    assert polling.post(f'421["join",{{"room":"{room}"}}]') == (200, "OK")
    heard = []
    while not any(packet.startswith("431[") for packet in heard):
        if "2" in (packets := polling.get()):
            polling.post("3")
        heard += packets
