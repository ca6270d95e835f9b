"""WebSocket frames (RFC 6455) as bytes: those we send, and the reading of those a client sends."""

import struct
from typing import NamedTuple

CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
FINAL = 0x80

MESSAGE_BYTES = 64 * 1024
FRAGMENTS = 64
CONTROL_BYTES = 125

NORMAL, PROTOCOL_ERROR, UNSUPPORTED, TOO_BIG, RESTART = 1000, 1002, 1003, 1009, 1012


class BadFrame(Exception):
    """What the client sent is against the protocol; `code` is for the closing frame."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Frame(NamedTuple):
    """One frame; `end` is where the next one begins."""

    opcode: int
    is_final: bool
    payload: bytes
    end: int


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole frame as a server sends it: without a mask, so that the bytes are the same for everybody."""
    size = len(payload)
    if size < 126:
        return bytes((FINAL | opcode, size)) + payload
    if size < 65536:
        return struct.pack("!BBH", FINAL | opcode, 126, size) + payload
    return struct.pack("!BBQ", FINAL | opcode, 127, size) + payload


def closing(code: int) -> bytes:
    return frame(code.to_bytes(2, "big"), CLOSE)


def payload_of(whole: bytes) -> bytes:
    """What `frame` was given."""
    return whole[{126: 4, 127: 10}.get(whole[1], 2) :]


def read(data: bytes, start: int) -> Frame | None:
    """The frame that begins at `start`; None while it is not whole. Raises BadFrame as soon as it is certain."""
    if len(data) - start < 2:
        return None
    first, second = data[start], data[start + 1]
    opcode = first & 0x0F
    if first & 0x70 or not second & 0x80:
        raise BadFrame(PROTOCOL_ERROR, "a frame with reserved bits, or without a mask")
    size, mask = second & 0x7F, start + 2
    if opcode >= CLOSE and (size > CONTROL_BYTES or not first & FINAL):
        raise BadFrame(PROTOCOL_ERROR, "a control frame that is too long or in parts")
    if size >= 126:
        width = 2 if size == 126 else 8
        mask += width
        if len(data) < mask:
            return None
        size = int.from_bytes(data[mask - width : mask], "big")
    if size > MESSAGE_BYTES:
        raise BadFrame(TOO_BIG, f"a frame of {size} bytes")
    body = mask + 4
    end = body + size
    if len(data) < end:
        return None
    return Frame(opcode, bool(first & FINAL), unmask(data[body:end], data[mask:body]), end)


def unmask(payload: bytes, mask: bytes) -> bytes:
    """XOR with the repeated mask, as one operation on one big number."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(size, "big")


class Message:
    """Puts a message together from its fragments, within limits."""

    __slots__ = ("_bytes", "_parts")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._bytes = 0

    def add(self, part: bytes) -> None:
        self._parts.append(part)
        self._bytes += len(part)
        if self._bytes > MESSAGE_BYTES or len(self._parts) > FRAGMENTS:
            raise BadFrame(TOO_BIG, "a message of too many bytes or fragments")

    def whole(self) -> bytes:
        return b"".join(self._parts)
