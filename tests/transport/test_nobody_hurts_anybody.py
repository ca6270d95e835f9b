"""What a stranger can do to the server and to others: nothing. One test for each claim."""

import contextlib
import http.client
import json
import socket
import time

import pytest

from tests.transport.raw import (
    Echo,
    Polling,
    Raw,
    ask_page,
    ask_upgrade,
    connect,
    frame,
    is_readable,
    status_of,
)
from tests.transport.servers import wait_until

UNHURT_MS = 100
TALK_BYTES = 30_000_000  # six of them for each Korean letter: here it is told as text and as HTML, elsewhere escaped


# What anybody may do --------------------------------------------------------------------------------------------------


@pytest.mark.common
def test_the_honest_are_served(server, room):
    """Else a test that fails elsewhere would prove nothing."""
    with Echo(server, room) as echo, Raw(server) as ann:
        assert ann.ask("join", room=room, user_name="ann")["room"]["here"] == 2
        polling = Polling(server).connect()
        assert polling.post(f'420["join",{{"room":"{room}","user_name":"bob"}}]') == (200, "OK")
        ann.say(f'42["my event",{{"room":"{room}","message":"hello"}}]')
        for raw in (ann, echo.raw):
            assert [event["message"] for event in raw.events("my response", 1)] == ["hello"]
        packets = []
        while not any(packet.startswith('42["my response"') for packet in packets):
            packets += polling.get()
        assert echo.milliseconds() < 1000
        assert ann.ask("nothing")["error"]["code"] == "unknown_event"
        with ask_page(server) as page:
            assert status_of(page)[0] == 200


# Frames ---------------------------------------------------------------------------------------------------------------


@pytest.mark.common
def test_a_message_of_64_kib_is_taken(server):
    with Raw(server) as raw:
        raw.send(frame(b'421["nothing","' + b"x" * (65536 - 17) + b'"]', key=b"abcd"))
        assert raw.answer()["error"]["code"] == "unknown_event"


@pytest.mark.guards("64 KiB a message, its fragments together, at most 64")
def test_a_message_above_64_kib_ends_its_connection(server):
    with Raw(server) as raw:
        raw.send(frame(b"4" * 65537)[:100])
        assert raw.ends()
        assert raw.closed in (1009, None)


@pytest.mark.guards("64 KiB a message, its fragments together, at most 64")
def test_fragments_are_counted_together(server):
    with Raw(server) as raw:
        raw.send(frame(b"42" + b"x" * 40_000, final=False) + frame(b"x" * 40_000, opcode=0))
        assert raw.ends()


@pytest.mark.guards("64 KiB a message, its fragments together, at most 64")
def test_a_message_has_at_most_64_fragments(server):
    whole = b'421["nothing",{}]'
    with Raw(server) as raw:
        empty = frame(b"", opcode=0, final=False) * 62
        raw.send(frame(whole[:3], final=False) + empty + frame(whole[3:], opcode=0))
        assert raw.answer()["error"]["code"] == "unknown_event"
        raw.send(frame(whole[:3], final=False) + empty + frame(b"", 0, final=False) + frame(whole[3:], opcode=0))
        assert raw.ends()


def test_a_thousand_dear_requests_in_one_write_let_others_have_their_turn(server, room):
    with Echo(server, room) as echo, Raw(server) as raw:
        raw.ask("join", room=room, user_name="hog")
        join = frame(b"42" + json.dumps(["join", {"room": room}]).encode())
        raw.send(join * 1000 + frame(b'427["typing",{}]'))
        echo.raw.ask("typing", room=room)
        raw.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while more := raw.socket.recv(1 << 20):
                raw.rest += more
        assert b"437[" not in raw.rest, "all of them were handled before anybody else was heard"
        raw.socket.settimeout(10)
        assert raw.answer(7)["ok"] is False


