"""Going back, staying, and finding a message by its address."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def long_talk(program, room):
    deploy = program(room)
    deploy.says(*[f"word {number}" for number in range(1, 131)])
    return deploy


def test_scrolling_up_brings_what_was_said_before_and_holds_the_place(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    expect(alice.messages).to_have_count(50)
    first = alice.message("word 81")
    first.scroll_into_view_if_needed()
    expect(alice.message("word 40")).to_be_attached()
    expect(first).to_be_in_viewport()
    while alice.page.locator("[data-older]").is_visible():
        alice.page.locator("[data-talk]").evaluate("talk => talk.scrollTop = -talk.scrollHeight")
    assert alice.words == [f"word {number}" for number in range(1, 131)]
    expect(alice.page.locator("[data-older]")).to_be_hidden()


def test_who_reads_above_stays_there_and_is_told_what_came(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    place = alice.message("word 100")
    place.scroll_into_view_if_needed()
    before = place.bounding_box()
    long_talk.says("and one more")
    jump = alice.page.get_by_role("button", name="1 new")
    expect(jump).to_be_visible()
    assert abs(place.bounding_box()["y"] - before["y"]) < 1
    jump.click()
    expect(alice.message("and one more")).to_be_in_viewport()
    expect(alice.page.locator("[data-newest]")).to_be_hidden()


def test_who_is_at_the_end_stays_at_the_end(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    long_talk.says(*[f"new {number}\nwith two lines" for number in range(5)])
    expect(alice.messages.filter(has_text="new 4")).to_be_in_viewport()


def test_a_messages_address_shows_it_lit_among_its_neighbours_and_leads_on_to_the_newest(enter, room, long_talk):
    alice = enter("Alice")
    alice.page.goto(f"{alice.url}/r/{room}/20")
    alice.is_live()
    lit = alice.page.locator(".message.marked")
    expect(lit).to_contain_text("word 20")
    expect(lit).to_be_in_viewport()
    long_talk.says("meanwhile")
    expect(alice.page.get_by_role("button", name="1 new")).to_be_visible()
    assert "meanwhile" not in alice.words
    alice.page.get_by_role("button", name="1 new").click()
    expect(alice.message("meanwhile")).to_be_in_viewport()
    alice.says("here I am")
    alice.hears("here I am")


def test_scrolling_down_from_an_address_reaches_the_talk_of_now(enter, room, long_talk):
    alice = enter("Alice")
    alice.page.goto(f"{alice.url}/r/{room}/60")
    alice.is_live()
    while alice.page.locator("[data-newer]").is_visible():
        alice.page.locator("[data-talk]").evaluate("talk => talk.scrollTop = 0")
    long_talk.says("live again")
    alice.hears("live again", "word 130")


def test_a_long_talk_keeps_the_page_small(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    long_talk.says(*[f"word {number}" for number in range(131, 420)])
    alice.hears("word 419")
    assert alice.messages.count() <= 300
    expect(alice.page.locator("[data-older]")).to_be_attached()
