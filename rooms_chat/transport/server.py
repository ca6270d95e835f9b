"""Serves the application until it is told to stop, then stops in order."""

import errno
import ipaddress
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import eventlet
from eventlet.event import Event

from rooms_chat.app import create_app, prepare
from rooms_chat.chat import Chat
from rooms_chat.config import Settings
from rooms_chat.data_folder import DataFolder
from rooms_chat.errors import CannotStart
from rooms_chat.transport import heartbeat, http, several
from rooms_chat.transport.front import Front
from rooms_chat.transport.garbage import keep_collections_short
from rooms_chat.transport.guard import Guard
from rooms_chat.transport.hub import EventletHub
from rooms_chat.transport.peers import Peers
from rooms_chat.transport.places import Places
from rooms_chat.transport.sockets import SocketIOWire
from rooms_chat.transport.versions import check_versions

BACKLOG = 4096
MOST_FILES = 100_000
OTHER_FILES = 200
STOP_SECONDS = 3.0
LAST_WORDS_SECONDS = 0.3
SOME_FOREIGN_ADDRESS = ("192.0.2.1", 9)  # for documentation; nothing is ever sent there

logger = logging.getLogger(__name__)


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Listen and serve until SIGTERM or Ctrl-C. Raises CannotStart."""
    check_versions()
    port = several.shared_port()
    if settings.workers > 1 and port is None:
        serve_by_several(settings, announce)
    else:
        serve_alone(settings if port is None else replace(settings, port=port), announce, is_shared=port is not None)


def serve_by_several(settings: Settings, announce: Callable[[str], None]) -> None:
    """Start the workers, and see to them. Raises CannotStart; exits where a worker could not start."""
    several.check(settings)
    listen(settings).close()  # whoever else is there is found out now
    port = several.reserve(settings)
    settings = replace(settings, port=port.getsockname()[1])
    hub = EventletHub()
    workers = several.Several(settings.workers, settings.port)
    stopped = on_signal(hub)
    signal.signal(signal.SIGHUP, lambda *_: hub.call_from_thread(lambda: hub.call_soon(workers.restart)))
    workers.wait_until_ready()
    if not workers.ended.ready():
        for line in [*where_to_go(settings), several.WEBSOCKET_ONLY]:
            announce(line)
        eventlet.spawn_n(workers.stop_when, stopped)
    if status := workers.ended.wait():
        sys.exit(status)


def serve_alone(settings: Settings, announce: Callable[[str], None], *, is_shared: bool) -> None:
    """Be a worker: the only one on its port, or one that shares it."""
    listener = listen(settings, is_shared=is_shared)
    settings = replace(settings, port=listener.getsockname()[1])
    folder = DataFolder(settings.data, settings.database_path)
    most = allow_many_open_files() - OTHER_FILES
    peers = Peers(settings.trusted_proxy)
    places = Places(most, settings.connections_per_address, peers.trusts)
    hub = EventletHub()
    wire = SocketIOWire(allowed_origins(settings), places)
    app = create_app(settings, secret_key=folder.secret_key, hub=hub, wire=wire)
    wire.bind(app)
    prepare(app)
    heartbeat.start(app.extensions["rooms"].metrics, places)
    front = Front(listener, places, peers, wire.engine.take_websocket)
    guard = Guard(app.wsgi_app, wire.engine, peers.settle, polls=not is_shared)
    serving = http.serve(front, guard, most, places)
    keep_collections_short()
    stopped = on_signal(hub)
    if is_shared:
        several.stop_with_parent(stopped)
    for line in where_to_go(settings):
        announce(line)
    stopped.wait()
    stop(app.extensions["rooms"], front, wire, serving)


def stop(chat: Chat, front: Front, wire: SocketIOWire, serving: Any) -> None:
    """Take nothing more, write what waits, acknowledge it, and let everybody go to come back."""
    front.close()
    if not chat.close(STOP_SECONDS):
        logger.error("the journal did not end in time; what was not acknowledged will be sent again")
    eventlet.sleep(LAST_WORDS_SECONDS)
    wire.engine.restart()
    eventlet.sleep(LAST_WORDS_SECONDS)
    serving.kill()


def listen(settings: Settings, *, is_shared: bool = False) -> Any:
    """Shared only by workers that know of each other: a stranger would silently take half of the connections."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return eventlet.listen((settings.host, settings.port), family, backlog=BACKLOG, reuse_port=is_shared)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {settings.port} is in use. Stop what listens there, or take another: --port {settings.port + 1}."
            ) from None
        raise CannotStart(
            f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}. See --host and --port."
        ) from None


def on_signal(hub: EventletHub) -> Event:
    """An event that comes with the first SIGTERM or SIGINT."""
    stopped = Event()

    def send_once() -> None:
        if not stopped.ready():
            stopped.send()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: hub.call_from_thread(send_once))
    return stopped


def allow_many_open_files() -> int:
    """As many as we may; tells how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def where_to_go(settings: Settings) -> list[str]:
    """What a start prints: where the rooms are, for this machine and for others."""
    if settings.public_url:
        return [f"Rooms is at {settings.public_url}"]
    lines = [f"Rooms is at http://{_in_url(_here(settings.host))}:{settings.port}"]
    if _is_any(settings.host):
        lines += [f"Others reach it at http://{_in_url(a)}:{settings.port}" for a in own_addresses(settings.host)]
    return lines


def allowed_origins(settings: Settings) -> list[str]:
    """The pages that may connect: those of --public-url, else of the listening address, and of --allow-origin."""
    if settings.public_url:
        return [settings.public_url, *settings.allow_origin]
    hosts = {settings.host}
    if _is_any(settings.host):
        hosts = {"127.0.0.1", "[::1]", *map(_in_url, own_addresses(settings.host))}
    if any(_in_url(host) in ("127.0.0.1", "[::1]") for host in hosts):
        hosts.add("localhost")
    own = [f"http://{_in_url(host)}" + (f":{settings.port}" if settings.port != 80 else "") for host in sorted(hosts)]
    return [*own, *settings.allow_origin]


def own_addresses(host: str) -> list[str]:
    """The address by which this machine reaches others, as they see it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOME_FOREIGN_ADDRESS)
        except OSError:
            return []
        address: str = probe.getsockname()[0]
        return [] if ipaddress.ip_address(address).is_loopback else [address]


def _is_any(host: str) -> bool:
    return host in ("0.0.0.0", "::")


def _here(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
