"""Starts Rooms: `python run.py --help` tells what can be set."""

import rooms_chat.transport.patch  # noqa: F401 - patches eventlet; has to be the first import

# isort: split
from rooms_chat.cli import serve

if __name__ == "__main__":
    serve()
