"""Socket.IO packets as they come from clients: read strictly, for what is read leniently is a door for somebody."""

import json
import re
from typing import Any, NamedTuple

import msgspec
from engineio.exceptions import EngineIOError

from rooms_chat.transport.frames import frame

CONNECT, DISCONNECT, EVENT, ACK = b"0", b"1", b"2", b"3"
DEFAULT_NAMESPACE = b"/"
# Binary packets have other kinds, and are not spoken here. Clients count their ids; none comes this far.
PACKET = re.compile(rb"4([0-3])(?:(/[^,?]{0,100})[^,]{0,200}(?:,|$))?([0-9]{1,15})?([\[{\"].*)?", re.DOTALL)

encode = msgspec.json.Encoder().encode


class BrokenPacket(EngineIOError):  # type: ignore[misc]
    """A client sent what is no packet of ours. A request that holds one is answered with 400."""


class Packet(NamedTuple):
    """`id` is the bytes to acknowledge with, None where no answer is wanted."""

    kind: bytes
    namespace: bytes
    id: bytes | None
    data: Any


def read(text: bytes) -> Packet:
    """Raises BrokenPacket."""
    found = PACKET.fullmatch(text)
    if found is None:
        raise BrokenPacket(f"no packet: {text[:20]!r}")
    kind, namespace, id, data = found.groups()
    value = None if data is None else _decode(data)
    if kind in (EVENT, ACK) and (not isinstance(value, list) or (kind == EVENT and not value)):
        raise BrokenPacket("an event without a name")
    return Packet(kind, namespace or DEFAULT_NAMESPACE, id, value)


def _decode(data: bytes) -> Any:
    """Leniently, so that a `NaN` gets an answer and not a cut."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise BrokenPacket("a packet that is not JSON") from None


def event(name: str, data: Any) -> bytes:
    """A frame that tells an event."""
    return frame(b"42" + encode([name, data]))


def answer(id: bytes, body: Any) -> bytes:
    """A frame that acknowledges."""
    return frame(b"43" + id + encode([body]))


def accepted(sid: str) -> bytes:
    return frame(b"40" + encode({"sid": sid}))


def refused(namespace: bytes, message: str, data: Any = None) -> bytes:
    where = b"" if namespace == DEFAULT_NAMESPACE else namespace + b","
    body = {"message": message} if data is None else {"message": message, "data": data}
    return frame(b"44" + where + encode(body))
