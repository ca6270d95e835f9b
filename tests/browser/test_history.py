"""Going back, staying, and finding a message by its address."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def long_talk(program, room):
    deploy = program(room)
    deploy.says(*[f"word {number}" for number in range(1, 131)])
    return deploy


def test_scrolling_up_brings_what_was_said_before_and_holds_the_place(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    expect(alice.messages).to_have_count(50)
    first = alice.message("word 81")
    first.scroll_into_view_if_needed()
    expect(alice.message("word 40")).to_be_attached()
    expect(first).to_be_in_viewport()
    while alice.page.locator("[data-older]").is_visible():
        alice.page.locator("[data-talk]").evaluate("talk => talk.scrollTop = -talk.scrollHeight")
    assert alice.words == [f"word {number}" for number in range(1, 131)]
    expect(alice.page.locator("[data-older]")).to_be_hidden()


def reads_above(alice):
    """A message above the end, and how far down it stands, in px."""
    alice.is_live()
    place = alice.message("word 100")
    place.scroll_into_view_if_needed()
    return place, place.bounding_box()["y"]


def test_who_reads_above_stays_there_and_is_told_what_came(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    place, before = reads_above(alice)
    long_talk.says("and one more")
    jump = alice.page.get_by_role("button", name="1 new")
    expect(jump).to_be_visible()
    assert abs(place.bounding_box()["y"] - before) < 1
    jump.click()
    expect(alice.message("and one more")).to_be_in_viewport()
    expect(alice.page.locator("[data-newest]")).to_be_hidden()


def test_who_reads_above_stays_there_to_the_pixel_however_much_comes_below(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    place, before = reads_above(alice)
    long_talk.says(*[f"one more {number}" for number in range(60)])
    alice.hears("one more 59")
    expect(alice.page.locator(".message.rests").filter(has_text="one more").nth(30)).to_be_attached()
    alice.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    assert abs(place.bounding_box()["y"] - before) < 1


def test_a_screen_reader_is_told_what_is_new_and_not_what_one_scrolls_back_to(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    alice.page.evaluate("""() => {
        const log = document.querySelector("[role=log]");
        globalThis.told = [];
        const words = (nodes) => [...nodes].flatMap((node) => [...node.querySelectorAll("[data-part=text]")]);
        new MutationObserver((changes) => {
            if (log.ariaBusy === "true") return;
            for (const { addedNodes } of changes) told.push(...words(addedNodes).map(({ textContent }) => textContent));
        }).observe(log.querySelector("ol"), { childList: true });
    }""")
    alice.message("word 81").scroll_into_view_if_needed()
    expect(alice.message("word 40")).to_be_attached()
    expect(alice.page.locator("[role=log][aria-busy]")).to_have_count(0)
    long_talk.says("something new")
    alice.hears("something new")
    assert alice.page.evaluate("told") == ["something new"]


def test_the_place_is_set_only_where_it_would_move(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    alice.page.evaluate("""() => {
        const place = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop");
        const talk = document.querySelector("[data-talk]");
        globalThis.sets = 0;
        Object.defineProperty(talk, "scrollTop", {
            get: () => place.get.call(talk),
            set: (px) => ((globalThis.sets += 1), place.set.call(talk, px)),
        });
    }""")
    alice.message("word 92").scroll_into_view_if_needed()
    expect(alice.message("word 40")).to_be_attached()
    assert alice.page.evaluate("sets") == 0


def test_who_is_at_the_end_stays_at_the_end(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    long_talk.says(*[f"new {number}\nwith two lines" for number in range(5)])
    expect(alice.messages.filter(has_text="new 4")).to_be_in_viewport()


def test_a_messages_address_shows_it_lit_among_its_neighbours_and_leads_on_to_the_newest(enter, room, long_talk):
    alice = enter("Alice")
    alice.page.goto(f"{alice.url}/r/{room}/20")
    alice.is_live()
    lit = alice.page.locator(".message.marked")
    expect(lit).to_contain_text("word 20")
    expect(lit).to_be_in_viewport()
    long_talk.says("meanwhile")
    expect(alice.page.get_by_role("button", name="1 new")).to_be_visible()
    assert "meanwhile" not in alice.words
    alice.page.get_by_role("button", name="1 new").click()
    expect(alice.message("meanwhile")).to_be_in_viewport()
    alice.says("here I am")
    alice.hears("here I am")


def test_scrolling_down_from_an_address_reaches_the_talk_of_now(enter, room, long_talk):
    alice = enter("Alice")
    alice.page.goto(f"{alice.url}/r/{room}/60")
    alice.is_live()
    while alice.page.locator("[data-newer]").is_visible():
        alice.page.locator("[data-talk]").evaluate("talk => talk.scrollTop = 0")
    long_talk.says("live again")
    alice.hears("live again", "word 130")


def test_a_long_talk_keeps_the_page_small(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    long_talk.says(*[f"word {number}" for number in range(131, 420)])
    alice.hears("word 419")
    assert alice.messages.count() <= 300
    expect(alice.page.locator("[data-older]")).to_be_attached()


def test_who_speaks_offline_from_an_older_part_stays_there(enter, room, long_talk, server):
    alice = enter("Alice")
    alice.page.goto(f"{alice.url}/r/{room}/20")
    alice.is_live()
    alice.page.context.set_offline(True)
    expect(alice.page.locator("[data-connection]")).to_be_visible()
    alice.says("from the past")
    expect(alice.pending).to_contain_text("waiting for the connection")
    expect(alice.message("word 20")).to_be_attached()
    alice.comes_back()
    expect(alice.pending).to_have_count(0)
    alice.page.locator("[data-newest]").click()
    alice.hears("from the past")
    assert server.said(room).count("from the past") == 1


def test_a_change_is_nothing_new(enter, room, long_talk):
    alice = enter("Alice")
    alice.page.goto(f"{alice.url}/r/{room}/20")
    alice.is_live()
    long_talk.asks("edit", seq=120, message="word 120, better")
    long_talk.asks("edit", seq=20, message="word 20, better")
    alice.hears("word 20, better")
    expect(alice.page.get_by_role("button", name="Newest messages")).to_be_visible()
    alice.page.locator("[data-newest]").click()
    alice.hears("word 120, better")


POLLING = """
    globalThis.WebSocket = class {
        constructor() { setTimeout(() => this.onerror(new Event("error"))); }
        close() {}
    };
    globalThis.slow = {};
    const { open, send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (method, ...given) {
        this.method = method;
        return open.call(this, method, ...given);
    };
    XMLHttpRequest.prototype.send = function (...given) {
        setTimeout(() => send.apply(this, given), slow[this.method] ?? 0);
    };
"""


@pytest.fixture
def polling(enter):
    """Somebody behind something that lets no WebSocket through, where requests can be slow."""
    alice = enter("Alice")
    alice.page.add_init_script(POLLING)
    return alice


def asks_for_history(response):
    return '"history"' in (response.request.post_data or "")


def test_what_comes_together_with_the_newest_page_is_shown(polling, room, long_talk):
    alice = polling
    alice.page.goto(f"{alice.url}/r/{room}/20")
    alice.is_live()
    alice.page.evaluate("slow.GET = 2500")
    long_talk.says("begin")
    expect(alice.page.get_by_role("button", name="1 new")).to_be_visible()
    with alice.page.expect_response(asks_for_history):
        alice.page.locator("[data-newest]").click()
    long_talk.says("meanwhile")
    alice.hears("begin", "meanwhile")


def test_older_messages_leave_no_hole_where_the_page_was_cut_meanwhile(polling, room, program):
    deploy = program(room)
    deploy.says(*[f"word {number}" for number in range(1, 141)])
    alice = polling
    alice.goes_to(room)
    alice.is_live()
    deploy.says(*[f"word {number}" for number in range(141, 391)])
    alice.hears("word 390")
    alice.page.evaluate("slow.POST = 1500")
    with alice.page.expect_response(asks_for_history):
        alice.page.locator("[data-older]").evaluate("edge => edge.click()")
        deploy.says(*[f"word {number}" for number in range(391, 441)])
        alice.hears("word 440")
    deploy.says("word 441")
    alice.hears("word 441")
    numbers = [int(word.split()[1]) for word in alice.words]
    assert numbers == list(range(numbers[0], 442))


def test_who_scrolls_far_up_keeps_the_page_small_and_the_place_to_the_pixel(enter, room, program):
    deploy = program(room)
    deploy.says(
        *[f"word {number}\nof several lines" if number % 7 == 0 else f"word {number}" for number in range(1, 421)]
    )
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    moved = alice.page.evaluate("""async () => {
        const talk = document.querySelector("[data-talk]");
        const frame = () => new Promise(requestAnimationFrame);
        const shown = () => talk.querySelectorAll("[data-messages] .message");
        let most = 0;
        while (shown()[0].dataset.seq !== "1") {
            talk.scrollTop = 300 - talk.scrollHeight + talk.clientHeight;
            await frame();
            const top = talk.getBoundingClientRect().top;
            const anchor = [...shown()].find((message) => message.getBoundingClientRect().bottom > top + 50);
            const before = anchor.getBoundingClientRect().top;
            const oldest = shown()[0].dataset.seq;
            for (let n = 0; n < 200 && shown()[0].dataset.seq === oldest && oldest !== "1"; n += 1) await frame();
            await frame();
            await frame();
            most = Math.max(most, Math.abs(anchor.getBoundingClientRect().top - before));
        }
        return most;
    }""")
    assert moved < 1
    assert alice.messages.count() <= 300
    assert alice.words[0] == "word 1"
    alice.page.locator("[data-newest]").click()
    alice.hears("word 419")
    deploy.says("still there?")
    alice.hears("still there?")


def test_a_day_is_one_click_away(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    today = alice.page.get_by_role("button", name="Today")
    today.dispatch_event("click")  # older messages come in above: between a press and its release it may be another
    days = alice.page.get_by_role("dialog", name="Go to a day")
    expect(days.get_by_label("The first word of this day")).not_to_have_value("")
    days.get_by_role("button", name="Go there").click()
    expect(alice.message("word 1")).to_be_in_viewport()
    expect(days).to_have_count(0)


def test_messages_rest_together_once_they_are_many_and_those_that_come_wait_for_others(enter, room, program):
    deploy = program(room)
    deploy.says(*[f"word {number}" for number in range(24)])
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    expect(alice.page.locator(".message.rests")).to_have_count(24)
    deploy.says("one more")
    alice.hears("one more")
    assert "rests" not in (alice.item("one more").get_attribute("class") or "")


def test_a_message_rests_only_once_it_was_drawn_whatever_others_wait_for(enter, room):
    """Its size would be guessed, and what one reads would move: a quote led past its message."""
    alice = enter("Alice").opens(room)
    alice.is_live()
    resting = alice.page.evaluate("""async () => {
        const { rest } = await import("/static/js/message.js");
        const some = (number) => Array.from({ length: number }, () => document.createElement("li"));
        const [first, late] = [some(24), some(10)];
        const frame = () => new Promise(requestAnimationFrame);
        first.forEach(rest);
        await frame();
        await new Promise((done) => setTimeout(done));  // drawn by now
        late.forEach(rest);
        await frame();
        return [first, late].map((items) => items.filter((item) => item.matches(".rests")).length);
    }""")
    assert resting == [24, 0]


def test_a_message_that_comes_in_at_the_end_is_not_laid_out_before_its_frame(enter, room, long_talk):
    alice = enter("Alice").goes_to(room)
    alice.is_live()
    alice.page.evaluate("""() => {
        globalThis.asked = [];
        const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop");
        const ask = () => (asked.push("scrollTop"), true);
        Object.defineProperty(Element.prototype, "scrollTop", {
            get() { return ask() && get.call(this); },
            set(top) { return ask() && set.call(this, top); },
        });
        const measured = Element.prototype.getBoundingClientRect;
        Element.prototype.getBoundingClientRect = function () { return asked.push("rect") && measured.call(this); };
    }""")
    long_talk.says("in sight at once")
    alice.hears("in sight at once")
    assert alice.page.evaluate("asked") == []
    expect(alice.message("in sight at once")).to_be_in_viewport()
