"""The way from polling to a WebSocket, before the client has taken it."""

from typing import TYPE_CHECKING

from rooms_chat.transport import frames, green
from rooms_chat.transport.frames import BadFrame, frame
from rooms_chat.transport.websocket import WebSocket

if TYPE_CHECKING:
    from rooms_chat.transport.line import Line

UPGRADE_SECONDS = 10
PROBE, UPGRADE = b"2probe", b"5"
PROBED_FRAME = frame(b"3probe")


class Probe:
    """A WebSocket that a polling client tries out. Who does not change over in 10 s loses it."""

    def __init__(self, line: "Line", websocket: WebSocket) -> None:
        self._line = line
        self._websocket = websocket
        self._answered = False
        websocket.owner = self
        green.later(UPGRADE_SECONDS, self._give_up)

    def on_text(self, text: bytes) -> None:
        if text == PROBE and not self._answered:
            self._answered = True
            self._websocket.write(PROBED_FRAME)
            self._line.hold_polling()
        elif text == UPGRADE and self._answered and not self._line.closed:
            self._line.begin(self._websocket)
        elif text == UPGRADE and self._answered:
            self._websocket.close(frames.NORMAL)
        else:
            self.fail()

    def on_bad_frame(self, bad: BadFrame) -> None:
        self._line.on_bad_frame(bad)

    def on_drained(self) -> None:
        """Nothing waits here."""

    def on_end(self) -> None:
        self._line.probe_ended(self)

    def line_closed(self) -> None:
        """Its `5` must not revive a line that has left its rooms. But who was told `3probe` listens nowhere else.

        Official clients have stopped polling by then: cut, they would notice only when they miss a ping.
        """
        if not self._answered:
            self.fail()

    def fail(self) -> None:
        self._websocket.cut()

    def _give_up(self) -> None:
        if self._websocket.owner is self:
            self.fail()
