"""What went wrong with a database, for whoever watches over it."""

import time
from collections.abc import Callable

AGAIN_SECONDS = 1.0

Complain = Callable[[str], None]


class Reports:
    """Told as they come; the same again and again, while a database is away, once in a while."""

    def __init__(self, tell: Complain) -> None:
        self._tell = tell
        self._told, self._told_at = "", 0.0

    def __call__(self, complaint: str) -> None:
        if complaint != self._told or time.monotonic() - self._told_at > AGAIN_SECONDS:
            self._told, self._told_at = complaint, time.monotonic()
            self._tell(complaint)


def to_nobody(complaint: str) -> None:
    """Where the refusal says all."""
