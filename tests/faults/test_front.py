"""Workers behind HAProxy, as `deploy/` sets it up."""

import os
import re
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import requests
import socketio
from socketio.exceptions import SocketIOError

from rooms_chat.testing.live import OrderedClient
from tests.conftest import Program
from tests.faults.clients import wait_until
from tests.faults.scenes import CALM_SECONDS
from tests.services import TOP, Haproxy, free_port, or_skip, program_of

BACK_WITHIN_SECONDS = 5.0


@pytest.fixture
def behind(cluster, tmp_path):
    """A front before the workers of a scene."""
    made = []

    def start(**options) -> Haproxy:
        with or_skip():
            front = Haproxy(tmp_path, [worker.port for worker in cluster.workers], **options)
        made.append(front.start())
        cluster.closing.append(made[-1])
        front.close = front.stop
        wait_until(lambda: reads(f"{front.url}/healthz") if not options else True, 15, "the front knows a worker")
        return front

    yield start
    for front in made:
        front.stop()


def reads(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        return False


def status_of(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


@pytest.mark.tried(small=1, long=10)
def test_those_who_poll_and_those_who_do_not_are_in_one_room(cluster, behind):
    front = behind()
    polling = cluster.officials("alice", "bob", url=front.url, transport="polling", pace=0.05).clients
    cluster.officials("charlie", "dave", url=front.url, pace=0.05)
    cluster.fault("behind a front")
    wait_until(lambda: all(client.inside for client in cluster.everybody), 30, "all have joined")
    wait_until(lambda: all(len(client.here) == 4 for client in polling), 30, "who polls sees all four")
    cluster.waits_for_more(60)
    cluster.ends()


@pytest.mark.tried(small=1, long=10)
def test_a_rolling_restart_behind_the_front_loses_nothing_and_clients_are_soon_back(cluster, behind, is_long):
    front = behind()
    clients = cluster.officials("alice", "bob", "charlie", "dave", url=front.url, pace=0.02).clients
    wait_until(lambda: all(client.inside for client in clients), 30, "all have joined")
    for _ in range(3 if is_long else 1):
        for worker in cluster.workers:
            cluster.waits_for_more(20)
            assert worker.stop() == 0
            cluster.fault("SIGTERM")
            began = time.monotonic()
            wait_until(lambda: all(client.inside for client in clients), 30, "all are back")
            cluster.history.record("back", seconds=time.monotonic() - began)
            assert time.monotonic() - began < BACK_WITHIN_SECONDS
            worker.start()
            wait_until(lambda url=worker.url: reads(f"{url}/readyz"), 20, "it serves again")
            time.sleep(1.5)  # the front asks once a second
    cluster.ends()


@pytest.mark.tried(small=1, long=5)
def test_who_is_on_a_frozen_worker_is_led_to_another(cluster, behind):
    front = behind()
    clients = cluster.officials("alice", "bob", "charlie", "dave", url=front.url, pace=0.02).clients
    wait_until(lambda: all(client.inside for client in clients), 30, "all have joined")
    process = cluster.workers[1].process
    os.kill(process.pid, signal.SIGSTOP)
    cluster.fault("frozen")
    for client in clients:
        cluster.hears_within(client, clients[0], CALM_SECONDS)
    os.kill(process.pid, signal.SIGCONT)
    cluster.waits_for_more(20)
    cluster.ends()


@pytest.mark.tried(small=1, long=1)
def test_a_front_speaks_tls_and_keeps_what_is_for_operators(cluster, behind):
    front = behind(tls=True)
    url = f"https://127.0.0.1:{front.port}"
    trusting = ssl.create_default_context(cafile=str(front.certificate))
    session = requests.Session()
    session.verify, session.trust_env = str(front.certificate), False
    # A program names no origin: the front stands where no --public-url says that people come from.
    options = {"sslopt": {"context": trusting}, "suppress_origin": True}

    def get(path: str) -> int:
        try:
            with urllib.request.urlopen(f"{url}{path}", timeout=5, context=trusting) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code

    wait_until(lambda: get("/healthz") == 200, 15, "the front knows a worker")
    assert [get(path) for path in ("/", "/metrics", "/readyz")] == [200, 403, 403]
    for transport in ("websocket", "polling"):
        client = OrderedClient(reconnection=False, http_session=session, websocket_extra_options=options)
        client.connect(url, transports=[transport])
        assert client.call("join", {"room": "kitchen"})["ok"]
        client.disconnect()
    session.close()
    cluster.ended_well = True


def test_two_workers_share_a_port_and_are_started_again(postgres, redis, tmp_path):
    database = postgres.make_database()
    flags = ("--database", database, "--redis", redis.url, "--workers", "2")
    server = Program(tmp_path / "data", *flags).start()
    try:
        clients = [socketio.SimpleClient() for _ in range(4)]
        for number, client in enumerate(clients):
            client.connect(server.url, transports=["websocket"])
            assert client.call("join", {"room": "kitchen", "user_name": f"guest {number}"})["ok"]
        assert clients[0].call("my event", {"room": "kitchen", "message": "soup?"})["seq"] == 1
        for client in clients:
            assert next(iter(heard(client, "my response")))["message"] == "soup?"
        refusing = OrderedClient(reconnection=False)
        with pytest.raises(SocketIOError):
            refusing.connect(server.url, transports=["polling"])
        assert status_of(f"{server.url}/socket.io/?EIO=4&transport=polling") == 400
        for client in clients:
            client.client.eio.ws.sock.close()
            client.client.shutdown()
        before = children_of(server)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(children_of(server)) - {before[0]}) == 2, 30, "another one is started")
        before = children_of(server)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(now := set(children_of(server))) == 2 and not now & set(before), 60, "both are new")
        assert reads(f"{server.url}/r/kitchen.json")
    finally:
        assert server.stop() == 0


