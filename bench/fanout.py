"""What a message costs that goes out to a room, beside plain Flask-SocketIO and Socket.IO on Node.js.

Rooms commits every message before it is told; the others keep nothing.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import servers

ROOMS, PLAIN, NODE = "Rooms", "Flask-SocketIO", "Socket.IO on Node.js"
ECHO = "only sending"  # a peer that keeps, checks and reads nothing: what is left is the floor, and the driver's limit
SHAPES: dict[str, dict[str, Any]] = {
    "100 in 1 room": {"clients": 100, "rooms": 1, "window": 1},
    "1,000 in 1 room, 4 in flight": {"clients": 1000, "rooms": 1, "window": 4},
    "1,000 in 100 rooms": {"clients": 1000, "rooms": 100, "window": 1},
    "1,000 in 100 rooms, 8 in flight": {"clients": 1000, "rooms": 100, "window": 8},
}
SECONDS = 1.2
OPEN = {"clients": 1000, "rooms": 100, "by": "clock", "rate": 300.0, "seconds": 3.0}
CROWD = {"clients": 10_000, "rooms": 1, "window": 1, "posts": 20, "seconds": 60.0}
SPARE_FILES = 300
RESULT = servers.BUILD / "fanout.json"
NODE_PACKAGE = "socket.io@~4.8.1"
COLUMNS = {
    "CPU µs": ("cpu_us", ".1f"),
    "deliveries/s": ("deliveries_per_second", ",.0f"),
    "p50 ms": ("p50", ".1f"),
    "p99 ms": ("p99", ".1f"),
    "joins/s": ("joins_per_second", ",.0f"),
    "KB each": ("kb_each", ".1f"),
    "core": ("cpu_share", ".0%"),
    "driver": ("driver_cpu_share", ".0%"),
    "driver µs": ("driver_cpu_us", ".1f"),
}

Run = dict[str, Any]


def peers() -> dict[str, list[str]]:
    """What there is to measure, Rooms first."""
    found = {ROOMS: servers.rooms(), PLAIN: servers.python_peer("plain.py")}
    if node := node_peer():
        found[NODE] = node
    else:
        sys.stdout.write("Socket.IO on Node.js is left out: it could not be installed here\n")
    return found | {ECHO: servers.python_peer("echo.py")}


def node_peer() -> list[str] | None:
    """The command, once the package is in build/bench."""
    servers.BUILD.mkdir(parents=True, exist_ok=True)
    with_node = ["sh", str(servers.TOP / "tools" / "node.sh")]
    if not (servers.BUILD / "node_modules" / "socket.io").is_dir():
        install = ["npm", "install", "--prefix", str(servers.BUILD), "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run([*with_node, *install, NODE_PACKAGE], cwd=servers.TOP, capture_output=True, check=False)
        if done.returncode:
            return None
    program = shutil.copy(servers.PEERS / "socketio.mjs", servers.BUILD)  # it looks for packages where it stands
    return [*with_node, "node", str(program), "{port}"]


def once(command: list[str], shape: dict[str, Any]) -> Run:
    run = servers.measure(command, {"seconds": SECONDS} | shape)
    return run | run["delivery_ms"] | {"faults": run["gaps"] + run["repeats"] + run["missing"]}


def measure_shapes(rounds: int) -> dict[str, dict[str, list[Run]]]:
    """Each shape at each server, in turn, so that a busy minute of the machine is everybody's."""
    commands = peers()
    runs: dict[str, dict[str, list[Run]]] = {shape: {name: [] for name in commands} for shape in SHAPES}
    for number in range(rounds):
        for shape in SHAPES:
            for name, command in commands.items():
                runs[shape][name].append(once(command, SHAPES[shape]))
                say(f"  {number + 1}: {line(name, runs[shape][name][-1])}")
    return runs


def summary(runs: dict[str, list[Run]]) -> dict[str, Any]:
    """Medians of a shape. A ratio is taken in each round, between runs that stood side by side."""
    medians = {name: middle(some) for name, some in runs.items()}
    others = [name for name in runs if name != ROOMS]
    ratios = {
        name: median(other["cpu_us"] / own["cpu_us"] for other, own in zip(runs[name], runs[ROOMS], strict=True))
        for name in others
    }
    return {"servers": medians, "ratios": ratios}


def middle(runs: list[Run]) -> Run:
    """The median of every number, but all the faults there were."""
    numbers = [key for key, value in runs[0].items() if isinstance(value, int | float)]
    return {key: median(run[key] for run in runs) for key in numbers} | {"faults": sum(run["faults"] for run in runs)}


def measure_crowd() -> Run | None:
    """Everybody in one room, if this machine allows so many sockets."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < CROWD["clients"] + SPARE_FILES:
        sys.stdout.write("10,000 in one room is left out: too few open files are allowed here\n")
        return None
    run = servers.measure(servers.rooms(), CROWD)
    return run | {"whole_p50": run["whole_room_ms"]["p50"], "faults": run["gaps"] + run["repeats"] + run["missing"]}


def head(title: str) -> str:
    return f"\n{title:22}{''.join(f'{name:>13}' for name in COLUMNS)}\n"


def line(name: str, run: Run) -> str:
    return f"{name:22}{''.join(f'{format(run[key], form):>13}' for key, form in COLUMNS.values())}\n"


def say(text: str) -> None:
    sys.stderr.write(text)


def table(shape: str, measured: dict[str, Any]) -> str:
    lines = [head(shape), *(line(name, run) for name, run in measured["servers"].items())]
    ratios = [f"{ratio:.1f} times less than {name}" for name, ratio in measured["ratios"].items() if name != ECHO]
    return "".join(lines) + f"{ROOMS} takes {', '.join(ratios)}\n"


def main() -> None:
    """Prints the tables; all there is also goes into build/bench/fanout.json."""
    rounds = int(os.environ.get("ROUNDS") or 3)
    sys.stdout.write(f"\nFan-out: the server's CPU per delivery; medians of {rounds}\n")
    shapes = {shape: summary(runs) for shape, runs in measure_shapes(rounds).items()}
    clock = middle([once(servers.rooms(), OPEN) for _ in range(rounds)])
    crowd = measure_crowd()
    for shape, measured in shapes.items():
        sys.stdout.write(table(shape, measured))
    sys.stdout.write(f"\n1,000 in 100 rooms, 300 posts/s: p50 {clock['p50']:.1f} ms, p99 {clock['p99']:.1f} ms\n")
    if crowd:
        sys.stdout.write(f"10,000 in 1 room: {crowd['whole_p50']:.0f} ms until all have a post, ")
        sys.stdout.write(f"{crowd['joins_per_second']:,.0f} joins/s, {crowd['kb_each']:.1f} KB each\n")
    everything = {"rounds": rounds, "shapes": shapes, "clock": clock, "crowd": crowd}
    RESULT.write_text(json.dumps(everything, indent=1), encoding="utf-8")
    check([run for one in shapes.values() for run in one["servers"].values()] + [clock, *([crowd] if crowd else [])])


def check(runs: list[Run]) -> None:
    if any(run["faults"] for run in runs):
        raise SystemExit("bench: something was lost, doubled or out of order")


if __name__ == "__main__":
    main()
