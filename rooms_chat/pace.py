"""Pace: how fast somebody asks for what is dear, in one number each, since ten thousand may ask at once."""

import math
import time
from collections import Counter
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from rooms_chat.errors import RateLimited

CLOCK_SECONDS = 1e-6  # what sums of floats are off by
ADDRESSES = 10_000


class Rate(NamedTuple):
    """`burst` requests at once, and then so many a second."""

    per_second: float
    burst: float


OF_CONNECTION = Rate(per_second=10, burst=100)  # a client that comes back to fifty rooms at once gets in
OF_PERSON = Rate(per_second=50, burst=500)
OF_PLACE = Rate(per_second=0.5, burst=5)  # an address has this for each connection that it may have
SHARED_SECONDS = 10.0  # for so long others' counts matter: a burst is worth as much


class Heard(NamedTuple):
    """What other workers counted, until then."""

    number: int
    until: float


NOTHING_HEARD = Heard(0, 0.0)


@lru_cache(maxsize=ADDRESSES)
def counted_as(address: str) -> str:
    """An address as limits count it. Of IPv6 it is the network of 64 bits: who has one address has all of these."""
    try:
        named = ip_address(address)
    except ValueError:
        return address
    if not isinstance(named, IPv6Address):
        return address
    return str(named.ipv4_mapped or IPv6Network((int(named) >> 64 << 64, 64)))


class Pace:
    """Until when what was asked for is paid, at the rate of who asks."""

    __slots__ = ("_paid_until",)

    def __init__(self) -> None:
        self._paid_until = 0.0

    def seconds_until_free(self, rate: Rate, now: float, cost: float = 1) -> float:
        """Count a request of so much now and answer 0; where it is too early, how long until it may come."""
        paid_until = max(self._paid_until, now) + cost / rate.per_second
        seconds = paid_until - now - rate.burst / rate.per_second
        if seconds > CLOCK_SECONDS:
            return seconds
        self._paid_until = paid_until
        return 0.0

    def is_rested(self, now: float) -> bool:
        """Nothing need be remembered of it."""
        return self._paid_until <= now


class ReadingLimits:
    """The limits on what makes the server read. Connections and people bring their pace along; addresses have theirs
    here."""

    def __init__(self, connections_per_address: int, *, is_limited: bool, is_shared: bool = False) -> None:
        self._is_limited = is_limited
        self._is_shared = is_shared
        self._untold: Counter[str] = Counter()
        self._heard: dict[str, Heard] = {}
        self._of_address = rate_of_address(connections_per_address)
        self._addresses: dict[str, Pace] = {}

    def __len__(self) -> int:
        return len(self._addresses)

    def count(self, connection: Pace, person: Pace | None, address: str, pages: float = 1) -> None:
        """A join, a list of rooms, or so many pages of history. Raises RateLimited."""
        if self._is_limited:
            now = time.monotonic()
            _refuse_for(connection.seconds_until_free(OF_CONNECTION, now, pages))
            if person is not None:
                _refuse_for(person.seconds_until_free(OF_PERSON, now, pages))
            self.count_pages(address, pages)

    def count_pages(self, address: str, pages: float = 1) -> None:
        """Pages that an address is shown, over whatever door. Raises RateLimited."""
        if self._is_limited and self._of_address is not None:
            now, rate, address = time.monotonic(), self._of_address, counted_as(address)
            if (heard := self._heard.get(address, NOTHING_HEARD)).until > now:
                rate = rate._replace(burst=rate.burst - heard.number)
            _refuse_for(self._pace_of(address, now).seconds_until_free(rate, now, pages))
            if self._is_shared:
                self._untold[address] += math.ceil(pages)

    def take_counted(self, most: int) -> list[tuple[str, int]]:
        """(address, how many pages) of the busiest since the last time."""
        untold, self._untold = self._untold, Counter()
        return untold.most_common(most)

    def hear(self, address: str, number: int, seconds: float) -> None:
        """Other workers showed an address so many pages; that holds for so many seconds."""
        now = time.monotonic()
        if len(self._heard) >= ADDRESSES:
            self._heard = {name: heard for name, heard in self._heard.items() if heard.until > now}
        self._heard[address] = Heard(number, now + seconds)

    def _pace_of(self, address: str, now: float) -> Pace:
        if address not in self._addresses:
            if len(self._addresses) >= ADDRESSES:
                self._addresses = {name: pace for name, pace in self._addresses.items() if not pace.is_rested(now)}
            self._addresses[address] = Pace()
        return self._addresses[address]


def rate_of_address(places: int) -> Rate | None:
    """What all connections together may, that one address may have; None for any number."""
    return Rate(places * OF_PLACE.per_second, places * OF_PLACE.burst) if places else None


def _refuse_for(seconds: float) -> None:
    if seconds:
        raise RateLimited(
            "You ask faster than this server answers. Try again in a moment.", retry_after=math.ceil(seconds * 10) / 10
        )
