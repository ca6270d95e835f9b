"""Clients that only talk, and look closely: every place of the log once, in order, and how long an answer takes."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.soak.trouble import BUSY_ROOM
from tests.transport.raw import Raw
from tests.transport.servers import Server

PAUSE_SECONDS = 0.15
TIMES_KEPT = 200_000


class Listener(Raw):
    """Hears every message, also while it waits for an answer."""

    def __init__(self, server: Server, hear: Callable[[dict[str, Any]], None]) -> None:
        self._hear = hear
        super().__init__(server)

    def _text(self) -> str | None:
        text = super()._text()
        if text and text.startswith('42["my response"'):
            self._hear(json.loads(text[2:])[1])
        return text


class Honest(threading.Thread):
    """One of them. `faults` are sentences; there should be none."""

    def __init__(self, server: Server, number: int, ending: threading.Event) -> None:
        super().__init__(name=f"honest-{number}", daemon=True)
        self.room = BUSY_ROOM if number % 2 else f"quiet-{number // 6}"
        self.posts = self.heard = 0
        self.milliseconds: deque[float] = deque(maxlen=TIMES_KEPT)
        self.faults: list[str] = []
        self._server, self._ending, self._last = server, ending, 0

    def run(self) -> None:
        try:
            with Listener(self._server, self._hear) as raw:
                self._last = raw.ask("join", room=self.room, user_name=self.name)["head"]
                while not self._ending.wait(PAUSE_SECONDS) and not self.faults:
                    self._post(raw)
        except (OSError, AssertionError, KeyError) as error:
            self.faults.append(f"{self.name}: {error!r}")

    def _post(self, raw: Raw) -> None:
        began = time.perf_counter()
        answer = raw.ask("my event", room=self.room, message=f"{self.posts} " + "x" * 500)
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        self.posts += 1
        if not answer["ok"]:
            self.faults.append(f"{self.name}: {answer['error']}")
        while not self.faults and self._last < answer["seq"]:
            if raw.text() is None:
                self.faults.append(f"{self.name}: its connection ended")

    def _hear(self, message: dict[str, Any]) -> None:
        if message["room"] == self.room:
            self.heard += 1
            if message["seq"] != self._last + 1:
                self.faults.append(f"{self.name}: {message['seq']} came after {self._last}")
            self._last = message["seq"]
