"""The load driver: any number of clients on one thread, raw sockets, one loop.

What makes it fast enough: all members of a room are sent the same bytes, so what a piece of bytes holds is worked out
once and looked up for everybody else; nothing is formatted, logged or waited for while it measures.
"""

import gc
import json
import math
import os
import resource
import select
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import process, results, wire
from bench.clients import Client, Room, Shape
from bench.results import Interval
from bench.wire import Ended, Heard

READ_BYTES = 64 * 1024
KNOWN = 4096
AT_ONCE = 40  # below every peer's backlog, so that nobody waits a second for a SYN to be sent again
ENTER_SECONDS = 120
WARM_SECONDS = 0.4
LAST_SECONDS = 5.0

now = time.perf_counter


class Load:
    """The clients of a shape at one server, or spread over several: a room's members then come to each in turn."""

    def __init__(self, ports: list[int], pid: int, shape: Shape) -> None:
        self.ports, self.pid, self.shape = ports, pid, shape
        self.rooms = [Room(f"{shape.called}{number}") for number in range(shape.rooms)]
        self.clients: dict[int, Client] = {}
        self.gaps = self.repeats = 0
        self._poll = select.epoll()
        self._known: dict[bytes, Heard] = {}
        self._begin()

    def _begin(self) -> None:
        self._posted_at: list[float] = []
        self._posted_by: list[Client] = []
        self._heard: list[tuple[float, Heard]] = []
        self._answered: list[tuple[float, int]] = []
        self._posting = False

    # Coming in ---------------------------------------------------------------------------------------------------

    def enter(self) -> dict[str, float]:
        """Connect and join everybody; what that cost."""
        memory, cpu, began = process.resident_kilobytes(self.pid), process.cpu_seconds(self.pid), now()
        waiting = list(range(self.shape.clients))[::-1]
        joining: set[int] = set()
        while waiting or joining:
            while waiting and len(joining) < AT_ONCE:
                joining.add(self._connect(waiting.pop()).fd)
            for fd, _ in self._poll.poll(1):
                if self._step(self.clients[fd]):
                    joining.discard(fd)
            if now() - began > ENTER_SECONDS:
                raise Ended(f"{len(waiting) + len(joining)} could not come in")
        took, cpu = now() - began, process.cpu_seconds(self.pid) - cpu
        self._listen(now() + self.shape.settle)
        memory = process.resident_kilobytes(self.pid) - memory
        count = self.shape.clients
        return {"joins_per_second": count / took, "join_cpu_us": cpu / count * 1e6, "kb_each": memory / count}

    def _connect(self, number: int) -> Client:
        room = self.rooms[number % len(self.rooms)]
        client = Client(number, room, self.ports[number // len(self.rooms) % len(self.ports)])
        room.members.append(client)
        self.clients[client.fd] = client
        self._poll.register(client.fd, select.EPOLLIN)
        return client

    def _step(self, client: Client) -> bool:
        """Take what came and say what comes next; whether it has joined."""
        data = client.rest + os.read(client.fd, READ_BYTES)
        if not data:
            raise Ended("the server closed the connection")
        if data.startswith(b"HTTP/1.1"):
            head, ended, data = data.partition(b"\r\n\r\n")
            if not ended:
                client.rest = head
                return False
            if not head.startswith(b"HTTP/1.1 101"):
                raise Ended(head.decode(errors="replace"))
        heard = wire.read(data)
        client.rest = heard.rest
        for packet in heard.packets:
            self._greet(client, packet)
        return bool(heard.answers)

    def _greet(self, client: Client, packet: bytes) -> None:
        if packet.startswith(wire.ENGINE_OPEN):
            client.send(wire.frame(wire.CONNECT_FRAME_TEXT))
        elif packet.startswith(wire.CONNECTED):
            client.send(wire.event("join", {"room": client.room.name, "user_name": client.name}, ask=0))
        else:
            self._take_packet(client, packet)

    # Posting -----------------------------------------------------------------------------------------------------

    def measure(self) -> dict[str, Any]:
        """Post as the shape says; what came of it."""
        gc.collect()
        gc.disable()
        self._start()
        if not self.shape.posts:
            self._listen(now() + WARM_SECONDS)
        measured = self._interval()
        self._posting = False
        self._finish()
        gc.enable()
        faults = {"gaps": self.gaps, "repeats": self.repeats, "missing": self.missing()}
        return asdict(self.shape) | results.summary(measured, self._posted_at) | faults

    def _interval(self) -> Interval:
        heard, answered = len(self._heard), len(self._answered)
        cpu, own, began = process.cpu_parts(self.pid), time.process_time(), now()
        self._listen(began + self.shape.seconds)
        took, own = now() - began, time.process_time() - own
        cpu = {part: seconds - cpu[part] for part, seconds in process.cpu_parts(self.pid).items()}
        return Interval(took, cpu, own, self._heard[heard:], self._answered[answered:])

    def _start(self) -> None:
        self._posting = True
        for room in self.rooms:
            room.level = len(room.members)
            posters = room.members[:1] if self.shape.by == "room" else room.members
            for client in posters if self.shape.by != "clock" else ():
                for _ in range(self.shape.window):
                    self._post(client)

    def _post(self, client: Client) -> None:
        number = len(self._posted_at)
        if not self._posting or number >= (self.shape.posts or math.inf):
            return
        message = f"{number} ".ljust(self.shape.size, "x")
        data = {"room": client.room.name, "user_name": client.name, "message": message}
        ask = number if self.shape.by == "answer" else None
        if ask is not None:
            data["id"] = f"{client.name}-{number}"
        packet = wire.event("my event", data, ask)
        client.room.posts += 1
        self._posted_by.append(client)
        self._posted_at.append(now())
        client.send(packet)

    def _listen(self, until: float) -> None:
        poll, read, clients, known = self._poll.poll, os.read, self.clients, self._known
        by_room = self.shape.by == "room"
        while now() < until and not (self._posting and self._is_done()):
            self._post_by_clock()
            for fd, _ in poll(0.005, 256):
                client = clients[fd]
                data = client.rest + read(fd, READ_BYTES)
                heard = known.get(data) or self._learn(data)
                client.rest = heard.rest
                if heard.posts:
                    self._heard.append((now(), heard))
                    room = client.room
                    room.heard += len(heard.posts)
                    if heard.seqs:
                        if heard.seqs[0] == client.seq + 1 and heard.seqs[-1] == client.seq + len(heard.seqs):
                            client.seq = heard.seqs[-1]
                        else:
                            self._look_at(client, heard.seqs)
                    while by_room and room.heard >= room.level:
                        room.level += len(room.members)
                        self._post(room.members[0])
                if heard.answers or heard.packets:
                    self._take_others(client, heard)

    def _is_done(self) -> bool:
        """Whether all that shall be posted is posted, and has come to everybody."""
        if not self.shape.posts or len(self._posted_at) < self.shape.posts:
            return False
        return all(room.heard >= room.posts * len(room.members) for room in self.rooms) and self._is_answered()

    def _is_answered(self) -> bool:
        return self.shape.by != "answer" or len(self._answered) == len(self._posted_at)

    def _learn(self, data: bytes) -> Heard:
        if not data:
            raise Ended("the server closed the connection")
        if len(self._known) >= KNOWN:
            self._known.clear()
        heard = self._known[data] = wire.read(data)
        return heard

    def _look_at(self, client: Client, seqs: tuple[int, ...]) -> None:
        for seq in seqs:
            self.gaps += max(0, seq - client.seq - 1)
            self.repeats += seq <= client.seq
            client.seq = max(seq, client.seq)

    def _take_others(self, client: Client, heard: Heard) -> None:
        for number in heard.answers:
            self._answered.append((now(), number))
            self._post(self._posted_by[number])
        for packet in heard.packets:
            self._take_packet(client, packet)

    def _take_packet(self, client: Client, packet: bytes) -> None:
        if packet == wire.PING:
            client.send(wire.frame(wire.PONG_TEXT))
        elif packet.startswith(wire.REFUSED):
            raise Ended(packet.decode(errors="replace"))

    def _post_by_clock(self) -> None:
        if not self.shape.rate or not self._posting:
            return
        if not self._posted_at:
            self._clock_began = now()
        while len(self._posted_at) < (now() - self._clock_began) * self.shape.rate + 1:
            room = self.rooms[len(self._posted_at) % len(self.rooms)]
            self._post(room.members[len(self._posted_at) // len(self.rooms) % len(room.members)])

    def _finish(self) -> None:
        """Wait for what is under way, so that what never comes is seen."""
        until = now() + LAST_SECONDS
        while now() < until and self.missing():
            self._listen(min(until, now() + 0.05))

    def missing(self) -> int:
        """Deliveries that should have come."""
        return sum(room.posts * len(room.members) - room.heard for room in self.rooms)

    def close(self) -> None:
        for client in self.clients.values():
            client.socket.close()
        self._poll.close()


def run(ports: list[int], pid: int, shape: Shape) -> dict[str, Any]:
    """Everything, once."""
    load = Load(ports, pid, shape)
    try:
        return {**load.enter(), **load.measure()}
    finally:
        load.close()


def main() -> None:
    """`driver.py PORT PID '{"clients": 100, …}' [CORE]`: runs a shape, and prints what came of it as JSON."""
    port, pid, shape, *core = sys.argv[1:]
    if core:
        os.sched_setaffinity(0, {int(core[0])})
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.stdout.write(json.dumps(run([int(port)], int(pid), Shape(**json.loads(shape)))) + "\n")


if __name__ == "__main__":
    main()
