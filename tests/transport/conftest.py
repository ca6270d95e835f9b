"""A server as operators start it, in a process of its own, and clients that speak to it over real sockets."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

TOP = Path(__file__).parents[2]
UNLIMITED = ("--message-rate", "0", "--rooms-per-hour", "0")


class Server:
    """`run.py` on a free port."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.log = folder / "server.log"
        command = [sys.executable, "run.py", "--port", "0", "--data", str(folder / "data"), *UNLIMITED, *options]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ROOMS_")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=TOP, env=environ, stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://\S+", line)
        assert found, f"it did not start: {line}{self.log.read_text()}"
        self.url = found[0]

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port

    @property
    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def resident_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return int(found[1])

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        self.process.stdout.close()
        assert self.process.wait(15) == 0


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Server]:
    server = Server(folder, *options)
    try:
        yield server
        assert "Traceback" not in server.log.read_text()
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that leave it as they found it."""
    with served(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts one with options of its own, for this test."""
    with ExitStack() as running:
        yield lambda *options: running.enter_context(served(tmp_path, *options))
