"""Who somebody is, how they are, and what they chose for themselves."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import clean
from tests.browser.conftest import Server
from tests.services import redis_server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def comes(enter, room, name, **options):
    visitor = enter(name, **options).goes_to(room)
    visitor.is_live()
    visitor.says(f"{name} is here")
    visitor.hears(f"{name} is here")
    return visitor


def listed(visitor, name):
    return visitor.page.locator("#here .person").filter(has_text=name)


@pytest.fixture
def kitchen(room, program):
    program(room, "Cook").says("soup")
    return room


def test_another_name_is_seen_by_all_and_one_that_is_taken_is_told_of_in_words(enter, kitchen):
    alice, bob = comes(enter, kitchen, "Alice"), comes(enter, kitchen, "Bob")
    alice.page.get_by_role("button", name="About me").click()
    name = alice.page.get_by_role("textbox", name="Your name")
    expect(name).to_have_value("Alice")
    name.fill("Cook")
    name.press("Enter")
    error = alice.page.locator("[data-part=rename-error]")
    expect(error).to_contain_text("“Cook 2” is free")
    name.fill("Alicia")
    name.press("Enter")
    expect(name).to_be_hidden()
    expect(alice.page.locator("[data-me] .me-name")).to_have_text("Alicia")
    expect(listed(bob, "Alicia")).to_be_visible()
    alice.says("it is still me")
    bob.hears("it is still me")
    expect(bob.page.locator(".message-name").last).to_have_text("Alicia")


def test_a_status_is_seen_by_those_in_the_room_and_by_me_on_every_page(enter, kitchen):
    alice = comes(enter, kitchen, "Alice", bypass_csp=True)
    bob = comes(enter, kitchen, "Bob", bypass_csp=True, color_scheme="dark")
    alice.page.get_by_role("button", name="About me").click()
    alice.page.get_by_role("radio", name="Away").check()
    clean(alice.page)
    alice.page.get_by_role("textbox", name="A few words about it").fill("at lunch")
    alice.page.keyboard.press("Enter")
    expect(alice.page.locator("[data-me] .me-kind")).to_have_text("at lunch")
    expect(listed(bob, "Alice")).to_contain_text("at lunch")
    expect(listed(bob, "Alice")).to_contain_text("away")
    clean(bob.page)
    alice.page.reload()
    expect(alice.page.locator("[data-me] .me-kind")).to_have_text("at lunch")
    expect(listed(alice, "Alice")).to_contain_text("at lunch")


def test_a_card_tells_who_somebody_is_and_gives_the_focus_back(enter, kitchen, program):
    bob = comes(enter, kitchen, "Bob", bypass_csp=True)
    listed(bob, "Cook").press("Enter")
    card = bob.page.get_by_role("dialog", name="Cook")
    expect(card).to_contain_text("here now")
    expect(card.get_by_role("link")).to_have_count(0)
    clean(bob.page)
    bob.page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(listed(bob, "Cook")).to_be_focused()
    bob.page.locator(".message .face").first.click()
    expect(card).to_be_visible()


def test_a_card_on_a_phone_is_a_sheet(enter, kitchen):
    bob = comes(enter, kitchen, "Bob", bypass_csp=True, color_scheme="dark", **PHONE)
    bob.page.locator(".message-name").first.tap()
    card = bob.page.get_by_role("dialog", name="Cook")
    expect(card).to_be_visible()
    clean(bob.page)
    box = card.bounding_box()
    assert box["x"] == 0
    assert box["y"] + box["height"] == 844


def test_what_one_chose_for_a_browser_is_kept_there(enter, kitchen):
    alice = comes(enter, kitchen, "Alice")
    for expected in (False, True):
        alice.page.get_by_role("button", name="About me").click()
        quiet = alice.page.get_by_role("switch", name="Do not disturb")
        expect(quiet).to_be_checked(checked=expected)
        quiet.check()
        alice.page.reload()


COUNTED = """() => {
    const listed = document.querySelectorAll("#here .person").length;
    const more = Number(/\\d+/.exec(document.querySelector("[data-here-more]").textContent));
    return listed <= 100 && more >= 7 && listed + more === 107;
}"""


def test_more_people_than_are_listed_are_counted(enter, kitchen, program):
    for number in range(105):
        program(kitchen, f"Guest {number}")
    alice = comes(enter, kitchen, "Alice")
    expect(alice.page.locator("[data-here-number]").first).to_have_text("107")
    alice.page.wait_for_function(COUNTED)


def test_a_link_makes_a_phone_the_same_person(enter, kitchen):
    alice = comes(enter, kitchen, "Alice", bypass_csp=True)
    alice.page.get_by_role("button", name="About me").click()
    alice.page.get_by_role("button", name="To another device").click()
    dialog = alice.page.get_by_role("dialog", name="Be the same person on another device")
    expect(dialog.get_by_role("img", name="QR code with this link")).to_be_visible()
    clean(alice.page)
    phone = enter("nobody", bypass_csp=True, **PHONE)
    phone.page.goto(f"http://{dialog.locator('.address-url').inner_text()}")
    clean(phone.page)
    phone.page.get_by_role("button", name="Yes, that is me").tap()
    expect(phone.page.locator(f"[data-section=mine] [data-name='{kitchen}']")).to_be_visible()
    phone.goes_to(kitchen).is_live()
    phone.says("from my pocket")
    alice.hears("from my pocket")
    expect(alice.page.locator(".message-name").last).to_have_text("Alice")
    phone.page.goto(f"http://{dialog.locator('.address-url').inner_text()}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("This link is no good any more")
    clean(phone.page)


def test_however_long_the_title_of_a_dialog_is_its_close_stands_in_one_line(enter, kitchen):
    alice = comes(enter, kitchen, "Alice", **PHONE)
    alice.page.get_by_role("button", name="Rooms", exact=True).tap()
    alice.page.get_by_role("button", name="About me").tap()
    alice.page.get_by_role("button", name="To another device").tap()
    close = alice.page.get_by_role("dialog").get_by_role("button", name="Close")
    assert close.bounding_box()["height"] == 44


def test_who_is_here_is_offered_once_to_be_named_and_told_to_be_here(enter, kitchen):
    alice = comes(enter, kitchen, "Alice")
    comes(enter, kitchen, "Bob")
    alice.hears("Bob is here")
    for name in ("Bob", "Cook"):
        expect(listed(alice, name)).to_be_visible()
    alice.field.press_sequentially("hello @")
    offered = alice.page.get_by_role("option")
    expect(offered).to_have_count(2)
    expect(offered.filter(has_text="Bob")).to_contain_text("here")
    expect(offered.filter(has_text="Cook")).to_contain_text("here")


def test_while_workers_cannot_hear_each_other_the_list_of_who_is_here_says_so(enter, room, postgres, tmp_path):
    with redis_server() as redis:
        worker = Server(tmp_path, "--database", postgres.make_database(), "--redis", redis.url)
        try:
            alice = enter("Alice", url=worker.url).opens(room)
            paused = alice.page.locator("#here").get_by_text("it may not show here who comes, goes or types")
            expect(paused).to_be_hidden()
            redis.stop()
            expect(paused).to_be_visible(timeout=15_000)
            redis.start()
            expect(paused).to_be_hidden(timeout=15_000)
        finally:
            worker.close()
