"""Limits on what a stranger can make happen: posts, reading, rooms opened. Counted in memory.

Where there are several workers, each counts for itself and hears once a second what the others counted.

By the steady clock, so that a jump of the wall clock shuts nobody out. The windows are our own: those of the library
that was tried keep every key for good, and walk all of them while everybody waits.
"""

import math
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import NamedTuple

from rooms_chat.errors import RateLimited
from rooms_chat.pace import NOTHING_HEARD, SHARED_SECONDS, Heard, ReadingLimits, counted_as

BURST_SECONDS = 4
ROOM_AND_ADDRESS_TIMES = 10
REQUEST_TIMES = 2
HOUR_SECONDS = 3600
LOOKED_AT_WITH_EACH = 4
PAGES_FOR = "pages for "


class Window(NamedTuple):
    """At most so many events in so many seconds."""

    most: int
    seconds: float


class Limits:
    """Counts, and refuses with the seconds after which to try again."""

    def __init__(
        self, message_rate: float, rooms_per_hour: int, connections_per_address: int = 0, *, is_shared: bool = False
    ) -> None:
        self._counts = Counts(is_shared=is_shared)
        self.reading = ReadingLimits(connections_per_address, is_limited=message_rate > 0, is_shared=is_shared)
        self._posts_of_person = window(message_rate)
        self._posts_of_many = window(message_rate * ROOM_AND_ADDRESS_TIMES)
        self._requests_of_person = window(message_rate * REQUEST_TIMES)
        self._requests_of_many = window(message_rate * REQUEST_TIMES * ROOM_AND_ADDRESS_TIMES)
        self._rooms_opened = Window(rooms_per_hour, HOUR_SECONDS) if rooms_per_hour else None

    def count_post_by(self, person: str, address: str) -> None:
        """Raises RateLimited."""
        self._count(self._posts_of_person, f"person {person}", "You post faster than this server takes it.")
        self._count(self._posts_of_many, f"address {counted_as(address)}", "Too many posts come from your address.")

    def count_post_in(self, room: int) -> None:
        """Of who may post there: a stranger's refusals shut nobody up. Raises RateLimited."""
        self._count(self._posts_of_many, f"room {room}", "This room is too busy just now.")

    def count_request_by(self, person: str, address: str) -> None:
        """Of what nobody else hears of. Raises RateLimited."""
        self._count(self._requests_of_person, f"requests {person}", "You ask faster than this server answers.")
        self._count(
            self._requests_of_many, f"requests from {counted_as(address)}", "Too many requests come from your address."
        )

    def count_room_opened(self, address: str) -> None:
        """Raises RateLimited."""
        self._count(
            self._rooms_opened, f"rooms {counted_as(address)}", "Your address has opened many rooms in the last hour."
        )

    def take_counted(self, most: int) -> list[tuple[str, float, int]]:
        """(key, seconds of its window, how often) of the busiest since the last time."""
        pages = [(PAGES_FOR + address, SHARED_SECONDS, number) for address, number in self.reading.take_counted(most)]
        return self._counts.take_counted(most) + pages

    def hear(self, key: str, number: int, seconds: float) -> None:
        """Other workers counted a key so often; that holds for so many seconds."""
        if key.startswith(PAGES_FOR):
            self.reading.hear(key.removeprefix(PAGES_FOR), number, seconds)
        else:
            self._counts.hear(key, number, seconds)

    def _count(self, window: Window | None, key: str, complaint: str) -> None:
        if window is not None and (seconds := self._counts.seconds_until_free(key, window)):
            raise RateLimited(f"{complaint} Try again in a moment.", retry_after=math.ceil(seconds * 10) / 10)


class Counts:
    """When each key was counted, while that matters: with each count a few old keys are looked at and forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, is_shared: bool = False) -> None:
        self._clock = clock
        self._untold: Counter[tuple[str, float]] | None = Counter() if is_shared else None
        self._heard: dict[str, Heard] = {}
        self._times: dict[str, deque[float]] = {}
        self._turns: deque[tuple[str, float]] = deque()

    def __len__(self) -> int:
        return len(self._times)

    def seconds_until_free(self, key: str, window: Window) -> float:
        """Count one now and answer 0; where there is no place, how long until there is."""
        now = self._clock()
        self._forget_some(now)
        times = self._times.get(key)
        if times is None:
            times = self._times[key] = deque()
            self._turns.append((key, window.seconds))
        while times and times[0] <= now - window.seconds:
            times.popleft()
        of_others = self._of_others(key, now)
        if len(times) + of_others.number >= window.most:
            return (times[0] + window.seconds if times else of_others.until) - now
        times.append(now)
        if self._untold is not None:
            self._untold[key, window.seconds] += 1
        return 0.0

    def take_counted(self, most: int) -> list[tuple[str, float, int]]:
        if not self._untold:
            return []
        untold, self._untold = self._untold, Counter()
        return [(key, seconds, number) for (key, seconds), number in untold.most_common(most)]

    def hear(self, key: str, number: int, seconds: float) -> None:
        """As long as it is counted here too."""
        if key in self._times:
            self._heard[key] = Heard(number, self._clock() + seconds)

    def _of_others(self, key: str, now: float) -> Heard:
        heard = self._heard.get(key, NOTHING_HEARD)
        return heard if heard.until > now else NOTHING_HEARD

    def _forget_some(self, now: float) -> None:
        for _ in range(min(LOOKED_AT_WITH_EACH, len(self._turns))):
            key, seconds = self._turns.popleft()
            times = self._times[key]
            if times and times[-1] > now - seconds:
                self._turns.append((key, seconds))
            else:
                del self._times[key]
                self._heard.pop(key, None)


def window(rate: float) -> Window | None:
    """`rate` events a second on average, with bursts of four seconds' worth."""
    if rate <= 0:
        return None
    seconds = max(BURST_SECONDS, math.ceil(1 / rate))
    return Window(max(1, round(rate * seconds)), seconds)