@pytest.mark.quiet
@pytest.mark.guards("a frame of 900 KB stalls nobody")
def test_a_frame_of_900_kb_stalls_nobody(server, room):
    with Echo(server, room) as echo, Raw(server) as raw:
        big = frame(b"4" * 900_000, key=b"abcd")
        for start in range(0, len(big), 100_000):
            try:
                raw.send(big[start : start + 100_000])
            except OSError:
                break
            assert echo.milliseconds() < UNHURT_MS
        assert raw.ends()


@pytest.mark.quiet
def test_broken_frames_and_packets_one_after_the_other_stall_nobody(server, room):
    with Echo(server, room) as echo:
        times = []
        for packet in BROKEN * 3:
            with Raw(server) as raw:
                raw.say(packet)
                times.append(echo.milliseconds())
        assert sorted(times)[len(times) // 2] < UNHURT_MS
        assert max(times) < 10 * UNHURT_MS  # the machine is not ours alone


@pytest.mark.guards("binary packets, absurd ids, depth and attachments are refused")
@pytest.mark.parametrize(
    "bad",
    [
        frame(b"2", opcode=2),
        frame(b"2", reserved=0x40),
        frame(b"2", opcode=3),
        frame(b"2", opcode=11),
        frame(b"2", opcode=0),
        frame(b"x" * 126, opcode=9),
        frame(b"", opcode=9, final=False),
        b"\x81\x012",
        frame(b"4", final=False) + frame(b"2", final=True),
        frame(b"", size=2**62),
    ],
    ids=["binary", "reserved bit", "opcode 3", "opcode 11", "nothing to go on with", "long ping", "ping in parts",
         "without mask", "begun twice", "size of 2**62"],
)  # fmt: skip
def test_a_frame_against_the_protocol_ends_its_connection(server, bad):
    with Raw(server) as raw:
        raw.send(bad)
        assert raw.ends()


@pytest.mark.common
def test_a_ping_is_answered_and_a_close_too(server):
    with Raw(server) as raw:
        raw.send(frame(b"hello", opcode=9))
        assert raw._frame() == (10, b"hello")
        raw.send(frame(b"\x03\xe8", opcode=8))
        assert raw.ends()
        assert raw.closed == 1000


@pytest.mark.common
def test_frames_that_come_byte_by_byte_are_one_message(server):
    with Raw(server) as raw:
        for byte in frame(b'421["nothing",{}]', key=b"wxyz"):
            raw.send(bytes([byte]))
        assert raw.answer()["error"]["code"] == "unknown_event"


# Packets --------------------------------------------------------------------------------------------------------------

BROKEN = [
    "", "x", "9", "2", "2probe", "5", "4", "49", "4x", "40{", "42", "42[", "42[]", "42{}", "42null", '42"x"',
    '451-["x",{"_placeholder":true,"num":0}]', '461-1["x"]', '42-["x"]', '4299999999999999999["x"]', "42[" * 20_000,
    '42["x",' + "[" * 30_000, '42/elsewhere,["x"]', "44", '42["x"]]', "b4aGVsbG8=",
]  # fmt: skip


@pytest.mark.guards("binary packets, absurd ids, depth and attachments are refused")
@pytest.mark.parametrize("packet", BROKEN, ids=lambda packet: packet[:24] or "empty")
def test_a_broken_packet_ends_its_connection_at_once(server, packet):
    with Raw(server) as raw:
        raw.say(packet)
        assert raw.ends(2)


def test_text_that_is_not_utf_8_ends_its_connection(server):
    with Raw(server) as raw:
        raw.send(frame(b'42["x","\xff\xfe"]'))
        assert raw.ends(2)


@pytest.mark.guards("a broken packet closes at once, with its disconnect and one log line")
def test_a_broken_packet_comes_with_its_disconnect(server, room):
    with Raw(server) as other, Raw(server) as raw:
        other.ask("join", room=room, user_name="ann")
        raw.ask("join", room=room, user_name="bob")
        raw.say("x")
        wait_until(lambda: other.ask("join", room=room)["room"]["here"] == 1, seconds=3)


def test_broken_packets_write_one_line_each_and_few_in_all(serve):
    server = serve()
    before = len(server.lines)
    for _ in range(40):
        with Raw(server) as raw:
            raw.say("x")
            raw.ends(0.2)
    lines = server.lines[before:]
    assert not any("Traceback" in line for line in lines)
    assert 1 <= len(lines) <= 11, "one each, ten in a minute, and one that says so"


# Connecting -----------------------------------------------------------------------------------------------------------


@pytest.mark.guards("only WebSocket 13, no extension")
@pytest.mark.parametrize(
    "changed",
    [
        {"Sec_WebSocket_Version": None},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": "short"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Upgrade": "h2c"},
        {"path": "/socket.io/?EIO=3&transport=websocket"},
        {"path": "/socket.io/?EIO=4&transport=polling&j=0"},
        {"path": "/socket.io/?EIO=4&transport=websocket&j=0"},
        {"path": "/socket.io/?EIO=4&transport=websocket&sid=nobody"},
    ],
    ids=str,
)
def test_only_a_good_handshake_of_version_13_is_taken(server, changed):
    with ask_upgrade(server, **changed) as connection:
        assert status_of(connection)[0] == 400


