"""For every eye and every tongue: zoomed, mirrored, in the system's own colours, and in Korean throughout."""

import random
import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import clean
from tests.browser.conftest import Visitor

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# 1280 by 1024 at 400 %.
ZOOMED = {"viewport": {"width": 320, "height": 256}}
# What is a name or a key and the same in every tongue.
SAME = {
    "rooms",
    "qr",
    "ctrl",
    "alt",
    "shift",
    "esc",
    "enter",
    "tab",
    "home",
    "end",
    "url",
    "english",
    "https",
    "rooms.test",
}
SAID = """() => {
    const OTHERS = "script, template, .message-text, .room-item, .room-name, .address-url, bdi, kbd, [lang]:not(html)";
    const words = [];
    const seen = (element) => element.checkVisibility();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
        const parent = node.parentElement;
        if (seen(parent) && !parent.closest(OTHERS)) words.push(node.data);
    }
    for (const element of document.querySelectorAll("body *")) {
        if (!seen(element) || element.closest(OTHERS)) continue;
        for (const name of ["aria-label", "placeholder", "title", "alt"]) words.push(element.getAttribute(name) ?? "");
    }
    return [document.title, ...words].join(" | ");
}"""


def opens(visitor, *names):
    """Press one thing after another, by what it is called in Korean. What a menu leads to is a dialog."""
    for name in names:
        visitor.page.get_by_role("button", name=name, exact=name == "방").first.click()
    if names and names[-1] in DIALOGS:
        expect(visitor.page.locator("dialog[open]")).to_be_visible()


DIALOGS = {"고정한 메시지", "주제 바꾸기", "이 방 보관하기", "이 방 나가기", "키보드"}
STATES = {
    "a room": [],
    "what can be done with a room": ["이 방 더 보기"],
    "its pins": ["이 방 더 보기", "고정한 메시지"],
    "its topic": ["이 방 더 보기", "주제 바꾸기"],
    "its end": ["이 방 더 보기", "이 방 보관하기"],
    "leaving": ["이 방 더 보기", "이 방 나가기"],
    "what one is told of": ["알림 받을 것"],
    "sharing": ["QR 코드로 공유"],
    "oneself": ["나에 대해"],
    "the keys": ["나에 대해", "키보드"],
}


# What has to be opened first where there is little room.
BEHIND = {"나에 대해": ["방"], "QR 코드로 공유": ["이 방 더 보기"], "알림 받을 것": ["이 방 더 보기"]}


@pytest.fixture
def kitchen():
    """A name with no letter of another tongue in it."""
    return f"부엌-{random.randrange(10**9)}"


def comes(enter, kitchen, **options):
    jimin = enter("지민", locale="ko-KR", reduced_motion="reduce", **options).opens(kitchen)
    jimin.says("안녕하세요")
    jimin.hears("안녕하세요")
    return jimin


def foreign(visitor):
    return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", visitor.page.evaluate(SAID))} - SAME


def test_no_english_word_is_left_on_a_korean_page(enter, kitchen):
    jimin = comes(enter, kitchen)
    for state, names in STATES.items():
        jimin.goes_to(kitchen).is_live()
        opens(jimin, *names)
        assert foreign(jimin) == set(), state
    jimin.page.keyboard.press("Escape")
    jimin.page.keyboard.press("Control+k")
    assert foreign(jimin) == set(), "going to a room"
    for path in ("/", "/r/없는-방", "/offline", "/no/such/page"):
        jimin.page.goto(jimin.url + path)
        assert foreign(jimin) == set(), path


