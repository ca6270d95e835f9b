"""Scenes, seeds and the table.

A test says how often it is tried: `@pytest.mark.tried(small=1, long=50)` gives it as many seeds. `FAULTS=long` chooses
the long run, `FAULTS_SEED` other seeds, `FAULTS_SHARE` a part of it (0.1 for a tenth).
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.checker import DOUBLED, LOST, REORDERED
from tests.faults.cluster import Cluster
from tests.faults.scenes import Scene
from tests.services import Postgres, Redis, redis_server

IS_LONG = os.environ.get("FAULTS") == "long"
FIRST_SEED = int(os.environ.get("FAULTS_SEED", "1"))
SHARE = float(os.environ.get("FAULTS_SHARE", "1"))
LONG_TIMEOUT_SECONDS = 600
COLUMNS = ("scenario", "tried", "faults", "acknowledged", "lost", "doubled", "reordered", "failed")
ROWS: dict[str, list[int]] = defaultdict(lambda: [0] * (len(COLUMNS) - 1))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "tried(small, long): how many seeds a scene is played with")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("tried")
        times = {"small": 1, "long": 10} | (marker.kwargs if marker else {})
        number = max(1, round(times["long"] * SHARE)) if IS_LONG else times["small"]
        metafunc.parametrize("seed", range(FIRST_SEED, FIRST_SEED + number))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if IS_LONG and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(LONG_TIMEOUT_SECONDS))


@pytest.fixture
def is_long() -> bool:
    return IS_LONG


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> Iterator[Scene]:
    made = Scene(tmp_path, seed, IS_LONG)
    yield made
    made.close()
    count(request.node.originalname, made)


@pytest.fixture
def redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture
def cluster(
    request: pytest.FixtureRequest, tmp_path: Path, seed: int, postgres: Postgres, redis: Redis
) -> Iterator[Cluster]:
    """Two workers on one database."""
    made = Cluster(tmp_path, seed, IS_LONG, postgres, redis)
    made.start()
    yield made
    made.close()
    count(request.node.originalname, made)


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """For a test without a scene: how often it was tried, and what happened."""
    counted: Counter[str] = Counter()
    yield counted
    ROWS[request.node.name] = [counted["tried"], counted["faults"], counted["acknowledged"], 0, 0, 0, counted["failed"]]


def count(name: str, scene: Scene) -> None:
    kinds = [failure.kind for failure in scene.failures]
    found = [kinds.count(kind) for kind in (LOST, DOUBLED, REORDERED)]
    row = [1, scene.faults, scene.acknowledged, *found, int(not scene.ended_well)]
    ROWS[name] = [sum(pair) for pair in zip(ROWS[name], row, strict=True)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not ROWS or not IS_LONG:
        return
    terminalreporter.section("what was tried, and what was lost")
    for line in table():
        terminalreporter.write_line(line)


def table() -> list[str]:
    """As Markdown, for the manual."""
    totals = [sum(column) for column in zip(*ROWS.values(), strict=True)]
    rows = [(name.removeprefix("test_").replace("_", " "), *row) for name, row in ROWS.items()] + [("all", *totals)]
    return [
        f"| {' | '.join(COLUMNS)} |",
        f"|---|{'---:|' * (len(COLUMNS) - 1)}",
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
    ]
