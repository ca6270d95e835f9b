"""Being the same person on another device."""

import re
import time

import pytest


def link_of(page: str) -> str:
    return re.search(r'href="http://localhost(/me/[^"]+)"', page)[1]


@pytest.fixture
def link(alice):
    """Alice has said something in the kitchen, and made a link."""
    alice.opens("kitchen")
    alice.says("kitchen", "soup?", user_name="Alice")
    return link_of(alice.sends("/me/link").text)


def name_of(browser) -> str:
    return re.search(r'class="me-name"[^>]*>([^<]*)<', browser.reads("/r/kitchen"))[1]


def test_a_link_makes_another_browser_the_same_person(alice, bob, link):
    assert "Be Alice in this browser?" in bob.reads(link)
    answer = bob.sends(link, token=bob.token(link))
    assert (answer.status_code, answer.location) == (303, "/")
    assert name_of(bob) == name_of(alice) == "Alice"
    bob.says("kitchen", "and bread")
    people = re.findall(r'data-seq="\d+"[^>]*data-person="([^"]+)"', alice.reads("/r/kitchen"))
    assert len(people) == 2
    assert len(set(people)) == 1


def test_a_link_is_good_once(bob, link, app, visitor):
    charlie = visitor(app.test_client())
    token = charlie.token(link)
    bob.sends(link, token=bob.token(link))
    answer = charlie.sends(link, token=token)
    assert answer.status_code == 409
    assert "no good any more" in answer.text
    assert name_of(charlie) != "Alice"


def test_who_only_looks_uses_nothing_up(bob, link):
    for _ in range(3):
        assert bob.sees(link).status_code == 200
    assert name_of(bob) != "Alice"


def test_a_link_is_good_for_ten_minutes(bob, link, monkeypatch):
    token = bob.token(link)
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 601 * 10**9)
    assert bob.sees(link).status_code == 409
    assert bob.sends(link, token=token).status_code == 409


def test_a_newer_link_is_the_only_one(alice, bob, link):
    newer = link_of(alice.sends("/me/link").text)
    assert bob.sees(link).status_code == 409
    assert bob.sees(newer).status_code == 200


def test_a_guest_who_has_said_nothing_has_a_link_too(alice, bob):
    link = link_of(alice.sends("/me/link").text)
    assert "Be the same person in this browser?" in bob.reads(link)
    assert bob.sends(link, token=bob.token(link)).status_code == 303


def test_no_other_site_makes_or_takes_one(alice, bob, link):
    assert alice.client.post("/me/link").status_code == 400
    bob.reads("/")
    assert bob.client.post(link).status_code == 400
    assert bob.sees(link).status_code == 200


@pytest.mark.parametrize("path", ["/me/x", "/me/%00", "/me/" + "x" * 500])
def test_a_link_that_there_never_was_is_no_good(bob, path):
    assert bob.sees(path).status_code == 409


def test_a_script_gets_it_as_json(alice):
    answer = alice.client.post(
        "/me/link", data={"csrf_token": alice.token()}, headers={"Accept": "application/json"}
    ).json
    assert answer["ok"] is True
    assert answer["url"].startswith("http://localhost/me/")
    assert answer["seconds"] == 600
    assert answer["qr"].startswith("data:image/svg+xml")


def test_the_database_knows_no_token(alice, link, app):
    kept = app.extensions["rooms"].settings.database_path.parent
    token = link.removeprefix("/me/").encode()
    assert not any(token in path.read_bytes() for path in kept.iterdir() if path.is_file())
