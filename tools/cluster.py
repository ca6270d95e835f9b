"""A whole cluster on private ports of this machine, until Ctrl-C: PostgreSQL, Redis, three workers, and HAProxy."""

import contextlib
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.services import TOP, Haproxy, Missing, Postgres, Redis, free_port

WORKERS = 3


def main() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where the terminal is closed
        signal.signal(number, lambda *_: ended.set())
    with contextlib.ExitStack() as stack:
        try:
            front, workers = start(stack)
        except Missing as missing:
            sys.exit(f"rooms: {missing}")
        print(f"Rooms is at {front.url}", flush=True)
        for number, port in enumerate(workers, 1):
            print(f"  worker {number}: http://127.0.0.1:{port} (/readyz, /metrics)", flush=True)
        print("Ctrl-C ends all of it, and removes what it kept.", flush=True)
        ended.wait()


def start(stack: contextlib.ExitStack) -> tuple[Haproxy, list[int]]:
    """The front, and the ports of the workers behind it."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rooms-cluster-")))
    postgres, redis = Postgres(), Redis()
    stack.callback(postgres.remove)
    stack.callback(redis.stop)
    postgres.start()
    redis.start()
    database = postgres.make_database()
    ports = [free_port() for _ in range(WORKERS)]
    front = Haproxy(folder, ports)
    shared = ["--database", database, "--redis", redis.url, "--trusted-proxy", "127.0.0.1", "--public-url", front.url]
    for port in ports:
        worker = start_worker("--port", str(port), "--data", str(folder / str(port)), *shared)
        stack.callback(stop, worker)
    stack.callback(front.stop)
    front.start()
    return front, ports


def start_worker(*flags: str) -> "subprocess.Popen[str]":
    """In a session of its own, so that Ctrl-C reaches it through us. Waits until it serves."""
    command = [sys.executable, str(TOP / "run.py"), *flags]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    if worker.stdout is None or not worker.stdout.readline():
        raise Missing("a worker did not start")
    return worker


def stop(worker: "subprocess.Popen[str]") -> None:
    worker.terminate()
    try:
        worker.wait(10)
    except subprocess.TimeoutExpired:
        worker.kill()


if __name__ == "__main__":
    main()
