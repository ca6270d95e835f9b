"""Flask-SocketIO on eventlet with two handlers, as its manual shows it. `plain.py PORT`"""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
from typing import Any  # noqa: E402

import flask  # noqa: E402
import flask_socketio  # noqa: E402

MOST_CONNECTIONS = 20_000  # eventlet's default would refuse the larger shapes

app = flask.Flask(__name__, static_folder=None)
chat = flask_socketio.SocketIO(app, async_mode="eventlet")


@chat.event
def join(asked: dict[str, Any]) -> None:
    flask_socketio.join_room(asked["room"])


@chat.on("my event")
def say(message: dict[str, Any]) -> None:
    flask_socketio.emit("my response", message, to=message["room"])


if __name__ == "__main__":
    chat.run(app, host="127.0.0.1", port=int(sys.argv[1]), max_size=MOST_CONNECTIONS, log_output=False)
