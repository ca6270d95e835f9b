"""What the keyboard alone can do on every page."""

import re

from playwright.sync_api import expect

from tests.browser.axe import clean


def test_a_few_letters_lead_to_a_room(enter, room, program):
    program(f"{room}-garden").says("tomatoes")
    alice = enter("Alice", bypass_csp=True).opens(room)
    page = alice.page
    expect(page.locator("#sidebar").get_by_text(f"{room}-garden")).to_be_visible()
    alice.field.focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Name of a room")
    expect(field).to_be_focused()
    clean(page)
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(alice.field).to_be_focused()
    page.keyboard.press("Control+k")
    field.fill(f"{room}-g")
    expect(page.get_by_role("option", selected=True)).to_contain_text(f"{room}-garden")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{room}-garden$"))


def test_a_name_that_is_none_yet_leads_to_where_it_can_be_opened(enter, room):
    alice = enter("Alice")
    alice.page.goto(alice.url)
    alice.page.keyboard.press("Control+k")
    alice.page.get_by_role("combobox", name="Name of a room").fill(f"/{room} new")
    alice.page.keyboard.press("Enter")
    expect(alice.page).to_have_url(re.compile(f"{room}-new$"))
    expect(alice.page.get_by_role("button", name="Open it")).to_be_visible()


def test_all_keys_are_told_on_a_sheet_that_gives_the_focus_back(enter, room):
    alice = enter("Alice", bypass_csp=True, color_scheme="dark").opens(room)
    alice.says("here")
    alice.field.press("?")
    expect(alice.field).to_have_value("?")
    alice.field.press("Control+/")
    sheet = alice.page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_contain_text("go to a room")
    clean(alice.page)
    alice.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(alice.field).to_be_focused()
    alice.page.locator("[data-talk]").focus()
    alice.page.keyboard.press("?")
    expect(sheet).to_be_visible()


def test_the_arrows_go_from_room_to_room_and_through_the_list(enter, room, program):
    program(f"{room}-garden").says("tomatoes")
    alice = enter("Alice").opens(room)
    alice.says("here")
    find = alice.page.locator("#find")
    find.fill(room)
    items = alice.page.locator("#sidebar .room-item:visible")
    expect(items).to_have_count(2)
    find.press("ArrowDown")
    expect(items.first.get_by_role("link")).to_be_focused()
    alice.page.keyboard.press("ArrowUp")
    expect(find).to_be_focused()
    alice.page.keyboard.press("Alt+ArrowDown")
    expect(alice.page).to_have_url(re.compile(f"{room}-garden$"))


def test_f6_goes_through_the_parts_of_the_page(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("here")
    alice.hears("here")
    alice.field.focus()
    parts = []
    for _ in range(4):
        alice.page.keyboard.press("F6")
        parts.append(
            alice.page.evaluate(
                "document.activeElement.closest('#sidebar, [data-talk], [data-composer], #here').className"
            )
        )
    assert sorted(parts) == ["composer", "here", "sidebar", "talk"]
    assert parts[-1] == "composer"
