"""Limits on what a stranger can make happen: posts a second, rooms opened an hour. Counted in memory."""

import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from rooms_chat.errors import RateLimited

BURST_SECONDS = 4
ROOM_AND_ADDRESS_TIMES = 10


class Limits:
    """Counts, and refuses with the seconds after which to try again."""

    def __init__(self, message_rate: float, rooms_per_hour: int) -> None:
        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._posts_of_person = _window(message_rate)
        self._posts_of_many = _window(message_rate * ROOM_AND_ADDRESS_TIMES)
        self._rooms_opened = RateLimitItemPerHour(rooms_per_hour) if rooms_per_hour else None

    def count_post(self, person: str, room: str, address: str) -> None:
        """Raises RateLimited."""
        self._count(self._posts_of_person, f"person {person}", "You post faster than this server takes it.")
        self._count(self._posts_of_many, f"room {room}", "This room is too busy just now.")
        self._count(self._posts_of_many, f"address {address}", "Too many posts come from your address.")

    def count_room_opened(self, address: str) -> None:
        """Raises RateLimited."""
        self._count(self._rooms_opened, f"rooms {address}", "Your address has opened many rooms in the last hour.")

    def _count(self, window: RateLimitItem | None, key: str, complaint: str) -> None:
        if window is None or self._counts.hit(window, key):
            return
        seconds = max(0.1, self._counts.get_window_stats(window, key).reset_time - time.time())
        raise RateLimited(f"{complaint} Try again in a moment.", retry_after=round(seconds, 1))


def _window(rate: float) -> RateLimitItem | None:
    """`rate` events a second on average, with bursts of four seconds' worth."""
    if rate <= 0:
        return None
    seconds = max(BURST_SECONDS, math.ceil(1 / rate))
    return RateLimitItemPerSecond(max(1, round(rate * seconds)), seconds)
