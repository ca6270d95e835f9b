"""A network that fails: a TCP proxy whose every connection has a fate, drawn from a seed and its number.

reset      both ends get an RST after so many bytes
close      both ends get a FIN
black hole nothing goes through any more, and nobody is told
stall      one way stops for a while and goes on
slow       each piece takes a while
late       it goes well for longer, and then it is reset, as it is in the end with those that stall or are slow
ack        after a few answers one to a post is swallowed, and the connection reset: it was written, and nobody was told
"""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

PIECE = 4096
KINDS = ("reset", "close", "black hole", "stall", "slow", "ack", "late")
CALM = ("calm",)
LATER = 4
POST_ANSWERED = b'{"ok":true,"seq"'
MOST_ANSWERS = 8
RST = struct.pack("ii", 1, 0)


class Fate(NamedTuple):
    """What happens to a connection: after so many bytes from the server, or from the client."""

    kind: str
    way: str
    after: int
    seconds: float


def fate(seed: int, number: int, kinds: tuple[str, ...] = KINDS) -> Fate:
    rng = random.Random(f"{seed} {number}")
    way = rng.choice(("up", "down"))
    return Fate(rng.choice(kinds), way, rng.randrange(400, 3000 if way == "up" else 12_000), rng.uniform(0.05, 0.4))


class Proxy:
    """Listens on a port of its own; `injected` counts what happened. Runs on a thread of its own."""

    def __init__(self, target: int, seed: int, kinds: tuple[str, ...] = KINDS) -> None:
        self.target, self.seed, self.kinds = target, seed, kinds
        self.injected: Counter[str] = Counter()
        self.port = 0
        self._number = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready, self._ended = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))
        self._thread.start()
        self._ready.wait(5)

    def calm(self) -> None:
        """From now on every new connection goes through as it should; those that are broken end."""
        self.kinds = CALM
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._tasks])

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._number += 1
        connection = Proxied(self, fate(self.seed, self._number, self.kinds), reader, writer)
        task = asyncio.ensure_future(connection.run(self.target))
        self._tasks.add(task)
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])
        self._tasks.discard(task)


class Proxied:
    """One connection through it."""

    def __init__(self, proxy: Proxy, fate: Fate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy, self._fate = proxy, fate
        self._readers, self._writers = {"up": reader}, {"down": writer}
        self._passed = {"up": 0, "down": 0}
        self._answers = 0
        self._happened = False
        self._over = asyncio.Event()

    async def run(self, target: int) -> None:
        ways: list[asyncio.Task[None]] = []
        try:
            self._readers["down"], self._writers["up"] = await asyncio.open_connection("127.0.0.1", target)
            ways = [asyncio.create_task(self._pass_on(way)) for way in ("up", "down")]
            await self._over.wait()
        except OSError:
            return  # nobody listens just now
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for writer in self._writers.values():
                writer.transport.abort()

    async def _pass_on(self, way: str) -> None:
        reader, writer = self._readers[way], self._writers[way]
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                before = await self._suffer(way, piece)
                writer.write(before)
                await writer.drain()
                self._passed[way] += len(before)
                if len(before) < len(piece) and await self._break():
                    return
        self._over.set()

    async def _suffer(self, way: str, piece: bytes) -> bytes:
        """What of this piece still gets through."""
        kind, fated, after, seconds = self._fate
        if kind == "black hole" and self._happened:
            await asyncio.Event().wait()
        if kind == "slow":
            await asyncio.sleep(seconds / 10)
        if kind == "ack":
            self._answers += piece.count(POST_ANSWERED) if way == "down" else 0
            return b"" if self._answers > after % MOST_ANSWERS and POST_ANSWERED in piece else piece
        if way != fated or kind == "calm":
            return piece
        if kind == "stall" and not self._happened and self._passed[way] > after:
            self._happens()
            await asyncio.sleep(seconds)
        left = after * (LATER if kind in ("slow", "stall", "late") else 1) - self._passed[way]
        return piece if left >= len(piece) else piece[: max(0, left)]

    async def _break(self) -> bool:
        """What its fate is; whether it is over."""
        self._happens()
        if self._fate.kind == "black hole":
            await asyncio.Event().wait()
        if self._fate.kind != "close":
            for writer in self._writers.values():
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST)
                writer.transport.abort()
        else:
            for writer in self._writers.values():
                writer.close()
        self._over.set()
        return True

    def _happens(self) -> None:
        self._happened = True
        self._proxy.injected[self._fate.kind] += 1
