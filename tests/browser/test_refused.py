"""At an address that is not the one the server takes talk from: what is live is not to be had, and the page says so."""

import pytest
from playwright.sync_api import expect

from .conftest import Server

PATIENT_MS = 20_000


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("refused"), "--public-url", "http://rooms.test:{port}")
    yield server
    server.close()


def test_the_page_says_that_it_stands_at_another_address_and_the_form_still_sends(enter, room, elsewhere):
    alice = enter("Alice", url=elsewhere.url)
    alice.page.goto(alice.url)
    alice.page.locator("#open-name").fill(room)
    alice.page.locator("form.open button").click()
    alice.name_field.fill("Alice")
    alice.field.fill("kept meanwhile")
    alice.field.press("Enter")
    expect(alice.pending).to_have_count(1)
    notice = alice.page.locator("[data-connection]")
    expect(notice).to_contain_text("takes no live talk from this address", timeout=PATIENT_MS)
    expect(notice.get_by_role("link")).to_have_attribute("href", f"http://rooms.test:{elsewhere.port}/r/{room}")
    expect(alice.pending).to_have_count(0)
    expect(alice.field).to_have_value("kept meanwhile")
    alice.sends()
    alice.hears("kept meanwhile")
    expect(alice.field).to_have_value("")
    assert elsewhere.said(room) == ["kept meanwhile"]


def test_a_server_that_is_away_is_not_said_to_refuse(enter, room, own_server):
    alice = enter("Alice", url=own_server.url).opens(room)
    with alice.page.expect_event("requestfailed", lambda request: request.method == "POST"):  # it asks why
        own_server.kill()
    expect(alice.page.locator("[data-connection]")).to_contain_text("Connection lost, trying again.")
