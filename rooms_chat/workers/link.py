"""Redis as we ask it: soon or not at all, and by names of our own."""

import hashlib
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from rooms_chat.errors import CannotStart

ANSWER_SECONDS = 1.0
RETRY_SECONDS = 0.5
Away = (RedisError, OSError)
Client = Any  # redis-py does not say in its types which answers are bytes


def connect(url: str) -> Client:
    """A client that waits a second at most and tries nothing twice. Raises CannotStart for what is no address."""
    try:
        return redis.Redis.from_url(
            url,
            protocol=2,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
            driver_info=None,
        )
    except ValueError as error:
        raise CannotStart(f"--redis: “{url}” will not do. {error}") from None


class Names:
    """The keys and subjects of one set of workers: those that share a secret key, and nobody else."""

    def __init__(self, secret_key: str) -> None:
        self.prefix = f"rooms:{hashlib.sha256(f'workers {secret_key}'.encode()).hexdigest()[:12]}"
        self.workers = f"{self.prefix}:workers"
        self.rooms = f"{self.prefix}:rooms"
        self.everybody = f"{self.prefix}:words"

    def lease(self, worker: str) -> str:
        return f"{self.prefix}:lease:{worker}"

    def held(self, worker: str) -> str:
        return f"{self.prefix}:held:{worker}"

    def here(self, room: int) -> str:
        return f"{self.prefix}:here:{room}"

    def bell(self, room: int) -> str:
        return f"{self.prefix}:bell:{room}"

    def words(self, room: int) -> str:
        return f"{self.prefix}:words:{room}"

    def words_for(self, person: str) -> str:
        return f"{self.prefix}:for:{person}"

    def count(self, key: str, seconds: float, slot: int) -> str:
        return f"{self.prefix}:count:{seconds:g}:{slot}:{key}"
