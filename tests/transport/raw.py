"""A client without a library, which can do what no library would: a WebSocket byte by byte, and polling by hand."""

import http.client
import json
import os
import select
import socket
import struct
import time

PATIENCE = 20.0
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def mask(payload, key=b"\x01\x02\x03\x04"):
    return bytes(byte ^ key[n % 4] for n, byte in enumerate(payload)) if any(key) else payload


def frame(payload, opcode=1, final=True, key=b"\0\0\0\0", reserved=0, size=None):
    size = len(payload) if size is None else size
    head = bytes([(0x80 if final else 0) | reserved | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += struct.pack("!BH", 0x80 | 126, size)
    else:
        head += struct.pack("!BQ", 0x80 | 127, size)
    return head + key + mask(payload, key)


_opened = []


def connect(server):
    connection = socket.create_connection(server.address, PATIENCE)
    _opened.append(connection)
    return connection


def close_all():
    while _opened:
        _opened.pop().close()


def ask_page(server):
    connection = connect(server)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return connection


def ask_upgrade(server, path="/socket.io/?EIO=4&transport=websocket", **changed):
    """A connection that has sent a handshake; a header set to None is left out."""
    headers = {**HANDSHAKE, "Host": "{}:{}".format(*server.address)}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    connection = connect(server)
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def status_of(connection):
    """The status of an answer, and the answer; None where the connection just ended."""
    answer = b""
    while b"\r\n\r\n" not in answer and (more := connection.recv(65536)):
        answer += more
    return (int(answer.split(b" ")[1]), answer) if answer else (None, b"")


class Raw:
    """A WebSocket of its own making."""

    def __init__(self, server, *, connect=True, **changed):
        self.socket = ask_upgrade(server, **changed)
        status, answer = status_of(self.socket)
        assert status == 101, answer
        self.head, self.rest = answer.split(b"\r\n\r\n", 1)
        self.closed = None
        opened = json.loads(self.text()[1:])
        self.sid = opened["sid"]
        if connect:
            self.say("40")
            assert self.text().startswith("40")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def say(self, text):
        self.send(frame(text.encode()))

    def ask(self, event, number=1, **fields):
        """An event, and the body of its answer. What else comes meanwhile is dropped."""
        self.say(f"42{number}" + json.dumps([event, fields]))
        return self.answer(number)

    def answer(self, number=1):
        while (text := self.text()) is not None:
            if text.startswith(f"43{number}["):
                return json.loads(text[len(f"43{number}") :])[0]
        raise AssertionError(f"the connection ended ({self.closed}) before its answer")

    def events(self, name, count):
        """So many of one event."""
        found = []
        while len(found) < count:
            text = self.text()
            assert text is not None, f"the connection ended ({self.closed}) after {len(found)} of {count}"
            if text.startswith(f'42["{name}"'):
                found.append(json.loads(text[2:])[1])
        return found

    def heard_meanwhile(self):
        """All that came up to now but pings; what was sent before this is done."""
        self.send(frame(b"now", opcode=9))
        heard = []
        while (found := self._frame()) not in ((10, b"now"), None):
            heard.append(found[1].decode())
        return [text for text in heard if text != "2"]

    def text(self):
        """The next message; None once the connection has ended. Pings are answered."""
        while (text := self._text()) == "":
            pass
        return text

    def _text(self):
        """The same, empty for what is no message."""
        if (found := self._frame()) is None:
            return None
        opcode, payload = found
        if opcode == 8:
            self.closed = int.from_bytes(payload[:2], "big")
            return None
        if payload == b"2":
            self.say("3")
        return payload.decode() if opcode == 1 and payload != b"2" else ""

    def await_ping(self):
        """Until the server asks whether this is still there."""
        while (found := self._frame()) != (1, b"2"):
            assert found is not None, "the connection ended before it was asked"

    def ends(self, seconds=PATIENCE):
        """Whether the server ends this connection in time."""
        until = time.monotonic() + seconds
        try:
            while True:
                self.socket.settimeout(max(0.001, until - time.monotonic()))
                if self._text() is None:
                    return True
        except TimeoutError:
            return False
        except OSError:
            return True

    def _frame(self):
        size = self._byte(1)
        if size is None:
            return None
        start = {126: 4, 127: 10}.get(size, 2)
        if start > 2:
            self._fill(start)
            size = int.from_bytes(self.rest[2:start], "big")
        if not self._fill(start + size):
            return None
        opcode, payload = self.rest[0] & 15, self.rest[start : start + size]
        self.rest = self.rest[start + size :]
        return opcode, payload

    def _byte(self, n):
        return self.rest[n] if self._fill(n + 1) else None

    def _fill(self, size):
        while len(self.rest) < size:
            try:
                more = self.socket.recv(1 << 20)
            except TimeoutError:
                raise
            except OSError:
                more = b""
            if not more:
                return False
            self.rest += more
        return True


class Polling:
    """A client that polls, by hand."""

    def __init__(self, server):
        self.server = server
        status, body = self.request("GET")
        assert status == 200, body
        self.sid = json.loads(body[1:])["sid"]

    def request(self, method, body=None, sid=None, **options):
        connection = http.client.HTTPConnection(*self.server.address, timeout=PATIENCE)
        sid = sid or getattr(self, "sid", None)
        path = "/socket.io/?EIO=4&transport=polling" + (f"&sid={sid}" if sid else "")
        try:
            connection.request(method, path, body, headers=options.get("headers", {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, *packets):
        return self.request("POST", "\x1e".join(packets).encode())

    def get(self):
        status, body = self.request("GET")
        return body.split("\x1e") if status == 200 else []

    def connect(self):
        assert self.post("40") == (200, "OK")
        assert self.get()[0].startswith("40")
        return self


class Echo:
    """Somebody else, whose answers are timed."""

    def __init__(self, server, room):
        self.raw = Raw(server)
        self.raw.ask("join", room=room, user_name=f"echo-{os.urandom(3).hex()}")
        self.room = room

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.raw.socket.close()

    def milliseconds(self):
        """How long a question takes that touches the hub only."""
        began = time.perf_counter()
        self.raw.ask("typing", room=self.room)
        return (time.perf_counter() - began) * 1000


def is_readable(connection, seconds=0.0):
    return bool(select.select([connection], [], [], seconds)[0])
