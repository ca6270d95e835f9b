"""The line above what is new, on every device of a person, and ways through a long talk."""

import pytest
from playwright.sync_api import expect

HIDE = """is => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => is });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => is ? "hidden" : "visible" });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def talking(enter, room, program):
    """Alice, a member who has seen all there is, and a program that goes on."""
    deploy = program(room)
    deploy.says(*[f"word {number}" for number in range(1, 41)])
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    alice.says("hello")
    alice.hears("hello")
    return alice, deploy


def new_line(visitor):
    return visitor.page.locator(".new-line")


def first_new(visitor):
    return visitor.page.locator(".new-line + .message, .new-line + .day + .message")


def test_what_came_while_the_page_was_hidden_stands_below_a_line_until_it_was_read(talking):
    alice, deploy = talking
    alice.page.evaluate(HIDE, True)
    deploy.says("while away", "and more")
    alice.hears("and more")
    expect(first_new(alice)).to_contain_text("while away")
    alice.page.evaluate(HIDE, False)
    deploy.says("while looking")
    alice.hears("while looking")
    expect(new_line(alice)).to_have_count(1)
    alice.page.evaluate(HIDE, True)
    expect(new_line(alice)).to_have_count(0)


def test_who_speaks_needs_no_line(talking):
    alice, deploy = talking
    alice.page.evaluate(HIDE, True)
    deploy.says("while away")
    expect(new_line(alice)).to_have_count(1)
    alice.page.evaluate(HIDE, False)
    alice.says("here again")
    alice.hears("here again")
    expect(new_line(alice)).to_have_count(0)


def test_the_line_is_the_same_on_every_device(talking, enter, room):
    alice, deploy = talking
    too = enter("Alice", beside=alice).goes_to(room)
    too.is_live()
    for page in (alice.page, too.page):
        page.evaluate(HIDE, True)
    deploy.says("one", "two")
    for visitor in (alice, too):
        expect(first_new(visitor)).to_contain_text("one")
    alice.page.evaluate(HIDE, False)
    expect(new_line(too)).to_have_count(0)
    alice.does("Mark unread from here", "two")
    for visitor in (alice, too):
        expect(first_new(visitor)).to_contain_text("two")


def test_a_line_out_of_sight_is_one_click_away(talking):
    alice, deploy = talking
    alice.page.goto(f"{alice.url}/")
    deploy.says(*[f"late {number}" for number in range(80)])
    alice.page.go_back()
    alice.is_live()
    jump = alice.page.get_by_role("button", name="80 new, from here")
    jump.click()
    expect(first_new(alice)).to_contain_text("late 0")
    expect(new_line(alice)).to_be_in_viewport()
    expect(jump).to_be_hidden()
