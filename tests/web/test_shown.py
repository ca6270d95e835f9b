"""How things are shown. The scripts say the same: tests/js/shown.test.js goes by the same table."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rooms_chat.events import Reactor
from rooms_chat.web import shown

CASES = json.loads((Path(__file__).parents[1] / "shown.json").read_text("utf-8"))


@pytest.mark.parametrize(("person", "expected"), CASES["hue"].items())
def test_a_person_has_a_colour(person, expected):
    assert shown.hue(person) == expected


@pytest.mark.parametrize(("name", "expected"), CASES["initials"].items())
def test_a_person_has_letters(name, expected):
    assert shown.initials(name) == expected


@pytest.mark.parametrize(("seconds", "expected"), CASES["ago"].items())
def test_how_long_ago(app, seconds, expected):
    at = datetime.now(UTC) - timedelta(seconds=int(seconds))
    with app.test_request_context("/"):
        assert shown.ago(at.isoformat()) == expected


@pytest.mark.parametrize(("names", "count", "expected"), CASES["reacted"])
def test_who_reacted(app, names, count, expected):
    with app.test_request_context("/"):
        assert shown.reacted([Reactor(id=name, user_name=name) for name in names], count) == expected


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_day_in_words(app, language):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        for day, expected in CASES["days"][language].items():
            assert shown.date_in_words(date.fromisoformat(day), 2026) == expected


def test_times_are_in_the_zone_the_browser_told(app):
    with app.test_request_context("/", headers={"Cookie": "rooms_zone=Asia/Seoul"}):
        assert shown.clock("2026-03-09T23:30:00.000Z") == "08:30"


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "/etc/passwd", "No/Where", "a" * 300, "\x00"])
def test_a_zone_that_is_none_is_utc(app, zone):
    with app.test_request_context("/", headers={"Cookie": f"rooms_zone={zone}"}):
        assert shown.clock("2026-03-09T23:30:00.000Z") == "23:30"
