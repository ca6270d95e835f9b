"""A server as operators start it, in a process of its own; with STOCK=1 the stock stack in its place."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
TOP = HERE.parents[1]
IS_STOCK = os.environ.get("STOCK") == "1"
UNLIMITED = ("--message-rate", "0", "--rooms-per-hour", "0")
STOP_SECONDS = 15


class Server:
    """On a free port. `hurried` makes its clocks ten times as fast; it may open `files` files."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int = 0,
        hurried: bool = False,
        files: int | None = None,
        program: Path | None = None,
        environ: dict[str, str] | None = None,
    ) -> None:
        self.folder, self.options, self.hurried, self.files = folder, options, hurried, files
        self._own_program, self._environ = program, environ or {}
        self.data = folder / "data"
        self.log = folder / "server.log"
        self._start(port)

    def _start(self, port: int) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("ROOMS_")}
        environ |= self._environ
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(port), cwd=TOP, env=environ, stdout=subprocess.PIPE, stderr=log
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://\S+", line)
        assert found, f"it did not start: {line}{self.log.read_text()}"
        self.url = found[0]

    def _command(self, port: int) -> list[str]:
        limited = ["prlimit", f"--nofile={self.files}:{self.files}"] if self.files else []
        return [*limited, sys.executable, *self._program(port)]

    def _program(self, port: int) -> list[str]:
        if IS_STOCK:
            return [str(HERE / "stock.py"), str(self.data), *(["hurried"] if self.hurried else [])]
        program = self._own_program or (HERE / "hurried.py" if self.hurried else TOP / "run.py")
        options = [*UNLIMITED, *self.options]
        return [str(program), "--port", str(port), "--data", str(self.data), *options]

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

    def connections(self) -> int:
        """How many clients are connected; the stock stack does not tell."""
        if IS_STOCK:
            return 0
        with urllib.request.urlopen(f"{self.url}/metrics") as metrics:
            found = re.search(r"^rooms_connections (\d+)", metrics.read().decode(), re.MULTILINE)
        assert found
        return int(found[1])

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        self.process.stdout.close()
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        assert status == 0 or IS_STOCK

    def restart(self) -> None:
        """At the same address."""
        port = self.address[1]
        self.stop()
        self._start(port)


@contextmanager
def served(folder: Path, *options: str, hurried: bool = False, files: int | None = None) -> Iterator[Server]:
    server = Server(folder, *options, hurried=hurried, files=files)
    try:
        if IS_STOCK:
            wait_for(server)
        yield server
        assert IS_STOCK or "Traceback" not in server.log.read_text()
    finally:
        if server.process.poll() is None:
            server.stop()


def wait_for(server: Server, seconds: float = 10) -> None:
    """The stock stack says where it is before it listens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"{server.url}/healthz", timeout=1):
            return
        time.sleep(0.05)


def wait_until(fact: Callable[[], Any], seconds: float = 10) -> Any:
    """Until it is true, and what it then is."""
    until = time.monotonic() + seconds
    while not (found := fact()):
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)
    return found
