"""What clients did and saw, and what stood in the room at the end: one JSON object a line, in the order it happened.

A *version* is a message as somebody saw it, with fingerprints where its texts were.
"""

import hashlib
import json
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from rooms_chat.storage.database import Database

Event = dict[str, Any]
PAGE = 500


class History:
    """Takes events from many threads; writes each at once, so that a test that hangs leaves its history.

    `counts` has how often an operation came to a phase, and why it was not known.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events: list[Event] = []
        self.counts: Counter[tuple[str, str | None]] = Counter()
        self._file = path.open("w")
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def record(self, op: str, **fields: Any) -> None:
        event = {"op": op, "t": round(time.monotonic() - self._began, 4), **fields}
        with self._lock:
            self.events.append(event)
            for name in ("phase", "why"):
                self.counts[op, event.get(name)] += name in event
            self._file.write(json.dumps(event) + "\n")

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> list[Event]:
    """A history that was recorded before."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def version(message: dict[str, Any]) -> Event:
    """A message of the wire or of `.json` as it is recorded."""
    seen = {name: message[name] for name in ("seq", "changed", "id", "person", "edited", "removed")}
    return seen | {"hash": fingerprint(message["message"]), "html": fingerprint(message["html"])}


def dump_of_url(url: str, room: str) -> Event:
    """A room as any program reads it."""
    pages = list(_pages(f"{url}/r/{room}.json?limit={PAGE}"))
    messages = [version(message) for page in pages for message in page["messages"]]
    last = pages[-1]
    return {"source": "url", "room": room, "epoch": last["epoch"], "head": last["head"], "messages": messages}


def _pages(url: str) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        with urllib.request.urlopen(f"{url}&after={after}", timeout=20) as answer:
            page = json.load(answer)
        yield page
        if not page["messages"]:
            return
        after = page["messages"][-1]["changed"]


def dumps_of_database(url: str) -> list[Event]:
    """Every room as it stands in the database, with its log."""
    with Database(url).engine.connect() as raw:
        epoch = raw.execute(text("SELECT value FROM about WHERE name = 'epoch'")).scalar()
        rooms = raw.execute(text("SELECT id, name, head FROM rooms")).mappings().all()
        return [_dump(raw, dict(room)) | {"source": "database", "epoch": epoch} for room in rooms]


def _dump(raw: Connection, room: Event) -> Event:
    log = raw.execute(text("SELECT seq, kind, message FROM log WHERE room = :id ORDER BY seq"), room).mappings()
    messages = raw.execute(
        text(
            "SELECT seq, changed, id, person, edited_at IS NOT NULL AS edited, removed_at IS NOT NULL AS removed,"
            " text AS message, html FROM messages WHERE room = :id ORDER BY seq"
        ),
        room,
    ).mappings()
    return {
        "room": room["name"],
        "head": room["head"],
        "log": [dict(row) for row in log],
        "messages": [version(_with_truth(dict(row))) for row in messages],
    }


def _with_truth(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"edited": bool(row["edited"]), "removed": bool(row["removed"])}
