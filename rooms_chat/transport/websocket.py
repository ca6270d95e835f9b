"""One WebSocket on hub callbacks: frames in, frames out, an outbox with a limit. Knows nothing of Engine.IO.

While it is idle it has no greenlet. What a message sets off may block: then nothing more is read until that is done,
so that messages stay in order and what waits stays in the kernel.
"""

import socket
import struct
import time
from typing import ClassVar, Protocol

from eventlet.hubs import hub as hub_kinds

from rooms_chat.transport import frames, green
from rooms_chat.transport.frames import BadFrame, Frame, Message
from rooms_chat.transport.green import Socket
from rooms_chat.transport.outbox import OUTBOX_ANSWERS, OUTBOX_EVENTS, Outbox
from rooms_chat.transport.slices import SLICE_SECONDS

STALLED_SECONDS = 30
LATELY_SECONDS = 10
KERNEL_BYTES = 128 * 1024  # else the kernel takes megabytes for who never reads, before we begin to count
READ_BYTES = 64 * 1024
RESET = struct.pack("ii", 1, 0)

_read_buffer = bytearray(READ_BYTES)  # everybody's: what was read is copied out before anything else happens
_read_view = memoryview(_read_buffer)


class Owner(Protocol):
    """Whose WebSocket it is."""

    def on_text(self, text: bytes) -> None:
        """A whole text message. May block; what it raises ends the connection."""

    def on_bad_frame(self, bad: BadFrame) -> None:
        """The client broke the protocol; the connection is at its end."""

    def on_drained(self) -> None:
        """The outbox is empty again, after something did not fit. May block."""

    def on_end(self) -> None:
        """It is over, once, on the hub's next turn."""


