"""Writing: what is completed, what is an order and not a word, and what an input method keeps for itself."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def alice(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("hello")
    alice.hears("hello")
    return alice


def options(visitor):
    return visitor.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_an_emoji_is_completed_by_its_name(alice):
    alice.field.press_sequentially("good :tad")
    expect(options(alice).first).to_contain_text(":tada:")
    alice.field.press("Enter")
    expect(alice.field).to_have_value("good 🎉 ")
    alice.field.press("Enter")
    alice.hears("good 🎉")


def test_people_who_are_here_or_spoke_are_completed_and_a_mention_is_lit_for_them(alice, enter, room):
    bob = enter("Bob Builder").goes_to(room)
    bob.says("hi")
    alice.hears("hi")
    alice.field.press_sequentially("ask @bui")
    expect(options(alice)).to_have_count(1)
    expect(options(alice)).to_contain_text("Bob Builder")
    alice.field.press("Tab")
    expect(alice.field).to_have_value("ask @Bob Builder ")
    alice.field.press("Enter")
    expect(bob.page.locator(".mention.of-me")).to_have_text("@Bob Builder")
    expect(alice.page.locator(".mention.of-me")).to_have_count(0)


def test_arrows_choose_escape_refuses_and_the_field_says_which_is_meant(alice, enter, room):
    for name in ("Bob", "Bea"):
        enter(name).goes_to(room).says("hi")
    expect(alice.message("hi")).to_have_count(2)
    alice.field.press_sequentially("@B")
    expect(options(alice)).to_have_count(2)
    expect(alice.field).to_have_attribute("aria-activedescendant", "completion-0")
    alice.field.press("ArrowDown")
    expect(alice.field).to_have_attribute("aria-activedescendant", "completion-1")
    expect(options(alice).nth(1)).to_have_attribute("aria-selected", "true")
    alice.field.press("Escape")
    expect(options(alice)).to_have_count(0)
    alice.field.press("Enter")
    alice.hears("@B")


def test_an_enter_that_ends_a_composition_takes_no_suggestion(alice):
    alice.field.press_sequentially("so :tad")
    expect(options(alice).first).to_be_visible()
    alice.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(alice.field).to_have_value("so :tad")


def test_rooms_of_the_sidebar_are_completed_and_lead_there(alice, room):
    expect(alice.page.locator(f"#sidebar [data-name='{room}']")).to_be_visible()
    alice.field.press_sequentially(f"see #{room[:7]}")
    expect(options(alice).filter(has_text=room)).to_be_visible()
    alice.field.press("Escape")
    alice.field.fill("")
    alice.says(f"see #{room}")
    expect(alice.message(f"see #{room}").get_by_role("link")).to_have_attribute("href", f"/r/{room}")


def test_a_command_is_completed_carried_out_and_not_said(alice):
    alice.field.press_sequentially("/to")
    expect(options(alice).first).to_contain_text("change what the room is about")
    alice.field.press("Tab")
    alice.field.press_sequentially("Who brings what")
    alice.field.press("Enter")
    expect(alice.page.locator("[data-topic]")).to_have_text("Who brings what")
    expect(alice.field).to_have_value("")
    assert alice.words == ["hello"]


def test_an_unknown_command_is_refused_in_words_and_two_slashes_say_it(alice):
    alice.field.fill("/tpoic soup")
    alice.field.press("Enter")
    expect(alice.page.locator("[data-error]")).to_contain_text("There is no command “/tpoic”.")
    expect(alice.field).to_have_value("/tpoic soup")
    alice.page.keyboard.press("Backspace")
    expect(alice.page.locator("[data-error]")).to_be_hidden()
    expect(alice.page.locator("#message[aria-invalid]")).to_have_count(0)
    alice.says("//tpoic soup")
    alice.hears("/tpoic soup")


def test_help_tells_all_commands_and_me_says_what_one_does(alice):
    alice.says("/help")
    expect(alice.page.get_by_role("dialog", name="Commands")).to_contain_text("/invite")
    alice.page.keyboard.press("Escape")
    alice.says("/me stirs the soup")
    expect(alice.page.locator("[data-messages] .action")).to_have_text("stirs the soup")


def test_several_lines_are_pasted_as_they_are(alice):
    alice.page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData("text/plain", "one\\n  two\\n\\nthree");
        document.querySelector("#message").focus();
        document.execCommand("insertText", false, data.getData("text/plain"));
    }""")
    expect(alice.field).to_have_value("one\n  two\n\nthree")


def test_typing_touches_nothing_in_the_talk(alice):
    expect(alice.pending).to_have_count(0)
    alice.page.evaluate("""() => {
        globalThis.touched = [];
        const all = { subtree: true, childList: true, attributes: true, characterData: true };
        const watch = new MutationObserver((changes) => {
            for (const change of changes) touched.push([change.type, change.target.outerHTML]);
        });
        watch.observe(document.querySelector("[data-talk]"), all);
    }""")
    alice.field.press_sequentially("nothing moves, @nobody :nothing")
    alice.field.press("Shift+Enter")
    alice.field.press_sequentially("at all")
    assert alice.page.evaluate("touched") == []
