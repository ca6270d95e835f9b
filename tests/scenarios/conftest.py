"""Each scenario is played twice: inside the test process, and live on a server of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDE, LIVE = "inside", "live"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "inside: this scenario is played inside the process only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "rooms_url" in metafunc.fixturenames:
        only_inside = any(metafunc.definition.get_closest_marker(name) for name in ("inside", "rooms"))
        modes = [INSIDE] if only_inside else [INSIDE, LIVE]
        given = metafunc.config.getoption("--rooms-url")
        metafunc.parametrize("rooms_url", [given] if given else modes, indirect=True, scope="session")


@pytest.fixture(scope="session")
def rooms_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == INSIDE:
        return None
    return request.getfixturevalue("live_server") if request.param == LIVE else request.param


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real program, without limits; its URL."""
    data = tmp_path_factory.mktemp("live")
    options = ["--port", "0", "--data", str(data), "--message-rate", "0", "--rooms-per-hour", "0"]
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
