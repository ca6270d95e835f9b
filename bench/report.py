"""Puts what was measured into the manual: tables between two marks in docs/speed.md, and a picture."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import durable, fanout, picture, process, servers

PAGE = servers.TOP / "docs" / "speed.md"
PICTURE = servers.TOP / "docs" / "images" / "speed.svg"
BEGIN, END = "<!-- measured: written by `make bench` -->", "<!-- /measured -->"
MEMORY_SHAPE = "1,000 in 100 rooms"
WIDE_TABLE = ["joins/s", "KB each"]

Json = dict[str, Any]


def between(page: str, tables: str) -> str:
    """The page with these tables between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables}\n{END}{rest.partition(END)[2]}"


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table; all but its first column are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def conditions(load: float) -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    pinned = "one for the server, another for the driver"
    shared = "server and driver on the same one, so all of it is pessimistic"
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({model}), "
        f"{pinned if len(set(process.cores())) > 1 else shared}; Python {platform.python_version()}; "
        f"load average {load:.1f} at the end, of which we are about 2.\n"
    )


# Targets -------------------------------------------------------------------------------------------------------------


def targets(kept: Json, fan: Json) -> list[list[str]]:
    """What we want, what we have, and whether that is enough."""
    own, shapes = kept["servers"]["Rooms"], fan["shapes"]
    joins = [one["servers"][fanout.ROOMS]["joins_per_second"] for one in shapes.values()][1:]
    each = shapes[MEMORY_SHAPE]["servers"][fanout.ROOMS]["kb_each"]
    crowd = fan["crowd"] or {}
    return [
        at_least("durable messages a second, 4 connections with 16 in flight", own["per_second"], 3000),
        at_most("their acknowledgement, p99, ms", own["p99"], 50),
        at_most("a single poster's acknowledgement, p50, ms", own["single_p50"], 5),
        at_least("less CPU than Node.js, several in flight, times", ratio(shapes, fanout.NODE, busy=True), 3),
        at_least("less CPU than Node.js, one in flight, times", ratio(shapes, fanout.NODE, busy=False), 1.15),
        at_least("less CPU than Flask-SocketIO, everywhere, times", ratio(shapes, fanout.PLAIN), 4),
        at_most("KB a connection", each, 12),
        at_least("joins a second, worst shape of 1,000", min(joins), 2000),
        at_most("10,000 in one room: until all have a post, median ms", crowd.get("whole_p50"), 250),
        at_most("1,000 in 100 rooms, 300 posts a second: p99, ms", fan["clock"]["p99"], 25),
    ]


def ratio(shapes: Json, peer: str, *, busy: bool | None = None) -> float | None:
    """The worst of the shapes; None where the peer was not measured."""
    chosen = [one for name, one in shapes.items() if busy is None or busy == (fanout.SHAPES[name]["window"] > 1)]
    return min((one["ratios"][peer] for one in chosen if peer in one["ratios"]), default=None)


def at_least(what: str, value: float | None, bound: float) -> list[str]:
    return [what, f"≥ {bound:,}", number(value), verdict(value is not None and value >= bound, value)]


def at_most(what: str, value: float | None, bound: float) -> list[str]:
    return [what, f"≤ {bound:,}", number(value), verdict(value is not None and value <= bound, value)]


