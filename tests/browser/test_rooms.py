"""What a room wants of me, and what I want of it."""

import re

from playwright.sync_api import expect

from tests.browser.axe import clean

PIN = """async pin => (await import("/static/js/socket.js")).ask("pin", pin)"""


def item(visitor, name):
    return visitor.page.locator(f"#sidebar .room-item[data-name='{name}']")


def chooses(visitor, level):
    visitor.page.get_by_role("button", name="What I am told of").click()
    visitor.page.get_by_role("radio", name=level).check()
    visitor.page.keyboard.press("Escape")


def test_what_is_new_elsewhere_is_told_at_the_side_and_in_the_title_until_it_is_read(enter, room, program):
    alice = enter("Alice", bypass_csp=True).opens(room)
    alice.says("mine")
    alice.hears("mine")
    alice.goes_to(f"{room}-other")
    alice.page.get_by_role("button", name="Open it").click()
    alice.is_live()
    deploy = program(room)
    deploy.says("one", "two")
    expect(item(alice, room)).to_have_class(re.compile("unread"))
    expect(item(alice, room).locator("[data-part=new]")).to_have_text(re.compile("^2"))
    expect(alice.page).to_have_title(f"• /{room}-other · Rooms")
    clean(alice.page)
    alice.goes_to(room)
    alice.hears("two")
    alice.goes_to(f"{room}-other").is_live()
    expect(item(alice, room)).not_to_have_class(re.compile("unread"))
    expect(alice.page).to_have_title(f"/{room}-other · Rooms")


def test_a_room_of_which_i_want_everything_is_told_by_number_and_one_of_which_i_want_nothing_is_not(
    enter, room, program
):
    alice = enter("Alice").opens(room)
    alice.says("mine")
    alice.hears("mine")
    chooses(alice, "Everything")
    expect(alice.page.locator("[data-bell=everything]")).to_be_visible()
    other = enter("Alice", beside=alice).goes_to(f"{room}-other")
    deploy = program(room)
    alice.page.goto(f"{alice.url}/")
    deploy.says("one", "two")
    expect(other.page).to_have_title(re.compile(r"^\(2\) "))
    expect(alice.page).to_have_title(re.compile(r"^\(2\) "))
    alice.goes_to(room).is_live()
    chooses(alice, "Nothing")
    alice.goes_to(f"{room}-other")
    deploy.says("three")
    expect(item(alice, room)).to_contain_text("three")
    expect(item(alice, room)).not_to_have_class(re.compile("unread"))
    expect(alice.page).to_have_title(re.compile(f"^/{room}"))


def test_a_hidden_room_is_out_of_the_list_and_can_be_found(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("mine")
    alice.hears("mine")
    chooses(alice, "Hidden")
    alice.goes_to(f"{room}-other")
    expect(item(alice, room)).to_be_hidden()
    alice.page.locator("#find").fill(room)
    expect(item(alice, room)).to_be_visible()


def test_a_room_can_be_left_and_is_mine_no_more(enter, room, program):
    program(room).says("hello")
    alice = enter("Alice", bypass_csp=True, color_scheme="dark").goes_to(room)
    alice.is_live()
    menu = alice.page.get_by_role("button", name="More of this room")
    menu.click()
    expect(alice.page.get_by_role("button", name="Leave this room")).to_be_hidden()
    alice.page.keyboard.press("Escape")
    alice.says("mine")
    alice.hears("mine")
    menu.click()
    clean(alice.page)
    alice.page.get_by_role("button", name="Leave this room").click()
    dialog = alice.page.get_by_role("dialog", name=f"Leave /{room}?")
    expect(dialog).to_be_visible()
    clean(alice.page)
    dialog.get_by_role("button", name="Leave").click()
    expect(alice.page).to_have_url(f"{alice.url}/")
    expect(alice.page.locator(f"[data-section=others] [data-name='{room}']")).to_be_visible()


def does(visitor, what):
    visitor.page.get_by_role("button", name="More of this room").click()
    visitor.page.locator("#room-menu").get_by_role("button", name=what).click()


def test_a_topic_is_changed_in_a_dialog_and_seen_by_all_and_only_by_who_may(enter, room):
    alice = enter("Alice", bypass_csp=True).opens(room)
    alice.says("mine")
    alice.hears("mine")
    bob = enter("Bob").goes_to(room)
    bob.is_live()
    bob.page.get_by_role("button", name="More of this room").click()
    expect(bob.page.get_by_role("button", name="Change the topic")).to_be_hidden()
    does(alice, "Change the topic")
    field = alice.page.get_by_role("textbox", name="Topic")
    expect(field).to_be_focused()
    clean(alice.page)
    field.fill("What we cook on Friday")
    field.press("Enter")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    for visitor in (alice, bob):
        expect(visitor.page.locator("[data-topic]")).to_have_text("What we cook on Friday")


def test_what_is_pinned_is_found_at_the_top_and_can_be_unpinned(enter, room):
    alice = enter("Alice", bypass_csp=True).opens(room)
    alice.says("the big pot", "the small pot")
    alice.hears("the small pot")
    does(alice, "Pinned messages")
    expect(alice.page.get_by_role("dialog")).to_contain_text("Nothing is pinned here yet.")
    alice.page.keyboard.press("Escape")
    deploy = enter("Alice", beside=alice).goes_to(room)
    deploy.is_live()
    alice.page.evaluate(PIN, {"room": room, "seq": 1, "on": True})
    pinned = deploy.page.get_by_role("button", name="Pinned messages").first
    expect(pinned).to_contain_text("1")
    pinned.click()
    dialog = deploy.page.get_by_role("dialog", name="Pinned messages")
    expect(dialog.get_by_role("link")).to_contain_text("the big pot")
    dialog.get_by_role("button", name="Unpin").click()
    expect(dialog.get_by_role("link")).to_have_count(0)
    expect(alice.page.locator("[data-pinned]")).to_be_hidden()


def test_an_archived_room_can_be_read_and_offers_nothing_more_until_it_is_open_again(enter, room):
    alice = enter("Alice", bypass_csp=True).opens(room)
    alice.says("mine")
    alice.hears("mine")
    bob = enter("Bob").goes_to(room)
    bob.is_live()
    does(alice, "Archive this room")
    alice.page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    for visitor in (alice, bob):
        expect(visitor.page.get_by_text("This room is archived")).to_be_visible()
        expect(visitor.page.locator("[data-composer]")).to_be_hidden()
    clean(alice.page)
    bob.page.reload()
    expect(bob.page.get_by_text("This room is archived")).to_be_visible()
    does(alice, "Open this room again")
    alice.page.get_by_role("dialog").get_by_role("button", name="Open it").click()
    for visitor in (alice, bob):
        expect(visitor.page.locator("[data-composer]")).to_be_visible()
    bob.says("I am back")
    alice.hears("I am back")
