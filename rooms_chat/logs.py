"""The program's log: one JSON object a line for machines, a readable line for who watches a terminal.

What people sent stands only in values, never in the event: a log can be counted by event, and no text of theirs can
look like a line of ours.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
CONNECTION: ContextVar[str | None] = ContextVar("connection", default=None)

# Control characters, and those that turn or hide text: they would rewrite what a terminal shows.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def begin(kind: str) -> None:
    """Log to standard error: `json`, `text`, or `auto`, which is text on a terminal and JSON elsewhere."""
    as_text = kind == "text" or (kind == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(Text() if as_text else Json())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


class Json(logging.Formatter):
    """`at`, `level`, `part`, `event`; `values` for what stands in the event's places, ids, and what went wrong."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
            "event": str(record.msg),
        }
        if record.args:
            line["values"] = record.args if isinstance(record.args, dict) else list(record.args)
        line |= ids()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class Text(logging.Formatter):
    """A line that holds no character which could pretend to be something else."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        record.message = record.message.replace("\n", "\\n")
        said = "".join(f" {name}={value}" for name, value in ids().items())
        return made_visible(super().formatMessage(record)) + said

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging calls it
        return made_visible(super().formatException(ei))


def ids() -> dict[str, str]:
    """Of the request or the connection that is served just now."""
    both = {"request": REQUEST.get(), "connection": CONNECTION.get()}
    return {name: value for name, value in both.items() if value is not None}


def made_visible(text: str) -> str:
    return INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
