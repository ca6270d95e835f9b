"""How many messages a second are on the disk and acknowledged, beside the same server with batches of one."""

import json
import os
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import servers

FOUR = {"clients": 4, "window": 16, "by": "answer", "seconds": 2.0, "settle": 0.2}
SINGLE = {"clients": 1, "window": 1, "by": "answer", "seconds": 1.0, "settle": 0.2}
SERVERS = {
    "Rooms": servers.rooms(),
    "Rooms, batches of one": servers.rooms(servers.PEERS / "one_by_one.py"),
}
RESULT = servers.BUILD / "durable.json"
HEAD = f"{'':24}{'messages/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'one: p50 ms':>13}{'CPU µs':>8}{'core':>7}{'driver':>8}\n"


def once(command: list[str]) -> dict[str, Any]:
    """Both kinds of talk at one server each."""
    four, single = servers.measure(command, FOUR), servers.measure(command, SINGLE)
    return {
        "per_second": four["answers_per_second"],
        "p50": four["answer_ms"]["p50"],
        "p99": four["answer_ms"]["p99"],
        "single_p50": single["answer_ms"]["p50"],
        "cpu_us": four["cpu_share"] / four["answers_per_second"] * 1e6,
        "cpu_share": four["cpu_share"],
        "driver_cpu_share": four["driver_cpu_share"],
        "faults": sum(one[kind] for one in (four, single) for kind in ("gaps", "repeats", "missing")),
    }


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: median(run[key] for run in runs) for key in runs[0]} | {"faults": sum(run["faults"] for run in runs)}


def line(name: str, run: dict[str, Any]) -> str:
    numbers = f"{run['per_second']:12,.0f}{run['p50']:9.1f}{run['p99']:9.1f}{run['single_p50']:13.2f}"
    return f"{name:24}{numbers}{run['cpu_us']:8.0f}{run['cpu_share']:7.0%}{run['driver_cpu_share']:8.0%}\n"


def main() -> None:
    """Runs in turn, medians at the end; also into build/bench/durable.json."""
    rounds = int(os.environ.get("ROUNDS") or 3)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in SERVERS}
    sys.stdout.write(f"Durable messages: 4 connections, 16 posts in flight each; medians of {rounds}\n{HEAD}")
    for _ in range(rounds):
        for name, command in SERVERS.items():
            runs[name].append(once(command))
            sys.stderr.write(f"  {line(name, runs[name][-1])}")
    medians = {name: middle(some) for name, some in runs.items()}
    sys.stdout.write("".join(line(name, one) for name, one in medians.items()))
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({"rounds": rounds, "servers": medians}, indent=1), encoding="utf-8")
    if any(one["faults"] for one in medians.values()):
        raise SystemExit("bench: something was lost, doubled or out of order")


if __name__ == "__main__":
    main()