def number(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def verdict(reached: bool, value: float | None) -> str:
    return "" if value is None else "reached" if reached else "**not reached**"


# Tables --------------------------------------------------------------------------------------------------------------


def kept_table(kept: Json) -> str:
    head = ["", "messages/s", "p50 ms", "p99 ms", "one poster: p50 ms", "CPU µs each", "share of its core"]
    keys = ["per_second", "p50", "p99", "single_p50", "cpu_us"]
    rows = [
        [name, *(number(run[key]) for key in keys), f"{run['cpu_share']:.0%}"] for name, run in kept["servers"].items()
    ]
    return markdown(head, rows)


def fan_table(fan: Json) -> str:
    names = [name for name in next(iter(fan["shapes"].values()))["servers"] if name != fanout.ECHO]
    return markdown(["CPU µs per delivery", *names], [[shape, *fan_cells(one)] for shape, one in fan["shapes"].items()])


def fan_cells(one: Json) -> list[str]:
    cells = []
    for name, run in compared(one).items():
        times = f" ({one['ratios'][name]:.1f} times)" if name in one["ratios"] else ""
        cells.append(f"{run['cpu_us']:.1f}{times}")
    return cells


def compared(one: Json) -> Json:
    """The servers, without the peer that is none."""
    return {name: run for name, run in one["servers"].items() if name != fanout.ECHO}


def parts_table(fan: Json) -> str:
    """Where Rooms' own time goes."""
    parts = ["hub_user_us", "hub_kernel_us", "others_user_us", "others_kernel_us"]
    rows = []
    for shape, one in fan["shapes"].items():
        own, floor = one["servers"][fanout.ROOMS], one["servers"][fanout.ECHO]["cpu_us"]
        rows.append([shape, *(f"{own[part]:.1f}" for part in parts), f"{floor:.1f}"])
    head = ["hub, Python", "hub, kernel", "journal, Python and SQLite", "journal, kernel", "a peer that only sends"]
    return markdown(["CPU µs per delivery", *head], rows)


def coming_table(fan: Json) -> str:
    runs = compared(fan["shapes"][MEMORY_SHAPE])
    columns = ["deliveries/s", "p50 ms", "p99 ms", *WIDE_TABLE]
    rows = [
        [name, *(format(run[fanout.COLUMNS[c][0]], fanout.COLUMNS[c][1]) for c in columns)]
        for name, run in runs.items()
    ]
    return markdown([MEMORY_SHAPE, *columns], rows)


def driver_table(fan: Json) -> str:
    rows = []
    for shape, one in fan["shapes"].items():
        fastest = min(run["cpu_us"] for run in compared(one).values())
        most = max(run["driver_cpu_share"] for run in compared(one).values())
        own = one["servers"][fanout.ECHO]["driver_cpu_us"]
        rows.append(
            [shape, f"{own:.1f}", f"{1e6 / own:,.0f}", f"{fastest:.1f}", f"{1e6 / fastest:,.0f}", f"{most:.0%}"]
        )
    head = ["", "driver's CPU µs", "it could take /s", "fastest server's µs", "which could send /s", "driver busy"]
    return markdown(head, rows)


def tables(kept: Json, fan: Json, load: float) -> str:
    """Everything between the marks."""
    return "\n".join(
        [
            conditions(load),
            markdown(["what we want", "must", "measured", ""], targets(kept, fan)),
            f"### Durable messages\n\nMedians of {kept['rounds']}, run in turn.\n",
            kept_table(kept),
            f"### Fan-out\n\nMedians of {fan['rounds']}, run in turn; in brackets, how many times what Rooms takes.\n",
            fan_table(fan),
            "![The same as bars](images/speed.svg)\n",
            "What Rooms spends, by thread:\n",
            parts_table(fan),
            "What else these runs showed, in one shape:\n",
            coming_table(fan),
            "### The driver\n",
            driver_table(fan),
        ]
    )


def main() -> None:
    """Reads what the two measurements left in build/bench."""
    kept, fan = (json.loads(one.RESULT.read_text(encoding="utf-8")) for one in (durable, fanout))
    PAGE.write_text(between(PAGE.read_text(encoding="utf-8"), tables(kept, fan, os.getloadavg()[1])), encoding="utf-8")
    bars = {shape: {name: run["cpu_us"] for name, run in compared(one).items()} for shape, one in fan["shapes"].items()}
    PICTURE.write_text(picture.bars("CPU microseconds per delivery: less is better", bars), encoding="utf-8")
    sys.stdout.write(f"\n{markdown(['what we want', 'must', 'measured', ''], targets(kept, fan))}")
    sys.stdout.write("written: docs/speed.md and docs/images/speed.svg\n")


if __name__ == "__main__":
    main()
