"""What travels small, and what that must not tell."""

import gzip
import re
from pathlib import Path

import pytest

from rooms_chat.web import compression
from rooms_chat.web.assets import bare

TOP = Path(__file__).parents[2]
GZIP = {"Accept-Encoding": "gzip, br"}
BUDGET_BYTES = 100_000
SCRIPT_BUDGET_BYTES = 60_000


def sent(browser, path):
    answer = browser.sees(path, headers=GZIP)
    assert answer.status_code == 200, path
    return len(answer.data)


def test_a_page_is_compressed_for_who_takes_it(alice):
    answer = alice.sees("/", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert b"Every room is a URL." in gzip.decompress(answer.data)


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_who_takes_none_gets_it_as_it_is(alice, accepted):
    for path in ("/", "/static/css/base.css"):
        answer = alice.sees(path, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_file_is_compressed_once_and_known_again_in_either_form(alice, app):
    answer = alice.sees("/static/css/base.css", headers=GZIP)
    plain = alice.sees("/static/css/base.css")
    assert gzip.decompress(answer.data) == bare(plain.data)
    assets = app.extensions["rooms_assets"]
    assert assets.compressed("css/base.css") is assets.compressed("css/base.css")
    for tag in (answer.headers["ETag"], plain.headers["ETag"]):
        assert alice.sees("/static/css/base.css", headers={**GZIP, "If-None-Match": tag}).status_code == 304


def test_a_part_of_a_file_is_a_part_of_it_as_it_is(alice):
    answer = alice.sees("/static/css/base.css", headers={**GZIP, "Range": "bytes=0-9"})
    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers


def test_who_asks_what_one_may_do_with_a_file_is_told(alice):
    answer = alice.client.options("/static/css/base.css", headers=GZIP)
    assert answer.status_code == 200
    assert "GET" in answer.headers["Allow"]


def test_small_answers_are_left_alone(alice):
    assert "Content-Encoding" not in alice.sees("/healthz", headers=GZIP).headers


def test_a_page_too_large_to_compress_in_time_travels_as_it_is(alice, monkeypatch):
    monkeypatch.setattr(compression, "MOST_BYTES", 600)
    assert "Content-Encoding" not in alice.sees("/", headers=GZIP).headers


def test_the_length_of_a_page_tells_nothing(alice):
    lengths = {len(compression.squeeze(b"one and the same page" * 100)) for _ in range(50)}
    assert len(lengths) > 10


def test_a_page_with_50_messages_stays_within_its_budget(alice):
    """In all under 100 KB, and its scripts under 60 KB, as they travel."""
    alice.opens("kitchen")
    for number in range(50):
        alice.says("kitchen", f"Who is in for Friday? I can bring {number} big *pots*, and `code`.", user_name="Ana")
    page = alice.reads("/r/kitchen")
    scripts = set(re.findall(r'(?:modulepreload" href|module" src)="([^"]+)"', page))
    scripts |= set(re.findall(r'"socket.io-client": ?"([^"]+)"', page))
    others = set(re.findall(r'(?:stylesheet"|svg\+xml") href="([^"]+)"', page))
    assert len(scripts) > 10
    assert len(others) > 5
    script_bytes = sum(sent(alice, path) for path in scripts)
    assert script_bytes < SCRIPT_BUDGET_BYTES
    assert script_bytes + sum(sent(alice, path) for path in others) + sent(alice, "/r/kitchen") < BUDGET_BYTES


def test_what_a_page_loads_first_is_what_its_first_module_needs(app):
    assets = app.extensions["rooms_assets"]
    assert {"js/main.js", "js/room.js", "js/strings.js"} <= set(assets.modules_of("js/main.js"))
    assert assets.modules_of("js/offline.js") == ["js/offline.js"]


def test_remarks_stay_at_home_and_every_line_where_it_is(app):
    assets = app.extensions["rooms_assets"]
    for name in [name for name in assets.hashes if name.startswith(("js/", "css/"))]:
        code = (TOP / "static" / name).read_bytes()
        assert bare(code).count(b"\n") == code.count(b"\n")
        assert not re.search(rb"^\s*(/\*\*|// )", bare(code), re.M), name
    assert bare(b"/** Why. */\nlet a = 1; // b\n  // c\n/**\n * d\n */\n") == b"\nlet a = 1; // b\n\n\n\n\n"
