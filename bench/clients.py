"""The clients of a load, the rooms they are in, and what they shall do."""

import socket
from dataclasses import dataclass

from bench import wire
from bench.wire import Ended


@dataclass(frozen=True)
class Shape:
    """What to do. `by` says when the next post is sent: a room's one poster waits for "room", all of it, to have heard
    one; everybody posts and waits for an "answer"; or `rate` posts a second go out, come what may ("clock")."""

    clients: int = 100
    rooms: int = 1
    window: int = 1
    size: int = 50
    by: str = "room"
    seconds: float = 2.0
    posts: int = 0  # stop after so many; 0: when the time is over
    rate: float = 0.0
    settle: float = 1.2  # who came is told once a second
    called: str = "bench"  # the rooms; they have to be new


class Room:
    """Who is in it, and how far it is."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: list[Client] = []
        self.heard = 0  # deliveries since the posting began
        self.posts = 0
        self.level = 0  # deliveries at which the next post is due


class Client:
    """One connection."""

    __slots__ = ("fd", "name", "rest", "room", "seq", "socket")

    def __init__(self, number: int, room: Room, port: int) -> None:
        self.name = f"u{number}"
        self.room = room
        self.rest = b""
        self.seq = 0
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.fd = self.socket.fileno()
        self.send(wire.upgrade(port))

    def send(self, data: bytes) -> None:
        """What we write is little: a full buffer is a server that reads nothing."""
        if self.socket.send(data) != len(data):
            raise Ended("the server does not read")
