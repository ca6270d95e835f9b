"""Flask-SocketIO as its manual shows it, with handlers that speak our words: the guards' tests fail on this.

Nothing in it is made worse than the manual has it. `stock.py DATA [hurried]`; hurried divides its own clocks by ten.
"""

import eventlet

eventlet.monkey_patch()

import sqlite3  # noqa: E402
import sys  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import flask  # noqa: E402
import flask_socketio  # noqa: E402

DATA, IS_HURRIED = Path(sys.argv[1]), "hurried" in sys.argv
CLOCKS = {"ping_interval": 2.5, "ping_timeout": 2.0} if IS_HURRIED else {}
LOOKUP_SECONDS = 0.2  # what a database that is asked while somebody connects takes on a bad day

app = flask.Flask(__name__, static_folder=None)
chat = flask_socketio.SocketIO(app, async_mode="eventlet", **CLOCKS)
heads: Counter[str] = Counter()


@app.get("/")
@app.get("/healthz")
def page() -> dict[str, bool]:
    return {"ok": True}


@chat.on("connect")
def connect(auth: Any = None) -> None:
    """Let in who has no key, or a good one."""
    if auth and "key" in auth:
        eventlet.sleep(LOOKUP_SECONDS)
        with sqlite3.connect(DATA / "rooms.db") as people:
            if people.execute("SELECT 1 FROM people WHERE id = ?", (auth["key"],)).fetchone() is None:
                raise ConnectionRefusedError("Who is that?", {"code": "bad_request"})


@chat.on_error_default
def note(error: Exception) -> None:
    app.logger.error("a handler failed: %s", error)


@chat.on("join")
def join(asked: dict[str, Any]) -> dict[str, Any]:
    room = asked["room"]
    flask_socketio.join_room(room)
    here = sum(1 for _ in chat.server.manager.get_participants("/", room))
    flask_socketio.emit("rooms", {"rooms": [{"name": room, "here": here}]}, broadcast=True)
    return {"ok": True, "room": {"name": room, "here": here}, "head": heads[room], "you": {"key": "none"}}


@chat.on("leave")
def leave(asked: dict[str, Any]) -> dict[str, Any]:
    flask_socketio.leave_room(asked["room"])
    return {"ok": True}


@chat.on("my event")
def my_event(asked: dict[str, Any]) -> dict[str, Any]:
    heads[asked["room"]] += 1
    told = {"room": asked["room"], "seq": heads[asked["room"]], "message": asked["message"]}
    flask_socketio.emit("my response", told, to=asked["room"])
    return {"ok": True, "seq": told["seq"]}


@chat.on("typing")
def typing(asked: dict[str, Any]) -> dict[str, Any]:
    flask_socketio.emit("typing", {"room": asked["room"]}, to=asked["room"], include_self=False)
    return {"ok": True}


@chat.on("*")
def anything(event: str, *_: Any) -> dict[str, Any]:
    return {"ok": False, "error": {"code": "unknown_event"}}


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    with sqlite3.connect(DATA / "rooms.db") as database:
        database.execute("CREATE TABLE people (id TEXT)")
    probe = eventlet.listen(("127.0.0.1", 0))
    port = probe.getsockname()[1]
    probe.close()
    sys.stdout.write(f"The stock stack is at http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    chat.run(app, host="127.0.0.1", port=port)
