"""Each scenario is played inside the test process and live on a server of its own, on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rooms_chat.testing import Person
from tests.services import Postgres

ROOT = Path(__file__).resolve().parents[2]
INSIDE, LIVE, INSIDE_ON_POSTGRES, LIVE_ON_POSTGRES = "inside", "live", "inside on PostgreSQL", "live on PostgreSQL"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "inside: this scenario is played inside the process only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "rooms_url" in metafunc.fixturenames:
        only_inside = any(metafunc.definition.get_closest_marker(name) for name in ("inside", "rooms"))
        inside, live = [INSIDE, INSIDE_ON_POSTGRES], [LIVE, LIVE_ON_POSTGRES]
        modes = inside if only_inside else [*inside, *live]
        given = metafunc.config.getoption("--rooms-url")
        metafunc.parametrize("rooms_url", [given] if given else modes, indirect=True, scope="session")


@pytest.fixture(scope="session")
def rooms_url(request: pytest.FixtureRequest) -> str | None:
    if request.param in (INSIDE, INSIDE_ON_POSTGRES):
        return None
    server = {LIVE: "live_server", LIVE_ON_POSTGRES: "live_server_on_postgres"}.get(request.param)
    return request.getfixturevalue(server) if server else request.param


@pytest.fixture
def rooms_database(request: pytest.FixtureRequest) -> str | None:
    is_on_postgres = request.node.callspec.params["rooms_url"] == INSIDE_ON_POSTGRES
    return request.getfixturevalue("postgres_url") if is_on_postgres else None


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real program, without limits; its URL."""
    with live(tmp_path_factory.mktemp("live")) as url:
        yield url


@pytest.fixture(scope="session")
def live_server_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, postgres_template: str
) -> Iterator[str]:
    """The same on PostgreSQL."""
    with live(tmp_path_factory.mktemp("live"), "--database", postgres.make_database(postgres_template)) as url:
        yield url


@contextmanager
def live(data: Path, *flags: str) -> Iterator[str]:
    options = ["--port", "0", "--data", str(data), "--message-rate", "0", "--rooms-per-hour", "0", *flags]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROOMS_")}
    with (
        (data / "errors").open("w") as errors,
        subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()
        assert server.wait(10) == 0
    said = (data / "errors").read_text().splitlines()
    assert [line for line in said if " ERROR " in line or "Traceback" in line] == []


@pytest.fixture
def kitchen(alice: Person, bob: Person, charlie: Person) -> Person:
    """Alice opened it, and Bob is in it; Charlie is next door."""
    alice.joins("kitchen")
    bob.joins("kitchen")
    charlie.joins("garden")
    return alice
