"""The chat inside the test's own process: real nouns, journal, pump and doors, over a wire in memory."""

import itertools
import json
import logging
import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rooms_chat.app import create_chat
from rooms_chat.config import SETTINGS, Settings, read_settings
from rooms_chat.errors import RoomsError
from rooms_chat.sockets import receive
from rooms_chat.sockets.people import connect
from rooms_chat.storage.check import complaints
from rooms_chat.storage.database import Database
from rooms_chat.storage.migrate import migrate
from rooms_chat.testing.memory import MemoryHub, MemoryWire
from rooms_chat.testing.refusals import Refused
from rooms_chat.testing.server import Packet

ADDRESS = "127.0.0.1"
SECRET_KEY = "a scenario's own"
STOP_SECONDS = 10.0
UNLIMITED = {"message_rate": "0", "rooms_per_hour": "0"}


def make_settings(data: Path, **values: Any) -> Settings:
    """Without limits, but for what is said here. Raises TypeError for what is no setting."""
    __tracebackhide__ = True
    if unknown := values.keys() - {setting.attribute for setting in SETTINGS}:
        raise TypeError(f"no setting is called {' or '.join(sorted(unknown))}; docs/settings.md has those there are")
    chosen = UNLIMITED | {name: str(value) for name, value in values.items()}
    return read_settings({"data": str(data), **chosen}, {})


def make_template(folder: Path) -> Path:
    """An empty database of the newest schema: copying it is a hundred times quicker than migrating one."""
    path = folder / "rooms.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.engine.dispose()
    return path


class Inside:
    """A server that is no process: everything happens while somebody waits."""

    def __init__(self, settings: Settings, template: Path | None) -> None:
        """`template` is what SQLite's file begins as."""
        self._settings = settings
        settings.data.mkdir(parents=True, exist_ok=True)
        if template is not None:
            shutil.copyfile(template, settings.data / "rooms.db")
        self._complaints = Complaints()
        logging.getLogger("rooms_chat").addHandler(self._complaints)
        self._start()

    def connect(self, auth: dict[str, Any]) -> "InsideLine":
        try:
            return InsideLine(self, auth)
        except RoomsError as refusal:
            raise Refused(refusal.as_dict()) from None

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        return self.hub.run_until(until, seconds)

    def restart(self) -> None:
        self._stop()
        self._start()

    def close(self) -> list[str]:
        self._stop()
        logging.getLogger("rooms_chat").removeHandler(self._complaints)
        return [*self._complaints.lines, *complaints(Database(self._settings.database_url))]

    def _start(self) -> None:
        self.hub = MemoryHub()
        self.wire = MemoryWire()
        self.chat = create_chat(self._settings, SECRET_KEY, self.hub, self.wire)

    def _stop(self) -> None:
        self.hub.settle()
        if not self.chat.close(STOP_SECONDS):
            raise AssertionError(f"the journal did not end in {STOP_SECONDS:.0f} s")


class InsideLine:
    """A connection to it."""

    numbers = itertools.count(1)

    def __init__(self, server: Inside, auth: dict[str, Any]) -> None:
        self.inbox: deque[Packet] = deque()
        self._hub, self._wire, self._chat = server.hub, server.wire, server.chat
        self._connection = connect(self._chat, f"sid-{next(self.numbers)}", ADDRESS, _through_json(auth))
        self._wire.open(self._connection, self.inbox)

    def send(self, event: str, args: tuple[Any, ...], number: int | None) -> None:
        sent = _through_json(list(args))
        self._hub.call_soon(lambda: self._receive(event, sent, number))

    def cut(self) -> None:
        self._wire.close(self._connection)
        self._hub.call_soon(lambda: self._chat.gone(self._connection))

    def _receive(self, event: str, args: list[Any], number: int | None) -> None:
        if self._connection.ended:
            return
        acknowledge = None if number is None else lambda body: self._wire.answer(self._connection, number, body)
        receive(self._chat, self._connection, event, args, acknowledge)


class Complaints(logging.Handler):
    """What the chat logs as an error is one, even where every client got an answer."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = logging.Formatter().format(record)
        self.lines.append(text)


def _through_json(value: Any) -> Any:
    """As the server's transport reads it: leniently, `NaN` and lone surrogates come through to be refused."""
    return json.loads(json.dumps(value))
