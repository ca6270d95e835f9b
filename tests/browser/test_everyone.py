"""Without scripts, on a phone, by keyboard, in Korean, in the dark, over plain http."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import clean

EMOJI_FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_page_without_scripts_reads_and_posts(enter, room):
    alice = enter("Alice", java_script_enabled=False)
    alice.page.goto(alice.url)
    alice.page.locator("#open-name").fill(room)
    alice.page.locator("form.open button").click()
    alice.name_field.fill("Alice")
    alice.field.fill("without a script")
    alice.page.locator(".send").click()
    expect(alice.messages).to_have_text(["without a script"])
    bob = enter("Bob").goes_to(room)
    bob.says("with one")
    bob.hears("without a script", "with one")
    alice.page.reload()
    expect(alice.messages).to_have_text(["without a script", "with one"])
    expect(alice.page.locator("[data-copy]").first).to_be_hidden()


def test_without_scripts_nobody_who_is_here_looks_like_a_button(enter, room):
    bob = enter("Bob").opens(room)
    bob.says("hello")
    bob.hears("hello")
    alice = enter("Alice", java_script_enabled=False).goes_to(room)
    expect(alice.page.locator("#here").get_by_text("Bob")).to_be_visible()
    expect(alice.page.locator("#here .person-item button")).to_have_count(0)
    bob.page.reload()
    expect(bob.page.locator("#here .person-item button")).to_have_count(1)


def test_without_scripts_no_menu_is_empty_and_a_reaction_is_no_button(enter, room, program):
    guest = program(room)
    guest.asks("react", seq=guest.says("soup?"), emoji="😄", on=True)
    for options in ({}, PHONE):
        alice = enter("Alice", java_script_enabled=False, **options).goes_to(room)
        assert menus(alice.page) == []
        expect(alice.page.locator(".reaction").first).to_have_css("cursor", "default")


def menus(page):
    """Those that hold nothing, once each button of the room's top that opens one was pressed."""
    empty = []
    for button in page.locator(".room-top [popovertarget]:visible").all():
        opened = page.locator(f"#{button.get_attribute('popovertarget')}")
        button.click()
        empty += [opened.get_attribute("id")] if not opened.locator(":scope > *:visible").count() else []
        page.keyboard.press("Escape")
    return empty


