"""What `make cluster` starts ends with it."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from tests.services import TOP, or_skip, postgres_programs, program_of


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_all_that_was_started_ends_and_nothing_stays(tmp_path, number):
    """The terminal sends these to all that it started."""
    with or_skip():
        for name in ("redis-server", "haproxy"):
            program_of(name, name)
        postgres_programs()
    environ = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(TOP)}
    command = [sys.executable, str(TOP / "tools" / "cluster.py")]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True) as cluster:
        ports = [int(re.search(r"http://127\.0\.0\.1:(\d+)", cluster.stdout.readline())[1]) for _ in range(4)]
        assert cluster.stdout.readline().startswith("Ctrl-C ends all of it")
        assert all(answers(port) for port in ports)
        os.killpg(cluster.pid, number)
        assert cluster.wait(30) == 0
    assert not any(answers(port) for port in ports)
    assert list(tmp_path.iterdir()) == []


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
