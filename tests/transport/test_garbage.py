"""Whatever bytes come in, they are read as the protocol says or refused. FUZZ=20000 tries harder."""

import contextlib
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rooms_chat.transport import frames, packets
from rooms_chat.transport.frames import BadFrame
from rooms_chat.transport.packets import BrokenPacket
from tests.transport.raw import Echo, Raw, frame

FEW = 300
TRIES = int(os.environ.get("FUZZ", FEW))
pytestmark = pytest.mark.timeout(60 + TRIES / 10)
hard = settings(max_examples=TRIES, deadline=None)
patient = settings(
    max_examples=TRIES if TRIES > FEW else FEW // 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

PIECES = [
    "4",
    "42",
    "40",
    "41",
    "43",
    "45",
    "1",
    '["my event"',
    ",{}",
    "]",
    "[",
    "{",
    "}",
    '"',
    "/x,",
    "0",
    "999",
    "\x1e",
]
PACKET = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
FRAME = st.builds(
    frame,
    PACKET.map(str.encode) | st.binary(max_size=200),
    opcode=st.integers(0, 15),
    final=st.booleans(),
    key=st.binary(min_size=4, max_size=4),
    reserved=st.sampled_from([0, 0, 0, 0x40]),
    size=st.none() | st.integers(0, 2**63),
)


@given(st.binary(max_size=300))
@hard
def test_any_bytes_are_a_frame_or_the_beginning_of_one_or_refused(data):
    try:
        found = frames.read(data, 0)
    except BadFrame:
        return
    assert found is None or found.end <= len(data)


@given(st.binary(max_size=70_000), st.binary(min_size=4, max_size=4), st.binary(max_size=20), st.booleans())
@hard
def test_a_frame_is_read_as_it_was_written(payload, key, behind, final):
    data = frame(payload, final=final, key=key) + behind
    if len(payload) > frames.MESSAGE_BYTES:
        with pytest.raises(BadFrame):
            frames.read(data, 0)
    else:
        assert frames.read(data, 0) == (frames.TEXT, final, payload, len(data) - len(behind))
        assert frames.payload_of(frames.frame(payload)) == payload


@given(PACKET.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=60))
@hard
def test_any_text_is_a_packet_or_broken(text):
    try:
        found = packets.read(b"4" + text)
    except BrokenPacket:
        return
    assert found.kind in b"0123"


@pytest.fixture
def echo(server):
    with Echo(server, "garbage") as somebody:
        yield somebody


@given(st.lists(FRAME, min_size=1, max_size=5), st.sampled_from(["connected", "accepted", "in a room"]))
@patient
def test_garbage_hurts_nobody_else(server, echo, given_frames, state):
    raw = Raw(server, connect=state != "connected")
    if state == "in a room":
        raw.say('42["join",{"room":"garbage","user_name":"eve"}]')
    with raw:
        with contextlib.suppress(OSError):
            for data in given_frames:
                raw.send(data)
        assert echo.milliseconds() < 1000


def test_garbage_leaves_no_traceback(server):
    assert "Traceback" not in server.log.read_text()
