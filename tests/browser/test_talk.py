"""People talk."""

import re

from playwright.sync_api import expect

HOSTILE = "<img src=x onerror=alert(1)>"


def test_two_people_in_two_rooms_and_a_third_in_both_hear_their_rooms_and_no_other(enter, room):
    kitchen, attic = f"{room}-k", f"{room}-a"
    alice, bob = enter("Alice").opens(kitchen), enter("Bob").opens(attic)
    carol = enter("Carol").goes_to(kitchen)
    carol_too = enter("Carol", beside=carol).goes_to(attic)
    alice.says("soup?")
    carol.hears("soup?")
    bob.says("ghosts!")
    carol_too.hears("ghosts!")
    carol.says("soup, yes")
    carol_too.says("ghosts, no")
    alice.hears("soup, yes")
    bob.hears("ghosts, no")
    assert alice.words == carol.words == ["soup?", "soup, yes"]
    assert bob.words == carol_too.words == ["ghosts!", "ghosts, no"]


def test_who_is_here_is_listed_and_a_reader_only_counted(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("hello")
    people = alice.page.locator("[data-people] [data-part=name]")
    expect(people).to_have_text(["Alice"])
    bob = enter("Bob").goes_to(room)
    expect(alice.page.locator("[data-here-more]")).to_have_text("1 reading")
    bob.says("hi")
    expect(people).to_have_text(["Alice", "Bob"])
    expect(alice.page.locator("[data-here-more]")).to_be_hidden()
    bob.page.close()
    expect(people).to_have_text(["Alice"])


def test_who_types_is_shown_to_the_others(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("hello")
    alice.is_live()
    bob.is_live()
    alice.field.press_sequentially("so", delay=20)
    expect(bob.page.locator("[data-typing]")).to_have_text("Alice is typing …")
    alice.says("so it is")
    expect(bob.page.locator("[data-typing]")).to_have_text("")


def test_a_name_that_is_taken_is_refused_with_another_that_one_click_takes(enter, room):
    alice, bob = enter("Alice").opens(room), enter("alice").goes_to(room)
    alice.says("hello")
    bob.hears("hello")
    bob.says("me too")
    expect(bob.pending).to_contain_text("Not sent.")
    bob.page.get_by_role("button", name="Be “alice 2”").click()
    alice.hears("me too")
    expect(bob.page.locator("[data-me]")).to_contain_text("alice 2")
    expect(bob.name_field).to_be_hidden()


def test_what_was_refused_can_be_discarded(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Alice").goes_to(room)
    alice.says("hello")
    bob.hears("hello")
    bob.says("me too")
    bob.page.get_by_role("button", name="Discard").click()
    expect(bob.pending).to_have_count(0)


def test_nothing_anybody_writes_becomes_markup_live(enter, room):
    alice, bob = enter(f"Al {HOSTILE}").opens(room), enter("Bob").goes_to(room)
    bob.is_live()
    alice.says(HOSTILE)
    bob.hears(HOSTILE)
    expect(bob.page.locator("[data-people] [data-part=name]")).to_have_text([f"Al {HOSTILE}"])
    assert bob.page.locator("img[src=x]").count() == 0


def test_the_sidebar_follows_what_happens_in_other_rooms(enter, room):
    alice = enter("Alice").opens(f"{room}-one")
    bob = enter("Bob").opens(f"{room}-two")
    item = alice.page.locator(f".sidebar [data-name='{room}-two']")
    bob.says("a word from the other room")
    expect(item).to_contain_text("a word from the other room")
    item.click()
    expect(alice.page).to_have_url(re.compile(f"{room}-two$"))


def test_an_unlisted_room_stays_out_of_strangers_lists(enter, room):
    alice, bob = enter("Alice"), enter("Bob").opens(f"{room}-listed")
    alice.page.goto(alice.url)
    alice.page.get_by_role("textbox").first.fill(f"{room}-secret")
    alice.page.get_by_text("Unlisted").click()
    alice.page.locator("form.open button").click()
    alice.is_live()
    alice.says("psst")
    expect(alice.page.locator(f".sidebar [data-name='{room}-secret']")).to_contain_text("psst")
    bob.says("anybody?")
    expect(bob.page.locator(f".sidebar [data-name='{room}-listed']")).to_contain_text("anybody?")
    assert bob.page.locator(f"[data-name='{room}-secret']").count() == 0


def test_a_message_comes_as_it_was_typed_in_lines_and_with_markup(enter, room):
    alice = enter("Alice").opens(room)
    alice.name_field.fill("Alice")
    alice.field.press_sequentially("one")
    alice.field.press("Shift+Enter")
    alice.field.press_sequentially("*two*")
    alice.field.press("Enter")
    expect(alice.messages).to_have_text(["one\ntwo"], use_inner_text=True)
    expect(alice.messages.locator("em")).to_have_text("two")


def test_one_persons_next_words_stand_under_one_name(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("one", "two")
    alice.hears("one", "two")
    expect(alice.page.locator("[data-messages] .message.follows")).to_have_count(1)
    expect(alice.page.locator("[data-messages] .day")).to_have_text(["Today"])


def test_what_is_too_long_stays_in_the_field_with_the_reason(enter, room):
    alice = enter("Alice").opens(room)
    alice.name_field.fill("Alice")
    alice.field.fill("x" * 4001)
    alice.field.press("Enter")
    expect(alice.page.locator("[data-error]")).to_have_text("At most 4,000 characters.")
    assert len(alice.field.input_value()) == 4001


def test_a_change_shows_in_its_place_and_what_is_removed_is_gone_from_the_page(enter, room, program):
    deploy = program(room)
    first, second = deploy.says("red"), deploy.says("secret")
    deploy.says("last")
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    deploy.asks("edit", seq=first, message="*green*")
    alice.hears("green")
    expect(alice.messages.locator("em")).to_have_text("green")
    expect(alice.page.locator(f"#m{first} [data-part=edited]")).to_be_visible()
    deploy.asks("remove", seq=second)
    expect(alice.messages).to_have_text(["green", "This message was removed.", "last"])
    assert "secret" not in alice.page.content()
    assert alice.messages.filter(has_text="red").count() == 0
    alice.page.reload()
    expect(alice.messages).to_have_text(["green", "This message was removed.", "last"])


def test_a_room_is_mine_from_my_first_word_in_it(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("the first word")
    expect(alice.page.locator(f".sidebar [data-section=mine] [data-name='{room}']")).to_contain_text("the first word")


def test_the_day_is_called_anew_when_it_is_over(enter, room):
    alice = enter("Alice")
    alice.page.clock.install()
    alice.opens(room)
    alice.says("late")
    alice.hears("late")
    day = alice.page.locator("[data-messages] .day")
    expect(day).to_have_text(["Today"])
    alice.page.clock.fast_forward(24 * 3600 * 1000)
    expect(day).to_have_text(["Yesterday"])


def test_who_leaves_for_good_in_another_tab_is_told_and_can_come_back(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("hello")
    too = enter("Alice", beside=alice).goes_to(room)
    too.is_live()
    too.page.evaluate(
        """async (room) => (await import("/static/js/socket.js")).ask("leave", { room, forget: true })""", room
    )
    notice = alice.page.locator("[data-connection]")
    expect(notice).to_contain_text("You left this room in another tab.")
    expect(alice.page.locator("[data-people] .person")).to_have_count(0)
    bob.says("are you there?")
    assert "are you there?" not in alice.words
    alice.page.get_by_role("button", name="Come back in").click()
    alice.hears("hello", "are you there?")
    expect(notice).to_be_hidden()


def test_who_left_for_good_comes_back_by_speaking(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("hello")
    alice.hears("hello")
    too = enter("Alice", beside=alice).goes_to(room)
    too.is_live()
    too.page.evaluate(
        """async (room) => (await import("/static/js/socket.js")).ask("leave", { room, forget: true })""", room
    )
    expect(alice.page.locator("main[data-phase=left]")).to_be_attached()
    alice.says("here again")
    alice.hears("hello", "here again")
