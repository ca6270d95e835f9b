"""What the driver's own limit is measured with: says back to the room what it is sent, and does nothing else.

No JSON is read, nothing is checked, kept or sent to another than the whole room; each reading of a socket makes one
writing to each member. `echo.py PORT`
"""

import re
import select
import socket
import sys

UPGRADED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
ROOM = re.compile(rb'"room":"(\w+)"')
READ_BYTES = 65536


def frame(text: bytes) -> bytes:
    size = len(text)
    return (bytes([0x81, size]) if size < 126 else bytes([0x81, 126]) + size.to_bytes(2, "big")) + text


class Echo:
    """Rooms, and who is in them."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=4096)
        self._poll = select.epoll()
        self._poll.register(self._listener, select.EPOLLIN)
        self._peers: dict[int, socket.socket] = {}
        self._rooms: dict[bytes, list[socket.socket]] = {}

    def run(self) -> None:
        """Until it is ended."""
        while True:
            for fd, _ in self._poll.poll():
                if fd == self._listener.fileno():
                    self._accept()
                else:
                    self._read(self._peers[fd])

    def _accept(self) -> None:
        peer, _ = self._listener.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peers[peer.fileno()] = peer
        self._poll.register(peer, select.EPOLLIN)

    def _read(self, peer: socket.socket) -> None:
        try:
            data = peer.recv(READ_BYTES)
        except ConnectionError:
            data = b""
        if not data:
            del self._peers[peer.fileno()]
            return peer.close()
        if data.startswith(b"GET"):
            return peer.sendall(UPGRADED + frame(b'0{"sid":"x"}'))
        return self._answer(peer, data)

    def _answer(self, peer: socket.socket, data: bytes) -> None:
        said: list[bytes] = []
        for text in texts(data):
            if text == b"40":
                peer.sendall(frame(b'40{"sid":"x"}'))
            elif text.startswith(b'420["join"'):
                self._rooms.setdefault(room_of(text), []).append(peer)
                peer.sendall(frame(b"430[]"))
            elif text.startswith(b'42["my event"'):
                said.append(frame(text.replace(b"event", b"response", 1)))
        if said:
            self._tell(room_of(said[0]), b"".join(said))

    def _tell(self, room: bytes, data: bytes) -> None:
        for member in self._rooms[room]:
            member.sendall(data)


def room_of(text: bytes) -> bytes:
    found = ROOM.search(text)
    assert found, text
    return found[1]


def texts(data: bytes) -> list[bytes]:
    """The driver's frames; it writes each in one piece."""
    found = []
    at = 0
    while at < len(data):
        size, at = data[at + 1] & 127, at + 2
        if size == 126:
            size, at = int.from_bytes(data[at : at + 2], "big"), at + 2
        mask = (data[at : at + 4] * (size // 4 + 1))[:size]
        hidden = data[at + 4 : at + 4 + size]
        found.append((int.from_bytes(hidden, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big"))
        at += 4 + size
    return found


if __name__ == "__main__":
    Echo(int(sys.argv[1])).run()
