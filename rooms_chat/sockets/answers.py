"""The answer to one request: given once, always, an outcome or a refusal and never a traceback."""

import logging
from collections.abc import Callable
from typing import Any

from rooms_chat.chat import Chat
from rooms_chat.connections import Connection
from rooms_chat.errors import RoomsError, TryAgain
from rooms_chat.hub import Pending

logger = logging.getLogger(__name__)

Acknowledge = Callable[[dict[str, Any]], None]


class Answer:
    """`wanted` tells whether the client asked for an acknowledgement."""

    def __init__(self, acknowledge: Acknowledge | None) -> None:
        self._acknowledge = acknowledge
        self.wanted = acknowledge is not None

    def give(self, **fields: Any) -> None:
        self._send({"ok": True, **fields})

    def refuse(self, refusal: RoomsError) -> None:
        self._send({"ok": False, "error": refusal.as_dict()})

    def guard(self, call: Callable[[], None]) -> None:
        """Call; what it raises is the answer."""
        try:
            call()
        except RoomsError as refusal:
            self.refuse(refusal)
        except Exception:
            logger.exception("a request failed")
            self.refuse(TryAgain("Something went wrong here. Try again.", retry_after=1))

    def when(self, pending: Pending[Any], give: Callable[[Any], None]) -> None:
        """Call `give` with the outcome once it is there."""
        pending.then(lambda done: self.guard(lambda: give(done.result())))

    def _send(self, body: dict[str, Any]) -> None:
        if self._acknowledge is not None:
            acknowledge, self._acknowledge = self._acknowledge, None
            acknowledge(body)


Handler = Callable[[Chat, Connection, Any, Answer], None]
