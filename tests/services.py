"""Real servers beside ours, each on a private port. Missing ones skip a test, and are an error in CI."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import redis

TOP = Path(__file__).parents[1]
MEMORY_BYTES = 1 << 30
REQUIRED = os.environ.get("ROOMS_REQUIRE_SERVICES") == "1"


class Missing(Exception):
    """A program is not on this machine; the message says what to install."""


def program_of(name: str, package: str) -> str:
    """Where a program is. Raises Missing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Missing(f"{name} is not on this machine: apt-get install {package}")
    return found


@contextmanager
def or_skip() -> Iterator[None]:
    """Where a program is missing a test is skipped, or fails where there has to be one."""
    try:
        yield
    except Missing as missing:
        if REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """A redis-server that keeps nothing; keeps its port through restarts."""

    def __init__(self) -> None:
        self._program = program_of("redis-server", "redis-server")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis(port=self.port, socket_timeout=10)

    def start(self) -> "Redis":
        command = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--enable-debug-command", "local"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
        deadline = time.monotonic() + 10
        while True:
            with suppress(redis.RedisError), self.client as client:
                client.ping()
                return self
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def redis_server() -> Iterator[Redis]:
    with or_skip():
        server = Redis().start()
    try:
        yield server
    finally:
        server.stop()


def make_certificate(folder: Path) -> Path:
    """A certificate and its key for localhost, in one file, as HAProxy takes them."""
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "both.pem"))
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"]
    subprocess.run([*command, str(key), "-out", str(certificate)], check=True, capture_output=True)
    both.write_text(certificate.read_text() + key.read_text())
    return both


class Postgres:
    """PostgreSQL that may lose what it keeps when the machine dies; keeps its port through restarts."""

    def __init__(self) -> None:
        self._programs = postgres_programs()
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="rooms-postgres-", dir=in_memory()))
        self.is_running = False
        if os.getuid() == 0:  # which PostgreSQL refuses to be
            shutil.chown(self._folder, "postgres", "postgres")
        self._run(
            "initdb", "-D", str(self._data), "-A", "trust", "-U", "rooms", "--no-sync", "-E", "UTF8", "--locale=C"
        )
        settings = {
            "port": self.port,
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": f"'{self._folder}'",
            "fsync": "off",
            "max_wal_size": "'64MB'",
            "max_connections": 200,
        }
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def url(self, database: str = "rooms") -> str:
        return f"postgresql://rooms@127.0.0.1:{self.port}/{database}"

    def start(self) -> "Postgres":
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._folder / "log"), "-w", "start")
        self.is_running = True
        return self

    def stop(self, mode: str = "immediate") -> None:
        if self.is_running:
            self.is_running = False
            self._run("pg_ctl", "-D", str(self._data), "-m", mode, "-w", "stop")

    def make_database(self, template: str = "template1") -> str:
        """A fresh one, as the one of this name or URL is; its URL."""
        name = f"rooms_{secrets.token_hex(6)}"
        self.ask("postgres", f"CREATE DATABASE {name} TEMPLATE {template.rpartition('/')[2]}")
        return self.url(name)

    def ask(self, database: str, sql: str) -> list[Any]:
        """The rows a statement answers, if it does."""
        import psycopg  # here, so that a test run without PostgreSQL need not have it

        name = database.rpartition("/")[2]
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            answer = connection.execute(sql)
            return answer.fetchall() if answer.description else []

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        as_who: dict[str, Any] = {}
        if os.getuid() == 0:
            as_who = {"user": "postgres", "group": "postgres", "extra_groups": []}
        command = [str(self._programs / program), *words]
        # Its output goes nowhere: a server that was started would hold a pipe open for as long as it lives.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **as_who)


def in_memory() -> str | None:
    """Where files are made and removed at no cost, if there is room."""
    place = Path("/dev/shm")
    return str(place) if place.is_dir() and shutil.disk_usage(place).free > MEMORY_BYTES else None


def postgres_programs() -> Path:
    """Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else Path(program_of("initdb", "postgresql")).parent


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    with or_skip():
        server = Postgres()
    try:
        yield server.start()
    finally:
        server.remove()


class Haproxy:
    """HAProxy with the configuration we give away: only ports, workers and the certificate are others."""

    def __init__(self, folder: Path, ports: list[int], *, tls: bool = False) -> None:
        self._program = program_of("haproxy", "haproxy")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._file = folder / "haproxy.cfg"
        text = (TOP / "deploy" / "haproxy.cfg").read_text()
        text = self._with_tls(text, folder) if tls else self._without_tls(text)
        text = re.sub(r"^ +server w.*\n", "", text, flags=re.MULTILINE)
        text += "".join(f"    server w{n} 127.0.0.1:{port} cookie w{n}\n" for n, port in enumerate(ports, 1))
        self._file.write_text(text)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Haproxy":
        subprocess.run([self._program, "-c", "-q", "-f", str(self._file)], check=True)
        self.process = subprocess.Popen([self._program, "-q", "-db", "-f", str(self._file)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.05)
        raise AssertionError("haproxy did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _with_tls(self, text: str, folder: Path) -> str:
        text = text.replace("bind :80\n", f"bind 127.0.0.1:{free_port()}\n")
        text = text.replace("bind :443", f"bind 127.0.0.1:{self.port}")
        self.certificate = make_certificate(folder)
        return text.replace("/etc/haproxy/rooms.pem", str(self.certificate))

    def _without_tls(self, text: str) -> str:
        text = text.replace("bind :80\n", f"bind 127.0.0.1:{self.port}\n")
        text = text.replace("X-Forwarded-Proto https", "X-Forwarded-Proto http")
        return re.sub(r"^ +(bind :443|http-request redirect).*\n", "", text, flags=re.MULTILINE)
