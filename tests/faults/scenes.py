"""A scene: the real program, clients that talk in one room, and at the end the checker over all of it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from itertools import product
from pathlib import Path
from typing import Any

from rooms_chat.storage.check import complaints
from rooms_chat.storage.database import Database
from tests.conftest import TOP, WITHOUT_LIMITS, Program
from tests.faults import checker
from tests.faults.clients import Client, Crowd, chatter, wait_until
from tests.faults.history import History, dump_of_url, dumps_of_database
from tests.faults.official import Official, OfficialAsker

ROOM = "kitchen"
CALM_SECONDS = 60.0
QUIET_MS, BUSY_MS = 100, 300  # make test runs beside much else, and a stall would be of seconds


class Server(Program):
    """The real program; with a `fault`, the same one started by with_faults.py."""

    fault = ""
    host = "127.0.0.1"

    def __init__(self, data: Path, *flags: str, **options: Any) -> None:
        super().__init__(data, *WITHOUT_LIMITS, *flags, **options)
        data.mkdir(parents=True, exist_ok=True)
        self.said = data.with_name(f"{data.name}.log")

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def database(self) -> Path:
        return self.data / "rooms.db"

    @property
    def database_url(self) -> str:
        if "--database" in self.flags:
            return self.flags[self.flags.index("--database") + 1]
        return f"sqlite:///{self.database}"

    def start(self, fault: str = "") -> "Server":
        self.fault = fault
        super().start()
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode

    def is_dead(self) -> bool:
        return not self.is_running()

    def _spawn(self) -> "subprocess.Popen[str]":
        script = ["-m", "tests.faults.with_faults"] if self.fault else ["run.py"]
        command = [sys.executable, *script, "--port", str(self.port), "--data", str(self.data)]
        command += ["--host", self.host, *self.flags]
        with self.said.open("a") as said:
            environ = self._environ | {"FAULT": self.fault}
            return subprocess.Popen(command, env=environ, cwd=TOP, stdout=subprocess.PIPE, stderr=said, text=True)


class Scene:
    """`tries` and `faults` are counted for the table."""

    def __init__(self, folder: Path, seed: int, is_long: bool = False, *, flags: tuple[str, ...] = ()) -> None:
        self.is_long = is_long
        self.rng = random.Random(seed)
        self.seed = seed
        self.history = History(folder / "history.jsonl")
        self.server = Server(folder / "data", *flags)
        self.others: list[Server] = []
        self.crowds: list[Crowd] = []
        self.faults = 0
        self.beat_ms = QUIET_MS if is_long else BUSY_MS
        self.failures: list[checker.Failure] = []
        self.closing: list[Any] = []
        self.ended_well = False

    # Before ----------------------------------------------------------------------------------------------------------

    def clients(self, *names: str, pace: float = 0.0, room: str = ROOM, **options: Any) -> list[Client]:
        """Clients that do not talk yet."""
        made = [Client(name, room, self.history, **options) for name in names]
        for client in made:
            client.pace = pace
        return made

    def officials(self, *names: str, url: str | None = None, transport: str = "websocket", **options: Any) -> Official:
        """Clients over the official library, that talk as soon as they have joined."""
        clients = self.clients(*names, **options)
        self.let_talk(clients)
        return self.take(Official(url or self.server.url, clients, transport=transport))

    def let_talk(self, clients: list[Client]) -> None:
        for client in clients:
            client.invent = client.invent or chatter(random.Random(f"{self.seed} {client.name}"))
            client.talks = True

    def take(self, crowd: Any) -> Any:
        self.crowds.append(crowd)
        return crowd

    # Meanwhile -------------------------------------------------------------------------------------------------------

    @property
    def everybody(self) -> list[Client]:
        return [client for crowd in self.crowds for client in crowd.clients]

    @property
    def servers(self) -> list[Server]:
        return [self.server, *self.others]

    @property
    def rooms(self) -> list[str]:
        return sorted({ROOM} | {client.room for client in self.everybody})

    def another_server(self, *flags: str) -> Server:
        """One more worker on the same database."""
        other = Server(self.server.data, *self.server.flags[len(WITHOUT_LIMITS) :], *flags)
        other.said = self.server.said.with_name(f"worker{len(self.others)}.log")
        self.others.append(other)
        return other

    @property
    def acknowledged(self) -> int:
        return sum(self.history.counts[op, "ok"] for op in ("send", "edit", "remove"))

    def fault(self, what: str) -> None:
        self.faults += 1
        self.history.record("fault", what=what)

    def waits_for_more(self, number: int, seconds: float = CALM_SECONDS) -> None:
        """So many more acknowledgements."""
        wanted = self.acknowledged + number
        wait_until(lambda: self.acknowledged >= wanted, seconds, f"{number} more acknowledgements")

    def waits_for_refusals(self, number: int, seconds: float = CALM_SECONDS) -> None:
        """So many more requests were told to try again."""

        def told() -> int:
            return sum(self.history.counts[op, "try_again"] for op in ("send", "edit", "remove"))

        wanted = told() + number
        wait_until(lambda: told() >= wanted, seconds, f"{number} more refusals")

    def waits_until_said(self, complaint: str, seconds: float = CALM_SECONDS) -> None:
        """The server has written this to its log."""
        wait_until(lambda: complaint in self.server.said.read_text(), seconds, f"“{complaint}” is said")

    def beats(self, what: str, until: Callable[[], bool]) -> None:
        """Somebody reads, joins and asks, one after the other, until then; nothing of it may wait."""
        asker = OfficialAsker(self.server.url, ROOM)
        took: list[float] = []
        while not until():
            took += asker.beat()
        asker.close()
        self.history.record("heartbeat", what=what, ms=took, limit_ms=self.beat_ms)

    def sees_gone(self, watcher: Client, person: str, why: str, seconds: float) -> None:
        """How long somebody who has just gone is still shown as here."""
        began = time.monotonic()
        with suppress(AssertionError):
            wait_until(lambda: person not in watcher.here, seconds, "gone")
        took = None if person in watcher.here else round(time.monotonic() - began, 2)
        self.history.record("gone", person=person, why=why, seconds=took)

    def dies_and_starts_again(self, fault: str = "") -> None:
        """It was killed, or kills itself."""
        wait_until(self.server.is_dead, CALM_SECONDS, "the server is dead")
        self.server.process.communicate()
        self.server.start(fault)

    def dies_at_each_of(self, points: Iterable[str], times: int) -> None:
        """So often at each, in any order, while four talk; and starts again."""
        deaths = [f"die:{point}:{self.rng.randrange(1, 60)}" for point in points for _ in range(times)]
        self.rng.shuffle(deaths)
        self.server.start(deaths[0])
        self.officials("alice", "bob", "charlie", "dave", pace=0.005)
        for next_death in [*deaths[1:], ""]:
            self.dies_and_starts_again(next_death)
            self.fault(next_death)
        self.waits_for_more(50)

    # At the end ------------------------------------------------------------------------------------------------------

    def quiet(self, seconds: float = CALM_SECONDS) -> None:
        """Nobody says anything new, and all is acknowledged."""
        for client in self.everybody:
            client.talks = False
        wait_until(lambda: all(client.is_idle for client in self.everybody), seconds, "all is acknowledged")

    def comes_to_rest(self, seconds: float = CALM_SECONDS) -> None:
        """Quiet, and everybody is level."""
        self.quiet(seconds)
        staying = [client for client in self.everybody if client.stays]
        heads = {room: self.server.get(f"/r/{room}.json?after=0&limit=1")["head"] for room in self.rooms}
        wait_until(
            lambda: all(client.is_level(heads[client.room]) for client in staying), seconds, f"everybody is at {heads}"
        )

    def ends(self) -> None:
        """Come to rest, stop, and check the whole history; the database as well."""
        self.comes_to_rest()
        for server, room in product(self.servers, self.rooms):
            self.history.record("dump", **dump_of_url(server.url, room))
        for client in self.everybody:
            if client.stays:
                seen = {"last": client.last, "epoch": client.epoch, "messages": client.shows()}
                self.history.record("view", client=client.name, room=client.room, **seen)
        self.close_crowds()
        for server in self.servers:
            assert server.stop() == 0
            self.history.record("complaints", text=server.said.read_text())
        for dump in dumps_of_database(self.server.database_url):
            self.history.record("dump", **dump)
        self.checks()

    def checks(self) -> None:
        self.failures += checker.check(self.history.events)
        assert not self.failures, "\n".join([*map(str, self.failures[:20]), str(self.history.path)])
        assert checks_out(self.server.database_url, self.is_long) == ""
        self.ended_well = True

    def close_crowds(self) -> None:
        for crowd in self.crowds:
            crowd.close()

    def close(self) -> None:
        """Whatever happened."""
        with ExitStack() as stack:
            stack.callback(self.history.close)
            for server in self.servers:
                stack.callback(self._kill, server)
            for thing in [*self.closing, *self.crowds]:
                stack.callback(thing.close)

    @staticmethod
    def _kill(server: Server) -> None:
        if server.is_running():
            os.kill(server.process.pid, signal.SIGCONT)
            server.process.kill()
        if server.process is not None:
            server.process.communicate()
            server.process = None


def checks_out(database: str, by_command: bool) -> str:
    """What `rooms-chat check` complains of; asked of what it asks, where there is no time for another process."""
    if not by_command:
        return "\n".join(complaints(Database(database)))
    command = [sys.executable, "-c", "from rooms_chat.cli import main; main()", "check", "--database", database]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOP, timeout=60, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def copied(database: Path, folder: Path) -> Path:
    """The files of a database as they are this moment, without what only memory holds."""
    folder.mkdir(parents=True)
    for name in (database.name, f"{database.name}-wal"):
        if (database.parent / name).exists():
            shutil.copyfile(database.parent / name, folder / name)
    return folder / database.name
