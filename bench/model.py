"""What a post, a delivery, a bell and a look cost each process: a linear model, fitted by least squares."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# By what each kind of process is kept busy. A look is one worker's reading what another one wrote.
DRIVERS = {
    "worker": ("posts", "commits", "deliveries", "looks", "worker_seconds"),
    "PostgreSQL": ("posts", "commits", "looks", "worker_seconds"),
    "Redis": ("bells", "worker_seconds"),
    "HAProxy": ("posts", "deliveries", "worker_seconds"),
}
NAMES = {
    "posts": "a post",
    "commits": "a commit",
    "deliveries": "a delivery",
    "looks": "a look",
    "bells": "a bell",
    "worker_seconds": "a second of a worker",
}
BUSY = 0.6  # how much of a core a process may be kept busy
CONNECTIONS = 1_000_000
POSTS_A_MINUTE = 0.2  # of each connection
MEMBERS = 50  # of a room, that are here


@dataclass(frozen=True)
class Costs:
    """CPU seconds of each kind of process for each of its drivers."""

    of: dict[str, dict[str, float]]

    def told(self, kind: str, row: dict[str, Any]) -> float:
        """CPU seconds that a kind of process needs for what was done, all of its processes together."""
        return sum(cost * amount(row, driver) for driver, cost in self.of[kind].items())

    def table(self) -> list[str]:
        drivers = list(NAMES)
        lines = [
            f"| CPU µs for | {' | '.join(NAMES[driver] for driver in drivers)} |",
            f"|---|{'---:|' * len(drivers)}",
        ]
        for kind, costs in self.of.items():
            cells = [f"{costs[driver] * 1e6:.0f}" if driver in costs else "" for driver in drivers]
            lines.append(f"| {kind} | {' | '.join(cells)} |")
        return lines

    def far(self) -> list[str]:
        """Carried to a million connections: cores busy, with bells for each room and with bells to everybody."""
        lines = ["| connections | workers | worker | PostgreSQL | Redis | Redis, bells to everybody | HAProxy |"]
        lines.append(f"|{'---:|' * 7}")
        for connections in (10_000, 100_000, CONNECTIONS):
            workers = self.workers_for(connections)
            row = a_second_of(connections, workers)
            everybody = row | {"bells": row["posts"] * (workers - 1)}
            kinds = [self.told(kind, row) for kind in ("worker", "PostgreSQL", "Redis")]
            cells = [kinds[0] / workers, kinds[1], kinds[2], self.told("Redis", everybody), self.told("HAProxy", row)]
            lines.append(f"| {connections:,} | {workers} | {' | '.join(f'{cell:.2f}' for cell in cells)} |")
        return lines

    def workers_for(self, connections: int) -> int:
        """So many that each is kept busy for six tenths of a core."""
        workers = 1
        while self.told("worker", a_second_of(connections, workers)) / workers > BUSY:
            workers += max(1, workers // 20)
            if workers > 100_000:
                return workers
        return workers


def a_second_of(connections: int, workers: int) -> dict[str, Any]:
    posts = connections * POSTS_A_MINUTE / 60
    holding = min(workers, MEMBERS)
    heard = posts * (holding - 1)
    done = {"posts": posts, "commits": posts, "deliveries": posts * MEMBERS, "bells": heard, "looks": heard}
    return done | {"workers": workers, "seconds": 1.0}


def amount(row: dict[str, Any], driver: str) -> float:
    if driver == "worker_seconds":
        return float(row["workers"] * row["seconds"])
    return float(row["commits"] + row["bells"] if driver == "bells" else row[driver])  # each is said once, and heard


def fitted(rows: Sequence[dict[str, Any]]) -> Costs:
    """The costs that tell best what was measured; none is below zero."""
    return Costs({kind: _fit(rows, kind, list(drivers)) for kind, drivers in DRIVERS.items()})


def _fit(rows: Sequence[dict[str, Any]], kind: str, drivers: list[str]) -> dict[str, float]:
    # Relative errors count: otherwise the busiest load alone would tell the costs.
    weights = [1 / max(row["cpu"][kind], 0.001) for row in rows]
    table = [[amount(row, driver) * weight for driver in drivers] for row, weight in zip(rows, weights, strict=True)]
    wanted = [row["cpu"][kind] * weight for row, weight in zip(rows, weights, strict=True)]
    costs = dict(zip(drivers, least_squares(table, wanted), strict=True))
    if min(costs.values()) >= 0:
        return costs
    worst = min(costs, key=lambda driver: costs[driver])
    return dict.fromkeys(drivers, 0.0) | _fit(rows, kind, [driver for driver in drivers if driver != worst])


def least_squares(table: list[list[float]], wanted: list[float]) -> list[float]:
    """By the normal equations; what cannot be told apart is 0."""
    size = len(table[0])
    square = [[math.fsum(row[i] * row[j] for row in table) for j in range(size)] for i in range(size)]
    right = [math.fsum(row[i] * value for row, value in zip(table, wanted, strict=True)) for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(square[r][i]))
        square[i], square[pivot], right[i], right[pivot] = square[pivot], square[i], right[pivot], right[i]
        if abs(square[i][i]) < 1e-18:
            continue
        for r in range(size):
            if r != i:
                factor = square[r][i] / square[i][i]
                square[r] = [a - factor * b for a, b in zip(square[r], square[i], strict=True)]
                right[r] -= factor * right[i]
    return [right[i] / square[i][i] if abs(square[i][i]) >= 1e-18 else 0.0 for i in range(size)]
