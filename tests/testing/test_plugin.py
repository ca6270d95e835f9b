"""The plugin as a developer meets it: what it brings, and what it costs."""

import time
from pathlib import Path

import pytest

from rooms_chat.testing import Cast
from rooms_chat.testing.inside import Inside, make_settings

pytest_plugins = ["pytester"]

NOWHERE = "http://127.0.0.1:9"

WHAT_WAS_LOADED = """
    import sys

    def pytest_sessionfinish() -> None:
        for name in ("flask", "eventlet", "socketio", "sqlalchemy", "msgspec"):
            print(f"{name} was {'loaded' if name in sys.modules else 'left alone'}")
"""

SCENARIOS = """
    import logging

    import pytest
    from rooms_chat.testing import Cast, Person, refused

    def test_soup(alice: Person, bob: Person, charlie: Person) -> None:
        alice.joins("kitchen")
        bob.joins("kitchen")
        charlie.joins("garden")
        alice.says("soup?")
        bob.hears("soup?", within=1)
        charlie.hears_nothing()

    def test_that_fails(alice: Person, bob: Person) -> None:
        alice.joins("kitchen")
        bob.hears("soup?", in_="kitchen", within=1)

    @pytest.mark.rooms(open_rooms="nobody")
    def test_settings_of_its_own(alice: Person) -> None:
        with refused("room_not_found"):
            alice.joins("kitchen")

    def test_an_error_that_only_the_log_tells(alice: Person) -> None:
        alice.joins("kitchen")
        logging.getLogger("rooms_chat.storage").error("journal: nothing could be written")
"""


def run(pytester: pytest.Pytester, scenario: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(scenario)
    return pytester.runpytest_subprocess("-s", "-W", "error", "-p", "no:cacheprovider", *options)


def test_it_loads_nothing_heavy_until_it_is_used(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WHAT_WAS_LOADED)
    result = run(pytester, "def test_something_else(): import rooms_chat.testing")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*was loaded")
    result.stdout.fnmatch_lines(["*flask was left alone"])


def test_scenarios_run_in_the_process_without_eventlet(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WHAT_WAS_LOADED)
    result = run(pytester, SCENARIOS)
    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*eventlet was left alone", "*socketio was left alone"])
    result.stdout.fnmatch_lines(["*bob did not hear “soup?” in “kitchen” within 1 s"])
    result.stdout.fnmatch_lines(["*journal: nothing could be written*"])


def test_a_server_that_is_not_there_is_named(pytester: pytest.Pytester) -> None:
    result = run(pytester, SCENARIOS, "--rooms-url", NOWHERE, "-k", "soup or settings")
    result.assert_outcomes(failed=1, skipped=1, deselected=2)
    result.stdout.fnmatch_lines([f"*no connection to {NOWHERE}*"])


WRONG = """
    import pytest
    from rooms_chat.testing import Person

    @pytest.mark.rooms(open_roms="nobody")
    def test_a_setting_that_there_is_not(alice: Person) -> None: ...

    def test_another_word(alice: Person, bob: Person) -> None:
        alice.joins("kitchen")
        bob.joins("kitchen")
        alice.says("soup?")
        bob.hears("bread?")

    def test_another_change(alice: Person, bob: Person) -> None:
        alice.joins("kitchen")
        bob.joins("kitchen")
        said = alice.says("soup?")
        bob.hears("soup?")
        alice.edits(said, "bread?")
        bob.sees_changed(1, "butter?")

    def test_in_no_room(alice: Person) -> None:
        alice.says("soup?")
"""


def test_what_is_wrong_with_a_scenario_is_told_where_it_stands(pytester: pytest.Pytester) -> None:
    result = run(pytester, WRONG, "--tb=short")
    result.assert_outcomes(failed=3, errors=1)
    result.stdout.fnmatch_lines(["E   TypeError: no setting is called open_roms; docs/settings.md has those there are"])
    for test, complaint in (
        ("test_another_word", "bob heard “soup?” in “kitchen”, and not “bread?”"),
        ("test_another_change", "bob saw 1 change to “bread?”, and not 1 to “butter?”"),
        ("test_in_no_room", "alice has joined no room yet: say which one is meant"),
    ):
        result.stdout.re_match_lines_random([rf"^test_\w+\.py:\d+: in {test}$"])
        result.stdout.fnmatch_lines([f"*{complaint}"])
    result.stdout.no_fnmatch_line("*/rooms_chat/testing/*")


def test_its_marker_is_described(pytestconfig: pytest.Config) -> None:
    assert any(line.startswith("rooms(**settings)") for line in pytestconfig.getini("markers"))


def test_a_hundred_scenarios_take_less_than_five_seconds_of_the_processor(rooms_template: Path, tmp_path: Path) -> None:
    began = time.process_time()
    for number in range(100):
        cast = Cast(Inside(make_settings(tmp_path / str(number)), rooms_template))
        alice, bob, charlie = (cast(name) for name in ("alice", "bob", "charlie"))
        alice.joins("kitchen")
        bob.joins("kitchen")
        charlie.joins("garden")
        alice.says("soup?")
        bob.hears("soup?")
        charlie.hears_nothing()
        cast.goes_home()
    assert time.process_time() - began < 5  # on a busy machine the clock tells more of what others do
