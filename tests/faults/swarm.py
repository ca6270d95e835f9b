"""Drives hundreds of clients on one thread, over WebSockets of our own: a client here costs next to nothing."""

import asyncio
import base64
import json
import os
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.faults.clients import Body, Client

TICK_SECONDS = 0.1
CONNECT_SECONDS = 5.0
PAUSE_SECONDS = 0.1
HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Swarm:
    """`host` and `port` may change while it runs, and so may `held_back`: then nobody connects."""

    def __init__(
        self,
        port: int,
        clients: list[Client],
        *,
        host: str = "127.0.0.1",
        enter: Callable[[], None] = lambda: None,
    ) -> None:
        self.host, self.port, self.clients = host, port, clients
        self.held_back = False
        self._enter = enter
        self._lines: set[RawLine] = set()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(30)

    def cut(self, *clients: Client) -> None:
        """These lose their connections, without a word."""
        self._loop.call_soon_threadsafe(lambda: [line.cut() for line in list(self._lines) if line.client in clients])

    def _run(self) -> None:
        self._enter()
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self) -> None:
        tasks = [asyncio.create_task(self._live(client)) for client in self.clients]
        tasks.append(asyncio.create_task(self._tick()))
        await self._ended.wait()
        for line in list(self._lines):
            line.cut()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for line in list(self._lines):
                line.client.tick()

    async def _live(self, client: Client) -> None:
        """Connect, listen until that ends, and again."""
        while True:
            if not self.held_back:
                with suppress(OSError, EOFError, asyncio.TimeoutError, ValueError):
                    await self._connect(client)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _connect(self, client: Client) -> None:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), CONNECT_SECONDS)
        line = RawLine(client, reader, writer)
        try:
            await asyncio.wait_for(line.open(self.host, self.port), CONNECT_SECONDS)
            self._lines.add(line)
            client.connected(line)
            await line.listen()
        finally:
            writer.transport.abort()
            if line in self._lines:
                self._lines.discard(line)
                client.lost()


class RawLine:
    """Socket.IO over one WebSocket, as little of both as a client of ours needs."""

    def __init__(self, client: Client, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.client, self._reader, self._writer = client, reader, writer

    async def open(self, host: str, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(HANDSHAKE.format(host=host, port=port, key=key).encode())
        status = await self._reader.readuntil(b"\r\n\r\n")
        if not status.startswith(b"HTTP/1.1 101"):
            raise ValueError(status)
        await self._packet("0")
        self._write("40" + json.dumps(self.client.auth))
        await self._packet("40")

    async def listen(self) -> None:
        while True:
            self._take(await self._packet())

    def send(self, event: str, data: Body, number: int) -> None:
        self._write(f"42{number}{json.dumps([event, data])}")

    def cut(self) -> None:
        self._writer.transport.abort()

    def _take(self, packet: str) -> None:
        if packet.startswith("2"):
            self._write("3")
        elif packet.startswith("42"):
            event, *data = json.loads(packet[2:])
            self.client.heard(event, data[0] if data else {})
        elif packet.startswith("43"):
            number, _, body = packet[2:].partition("[")
            self.client.answered(int(number), json.loads(f"[{body}")[0])
        elif packet.startswith(("41", "44", "1")):
            raise EOFError(packet)

    async def _packet(self, kind: str | None = None) -> str:
        """The next packet; of this kind, where one is named."""
        parts: list[bytes] = []
        while True:
            final, opcode, payload = await self._frame()
            if opcode == CLOSE:
                raise EOFError("closed")
            if opcode == PING:
                self._write_frame(PONG, payload)
            if opcode in (PING, PONG):
                continue
            parts.append(payload)
            if final:
                packet = b"".join(parts).decode()
                parts.clear()
                if kind is None or packet.startswith(kind):
                    return packet

    async def _frame(self) -> tuple[bool, int, bytes]:
        first, size = await self._reader.readexactly(2)
        if size == 126:
            (size,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return bool(first & 0x80), first & 0x0F, await self._reader.readexactly(size)

    def _write(self, packet: str) -> None:
        self._write_frame(TEXT, packet.encode())

    def _write_frame(self, opcode: int, payload: bytes) -> None:
        """Masked with zeros: a mask it is, and it changes nothing."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0x80 | 126, size)
        if not self._writer.transport.is_closing():
            self._writer.write(bytes([0x80 | opcode]) + length + bytes(4) + payload)
