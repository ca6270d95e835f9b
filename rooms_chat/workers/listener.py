"""Listens to subjects, for ever: one connection, made again when it breaks or says nothing."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from rooms_chat.workers.link import RETRY_SECONDS, Away, Client

SILENCE_SECONDS = 5.0
SUBJECTS_AT_ONCE = 500
SLICE_SECONDS = 0.002


class Listener:
    """`hear` is called with a subject and what was said there. Subscriptions are sent by whoever calls `send`."""

    def __init__(self, client: Client, hear: Callable[[str, bytes], None]) -> None:
        self._client = client
        self._hear = hear
        self._subjects: set[str] = set()
        self._changes: deque[tuple[str, str]] = deque()
        self._connection: Any = None
        self.heard_at = time.monotonic()

    def add(self, *subjects: str) -> None:
        self._subjects.update(subjects)
        self._changes.extend(("SUBSCRIBE", subject) for subject in subjects)

    def remove(self, *subjects: str) -> None:
        self._subjects.difference_update(subjects)
        self._changes.extend(("UNSUBSCRIBE", subject) for subject in subjects)

    def send(self, *, ping: bool) -> None:
        """What changed, and a ping where one is due. May block; raises nothing: who listens finds out."""
        connection = self._connection
        if connection is None:
            self._changes.clear()  # all that is wanted is asked for when there is a connection again
            return
        try:
            while self._changes:
                self._send_some(connection)
            if ping:
                connection.send_command("PING", check_health=False)
        except Away:
            connection.disconnect()

    def _send_some(self, connection: Any) -> None:
        verb, _ = self._changes[0]
        subjects: list[str] = []
        while self._changes and self._changes[0][0] == verb and len(subjects) < SUBJECTS_AT_ONCE:
            subjects.append(self._changes.popleft()[1])
        connection.send_command(verb, *subjects, check_health=False)

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        while True:
            try:
                self._listen()
            except Away:
                self._hang_up()
                time.sleep(RETRY_SECONDS)

    def _listen(self) -> None:
        connection = self._client.connection_pool.make_connection()
        try:
            connection.connect()
            for some in _in_parts([*self._subjects], SUBJECTS_AT_ONCE):
                connection.send_command("SUBSCRIBE", *some, check_health=False)
            self._changes.clear()
            self._connection = connection
            self._take_for_ever(connection)
        finally:
            connection.disconnect()

    def _take_for_ever(self, connection: Any) -> None:
        until = time.perf_counter() + SLICE_SECONDS
        while True:
            reply = connection.read_response(timeout=SILENCE_SECONDS)
            self.heard_at = time.monotonic()
            if isinstance(reply, list) and reply[0] == b"message":
                self._hear(reply[1].decode("ascii", "replace"), reply[2])
            if time.perf_counter() > until:
                time.sleep(0)  # however much is said, the others have their turn
                until = time.perf_counter() + SLICE_SECONDS

    def _hang_up(self) -> None:
        self._connection = None


def _in_parts(things: list[str], size: int) -> Iterable[list[str]]:
    return (things[start : start + size] for start in range(0, len(things), size))
