"""What each process costs with 1, 2 and 4 workers, and what that makes of a million connections.

Clients come through HAProxy, as people do. A linear model of the costs is fitted on 1 and 2 workers, and has to tell
those of 4; then it is carried further. `make growth` writes build/bench/growth.json, the manual's tables and picture.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import process
from bench.clients import Shape
from bench.driver import Load
from bench.model import Costs, fitted
from bench.picture import bars
from bench.servers import NO_LIMITS, TOP, environment, free_port
from tests.services import Haproxy, Postgres, Redis

BUILD = TOP / "build" / "bench" / "growth.json"
PAGE = TOP / "docs" / "growing.md"
PICTURE = TOP / "docs" / "images" / "growth.svg"
Row = dict[str, Any]
Pids = dict[str, list[int]]  # by kind of process

FITTED, TOLD = (1, 2), 4
SECONDS = float(os.environ.get("SECONDS_EACH", "10"))
# Rooms are odd in number, so that a room's members are spread over all workers.
SHAPES = (
    {"clients": 110, "rooms": 11, "rate": 60},
    {"clients": 110, "rooms": 11, "rate": 200},
    {"clients": 210, "rooms": 7, "rate": 60},
    {"clients": 222, "rooms": 111, "rate": 150},
    {"clients": 110, "rooms": 11, "rate": 1},
)


@contextmanager
def cluster(workers: int) -> Iterator[tuple[int, list[int], Pids]]:
    """The front's port, those of the workers, and who runs: pids by kind, of PostgreSQL the first process only."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres, redis = Postgres(), Redis()
        stack.callback(postgres.remove)
        stack.callback(redis.stop)
        postgres.start()
        redis.start()
        database, ports = postgres.make_database(), [free_port() for _ in range(workers)]
        flags = ["--database", database, "--redis", redis.url, "--trusted-proxy", "127.0.0.1", *NO_LIMITS]
        started = [start(["--port", str(port), "--data", str(folder / str(port)), *flags]) for port in ports]
        for worker in started:
            stack.callback(worker.wait)
            stack.callback(worker.terminate)
        front = Haproxy(folder, ports)
        stack.callback(front.stop)
        front.start()
        time.sleep(3)  # until the front has asked each of them
        pids = {"worker": [worker.pid for worker in started], "HAProxy": [front.process.pid]}
        yield front.port, ports, pids | {"Redis": [redis.process.pid], "PostgreSQL": [postgres.pid]}


