"""Places: how many connections are taken, in all and from one address. A tenth is kept for plain pages."""

from collections import Counter
from collections.abc import Callable

from rooms_chat.pace import counted_as

KEPT_FOR_PAGES = 0.1


class NoPlace(Exception):
    """Too many are connected already."""


class Places:
    """`most` connections in all, `most_per_address` of each kind from one address; 0 is no limit.

    By a proxy many come from one address.
    """

    def __init__(
        self, most: int, most_per_address: int, is_proxy: Callable[[str], bool] = lambda address: False
    ) -> None:
        self._most = most
        self._most_lines = int(most * (1 - KEPT_FOR_PAGES))
        self._most_per_address = most_per_address
        self._is_proxy = is_proxy
        self._requests: Counter[str] = Counter()
        self._lines: Counter[str] = Counter()
        self.taken = self.lines = 0

    @property
    def left(self) -> int:
        return self._most - self.taken

    def enter(self, address: str) -> None:
        """A connection came, and may ask for pages. Raises NoPlace."""
        if self.taken >= self._most:
            raise NoPlace
        self._count(self._requests, address)
        self.taken += 1

    def leave(self, address: str) -> None:
        self.taken -= 1
        self._discount(self._requests, address)

    def enter_line(self, address: str) -> None:
        """A client connects to the talk. Raises NoPlace."""
        if self.lines >= self._most_lines:
            raise NoPlace
        self._count(self._lines, address)
        self.taken += 1
        self.lines += 1

    def leave_line(self, address: str) -> None:
        self.taken -= 1
        self.lines -= 1
        self._discount(self._lines, address)

    def _count(self, counter: Counter[str], address: str) -> None:
        whose = counted_as(address)
        if 0 < self._most_per_address <= counter[whose] and not self._is_proxy(address):
            raise NoPlace
        counter[whose] += 1

    def _discount(self, counter: Counter[str], address: str) -> None:
        whose = counted_as(address)
        counter[whose] -= 1
        if not counter[whose]:
            del counter[whose]