def test_zoomed_to_400_percent_all_can_be_reached_and_nothing_lies_beyond_the_edge(enter, kitchen):
    jimin = comes(enter, kitchen, **ZOOMED)
    for names in STATES.values():
        jimin.goes_to(kitchen).is_live()
        opens(jimin, *BEHIND.get(names[0] if names else "", []), *names)
        assert jimin.page.evaluate("document.documentElement.scrollWidth <= 320")
        for button in jimin.page.locator("dialog button:visible, .menu:popover-open button:visible").all():
            button.scroll_into_view_if_needed()
            expect(button).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_any_state(enter, kitchen, size, scheme):
    jimin = comes(enter, kitchen, bypass_csp=True, color_scheme=scheme, **size)
    for names in STATES.values():
        jimin.goes_to(kitchen).is_live()
        opens(jimin, *(BEHIND.get(names[0], []) if size and names else []), *names)
        clean(jimin.page)


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_from_right_to_left_the_page_is_mirrored(enter, room, size):
    alice = enter("Alice", reduced_motion="reduce", **size).opens(room)
    alice.page.evaluate("document.documentElement.dir = 'rtl'")
    if size:
        alice.page.get_by_role("button", name="Rooms", exact=True).tap()
    width = alice.page.viewport_size["width"]
    sidebar = alice.page.locator("#sidebar").bounding_box()
    assert round(sidebar["x"] + sidebar["width"]) == width
    assert alice.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_in_the_systems_own_colours_all_can_be_told_apart(enter, room):
    alice = enter("Alice", bypass_csp=True, forced_colors="active", contrast="more").opens(room)
    alice.says("hello")
    alice.hears("hello")
    clean(alice.page)
    alice.page.get_by_role("button", name="What I am told of").click()
    clean(alice.page)


@pytest.mark.parametrize("size", [{}, PHONE], ids=["desk", "phone"])
def test_a_long_name_of_a_room_leaves_place_for_what_it_is_about_and_for_what_one_says(enter, room, size):
    alice = enter("Alice", **size).opens(f"{room}-with-a-name-that-goes-on-and-on-and-on")
    empty = alice.field.bounding_box()["height"]
    alice.says("x")
    alice.hears("x")
    alice.page.keyboard.press("Escape")
    alice.says("/topic what we cook on Friday")
    expect(alice.page.locator("[data-topic]")).to_have_text("what we cook on Friday")
    assert alice.page.locator("[data-topic]").bounding_box()["width"] > 100
    alice.field.fill("one line")
    assert alice.field.bounding_box()["height"] == empty


def test_a_name_from_right_to_left_begins_beside_its_face(enter, room, program):
    program(room, "محمد").says("مرحبا")
    alice = enter("Alice").goes_to(room)
    alice.is_live()  # what the page brought has been made to buttons
    person = alice.page.locator("#here .person").filter(has_text="محمد")
    face, name = person.locator(".face").bounding_box(), person.locator(".person-name").bounding_box()
    assert name["x"] - (face["x"] + face["width"]) < 12
    assert name["width"] < 80


def test_on_a_phone_what_one_is_told_of_stands_in_the_menu_of_the_room(enter, room):
    alice = enter("Alice", **PHONE).opens(room)
    alice.says("hello")
    alice.hears("hello")
    expect(alice.page.locator("[data-bell]")).to_be_hidden()
    alice.page.get_by_role("button", name="More of this room").tap()
    alice.page.get_by_role("button", name="What I am told of Mentions").press("Enter")
    alice.page.get_by_role("radio", name="Everything").check()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("button", name="What I am told of Everything")).to_be_focused()


def test_on_a_phone_all_that_is_pressed_is_as_large_as_a_finger(enter, room):
    alice = enter("Alice", **PHONE).opens(room)
    alice.says("hello")
    alice.hears("hello")
    small = alice.page.evaluate("""() => [...document.querySelectorAll("button, input, textarea")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen"))
        .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 44 || height < 44)
        .map(([html]) => html)""")
    assert small == []


def test_with_letters_of_twice_the_size_the_columns_give_way_and_faces_grow(
    playwright, browser_type_launch_args, room, server
):
    large = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    with playwright.chromium.launch(**{**browser_type_launch_args, "args": large}) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        alice = Visitor(page, server.url, "Alice").opens(room)
        alice.says("hello")
        alice.hears("hello")
        expect(page.locator("#sidebar")).to_be_hidden()
        expect(page.locator("#here")).to_be_hidden()
        face = page.locator("[data-messages] .face")
        assert face.evaluate("face => face.scrollWidth <= face.clientWidth && face.clientWidth === 72")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
