"""What clients did wrong, in the log: one line for each, and few for one address, however hard it tries."""

import logging
import time

from rooms_chat.pace import counted_as

PER_MINUTE = 10
ADDRESSES = 1000

logger = logging.getLogger(__name__)


class Complaints:
    """Counts by address and minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: dict[str, int] = {}

    def add(self, address: str, why: str) -> None:
        minute = int(time.monotonic() // 60)
        if minute != self._minute or len(self._counts) >= ADDRESSES:
            self._minute, self._counts = minute, {}
        whose = counted_as(address)
        count = self._counts[whose] = self._counts.get(whose, 0) + 1
        if count <= PER_MINUTE:
            logger.info("a client at %s %.200s", address, why)
        if count == PER_MINUTE:
            logger.info("nothing more is said about clients at %s in this minute", address)
