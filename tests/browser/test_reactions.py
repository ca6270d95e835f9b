"""Emoji on messages, and replies."""

import re

from playwright.sync_api import expect


def test_a_reaction_shows_with_its_number_and_who_put_it_there_and_a_click_adds_mine(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("soup?")
    bob.says("yes")
    bob.hears("soup?", "yes")
    bob.item("soup?").hover()
    bob.item("soup?").get_by_role("button", name=re.compile("React with 👍")).click()
    his = alice.item("soup?").get_by_role("button", name=re.compile("👍.? 1: Bob$"))
    expect(his).to_have_attribute("aria-pressed", "false")
    his.click()
    both = bob.item("soup?").get_by_role("button", name=re.compile("👍.? 2: Bob, Alice$"))
    expect(both).to_have_attribute("aria-pressed", "true")
    both.click()
    expect(alice.item("soup?").get_by_role("button", name=re.compile("👍.? 1: Alice$"))).to_have_attribute(
        "aria-pressed", "true"
    )
    bob.page.reload()
    expect(bob.item("soup?").get_by_role("button", name=re.compile("👍.? 1: Alice$"))).to_have_attribute(
        "aria-pressed", "false"
    )


def test_who_has_no_name_yet_is_asked_for_it_before_reacting(enter, room, program):
    guest = program(room)
    guest.asks("react", seq=guest.says("soup?"), emoji="🍲", on=True)
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    stew = alice.item("soup?").locator(".reaction")
    stew.click()
    expect(alice.page.get_by_role("alert").filter(has_text="Say who you are first.")).to_be_visible()
    expect(alice.name_field).to_be_focused()
    alice.name_field.fill("Alice")
    stew.click()
    expect(alice.item("soup?").get_by_role("button", name="🍲 2: deploy, Alice")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(alice.name_field).to_be_hidden()


def test_mine_stays_lit_among_more_than_can_be_named(enter, room, program):
    crowd = [program(room, f"guest {number}") for number in range(21)]
    crowd[0].says("soup?")
    for guest in crowd[:20]:
        guest.asks("react", seq=1, emoji="🍲", on=True)
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    alice.says("yes")
    alice.hears("yes")
    stew = alice.item("soup?").locator(".reaction")
    stew.click()
    expect(stew).to_have_text(re.compile("21$"))
    expect(stew).to_have_attribute("aria-pressed", "true")
    other = enter("Alice", beside=alice).goes_to(room).item("soup?").locator(".reaction")
    expect(other).to_have_attribute("aria-pressed", "true")
    alice.page.reload()
    expect(stew).to_have_attribute("aria-pressed", "true")
    alice.is_live()
    crowd[20].asks("react", seq=1, emoji="🍲", on=True)
    expect(stew).to_have_text(re.compile("22$"))
    expect(stew).to_have_attribute("aria-pressed", "true")
    stew.click()
    for shown in (stew, other):
        expect(shown).to_have_text(re.compile("21$"))
        expect(shown).to_have_attribute("aria-pressed", "false")
    alice.page.reload()
    expect(stew).to_have_attribute("aria-pressed", "false")
    alice.is_live()
    stew.click()
    expect(other).to_have_text(re.compile("22$"))
    expect(other).to_have_attribute("aria-pressed", "true")


def test_any_emoji_is_found_by_a_word_and_is_offered_first_the_next_time(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("soup?")
    alice.hears("soup?")
    alice.item("soup?").hover()
    alice.item("soup?").get_by_role("button", name="React with another emoji").click()
    find = alice.page.get_by_role("searchbox", name="Find an emoji")
    find.fill("pot of f")
    expect(alice.page.get_by_role("dialog", name="Emoji").get_by_text(":stew:")).to_be_visible()
    find.press("Enter")
    expect(alice.item("soup?").get_by_role("button", name="🍲 1: Alice")).to_be_visible()
    alice.item("soup?").hover()
    expect(alice.item("soup?").get_by_role("button", name="React with 🍲")).to_be_visible()


def test_the_picker_works_by_keyboard_and_in_korean(enter, room):
    alice = enter("지민", locale="ko-KR").opens(room)
    alice.page.locator("[data-pick]").click()
    find = alice.page.get_by_role("searchbox", name="이모지 찾기")
    expect(find).to_be_focused()
    find.fill("찌개")
    find.press("ArrowDown")
    alice.page.keyboard.press("Enter")
    expect(alice.field).to_be_focused()
    expect(alice.field).to_have_value("🥘")


def test_a_reply_quotes_what_it_answers_and_leads_back_to_it(enter, room, program):
    deploy = program(room)
    deploy.says("the *first* word", *[f"word {number}" for number in range(2, 130)])
    alice, bob = enter("Alice").goes_to(room), enter("Bob").goes_to(room)
    bob.is_live()
    alice.says("hello")
    alice.page.evaluate("location.hash = ''")
    alice.page.goto(f"{alice.url}/r/{room}/1")
    alice.is_live()
    alice.does("Reply", "the first word")
    expect(alice.page.locator("[data-subject]")).to_contain_text("deploy")
    alice.says("I remember")
    quote = bob.item("I remember").get_by_role("link", name=re.compile("Reply to deploy"))
    quote.click()
    expect(bob.item("the first word")).to_be_in_viewport()
    expect(bob.item("the first word")).to_have_class(re.compile("marked"))
    expect(bob.page).to_have_url(re.compile("/1$"))
    bob.page.go_back()
    expect(bob.message("I remember")).to_be_in_viewport()
    deploy.asks("remove", seq=1)
    expect(bob.item("I remember")).to_contain_text("This message was removed.")


def test_a_reply_can_be_given_up_and_its_subject_survives_a_reload(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("one")
    alice.hears("one")
    alice.does("Reply", "one")
    alice.page.reload()
    alice.is_live()
    expect(alice.page.locator("[data-subject]")).to_contain_text("one")
    alice.field.press("Escape")
    alice.says("two")
    alice.hears("two")
    expect(alice.item("two").locator("[data-part=quote]")).to_be_hidden()
