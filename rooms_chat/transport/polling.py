"""Polling: what waits for a client, within an outbox's limits, the request that hangs for it, and what it posts."""

from collections import deque

import eventlet
from engineio.exceptions import ContentTooLongError
from eventlet.event import Event

from rooms_chat.transport.frames import MESSAGE_BYTES, payload_of
from rooms_chat.transport.guard import Environ
from rooms_chat.transport.outbox import OUTBOX_ANSWERS, OUTBOX_BYTES, OUTBOX_EVENTS
from rooms_chat.transport.packets import BrokenPacket

PACKETS_PER_POST = 512
SEPARATOR = b"\x1e"
NOOP = b"6"


class Payload:
    """Packets on their way, as engineio's server takes them: something that can be encoded."""

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = frames

    def encode(self, b64: bool = False) -> str:
        return (SEPARATOR.join(map(payload_of, self._frames)) or NOOP).decode()


class Mailbox:
    """Holds frames as a WebSocket would send them, so that everybody's are the same bytes."""

    __slots__ = ("_bytes", "_frames", "_knock", "refused")

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self._knock: Event | None = None
        self.refused = False

    @property
    def is_half_full(self) -> bool:
        return len(self._frames) * 2 > OUTBOX_EVENTS or self._bytes * 2 > OUTBOX_BYTES

    def put(self, frames: list[bytes]) -> bool:
        """False, and nothing is taken, where it does not fit."""
        return self._put(frames, OUTBOX_EVENTS)

    def put_answer(self, frame: bytes) -> bool:
        """The same, with the room that is kept for answers."""
        return self._put([frame], OUTBOX_EVENTS + OUTBOX_ANSWERS)

    def _put(self, frames: list[bytes], most: int) -> bool:
        size = sum(map(len, frames))
        if self._frames and (len(self._frames) + len(frames) > most or self._bytes + size > OUTBOX_BYTES):
            self.refused = True
            return False
        self._frames.extend(frames)
        self._bytes += size
        self.let_go()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for something, or to be let go; whether that came. Of two who wait, the older is let go."""
        if self._frames:
            return True
        self.let_go()
        knock = self._knock = Event()
        with eventlet.Timeout(seconds, False):
            knock.wait()
        return bool(knock.ready())

    def let_go(self) -> None:
        """Let the hanging request return, with what there is."""
        if self._knock is not None:
            knock, self._knock = self._knock, None
            knock.send()

    def take_all(self) -> list[bytes]:
        frames = list(self._frames)
        self._frames.clear()
        self._bytes = 0
        self.refused = False
        return frames


def packets_of(environ: Environ) -> list[bytes]:
    """What a request to tell us something holds. Raises EngineIOError."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > MESSAGE_BYTES:
        raise ContentTooLongError(f"{size} bytes in one request")
    try:
        body: bytes = environ["wsgi.input"].read(size)
    except OSError as error:
        raise BrokenPacket(f"a body that does not come: {error}") from None
    packets = body.split(SEPARATOR)
    if len(body) != size or len(packets) > PACKETS_PER_POST:
        raise BrokenPacket("a body that is too short, or of too many packets")
    return packets
