"""A client's line to us: Engine.IO over polling or WebSocket, and the way from one to the other.

Raw frames may go out only after the client's `5`: until then it drops all but `3probe`. So everything waits in the
mailbox, and moves to the WebSocket in order, with no switch in between.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import eventlet
from engineio.exceptions import EngineIOError, QueueEmpty

from rooms_chat.transport import frames, green
from rooms_chat.transport.frames import BadFrame, frame
from rooms_chat.transport.guard import Environ
from rooms_chat.transport.packets import BrokenPacket
from rooms_chat.transport.polling import Mailbox, Payload, packets_of
from rooms_chat.transport.probe import Probe
from rooms_chat.transport.slices import Slices
from rooms_chat.transport.websocket import WebSocket

if TYPE_CHECKING:
    from rooms_chat.connections import Connection

CLOSE, PONG, MESSAGE = b"1", b"3", b"4"
PING_FRAME = frame(b"2")

logger = logging.getLogger(__name__)


class Desk(Protocol):
    """Where lines are known, and what comes over them is taken."""

    patience: float

    def on_message(self, line: "Line", text: bytes) -> None:
        """An Engine.IO message, with its `4`. May block. Raises BrokenPacket."""

    def on_drained(self, line: "Line") -> None:
        """The line takes everything again, after something did not fit. May block."""

    def on_end(self, line: "Line") -> None:
        """The line has ended, once."""

    def complain(self, line: "Line", why: str) -> None:
        """Say in the log what a client did wrong."""


class Line:
    """One client's connection. `connection` is who it is, while it is accepted.

    `write_at_once` sends frames, in one piece, to who has nothing waiting; False, and none is sent, to who has.
    """

    __slots__ = (
        "_desk", "_mailbox", "_probe", "_rests", "_unanswered", "_upgrading", "_websocket", "address", "closed",
        "connection", "cookie", "sid", "write_at_once",
    )  # fmt: skip

    connected = True  # as engineio's server asks

    def __init__(self, desk: Desk, sid: str, address: str, cookie: str | None) -> None:
        self._desk = desk
        self.sid = sid
        self.address = address
        self.cookie = cookie
        self.connection: Connection | None = None
        self.closed = False
        self._mailbox: Mailbox | None = Mailbox()
        self._websocket: WebSocket | None = None
        self._probe: Probe | None = None
        self._upgrading = self._unanswered = False
        self._rests = False
        self.write_at_once: Callable[[bytes, int], bool] = _not_at_once

    @property
    def upgraded(self) -> bool:
        return self._mailbox is None

    @property
    def connection_sid(self) -> str | None:
        return self.connection.sid if self.connection is not None else None

    # Telling the client ----------------------------------------------------------------------------------------------

    def write(self, whole: bytes, parts: list[bytes]) -> bool:
        """Frames that belong together, as one piece and one by one; False, and none is sent, where they do not fit."""
        if self._websocket is not None:
            return self._websocket.write(whole, len(parts))
        return self._mailbox is not None and not self.closed and self._mailbox.put(parts)

    def must_write(self, whole: bytes) -> None:
        """Answers may not be left out: who lets so many wait is cut."""
        if self._websocket is not None:
            taken = self._websocket.write_answer(whole)
        else:
            taken = self._mailbox is not None and self._mailbox.put_answer(whole)
        if not taken and not self.closed:
            WebSocket.outbox_cuts += 1
            self.cut("it takes no answers")

    @property
    def is_half_full(self) -> bool:
        """Who takes its events slowly is left out of what may be lost."""
        outbox = self._websocket or self._mailbox
        return outbox is not None and outbox.is_half_full

    # Polling, as engineio's server asks ------------------------------------------------------------------------------

    def handle_get_request(self, environ: Environ, start_response: Any) -> list[Payload]:
        """Wait for something to tell. To who is on the way to a WebSocket there is nothing."""
        if self._mailbox is None or self._upgrading:
            return [Payload([])]
        if not self._mailbox.wait(self._desk.patience):
            self.close()
        waiting = self._take_waiting()
        if self.closed and not waiting:
            raise QueueEmpty  # answered with 400: to a closing packet the Python client would not come back
        return [Payload(waiting)]

    def _take_waiting(self) -> list[bytes]:
        if self._mailbox is None or self._upgrading:
            return []
        if self._mailbox.refused:
            green.soon(green.run, self.on_drained)
        return self._mailbox.take_all()

    def handle_post_request(self, environ: Environ) -> None:
        """Raises only what engineio answers with 400; anything else it would answer with 200."""
        try:
            slices = Slices(steps_per_look=1)
            for text in packets_of(environ):
                self._take(text)
                slices.rest()
        except EngineIOError as error:
            self.broken(error)
            raise
        except eventlet.Timeout:
            self.broken(late := BrokenPacket("a body that does not come"))
            raise late from None
        except Exception:
            self._failed()
            raise BrokenPacket from None

    # WebSocket -------------------------------------------------------------------------------------------------------

    def begin(self, websocket: WebSocket, head: bytes = b"") -> None:
        """From here on frames go straight out; what waited goes first."""
        assert self._mailbox is not None
        mailbox, self._mailbox = self._mailbox, None
        refused, waiting = mailbox.refused, mailbox.take_all()
        self._websocket, self._probe, self._upgrading, self._unanswered = websocket, None, False, False
        websocket.owner = self
        self.write_at_once = websocket.write_at_once
        if head or waiting:
            websocket.write(head + b"".join(waiting), len(waiting))
        mailbox.let_go()
        if refused:
            green.soon(green.run, self.on_drained)

    def begin_probe(self, websocket: WebSocket) -> None:
        if self._probe is not None:
            self._probe.fail()
        self._probe, self._upgrading = Probe(self, websocket), False

    def hold_polling(self) -> None:
        """While a client changes over, its requests return empty."""
        self._upgrading = True
        if self._mailbox is not None:
            self._mailbox.let_go()

    def probe_ended(self, probe: Probe) -> None:
        """It came to nothing: the client goes on polling, unless it tries another already."""
        if self._probe is probe:
            self._probe, self._upgrading = None, False

    def on_text(self, text: bytes) -> None:
        try:
            self._take(text)
        except EngineIOError as error:
            self.broken(error)
        except Exception:
            self._failed()

    def on_bad_frame(self, bad: BadFrame) -> None:
        self._desk.complain(self, f"sent {bad}")

    def on_drained(self) -> None:
        if not self.closed:
            self._desk.on_drained(self)

    def on_end(self) -> None:
        self.close()

    # Both ------------------------------------------------------------------------------------------------------------

    def _take(self, text: bytes) -> None:
        """One packet. Raises BrokenPacket."""
        kind = text[:1]
        if kind == MESSAGE:
            if not self.closed:
                self._desk.on_message(self, text)
        elif kind == PONG:
            self._unanswered = False
        elif kind == CLOSE:
            self.close()
        else:
            raise BrokenPacket(f"no packet: {text[:20]!r}")

    def beat(self) -> str | None:
        """Called every 10 s: ping, 10 s later look for the answer. Why the line is dead, if it is.

        Who slowly takes what waits for it comes to the ping behind that.
        """
        if self.connection is None:
            return "it entered no namespace"
        if self._unanswered and not (self._websocket is not None and self._websocket.is_taking):
            return "it answered no ping"
        self._rests = not self._rests
        if not self._rests:
            self._unanswered = self._ask()
        return None

    def _ask(self) -> bool:
        """Ping; whether there was a place for that. Who has none, and takes nothing, is cut for taking nothing."""
        if self._websocket is not None:
            return self._websocket.write_answer(PING_FRAME)
        if self._mailbox is not None:
            self._mailbox.put_answer(PING_FRAME)
        return True

    def broken(self, error: Exception) -> None:
        """The client broke the protocol: that ends the line at once."""
        if not self.closed:
            self._desk.complain(self, f"sent what is no packet: {error}")
            self.close()

    def _failed(self) -> None:
        """The fault is ours."""
        logger.exception("a packet could not be handled")
        self.close()

    def cut(self, why: str) -> None:
        """End it from anywhere, also in the middle of somebody else's loop."""
        self._desk.complain(self, f"is cut: {why}")
        if self._websocket is not None:
            self._websocket.cut()
        else:
            green.soon(self.close)

    def close(self, code: int = frames.NORMAL, **_: Any) -> None:
        """End the line. Waits for nobody, whatever engineio's server asks for."""
        if self.closed:
            return
        self.closed = True
        websocket, self._websocket, self.write_at_once = self._websocket, None, _not_at_once
        if websocket is not None:
            websocket.close(code)
        if self._probe is not None:
            self._probe.line_closed()
        if self._mailbox is not None:
            self._mailbox.let_go()
        self._desk.on_end(self)


def _not_at_once(whole: bytes, events: int) -> bool:
    """Who polls has to come for it."""
    return False