def test_a_worker_that_finds_no_database_is_started_until_it_does_and_the_others_serve(postgres, redis, tmp_path):
    """One that died while PostgreSQL was away took all others with it, for good."""
    database = postgres.make_database()
    name = database.rpartition("/")[2]
    server = Program(tmp_path / "data", "--database", database, "--redis", redis.url, "--workers", "2").start()
    try:
        before, seen = children_of(server), set(children_of(server))

        def tried() -> int:
            seen.update(children_of(server))
            return len(seen)

        postgres.ask("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: tried() == 4, 60, "one could not start, and another tries")
        assert before[1] in children_of(server)
        postgres.ask("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        wait_until(lambda: listeners(server) == 2, 60, "both serve")
    finally:
        assert server.stop() == 0


def children_of(server: Program) -> list[int]:
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def listeners(server: Program) -> int:
    """How many workers listen on its port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[1].endswith(f":{server.port:04X}") and line[3] == "0A" for line in lines)


def heard(client: socketio.SimpleClient, event: str):
    while True:
        name, body = client.receive(timeout=10)
        if name == event:
            yield body


def test_sqlite_takes_one_worker_and_says_so(program):
    assert program("--workers", "2").refuses() == (
        "rooms: SQLite takes one worker. For several, name PostgreSQL by --database, and Redis by --redis.\n"
    )


def test_several_workers_need_redis_and_say_so(program):
    refusal = program("--workers", "2", "--database", "postgresql://rooms@127.0.0.1/rooms").refuses()
    assert refusal == "rooms: Several workers hear each other by way of Redis. Name it by --redis.\n"


def test_on_postgresql_one_worker_without_redis_and_several_with_it_do_not_mix(postgres, redis, program):
    database = ("--database", postgres.make_database())
    alone = program(*database).start()
    assert "is in use by another Rooms" in program(*database).refuses()
    assert "is in use by another Rooms" in program(*database, "--redis", redis.url).refuses()
    alone.stop()
    several = [program(*database, "--redis", redis.url).start() for _ in range(2)]
    assert "is in use by another Rooms" in program(*database).refuses()
    assert [worker.stop() for worker in several] == [0, 0]


def test_a_bad_address_of_redis_is_refused_by_name(program):
    assert program("--redis", "127.0.0.1:6379").refuses().startswith("rooms: --redis: “127.0.0.1:6379” will not do.")


def test_behind_nginx_those_who_poll_and_those_who_do_not_talk_too(cluster, tmp_path):
    """With the configuration of deploy/, but for ports and names."""
    with or_skip():
        nginx = program_of("nginx", "nginx-light")
    port = free_port()
    text = (TOP / "deploy" / "nginx.conf").read_text()
    servers = "".join(f"    server 127.0.0.1:{worker.port};\n" for worker in cluster.workers)
    text = re.sub(r"(    server 127\.0\.0\.1:\d+ .*\n)+", servers, text)
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"    ssl_certificate.*\n", "", text).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    (tmp_path / "rooms.conf").write_text(text)
    beneath = "".join(f"{name}_temp_path {name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"daemon off; pid nginx.pid; events {{}} http {{ access_log off; {beneath} include {tmp_path}/rooms.conf; }}"
    (tmp_path / "nginx.conf").write_text(main)
    command = [nginx, "-p", str(tmp_path), "-e", str(tmp_path / "nginx.log"), "-c", str(tmp_path / "nginx.conf")]
    running = subprocess.Popen(command)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: reads(f"{url}/healthz"), 15, "nginx serves")
        assert [status_of(f"{url}{path}") for path in ("/metrics", "/readyz")] == [403, 403]
        cluster.officials("alice", url=url, transport="polling", pace=0.05)
        cluster.officials("bob", url=url, pace=0.05)
        cluster.fault("behind nginx")
        cluster.waits_for_more(30)
        cluster.ends()
    finally:
        running.terminate()
        running.wait(10)
