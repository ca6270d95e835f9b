"""What people do with messages that were said."""

from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_an_author_edits_what_they_said_and_everybody_sees_it(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("soop?")
    bob.hears("soop?")
    alice.field.fill("half a thought")
    alice.does("Edit", "soop?")
    expect(alice.field).to_have_value("soop?")
    alice.field.fill("soup?")
    alice.field.press("Enter")
    bob.hears("soup?")
    expect(bob.item("soup?").locator("[data-part=edited]")).to_be_visible()
    expect(alice.field).to_have_value("half a thought")


def test_arrow_up_edits_ones_last_word_and_escape_leaves_it(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("mine *first*")
    bob.says("his")
    alice.hears("mine first", "his")
    alice.field.press("ArrowUp")
    expect(alice.field).to_have_value("mine *first*")
    alice.field.press("Escape")
    expect(alice.field).to_have_value("")
    alice.says("mine last")
    alice.hears("mine first", "mine last")


def test_an_edit_that_is_not_sent_yet_survives_a_reload(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("soop?")
    alice.hears("soop?")
    alice.field.press("ArrowUp")
    alice.field.fill("soup, of course")
    alice.page.reload()
    alice.is_live()
    expect(alice.field).to_have_value("soup, of course")
    alice.field.press("Enter")
    alice.hears("soup, of course")


def test_what_is_removed_can_be_taken_back_for_a_moment_and_nobody_saw_it(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("stays", "goes")
    bob.hears("stays", "goes")
    for word in ("stays", "goes"):
        alice.does("Remove", word)
        expect(alice.message(word)).to_be_hidden()
        if word == "stays":
            alice.page.get_by_role("button", name="Undo").click()
            expect(alice.message("stays")).to_be_visible()
    bob.hears("goes")
    expect(bob.page.get_by_text("This message was removed.")).to_be_visible(timeout=20_000)
    assert bob.words == ["stays", "This message was removed."]


def test_a_removal_is_sent_also_when_the_page_is_left(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("secret")
    bob.hears("secret")
    alice.does("Remove", "secret")
    alice.page.goto(f"{alice.url}/")
    expect(bob.page.get_by_text("This message was removed.")).to_be_visible()


def test_only_what_one_can_do_is_offered(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("hers")
    bob.says("his")
    bob.hears("hers", "his")
    menu = bob.page.get_by_role("menu")
    bob.item("hers").hover()
    bob.item("hers").get_by_role("button", name="More").click()
    expect(menu.get_by_role("menuitem", name="Copy link")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Edit")).to_be_hidden()
    expect(menu.get_by_role("menuitem", name="Remove")).to_be_hidden()
    alice.does("Remove", "his")  # she opened the room
    expect(bob.page.get_by_text("This message was removed.")).to_be_visible(timeout=20_000)


def test_by_keyboard_one_walks_from_message_to_message_and_opens_the_menu(enter, room):
    alice = enter("Alice", permissions=["clipboard-read", "clipboard-write"]).opens(room)
    alice.says("one", "two", "three")
    alice.hears("one", "two", "three")
    alice.page.keyboard.press("Shift+Tab")
    expect(alice.item("three")).to_be_focused()
    alice.page.keyboard.press("ArrowUp")
    expect(alice.item("two")).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("menuitem").first).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(alice.item("two")).to_be_focused()
    alice.page.keyboard.press("Tab")
    buttons = alice.item("two").get_by_role("button")
    expect(buttons.nth(0)).to_be_focused()
    alice.page.keyboard.press("ArrowRight")
    expect(buttons.nth(1)).to_be_focused()
    alice.page.keyboard.press("Home")
    alice.page.keyboard.press("Shift+Tab")
    alice.page.keyboard.press("Enter")
    alice.page.keyboard.press("End")
    expect(alice.page.get_by_role("menuitem", name="Remove")).to_be_focused()
    for _ in range(3):
        alice.page.keyboard.press("ArrowUp")
    alice.page.keyboard.press("Enter")
    expect(alice.item("two")).to_contain_text("Copied")
    assert alice.page.evaluate("navigator.clipboard.readText()") == f"{alice.url}/r/{room}/2"


def test_tab_leaves_the_menu_closes_it_and_goes_on_from_the_message(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("one")
    alice.hears("one")
    alice.page.keyboard.press("Shift+Tab")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("menuitem").first).to_be_focused()
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("menu")).to_be_hidden()
    expect(alice.item("one").get_by_role("toolbar").get_by_role("button").first).to_be_focused()


def test_on_a_phone_a_long_press_opens_the_menu(enter, room):
    alice = enter("Alice", **PHONE).opens(room)
    alice.says("press me")
    alice.hears("press me")
    box = alice.item("press me").bounding_box()
    touch = alice.page.context.new_cdp_session(alice.page)
    point = [{"x": box["x"] + 120, "y": box["y"] + box["height"] / 2}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point})
    menu = alice.page.get_by_role("menu")
    expect(menu).to_be_visible()
    # What is lifted outside of a menu closes it, in some browsers at once: this finger has to belong to it.
    menu.evaluate("menu => menu.addEventListener('pointerup', () => (menu.dataset.lifted = ''))")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(alice.page.locator("[data-menu][data-lifted]")).to_be_visible()
    alice.page.get_by_role("menuitem", name="Edit").tap()
    expect(alice.field).to_have_value("press me")


def test_who_may_pin_pins_and_everybody_sees_it(enter, room):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("oven manual")
    bob.hears("oven manual")
    alice.does("Pin", "oven manual")
    expect(bob.item("oven manual")).to_contain_text("pinned")
    bob.page.reload()
    expect(bob.item("oven manual")).to_contain_text("pinned")
    alice.does("Unpin", "oven manual")
    expect(bob.item("oven manual")).not_to_contain_text("pinned")


def test_near_the_limit_the_characters_are_counted(enter, room):
    alice = enter("Alice").opens(room)
    left = alice.page.locator("[data-left]")
    alice.field.fill("x" * 3000)
    expect(left).to_be_hidden()
    alice.field.fill("x" * 3990)
    expect(left).to_have_text("10 left")
    alice.field.fill("x" * 4003)
    expect(left).to_have_text("3 too many")
