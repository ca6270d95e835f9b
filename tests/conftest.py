"""The real program as a process of its own, for tests that start, stop and kill it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio

from rooms_chat.storage.database import Database
from rooms_chat.storage.migrate import NEWEST, migrate
from rooms_chat.storage.schema import metadata
from tests.quiet import company
from tests.services import Postgres, postgres_server

TOP = Path(__file__).parents[1]
END_ALL_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
EMPTY = [
    *(f"DELETE FROM {table}" for table in reversed(metadata.sorted_tables) if table.name != "about"),
    "ALTER SEQUENCE rooms_id_seq RESTART",
    "UPDATE about SET value = 'no' WHERE name = 'copied'",
    f"UPDATE alembic_version SET version_num = '{NEWEST}'",
]
WITHOUT_LIMITS = ("--message-rate", "0", "--rooms-per-hour", "0")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quiet: this test measures time, so no other one runs beside it")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file of each folder in turn, so that tests that wait run beside tests that compute."""
    turns: dict[Path, dict[Path, int]] = defaultdict(dict)
    for item in items:
        turns[item.path.parent].setdefault(item.path, len(turns[item.path.parent]))
    items.sort(key=lambda item: (turns[item.path.parent][item.path], item.path))


@pytest.hookimpl(wrapper=True, tryfirst=True)  # before its time runs
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with company(alone=item.get_closest_marker("quiet") is not None):
        return (yield)


class Program:
    """`run.py` with these flags; keeps its port through restarts."""

    def __init__(self, data: Path, *flags: str, port: int = 0, environ: dict[str, str] | None = None) -> None:
        self.data, self.flags, self.port = data, flags, port
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith("ROOMS_")} | (environ or {})
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Program":
        """Start, and wait until it says where it is."""
        self.process = self._spawn()
        said = self.process.stdout.readline()
        assert said, f"it did not start: {self.process.communicate()[1]}"
        self.port = int(said.rsplit(":", 1)[1])
        return self

    def refuses(self) -> str:
        """Start it where it cannot: what it says on standard error."""
        said, complained = (process := self._spawn()).communicate(timeout=40)
        assert (process.returncode, said) == (2, "")
        return complained

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit status. `complaints` is then what it said on standard error."""
        self.process.send_signal(number)
        _, self.complaints = self.process.communicate(timeout=30)
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def _spawn(self) -> "subprocess.Popen[str]":
        command = [sys.executable, str(TOP / "run.py"), "--port", str(self.port), "--data", str(self.data)]
        return subprocess.Popen(
            [*command, *self.flags], env=self._environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@pytest.fixture
def file(tmp_path: Path) -> Database:
    """A database of the newest schema in a file, with nothing in it."""
    database = Database(f"sqlite:///{tmp_path / 'rooms.db'}")
    migrate(database)
    return database


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all, with a database of its own for each test."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A database of the newest schema that nobody uses."""
    url = postgres.make_database()
    migrate(Database(url))
    return url


@pytest.fixture(scope="session")
def postgres_database(postgres: Postgres, postgres_template: str) -> str:
    """One for all tests, one after the other: to empty it is quicker than to make another."""
    return postgres.make_database(postgres_template)


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_database: str) -> str:
    """A database of the newest schema with nothing in it."""
    postgres.ask(postgres_database, "; ".join([END_ALL_OTHERS, *EMPTY]))
    return postgres_database


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Makes programs, each with a data folder of its own unless one is named, and ends them."""
    made: list[Program] = []

    def make(*flags: str, data: Path | None = None, **options: Any) -> Program:
        made.append(Program(data or tmp_path / f"data{len(made)}", *WITHOUT_LIMITS, *flags, **options))
        return made[-1]

    yield make
    for one in made:
        if one.is_running():
            one.kill()


@pytest.fixture
def client_of() -> Iterator[Callable[..., socketio.Client]]:
    """Connects the official Python client to a program."""
    made: list[socketio.Client] = []

    def connect(program: Program, auth: dict[str, Any] | None = None, **options: Any) -> socketio.Client:
        client = socketio.Client(**options)
        made.append(client)
        # The client leaves its socket open when the other side ends.
        client.on("disconnect", lambda reason: client.eio.ws.shutdown())
        client.connect(program.url, transports=["websocket"], auth=auth)
        return client

    yield connect
    for client in made:
        client.shutdown()