class WebSocket:
    """`owner` may change hands while it lives. It has an outbox only while something waits."""

    __slots__ = (
        "_busy", "_message", "_outbox", "_raw", "_reader", "_refused", "_rest", "_taken_at", "_writer", "owner",
    )  # fmt: skip

    stalling: ClassVar["set[WebSocket]"] = set()
    outbox_cuts: ClassVar[int] = 0  # of who took too little of what it was sent

    def __init__(self, raw: Socket, owner: Owner) -> None:
        self.owner = owner
        self._raw: Socket | None = raw
        self._reader: green.Listener = None
        self._writer: green.Listener = None
        self._rest = b""
        self._message: Message | None = None
        self._busy = self._refused = False
        self._outbox: Outbox | None = None
        self._taken_at = 0.0
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        self._read_on()

    @property
    def is_half_full(self) -> bool:
        return self._outbox is not None and self._outbox.is_half_full

    @property
    def is_taking(self) -> bool:
        """Whether some of what waited was taken lately; the kernel may hold the last of it."""
        return time.monotonic() - self._taken_at < LATELY_SECONDS

    # Reading ---------------------------------------------------------------------------------------------------------

    def _read_on(self) -> None:
        if self._raw is not None and self._reader is None:
            self._reader = green.watch(hub_kinds.READ, self._raw.fileno(), self._readable)

    def _pause(self) -> None:
        if self._reader is not None:
            green.unwatch(self._reader)
            self._reader = None

    def _readable(self, _: int) -> None:
        """On the hub; may be a stale call of this turn."""
        if self._raw is None or self._busy:
            return
        green.run(self._receive)
        if self._busy or self.is_half_full:
            self._pause()

    def _receive(self) -> None:
        raw = self._raw
        if raw is None:
            return
        try:
            size = raw.recv_into(_read_buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if size:
            data = bytes(_read_view[:size])
            self._take(self._rest + data if self._rest else data)
        else:
            self.cut()

    def _take(self, data: bytes) -> None:
        """Handle the frames in `data`, for 2 ms: then the others have their turn.

        Who does not take its answers is not listened to meanwhile.
        """
        self._busy = True
        start, until, is_tired = 0, time.perf_counter() + SLICE_SECONDS, False
        try:
            while (
                self._raw is not None
                and not self.is_half_full
                and not is_tired
                and (frame := frames.read(data, start)) is not None
            ):
                start = frame.end
                self._handle(frame)
                is_tired = time.perf_counter() > until
        except BadFrame as bad:
            self.owner.on_bad_frame(bad)
            self.close(bad.code)
        except Exception:
            self.close(frames.PROTOCOL_ERROR)
            raise
        finally:
            self._busy = False
        self._rest = data[start:] if self._raw is not None else b""
        if is_tired:
            self._pause()
            green.soon(self._listen_again)
        elif not self.is_half_full:
            self._read_on()

    def _handle(self, frame: Frame) -> None:
        opcode = frame.opcode
        if opcode == frames.TEXT and frame.is_final and self._message is None:
            self.owner.on_text(frame.payload)
        elif opcode in (frames.TEXT, frames.CONTINUATION):
            self._put_together(frame)
        elif opcode == frames.PING:
            self.write(frames.frame(frame.payload, frames.PONG))
        elif opcode == frames.CLOSE:
            self.close(frames.NORMAL)
        elif opcode != frames.PONG:
            raise BadFrame(frames.UNSUPPORTED, "a frame that is no text")

    def _put_together(self, frame: Frame) -> None:
        if (self._message is None) == (frame.opcode == frames.CONTINUATION):
            raise BadFrame(frames.PROTOCOL_ERROR, "a fragment out of its place")
        message = self._message = self._message or Message()
        message.add(frame.payload)
        if frame.is_final:
            self._message = None
            self.owner.on_text(message.whole())

    # Writing ---------------------------------------------------------------------------------------------------------

    def write(self, data: bytes, events: int = 1) -> bool:
        """Send now what the kernel takes and keep the rest; False, and nothing is taken, where it does not fit.

        Never blocks, never raises. `data` is shared with whoever else is sent it.
        """
        return self.write_at_once(data, events) or self._wait(data, events, OUTBOX_EVENTS)

    def write_answer(self, data: bytes) -> bool:
        """The same, with the room that is kept for answers."""
        return self.write_at_once(data, 1) or self._wait(data, 1, OUTBOX_EVENTS + OUTBOX_ANSWERS)

    def write_at_once(self, data: bytes, events: int) -> bool:
        """The same, for who has nothing waiting: False, and nothing is taken, where something does."""
        raw = self._raw
        if raw is None or self._outbox is not None:
            return False
        try:
            sent = raw.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.cut()
            return False
        if sent != len(data):
            self._begin_to_wait(raw).keep(data[sent:] if sent else data, events)
        return True

    def _wait(self, data: bytes, events: int, most: int) -> bool:
        if self._outbox is None or not self._outbox.put(data, events, most):
            self._refused = True
            return False
        return True

    def _begin_to_wait(self, raw: Socket) -> Outbox:
        outbox = self._outbox = Outbox()
        self._writer = green.watch(hub_kinds.WRITE, raw.fileno(), self._writable)
        self.stalling.add(self)
        return outbox

    def _writable(self, _: int) -> None:
        """On the hub; may be a stale call of this turn."""
        outbox = self._outbox
        if self._raw is None or outbox is None:
            return
        try:
            sent = self._raw.sendmsg(outbox.first_parts())
        except BlockingIOError:
            return
        except OSError:
            self.cut()
            return
        outbox.forget(sent)
        self._taken_at = outbox.taken_from_at
        if outbox.is_empty:
            self._drained()
        elif not self._busy and not self.is_half_full:
            self._listen_again()

    def _drained(self) -> None:
        self._no_more_waits()
        if self._refused:
            self._refused = False
            green.run(self.owner.on_drained)
        if not self._busy:
            self._listen_again()

    def _listen_again(self) -> None:
        """Frames may have waited here while its answers waited there, or others had their turn."""
        if self._reader is None and self._raw is not None and not self._busy and not self.is_half_full:
            if self._rest:
                rest, self._rest = self._rest, b""
                green.run(self._take, rest)
            else:
                self._read_on()

    def _no_more_waits(self) -> None:
        if self._writer is not None:
            green.unwatch(self._writer)
        self._writer = self._outbox = None
        self.stalling.discard(self)

    # Ending ----------------------------------------------------------------------------------------------------------

    @classmethod
    def cut_stalled(cls) -> "list[WebSocket]":
        """Cut who took nothing of its outbox for 30 s. To be called now and then."""
        before = time.monotonic() - STALLED_SECONDS
        stalled = [one for one in cls.stalling if one._outbox is not None and one._outbox.taken_from_at < before]
        for websocket in stalled:
            websocket.cut()
        WebSocket.outbox_cuts += len(stalled)
        return stalled

    def close(self, code: int) -> None:
        """Say why, if that can be said at once, and end."""
        if self._raw is not None and self._outbox is None:
            try:
                self._raw.send(frames.closing(code))
            except OSError:
                return self.cut()
            self._end()
        else:
            self.cut()
        return None

    def cut(self) -> None:
        """End at once, the kernel's buffer too. May be called in the middle of anybody's loop."""
        if self._raw is not None:
            self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._end()

    def _end(self) -> None:
        raw, self._raw = self._raw, None
        assert raw is not None
        self._pause()
        self._no_more_waits()
        self._message, self._rest = None, b""
        raw.close()
        green.soon(self.owner.on_end)