def counts(ports: list[int]) -> dict[str, float]:
    """What the workers themselves counted, together. A bell is heard by whoever holds somebody in its room."""
    text = ""
    for port in ports:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text += answer.read().decode()
    names = {"commits": "rooms_commit_seconds_count", "bells": "rooms_bells_total", "looks": "rooms_looks_total"}
    return {
        name: sum(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{metric} "))
        for name, metric in names.items()
    }


def start(flags: list[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, str(TOP / "run.py"), *flags]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(), cwd=TOP)
    if not worker.stdout.readline():
        raise SystemExit("bench: a worker does not start")
    return worker


def spent(pids: Pids) -> dict[str, float]:
    """CPU seconds so far; of PostgreSQL those of all that it started and that still run."""
    return {
        kind: sum(process.cpu_seconds(pid) for one in those for pid in with_children(one))
        for kind, those in pids.items()
    }


def with_children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def measure(port: int, ports: list[int], pids: Pids, shape: dict[str, Any], name: str) -> dict[str, Any]:
    """What one load costs, beside what it did."""
    one_each = Load([port], pids["worker"][0], Shape(clients=shape["rooms"], rooms=shape["rooms"], called=name))
    one_each.enter()  # opens the rooms
    one_each.close()
    time.sleep(3)  # by then every worker knows that their names are free
    load = Load([port], pids["worker"][0], Shape(**shape, by="clock", seconds=SECONDS, called=name))
    try:
        load.enter()
        before, counted, began = spent(pids), counts(ports), time.monotonic()
        result = load.measure()
        took, after = time.monotonic() - began, spent(pids)
        did = {name: value - counted[name] for name, value in counts(ports).items()}
        posts, deliveries = sum(room.posts for room in load.rooms), sum(room.heard for room in load.rooms)
    finally:
        load.close()
    done = {"workers": len(pids["worker"]), "seconds": took, "posts": posts, "deliveries": deliveries}
    faults = {name: result[name] for name in ("gaps", "repeats", "missing")}
    cpu = {kind: after[kind] - before[kind] for kind in pids}
    return shape | done | did | {"cpu": cpu} | faults


def main() -> None:
    rows = []
    for workers in (*FITTED, TOLD):
        with cluster(workers) as (port, ports, pids):
            for number, shape in enumerate(SHAPES):
                rows.append(measure(port, ports, pids, shape, f"growth{workers}x{number}x"))
                sys.stderr.write(json.dumps(rows[-1]) + "\n")
    BUILD.parent.mkdir(parents=True, exist_ok=True)
    BUILD.write_text(json.dumps(rows, indent=1))
    write(rows)


def write(rows: list[Row]) -> None:
    """The tables and the picture of the manual."""
    costs = fitted([row for row in rows if row["workers"] in FITTED])
    parts = ["\n".join(table(rows, costs)), "\n".join(costs.table()), "\n".join(costs.far())]
    text = PAGE.read_text(encoding="utf-8")
    for name, part in zip(("measured", "costs", "far"), parts, strict=True):
        head, begin, rest = text.partition(f"<!-- {name} -->\n")
        text = head + begin + part + "\n" + rest[rest.index("<!-- end -->") :]
    PAGE.write_text(text, encoding="utf-8")
    PICTURE.write_text(
        bars("CPU milliseconds a second, measured and told by the model", picture(rows, costs)), encoding="utf-8"
    )


def table(rows: list[Row], costs: Costs) -> list[str]:
    """CPU milliseconds a second of each kind, and in brackets what the model says."""
    kinds = list(costs.of)
    lines = [f"| workers | posts/s | deliveries/s | {' | '.join(kinds)} |", f"|{'---:|' * (3 + len(kinds))}"]
    for row in rows:
        cells = [f"{ms(row, row['cpu'][kind])} ({ms(row, costs.told(kind, row))})" for kind in kinds]
        rates = [f"{row[name] / row['seconds']:.0f}" for name in ("posts", "deliveries")]
        lines.append(f"| {row['workers']} | {' | '.join(rates + cells)} |")
    return [*lines, "", told_of_all([row for row in rows if row["workers"] == TOLD], costs)]


def told_of_all(rows: list[Row], costs: Costs) -> str:
    """How far off the model is where it was not fitted, over all loads together."""
    off = {
        kind: sum(costs.told(kind, row) for row in rows) / sum(row["cpu"][kind] for row in rows) - 1
        for kind in costs.of
    }
    said = ", ".join(f"{kind} {share * 100:+.0f} %" for kind, share in off.items())
    return f"Of all loads with {TOLD} workers together the model is off by: {said}."


def ms(row: dict[str, Any], seconds: float) -> str:
    return f"{seconds / row['seconds'] * 1000:.0f}"


def picture(rows: list[Row], costs: Costs) -> dict[str, dict[str, float]]:
    """Of the busiest load with each number of workers."""
    busiest = {row["workers"]: row for row in rows if row["rate"] == max(shape["rate"] for shape in SHAPES)}
    return {
        f"{kind}, {workers} {'worker' if workers == 1 else 'workers'}": {
            "measured": row["cpu"][kind] / row["seconds"] * 1000,
            "the model": costs.told(kind, row) / row["seconds"] * 1000,
        }
        for workers, row in busiest.items()
        for kind in costs.of
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write(json.loads(BUILD.read_text()))
    else:
        main()
