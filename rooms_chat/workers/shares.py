"""Limits across workers: each counts for itself, and once a second adds what it counted to what all did."""

import time

from rooms_chat.limits import Limits
from rooms_chat.workers.link import Client, Names

KEYS_AT_ONCE = 300
LEEWAY_SECONDS = 10


class Shares:
    """The counts of the busiest of those who did something in the last second, in slots of their window's length."""

    def __init__(self, client: Client, names: Names, limits: Limits) -> None:
        self._client = client
        self._names = names
        self._limits = limits
        self._own: dict[str, tuple[int, float]] = {}

    def forget(self) -> None:
        """Nobody can be told: what was counted meanwhile does not pile up."""
        self._limits.take_counted(0)

    def exchange(self) -> None:
        """Tell what was counted here, and hear what the others counted. Raises what Redis raises."""
        now = time.time()
        self._own = {name: own for name, own in self._own.items() if own[1] > now}
        counted = self._limits.take_counted(KEYS_AT_ONCE)
        if not counted:
            return
        telling = self._client.pipeline(transaction=False)
        for key, seconds, number in counted:
            name = self._names.count(key, seconds, int(now // seconds))
            self._own[name] = (self._own.get(name, (0, 0.0))[0] + number, now + seconds)
            telling.incrby(name, number)
            telling.expire(name, int(seconds) + LEEWAY_SECONDS)
        totals = telling.execute()[::2]
        for (key, seconds, _), total in zip(counted, totals, strict=True):
            own, _ = self._own[self._names.count(key, seconds, int(now // seconds))]
            self._limits.hear(key, int(total) - own, seconds - now % seconds)