@pytest.mark.guards("origins, no JSONP")
def test_a_foreign_host_does_not_make_its_own_origin_right(server):
    host = "elsewhere.example"
    forged = {"Host": host, "Origin": f"http://{host}", "X_Forwarded_Host": host}
    with ask_upgrade(server, **forged) as connection:
        assert status_of(connection)[0] == 400


@pytest.mark.quiet
@pytest.mark.parametrize("value", [b" " * 1500 + b"\0", b"a" + b" " * 7900 + b"b"], ids=["nul", "blanks"])
def test_a_head_full_of_blanks_stalls_nobody(server, room, value):
    with Echo(server, room) as echo, connect(server) as connection:
        connection.sendall(b"GET /socket.io/ HTTP/1.1\r\nUpgrade: websocket\r\nX:" + value + b"\r\n\r\n")
        assert echo.milliseconds() < UNHURT_MS


@pytest.mark.parametrize("host", ["a" * 64, "x" * 3500, "a b", "방.example", "evil.example/path", "a" * 200 + "!"])
def test_a_host_that_can_be_none_is_refused(server, host):
    connection = connect(server)
    connection.sendall(f"GET /r/Design HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert status_of(connection)[0] == 400


@pytest.mark.guards("only WebSocket 13, no extension")
def test_no_extension_is_negotiated(server):
    with Raw(server, Sec_WebSocket_Extensions="permessage-deflate; server_max_window_bits=abc") as raw:
        assert b"xtensions" not in raw.head


@pytest.mark.guards("origins, no JSONP")
def test_jsonp_is_not_spoken(server):
    connection = http.client.HTTPConnection(*server.address)
    connection.request("GET", "/socket.io/?EIO=4&transport=polling&j=0")
    assert connection.getresponse().status == 400
    connection.close()


def test_who_is_refused_is_told_why_and_hears_nothing(server, room):
    with Raw(server) as other, Raw(server, connect=False) as raw:
        other.ask("join", room=room, user_name="ann")
        raw.say('40{"key":"forged"}')
        assert json.loads(raw.text()[2:])["data"]["code"] == "bad_request"
        raw.say('420["join",{"room":"' + room + '"}]')
        assert raw.ends(2)
        assert other.ask("my event", room=room, message="alone?")["ok"]


def test_nothing_is_done_for_who_has_not_connected(server, room):
    with Raw(server, connect=False) as raw:
        raw.say('420["join",{"room":"' + room + '"}]')
        assert raw.ends(2)


def test_another_namespace_is_refused_and_the_connection_stays(server):
    with Raw(server) as raw:
        raw.say("40/admin,")
        assert raw.text().startswith("44/admin,")
        assert raw.ask("nothing")["error"]["code"] == "unknown_event"


def test_a_client_may_leave_and_come_back_on_one_connection(server, room):
    with Raw(server) as raw:
        raw.ask("join", room=room, user_name="ann")
        raw.say("41")
        raw.say("40")
        while not raw.text().startswith("40"):
            pass
        assert raw.ask("join", room=room, user_name="ann")["ok"]


@pytest.mark.guards("no ghost stays whatever dies when")
def test_no_ghost_stays_whatever_ends_a_connection(server, room):
    with Raw(server) as other:
        other.ask("join", room=room, user_name="zoe")
        for n, end in enumerate([b"", frame(b"x"), frame(b"41"), frame(b"1"), frame(b"", opcode=8), b"\0\0\0"]):
            raw = Raw(server)
            raw.ask("join", room=room, user_name=f"p{n}")
            raw.send(end)
            raw.socket.close()
        wait_until(lambda: other.ask("join", room=room, user_name="zoe")["room"]["here"] == 1)


# Polling --------------------------------------------------------------------------------------------------------------


@pytest.mark.guards("polling: 400 at once, 512 packets taken, nothing swallowed")
@pytest.mark.parametrize("packet", ["x", "9", "", "42[", "451-[]", "b4aGVsbG8="], ids=lambda packet: packet or "empty")
def test_a_broken_post_is_answered_400_at_once_and_ends_its_session(server, packet):
    client = Polling(server).connect()
    began = time.monotonic()
    assert client.post(packet)[0] == 400
    assert time.monotonic() - began < 2
    assert client.post('420["nothing"]')[0] == 400


@pytest.mark.guards("polling: 400 at once, 512 packets taken, nothing swallowed")
def test_all_that_fits_in_one_post_is_taken(server, room):
    client = Polling(server).connect()
    assert client.post(*(f'42{n}["nothing"]' for n in range(512))) == (200, "OK")
    answers = []
    while len(answers) < 512:
        answers += [packet for packet in client.get() if packet.startswith("43")]
    assert [answer[: answer.index("[")] for answer in answers] == [f"43{n}" for n in range(512)]


@pytest.mark.guards("polling: 400 at once, 512 packets taken, nothing swallowed")
def test_more_than_512_packets_or_64_kib_are_refused_and_never_swallowed(server):
    assert Polling(server).connect().post(*['42["nothing"]'] * 513)[0] == 400
    assert Polling(server).connect().post("4" + "x" * 65536)[0] == 400


def test_a_message_reaches_who_polls_and_who_changes_over(server, room):
    client = Polling(server).connect()
    client.post('420["join",{"room":"' + room + '","user_name":"ann"}]')
    with ask_upgrade(server, path=f"/socket.io/?EIO=4&transport=websocket&sid={client.sid}") as connection:
        assert status_of(connection)[0] == 101
        connection.sendall(frame(b"2probe"))
        assert connection.recv(100) == b"\x81\x063probe"
        client.post('421["my event",{"room":"' + room + '","message":"on the way"}]')
        assert not is_readable(connection, 0.2)
        connection.sendall(frame(b"5"))
        heard = b""
        while b"on the way" not in heard:
            heard += connection.recv(65536)
        assert heard.index(b'430[{"ok":true') < heard.index(b'431[{"ok":true') < heard.index(b'"my response"')


# Outboxes -------------------------------------------------------------------------------------------------------------


@pytest.mark.guards("a member that never reads costs little")
def test_who_never_reads_costs_little_and_holds_nobody_up(serve, room):
    server = serve()
    with Echo(server, room) as echo, Raw(server) as talker:
        talker.ask("join", room=room, user_name="talker")
        deaf = [Raw(server) for _ in range(10)]
        for n, raw in enumerate(deaf):
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.ask("join", room=room, user_name=f"deaf-{n}")
        before = server.resident_kb()
        for _ in range(TALK_BYTES // len(text := "\N{HANGUL SYLLABLE BANG}" * 3900) // 6 // 4):
            for n in range(4):
                talker.say(f"42{n}" + json.dumps(["my event", {"room": room, "message": text}]))
            for n in range(4):
                assert talker.answer(n)["ok"]
            assert len(echo.raw.events("my response", 4)) == 4
        assert server.resident_kb() - before < 15_000


def test_who_reads_late_misses_nothing(server, room):
    with Raw(server) as talker, Raw(server) as late:
        talker.ask("join", room=room, user_name="talker")
        late.ask("join", room=room, user_name="late")
        for n in range(450):
            assert talker.ask("my event", room=room, message=f"{n} " + "x" * 2000)["ok"]
        assert [event["seq"] for event in late.events("my response", 450)] == list(range(1, 451))
        talker.ask("my event", room=room, message="and on")
        assert late.events("my response", 1)[0]["seq"] == 451


def test_who_asks_without_reading_is_heard_no_more(server, room):
    before = server.resident_kb()
    with Raw(server) as raw:
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.ask("join", room=room, user_name="ann")
        asks = frame(b'421["history",{"room":"' + room.encode() + b'"}]') * 50
        raw.socket.settimeout(1)
        with pytest.raises(OSError, match=r"timed out|reset|pipe"):  # it is not listened to, or cut
            send_for_ever(raw, asks)
        assert server.resident_kb() - before < 15_000


def send_for_ever(raw, data):
    for _ in range(10_000):
        raw.send(data)


# Places ---------------------------------------------------------------------------------------------------------------


@pytest.mark.guards("a thousand connections for an address, none without a limit")
def test_one_address_gets_its_places_and_no_more(serve):
    server = serve("--connections-per-address", "3")
    taken = [Raw(server) for _ in range(3)]
    with ask_upgrade(server) as connection:
        assert status_of(connection)[0] == 503
    with ask_page(server) as connection:
        assert status_of(connection)[0] == 200
    taken.pop().socket.close()
    wait_until(lambda: gets_in(server))


def gets_in(server):
    with ask_upgrade(server) as connection:
        return status_of(connection)[0] == 101


@pytest.mark.guards("twenty connections for a person")
def test_a_person_is_connected_twenty_times_at_most(server, room):
    with Raw(server) as first:
        key = first.ask("join", room=room, user_name="ann")["you"]["key"]
        more = [Raw(server, connect=False) for _ in range(20)]
        for raw in more:
            raw.say("40" + json.dumps({"key": key}))
        texts = [raw.text() for raw in more]
        assert sorted(text[:2] for text in texts) == ["40"] * 19 + ["44"]
        assert json.loads(max(texts)[2:])["data"]["code"] == "busy"


def test_places_and_files_are_given_back(serve):
    server = serve("--connections-per-address", "20")
    with Raw(server):
        pass
    before = server.open_files()
    for round in range(5):
        crowd = [Raw(server, connect=round % 2 == 0) for _ in range(8)] + [Polling(server) for _ in range(2)]
        crowd += [ask_upgrade(server, Sec_WebSocket_Version="8"), ask_page(server)]
        for one in crowd:
            if isinstance(one, Polling):
                one.post("1")
            else:
                getattr(one, "socket", one).close()
        wait_until(lambda: server.open_files() <= before)
    crowd = [Raw(server) for _ in range(20)]


# Stopping -------------------------------------------------------------------------------------------------------------


@pytest.mark.guards("a stop closes with 1012")
def test_a_stop_closes_every_websocket_with_1012(serve):
    server = serve()
    crowd = [Raw(server) for _ in range(30)]
    server.stop()
    for raw in crowd:
        assert raw.ends()
        assert raw.closed == 1012
        raw.socket.close()
