"""Says what the others are to hear. What waits is bounded, and forgotten where nobody can be reached."""

import threading
import time
from collections import deque
from collections.abc import Mapping

from rooms_chat.workers.link import RETRY_SECONDS, Away, Client, Names
from rooms_chat.workers.listener import Listener

BELLS_WAITING = 10_000
WORDS_WAITING = 1_000
SAID_AT_ONCE = 500


class Speaker:
    """A greenlet with a connection of its own, so that neither the hub nor the journal waits for Redis."""

    def __init__(self, client: Client, names: Names, listener: Listener) -> None:
        self._client = client
        self._names = names
        self._listener = listener
        self._bells: dict[int, int] = {}
        self._words: deque[tuple[str, bytes]] = deque(maxlen=WORDS_WAITING)
        self._woken = threading.Event()
        self._ping = False

    def ring(self, heads: Mapping[int, int]) -> None:
        """Of a room that rings again meanwhile only the last head is said."""
        if len(self._bells) < BELLS_WAITING:
            self._bells.update(heads)
        self._woken.set()

    def say(self, subject: str, body: bytes) -> None:
        self._words.append((subject, body))
        self._woken.set()

    def wake(self, *, ping: bool = False) -> None:
        """Subscriptions changed, or the listener wants to know whether its line is alive."""
        self._ping = self._ping or ping
        self._woken.set()

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        while True:
            self._woken.wait()
            self._woken.clear()
            ping, self._ping = self._ping, False
            self._listener.send(ping=ping)
            try:
                self._say_all()
            except Away:
                self._bells.clear()  # within a second each pump looks by itself
                self._words.clear()
                time.sleep(RETRY_SECONDS)

    def _say_all(self) -> None:
        while self._bells or self._words:
            saying = self._client.pipeline(transaction=False)
            for _ in range(min(len(self._bells), SAID_AT_ONCE)):
                room = next(iter(self._bells))
                saying.publish(self._names.bell(room), self._bells.pop(room))
            for _ in range(min(len(self._words), SAID_AT_ONCE)):
                saying.publish(*self._words.popleft())
            saying.execute()
