"""What axe finds in what opens in the talk: nothing, in the dark and in the light, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import clean

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_in_what_opens(enter, room, program, options, scheme):
    deploy = program(room)
    deploy.says("Build **1.4** is out", "```python\ndef f(x): return 1  # so\n```", "/me sleeps :zzz:")
    alice = enter("Alice", bypass_csp=True, color_scheme=scheme, **options).goes_to(room)
    alice.is_live()
    alice.says("thanks")
    alice.hears("thanks")
    deploy.asks("react", seq=4, emoji="👍", on=True)
    answer = deploy.asks("my event", message="welcome, @Alice", reply_to=4)["seq"]
    expect(alice.page.locator(".reaction")).to_have_count(1)
    alice.hears("welcome, @Alice")
    choose(alice, "unread", answer)
    expect(alice.page.locator(".new-line")).to_be_visible()
    choose(alice, "pin", 4)
    expect(alice.page.locator(".message-pinned")).to_have_count(1)
    choose(alice, "remove", 4)
    expect(alice.page.get_by_role("button", name="Undo")).to_be_visible()
    clean(alice.page)
    opens(alice, answer)
    clean(alice.page)
    alice.page.keyboard.press("Escape")
    choose(alice, "reply", answer)
    alice.field.press_sequentially("/")
    expect(alice.page.get_by_role("option")).to_have_count(8)
    clean(alice.page)
    alice.page.keyboard.press("Escape")
    alice.field.fill("/nope")
    alice.sends()
    expect(alice.page.locator("[data-error]")).to_be_visible()
    clean(alice.page)
    alice.page.locator("[data-pick]").click()
    expect(alice.page.get_by_role("dialog", name="Emoji").get_by_role("button")).not_to_have_count(0)
    clean(alice.page)


def opens(visitor, seq):
    visitor.page.locator(f"#m{seq}").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("[data-menu]")).to_be_visible()


def choose(visitor, name, seq):
    opens(visitor, seq)
    visitor.page.locator(f"[data-menu] [data-do={name}]").click()
