"""Servers for the tests, and the other way to run them: `STOCK=1` plays each guard's test on the stock stack.

There every one of them has to fail, and those marked `common` have to pass; a table tells how.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.transport.raw import close_all
from tests.transport.servers import IS_STOCK, Server, served

SCOPE = "function" if IS_STOCK else "session"  # who was hurt shall not answer for what others did
WHY_CHARACTERS = 110


class Tried(NamedTuple):
    """A test on the stock stack."""

    line: str
    test: str
    hurt: bool
    why: str


TRIED: list[Tried] = []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "guards(line): what the guard keeps; the stock stack does not")
    config.addinivalue_line("markers", "common: what the stock stack does as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not IS_STOCK:
        return
    chosen = [item for item in items if item.get_closest_marker("guards") or item.get_closest_marker("common")]
    for item in chosen:
        if item.get_closest_marker("guards"):
            item.add_marker(pytest.mark.xfail(reason="this is the stock stack", strict=False))
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    marker = item.get_closest_marker("guards")
    if IS_STOCK and marker and report.when == "call":
        why = call.excinfo.exconly().replace("\n", " ") if call.excinfo else ""
        TRIED.append(Tried(marker.args[0], item.originalname, report.outcome == "skipped", why[:WHY_CHARACTERS]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TRIED:
        terminalreporter.section("the guards' tests on the stock stack")
        for row in table():
            terminalreporter.write_line(row)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if IS_STOCK and unhurt():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def unhurt() -> set[str]:
    """Tests that the stock stack passes with all their cases: they prove nothing."""
    return {one.test for one in TRIED} - {one.test for one in TRIED if one.hurt}


def table() -> list[str]:
    """As Markdown."""
    cases: defaultdict[tuple[str, str], list[Tried]] = defaultdict(list)
    for one in TRIED:
        cases[one.line, one.test].append(one)
    rows = ["| line | test | fails there | how, first |", "|---|---|---|---|"]
    for (line, test), tried in sorted(cases.items()):
        hurt = [one for one in tried if one.hurt]
        how = hurt[0].why.replace("|", "\\|") if hurt else ""
        rows.append(f"| {line} | `{test}` | {len(hurt)} of {len(tried)} | {how} |")
    return rows


@pytest.fixture
def room() -> str:
    """A room of this test's own, on a server of many."""
    return f"r-{secrets.token_hex(4)}"


@pytest.fixture(autouse=True)
def no_connection_is_left() -> Iterator[None]:
    yield
    close_all()


@pytest.fixture(scope=SCOPE)
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that leave it as they found it."""
    with served(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope=SCOPE)
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same, with clocks ten times as fast."""
    with served(tmp_path_factory.mktemp("hurried"), hurried=True) as running:
        yield running


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts one with options of its own, for this test."""
    with ExitStack() as running:
        yield lambda *options, **more: running.enter_context(served(tmp_path, *options, **more))
