"""A scene with several workers: real PostgreSQL, real Redis, and clients at each of them."""

import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

from tests.faults.clients import Client, wait_until
from tests.faults.official import Official
from tests.faults.scenes import CALM_SECONDS, Scene, Server
from tests.services import Postgres, Redis

WORKERS = 2


class Cluster(Scene):
    """`workers` are servers of their own ports, on one database."""

    def __init__(self, folder: Path, seed: int, is_long: bool, postgres: Postgres, redis: Redis) -> None:
        super().__init__(folder, seed, is_long)
        self.redis = redis
        self.database = postgres.make_database()
        flags = ("--database", self.database, "--redis", redis.url)
        self.workers = [Server(folder / f"data{place}", *flags) for place in range(WORKERS)]
        self.server = self.workers[0]
        self.beat_ms = 300 if is_long else 900  # what hangs would hang for seconds

    @property
    def servers(self) -> list[Server]:
        return self.workers

    def start(self) -> None:
        """All at once, on a database that is still empty."""
        starting = [threading.Thread(target=worker.start) for worker in self.workers]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        assert all(worker.is_running() for worker in self.workers)

    def talk_at(self, place: int, *names: str, **options: Any) -> list[Client]:
        """Official clients of one worker, that talk from now on."""
        crowd: Official = self.officials(*names, url=self.workers[place].url, **options)
        wait_until(lambda: all(client.inside for client in crowd.clients), CALM_SECONDS, "all have joined")
        return crowd.clients

    def freeze(self, place: int, seconds: float) -> None:
        process = self.workers[place].process
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGCONT)

    def kill(self, place: int) -> None:
        self.workers[place].kill()
        self.fault("kill -9")

    def hears_within(self, speaker: Client, listener: Client, seconds: float) -> float:
        """How long a word takes from the one to the other."""
        text = f"{speaker.name} to {listener.name} {random.random()}"
        began, wish = time.monotonic(), speaker.say(text)
        wait_until(lambda: wish.answer and (listener.last or 0) >= wish.answer["seq"], seconds, "it is heard")
        return time.monotonic() - began
