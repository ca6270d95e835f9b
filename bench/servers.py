"""Starts what is measured, each with a core and a data folder of its own, and ends it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import process
from bench.clients import Shape

TOP = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
BUILD = TOP / "build" / "bench"
NO_LIMITS = [
    f"--{name}=0" for name in "message-rate rooms-per-hour connections-per-address connections-per-person".split()
]
START_SECONDS = 20
RUN_SECONDS = 180


def rooms(program: Path = TOP / "run.py") -> list[str]:
    """The real program, without limits; `program` may be one that starts it in another way."""
    return [sys.executable, str(program), "--port={port}", "--data={data}", *NO_LIMITS]


def python_peer(name: str) -> list[str]:
    return [sys.executable, str(PEERS / name), "{port}"]


@contextmanager
def running(command: list[str]) -> Iterator[tuple[int, int]]:
    """Its port and pid, while it runs on the server's core."""
    port, data = free_port(), tempfile.mkdtemp(prefix="rooms-bench-")
    words = [word.replace("{port}", str(port)).replace("{data}", data) for word in command]
    with Path(data, "log").open("wb") as log:
        server = subprocess.Popen(words, cwd=TOP, env=environment(), stdout=log, stderr=log, preexec_fn=on_its_core)
    try:
        wait_for(port, server, log.name)
        yield port, server.pid
    finally:
        server.terminate()
        end(server)
        shutil.rmtree(data, ignore_errors=True)


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("ROOMS_")}


def on_its_core() -> None:
    os.sched_setaffinity(0, {process.cores()[0]})


def end(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes], log: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"bench: {server.args} does not start:\n{Path(log).read_text(encoding='utf-8')[-2000:]}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def drive(port: int, pid: int, shape: dict[str, Any]) -> dict[str, Any]:
    """Run the driver, a process on the other core."""
    Shape(**shape)
    core = str(process.cores()[1])
    words = [sys.executable, str(Path(__file__).parent / "driver.py"), str(port), str(pid), json.dumps(shape), core]
    driver = subprocess.run(words, capture_output=True, text=True, timeout=RUN_SECONDS, check=False)
    if driver.returncode:
        raise SystemExit(f"bench: {shape}: {driver.stderr.strip()[-1000:]}")
    return json.loads(driver.stdout)


def measure(command: list[str], shape: dict[str, Any]) -> dict[str, Any]:
    """One server, one shape, once."""
    with running(command) as (port, pid):
        return drive(port, pid, shape)