@pytest.mark.skipif(not EMOJI_FONT.exists(), reason="fonts-noto-color-emoji is not installed")
def test_a_face_is_a_picture_where_a_font_of_letters_has_one_too(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("😄")
    expect(alice.messages).to_have_count(1)
    alice.page.locator("[data-pick]").click()
    for face in ("[data-messages] [data-part=text] p", ".picker-grid button >> nth=2"):
        assert fonts(alice.page, face) == {"Noto Color Emoji"}
    expect(alice.page.locator(".picker-grid button")).to_have_count(48)


def fonts(page, selector):
    """The fonts in which Chromium really draws what stands there."""
    page.locator(selector).first.evaluate("(it) => it.setAttribute('data-drawn', '')")
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": "[data-drawn]"})["nodeId"]
    drawn = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"] for font in drawn}


def test_a_long_page_without_scripts_shows_the_last_word(enter, room, program):
    program(room).says(*[f"word {number}" for number in range(40)])
    alice = enter("Alice", java_script_enabled=False).goes_to(room)
    expect(alice.message("word 39")).to_be_in_viewport()


def test_a_room_that_is_not_there_can_be_opened_where_one_stands(enter, room):
    alice = enter("Alice").goes_to(room)
    expect(alice.page.get_by_role("heading", level=1)).to_have_text(f"/{room}")
    alice.page.get_by_role("button", name="Open it").click()
    alice.is_live()
    expect(alice.page.get_by_text("Nobody has spoken here yet")).to_be_visible()
    alice.says("I have")
    expect(alice.page.get_by_text("Nobody has spoken here yet")).to_be_hidden()


def test_over_plain_http_all_that_matters_works(enter, room, server_elsewhere):
    """Where browsers withhold clipboard, locks and `randomUUID`."""
    alice = enter("Alice", url=server_elsewhere).opens(room)
    assert not alice.page.evaluate("isSecureContext")
    assert alice.page.evaluate("navigator.locks === undefined && navigator.clipboard === undefined")
    alice.says("plain", "and simple")
    alice.hears("plain", "and simple")
    alice.page.get_by_role("button", name="Copy link").first.click()
    expect(alice.page.get_by_role("button", name="Copied").first).to_be_visible()
    alice.field.fill("")
    alice.field.press("Control+v")
    expect(alice.field).to_have_value(f"{server_elsewhere}/r/{room}")


def test_the_link_is_copied(enter, room, server):
    alice = enter("Alice", permissions=["clipboard-read", "clipboard-write"]).opens(room)
    alice.page.get_by_role("button", name="Copy link").first.click()
    expect(alice.page.get_by_role("button", name="Copied").first).to_be_visible()
    assert alice.page.evaluate("navigator.clipboard.readText()") == f"{server.url}/r/{room}"


def test_on_a_phone_the_rooms_are_a_drawer_and_who_is_here_a_sheet(enter, room):
    alice = enter("Alice", **PHONE).opens(room)
    alice.page.locator(".send").tap()
    alice.name_field.fill("Alice")
    alice.field.fill("from a phone")
    alice.page.locator(".send").tap()
    alice.hears("from a phone")
    sidebar, here = alice.page.locator("#sidebar"), alice.page.locator("#here")
    expect(sidebar).to_be_hidden()
    alice.page.get_by_role("button", name="Rooms", exact=True).tap()
    expect(sidebar).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()
    alice.page.get_by_role("button", name="Who is here").tap()
    expect(here.get_by_text("Alice")).to_be_visible()
    alice.page.touchscreen.tap(20, 20)
    expect(here).to_be_hidden()


def test_on_a_phone_nothing_is_cut_off_and_everything_is_big_enough_to_touch(enter, room):
    alice = enter("Alice", **PHONE).opens(room)
    alice.says("x" * 300, "```\n" + "y" * 300 + "\n```")
    for path in ("/", f"/r/{room}", f"/r/{room}-nowhere"):
        alice.page.goto(alice.url + path)
        assert alice.page.evaluate("document.documentElement.scrollWidth <= 390")
        for target in alice.page.locator(
            "button:visible, input:visible:not([type=radio]), textarea:visible, .choice"
        ).all():
            box = target.bounding_box()
            if box and box["width"] > 1:
                assert box["height"] >= 43.9, target.evaluate("e => e.outerHTML")


def test_by_keyboard_alone_a_room_is_opened_spoken_in_shared_and_left(enter, room):
    alice = enter("Alice")
    page = alice.page
    page.goto(alice.url)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.locator("#open-name").focus()
    page.keyboard.type(room)
    page.keyboard.press("Enter")
    alice.is_live()
    tab_to(page, "#user-name")
    page.keyboard.type("Alice")
    page.keyboard.press("Enter")
    expect(alice.field).to_be_focused()
    page.keyboard.type("no mouse")
    page.keyboard.press("Enter")
    alice.hears("no mouse")
    expect(alice.field).to_be_focused()
    tab_to(page, "[popovertarget=share]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#share")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#share")).to_be_hidden()
    expect(page.locator("[popovertarget=share]").first).to_be_focused()
    tab_to(page, "#find", "Shift+Tab")
    page.keyboard.type(f"{room}-next")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{room}-next$"))


def tab_to(page, selector, key="Tab"):
    """Press Tab until something is focused; on the way, every focus can be seen."""
    for _ in range(40):
        page.keyboard.press(key)
        focused = page.evaluate(
            """wanted => {
                const { activeElement: at } = document;
                const box = at.getBoundingClientRect();
                const { outlineStyle } = getComputedStyle(at);
                const framed = at.closest(".composer-box, .open-line");
                return { found: at.matches(wanted), name: at.outerHTML.slice(0, 80), at: at.tagName,
                         seen: outlineStyle !== "none" || !!framed, inside: box.bottom > 0 && box.top < innerHeight };
            }""",
            selector,
        )
        if focused["at"] != "BODY":
            assert focused["seen"], f"no focus to be seen: {focused['name']}"
            assert focused["inside"], f"focus out of sight: {focused['name']}"
        if focused["found"]:
            return
    pytest.fail(f"{selector} is not reached by {key}")


def test_enter_that_ends_a_composition_does_not_send(enter, room):
    alice = enter("Alice").opens(room)
    alice.name_field.fill("Alice")
    alice.field.fill("한")
    alice.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(alice.field).to_have_value("한")


def test_a_korean_browser_gets_a_korean_page_and_times_in_its_own_zone(enter, room):
    alice = enter("지민", locale="ko-KR", timezone_id="Asia/Seoul").opens(room)
    alice.says("안녕하세요")
    alice.hears("안녕하세요")
    expect(alice.page.locator("html")).to_have_attribute("lang", "ko")
    expect(alice.page.locator(".day")).to_have_text("오늘")
    expect(alice.page.get_by_role("button", name="링크 복사").first).to_be_visible()
    shown = alice.page.locator("[data-messages] time").inner_text()
    at = alice.page.locator("[data-messages] time").get_attribute("datetime")
    assert shown == alice.page.evaluate("at => new Date(at).toTimeString().slice(0, 5)", at)
    alice.page.get_by_role("button", name="나에 대해").click()
    alice.page.get_by_role("button", name="English").click()
    expect(alice.page.locator("html")).to_have_attribute("lang", "en")
    expect(alice.page.locator("[data-messages] time")).to_have_text(shown)


def test_no_sentence_of_the_page_jumps_when_its_scripts_start(enter, room):
    """The server knows the zone from the last visit, so what it sends is what the scripts would say."""
    alice = enter("Alice", timezone_id="America/New_York").opens(room)
    alice.says("hello")
    alice.hears("hello")
    live = alice.page.locator("[data-messages]").inner_text()
    sent = alice.page.context.request.get(f"{alice.url}/r/{room}").text()
    assert live.splitlines()[-2] in sent


@pytest.mark.parametrize(
    ("size", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")]
)
def test_axe_finds_nothing(enter, room, program, size, scheme):
    options = {"color_scheme": scheme, **(PHONE if size == "phone" else {})}
    alice = enter("Alice", bypass_csp=True, **options).opens(f"{room}-empty")
    clean(alice.page)
    coloured = f"```py\ndef build(n=1):  # {200 * '!'}\n    return 'green'\n```\n```diff\n-red\n+green\n```"
    program(room, "deploy").says(
        f"Build **1.4.2** is out, @deploy: https://rooms.example\n{coloured}\n> quoted `code`", "/me rests"
    )
    alice.goes_to(room).is_live()
    alice.says("good")
    alice.hears("good")
    alice.page.context.set_offline(True)
    expect(alice.page.locator("[data-connection]")).to_be_visible()
    alice.says("waiting")
    clean(alice.page)
    alice.comes_back()
    alice.hears("waiting")
    if size == "phone":
        alice.page.get_by_role("button", name="More of this room").tap()
        clean(alice.page)
    alice.page.get_by_role("button", name="Share with a QR code").click()
    expect(alice.page.locator("#share")).to_be_visible()
    clean(alice.page)
    if size == "phone":
        alice.page.keyboard.press("Escape")
        alice.page.get_by_role("button", name="Rooms", exact=True).tap()
        clean(alice.page)
    once = (f"/r/{room}/1", "/no/such/page") if scheme == "light" else ()
    for path in ("/", f"/r/{room}-nowhere", *once):
        alice.page.goto(alice.url + path)
        clean(alice.page)


def test_on_a_phone_the_name_of_a_room_has_all_the_place_that_its_numbers_leave(enter, room):
    name = f"{room}-{'long-' * 9}name"
    enter("Bob").opens(name)
    alice = enter("Alice", **PHONE)
    alice.page.goto(alice.url)
    line = alice.page.locator(".room-item", has_text=name)
    shown, here = (line.locator(part).bounding_box() for part in (".room-name", ".room-here"))
    assert here["x"] - (shown["x"] + shown["width"]) < 16
    assert shown["width"] > 180


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_without_scripts_every_address_can_be_read_to_its_end(enter, room, options):
    name = f"{room}-{'long-' * 9}name"
    alice = enter("Alice", java_script_enabled=False, **options)
    alice.page.goto(alice.url)
    alice.page.locator("#open-name").fill(name)
    alice.page.locator("form.open button").click()
    assert is_whole(alice.page.locator("[data-empty] .address-url"))
    alice.page.goto(f"{alice.url}/r/{name}")
    if options:
        alice.page.locator(".room-top [popovertarget=sidebar]").click()
    alice.page.locator(".me-button").click()
    alice.page.get_by_role("button", name="To another device").click()
    assert is_whole(alice.page.locator(".address-url"))


def is_whole(words):
    return words.evaluate("it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_the_whole_address_of_a_room_stands_beside_its_qr_code(enter, room, options):
    name = f"{room}-{'long-' * 9}name"
    alice = enter("Alice", **options).opens(name)
    if options:
        alice.page.locator("[popovertarget=room-menu]").click()
    alice.page.locator("[popovertarget=share]:visible").first.click()
    address = alice.page.locator("#share .address-url")
    expect(address).to_have_text(re.compile(f"/r/{name}$"))
    assert is_whole(address)
