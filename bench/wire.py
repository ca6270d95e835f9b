"""Socket.IO over WebSocket by hand: what a client writes, and what stands in the bytes that come."""

import json
import os
import re
from typing import Any, NamedTuple

ENGINE_OPEN, CONNECTED, REFUSED, PING, ANSWER = b"0", b"40", b"44", b"2", b"43"
CONNECT_FRAME_TEXT, PONG_TEXT = b"40", b"3"
DELIVERY = b'42["my response"'
TEXT, CLOSE = 0x1, 0x8

_number = re.compile(rb'"message":"(\d+) ')
_seq = re.compile(rb'"seq":(\d+)')
_answer = re.compile(rb'43(\d+)\[(\{"ok":true)?')
_mask = os.urandom(4)


class Ended(Exception):
    """The server closed a connection, or refused something."""


class Heard(NamedTuple):
    """What some bytes hold, which may be the same for a thousand clients."""

    posts: tuple[int, ...]  # the numbers the posts were given by who sent them
    seqs: tuple[int, ...]  # as many, where messages carry a seq
    answers: tuple[int, ...]
    packets: tuple[bytes, ...]  # everything else
    rest: bytes  # the beginning of a frame that is not here yet


def upgrade(port: int) -> bytes:
    """The request that opens a WebSocket."""
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


def frame(text: bytes) -> bytes:
    """A client's frame: masked, as servers insist."""
    size = len(text)
    head = bytes([0x80 | TEXT, 0x80 | size]) if size < 126 else bytes([0x80 | TEXT, 0xFE]) + size.to_bytes(2, "big")
    pad = (_mask * (size // 4 + 1))[:size]
    masked = int.from_bytes(text, "little") ^ int.from_bytes(pad, "little")
    return head + _mask + masked.to_bytes(size, "little")


def event(name: str, data: dict[str, Any], ask: int | None = None) -> bytes:
    """The frame of an event; with `ask` it wants an answer of that number."""
    asked = "" if ask is None else str(ask)
    return frame(f"42{asked}{json.dumps([name, data], separators=(',', ':'))}".encode())


def read(data: bytes) -> Heard:
    """Everything in `data`, frame by frame. Raises Ended."""
    texts, rest = _texts(data)
    posts: list[int] = []
    seqs: list[int] = []
    answers: list[int] = []
    packets: list[bytes] = []
    for text in texts:
        if text.startswith(DELIVERY):
            _take_delivery(text, posts, seqs)
        elif text.startswith(ANSWER):
            answers.append(_number_of_answer(text))
        else:
            packets.append(text)
    return Heard(tuple(posts), tuple(seqs), tuple(answers), tuple(packets), rest)


def _take_delivery(text: bytes, posts: list[int], seqs: list[int]) -> None:
    if number := _number.search(text):
        posts.append(int(number[1]))
        if seq := _seq.search(text):
            seqs.append(int(seq[1]))


def _number_of_answer(text: bytes) -> int:
    found = _answer.match(text)
    if found is None or (not found[2] and text[found.end() :] != b"]"):  # peers answer with nothing
        raise Ended(f"refused: {text[:200]!r}")
    return int(found[1])


def _texts(data: bytes) -> tuple[list[bytes], bytes]:
    texts: list[bytes] = []
    at = 0
    while (begin := _begin(data, at)) is not None:
        begin, end = begin
        if end > len(data):
            break
        if data[at] & 15 == CLOSE:
            raise Ended(f"closed: {data[begin:end]!r}")
        texts.append(data[begin:end])
        at = end
    return texts, data[at:]


def _begin(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame at `at` begins and ends."""
    if len(data) < at + 2:
        return None
    size = data[at + 1]
    if size < 126:
        return at + 2, at + 2 + size
    begin = at + (4 if size == 126 else 10)
    if len(data) < begin:
        return None
    return begin, begin + int.from_bytes(data[at + 2 : begin], "big")
