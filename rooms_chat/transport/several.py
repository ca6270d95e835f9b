"""Several workers on one port, each a process of its own, started again when they die.

They share the port by SO_REUSEPORT: the kernel gives each connection to one of them. That suits WebSockets, which are
one connection each; who polls makes many, and needs a front or a port for each worker.
"""

import logging
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress

import eventlet
from eventlet.event import Event
from eventlet.hubs import hub as hub_kinds

from rooms_chat.config import Settings
from rooms_chat.errors import CannotStart
from rooms_chat.transport import green

PORT_VARIABLE = "ROOMS_PORT_OF_SEVERAL"  # in a worker's environment: the port it shares, and so that it is one
STOP_SECONDS = 8.0
QUICK_DEATH_SECONDS = 2.0
CANNOT_START = 2
WEBSOCKET_ONLY = (
    "Its workers share this port, so that clients have to connect by WebSocket. For those that poll, give each worker "
    "a port of its own, and put a proxy in front that leads a client back to its worker."
)

logger = logging.getLogger(__name__)


def shared_port() -> int | None:
    """The port this worker shares with others; None for one that was started by itself."""
    port = os.environ.get(PORT_VARIABLE)
    return int(port) if port else None


def check(settings: Settings) -> None:
    """Raises CannotStart where several workers would not hear each other."""
    if settings.database_path is not None:
        raise CannotStart("SQLite takes one worker. For several, name PostgreSQL by --database, and Redis by --redis.")
    if not settings.redis:
        raise CannotStart("Several workers hear each other by way of Redis. Name it by --redis.")


def reserve(settings: Settings) -> socket.socket:
    """The port, held while workers come and go. It listens to nothing, so that no connection is given to it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind((settings.host, settings.port))
    return held


class Several:
    """The workers. `ended` comes with an exit status once all are gone."""

    def __init__(self, number: int, port: int) -> None:
        self.ended = Event()
        self._port = port
        self._stopping = self._all_started = False
        self._running: dict[int, subprocess.Popen[str]] = {}
        self._began: dict[int, float] = {}
        self._ready = {place: Event() for place in range(1, number + 1)}
        for place in self._ready:
            eventlet.spawn_n(self._keep, place)

    def wait_until_ready(self) -> None:
        """All serve, or all have ended."""
        for ready in self._ready.values():
            ready.wait()
        self._all_started = True

    def stop(self) -> None:
        """Let all of them stop in order, and end those that do not."""
        if not self._stopping:
            self._stopping = True
            for worker in list(self._running.values()):
                worker.terminate()
            eventlet.spawn_after(STOP_SECONDS, self._kill)

    def stop_when(self, stopped: Event) -> None:
        stopped.wait()
        self.stop()

    def restart(self) -> None:
        """One after the other, so that the others go on serving."""
        for place in list(self._ready):
            worker = self._running.get(place)
            if worker is not None and not self._stopping:
                self._ready[place] = Event()
                worker.terminate()
                self._ready[place].wait()

    def _keep(self, place: int) -> None:
        """A worker in this place, until all stop."""
        while self._goes_on(place, self._run(place), time.monotonic()):
            pass
        self._be_ready(place)
        if not self._running and not self.ended.ready():
            self.ended.send(0)

    def _goes_on(self, place: int, status: int, ended_at: float) -> bool:
        """Whether a worker that ended is started again. What could start once will again: a database comes back."""
        if status == CANNOT_START and not self._all_started:
            self._give_up(status)
        if self._stopping:
            return False
        logger.warning("worker %d ended with status %d and is started again", place, status)
        if status and ended_at - self._began[place] < QUICK_DEATH_SECONDS:
            eventlet.sleep(QUICK_DEATH_SECONDS)
        return True

    def _run(self, place: int) -> int:
        """Start one and wait for its end; its exit status."""
        environ = {**os.environ, PORT_VARIABLE: str(self._port)}
        command = [sys.executable, *sys.orig_argv[1:]]
        # Its standard input is the line by which it knows that we live.
        worker = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._running[place], self._began[place] = worker, time.monotonic()
        try:
            if worker.stdout is not None and worker.stdout.readline():
                self._be_ready(place)
            return worker.wait()
        finally:
            del self._running[place]
            for pipe in (worker.stdin, worker.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]

    def _be_ready(self, place: int) -> None:
        if not self._ready[place].ready():
            self._ready[place].send()

    def _give_up(self, status: int) -> None:
        """One cannot start, and has said why: neither can the others."""
        self.stop()
        if not self.ended.ready():
            self.ended.send(status)

    def _kill(self) -> None:
        for worker in list(self._running.values()):
            worker.kill()


def stop_with_parent(stopped: Event) -> None:
    """In a worker: stop when the process that started it is gone, however it went."""

    def hung_up(descriptor: int) -> None:
        green.unwatch(line)
        if not stopped.ready():
            stopped.send()

    line = green.watch(hub_kinds.READ, sys.stdin.fileno(), hung_up)
