"""What was written is never lost, and never said twice."""

import json
import re
import urllib.request

from playwright.sync_api import expect


def test_going_offline_keeps_what_is_written_and_delivers_it_afterwards_in_order(enter, room, server):
    alice, bob = enter("Alice").opens(room), enter("Bob").goes_to(room)
    alice.says("before")
    alice.hears("before")
    alice.page.context.set_offline(True)
    expect(alice.page.locator("[data-connection]")).to_contain_text("Connection lost")
    alice.says("one", "two")
    alice.field.fill("half a sent")
    expect(alice.pending).to_have_count(2)
    expect(alice.pending.first).to_contain_text("waiting for the connection")
    alice.comes_back()
    alice.hears("one", "two")
    bob.hears("one", "two")
    expect(alice.pending).to_have_count(0)
    expect(alice.page.locator("[data-connection]")).to_be_hidden()
    expect(alice.field).to_have_value("half a sent")
    assert server.said(room) == ["before", "one", "two"]


def test_open_pages_catch_up_by_themselves_after_the_server_was_killed(enter, room, own_server):
    alice = enter("Alice", url=own_server.url).opens(room)
    bob = enter("Bob", url=own_server.url).goes_to(room)
    alice.says("before")
    bob.hears("before")
    for visitor in (alice, bob):
        visitor.page.evaluate("document.body.dataset.same = 'page'")
    own_server.kill()
    alice.says("meanwhile")
    expect(alice.pending).to_have_count(1)
    own_server.start()
    alice.hears("before", "meanwhile")
    bob.hears("before", "meanwhile")
    bob.says("after")
    alice.hears("after")
    assert alice.words == bob.words == own_server.said(room) == ["before", "meanwhile", "after"]
    for visitor in (alice, bob):
        assert visitor.page.evaluate("document.body.dataset.same") == "page"


def test_what_was_not_acknowledged_survives_its_page_and_is_stored_once(enter, room, own_server):
    """The server stands still while it is sent, so that the first page's post is still on its way as well."""
    alice = enter("Alice", url=own_server.url).opens(room)
    alice.says("before")
    alice.hears("before")
    own_server.pause()
    alice.says("unheard")
    expect(alice.pending).to_have_count(1)
    again = enter("Alice", beside=alice, url=own_server.url)
    alice.page.close()
    own_server.go_on()
    again.goes_to(room)
    again.hears("before", "unheard")
    expect(again.pending).to_have_count(0)
    assert own_server.said(room) == ["before", "unheard"]


def test_what_was_written_in_one_room_is_sent_from_any_page(enter, room, own_server):
    alice = enter("Alice", url=own_server.url).opens(room)
    alice.says("before")
    alice.hears("before")
    bob = enter("Bob", url=own_server.url).goes_to(room)
    bob.is_live()
    own_server.kill()
    alice.says("left behind")
    expect(alice.pending).to_have_count(1)
    home = enter("Alice", beside=alice, url=own_server.url)
    alice.page.close()
    own_server.start()
    home.page.goto(own_server.url)
    bob.comes_back()
    bob.hears("left behind")


def test_two_tabs_send_it_once(enter, room, own_server):
    alice = enter("Alice", url=own_server.url).opens(room)
    alice.says("before")
    too = enter("Alice", beside=alice, url=own_server.url).goes_to(room)
    too.hears("before")
    own_server.kill()
    alice.says("from the one")
    too.says("from the other")
    expect(alice.pending).to_have_count(2)
    expect(too.pending).to_have_count(2)
    own_server.start()
    for tab in (alice, too):
        tab.comes_back()
        tab.hears("before", "from the one", "from the other")
        expect(tab.pending).to_have_count(0)
    assert sorted(own_server.said(room)) == ["before", "from the one", "from the other"]


def test_another_person_at_the_same_browser_never_sends_it(enter, room, own_server):
    alice = enter("Alice", url=own_server.url).opens(room)
    alice.says("before")
    alice.hears("before")
    own_server.kill()
    alice.says("only mine to say")
    expect(alice.pending).to_have_count(1)
    context = alice.page.context
    bob = enter("Bob", beside=alice, url=own_server.url)
    alice.page.close()
    context.clear_cookies()
    own_server.start()
    bob.goes_to(room)
    bob.says("me, Bob")
    bob.hears("before", "me, Bob")
    expect(bob.pending).to_have_count(0)
    assert own_server.said(room) == ["before", "me, Bob"]


def test_who_keeps_no_cookies_can_speak_too(enter, room, program):
    program(room).says("hello")
    alice = enter("Alice", service_workers="block")  # as browsers do that keep no cookies
    alice.page.route(re.compile("/r/"), without_cookies)
    alice.goes_to(room)
    alice.says("no crumbs", "at all")
    alice.hears("hello", "no crumbs", "at all")
    alice.page.evaluate("dispatchEvent(new Event('offline'))")
    alice.says("still me")
    alice.hears("still me")
    expect(alice.page.locator("[data-me]")).to_contain_text("Alice")
    assert not [cookie for cookie in alice.page.context.cookies() if cookie["name"] == "rooms_person"]


WITHHELD = """(() => {
    const refuse = () => { throw new DOMException("not here", "SecurityError"); };
    for (const name of ["localStorage", "indexedDB"]) Object.defineProperty(globalThis, name, { get: refuse });
    globalThis.BroadcastChannel = class { constructor() { refuse(); } };
    LockManager.prototype.query = LockManager.prototype.request = async () => refuse();
})()"""


def test_who_lets_a_browser_keep_nothing_at_all_can_speak_too(enter, room, program):
    """As Firefox does it for who blocks cookies: what could keep something is there, and throws."""
    program(room).says("hello")
    alice = enter("Alice", service_workers="block")
    alice.page.route(re.compile("/r/"), without_cookies)
    alice.page.add_init_script(WITHHELD)
    alice.goes_to(room)
    alice.says("no crumbs", "at all")
    alice.hears("hello", "no crumbs", "at all")
    expect(alice.pending).to_have_count(0)
    alice.item("hello").hover()
    alice.page.get_by_role("toolbar").get_by_role("button").first.click()
    expect(alice.page.locator(".reaction[aria-pressed=true]")).to_have_count(1)


def without_cookies(route):
    """Not by the browser's own means: those would keep the cookie on the way."""
    with urllib.request.urlopen(route.request.url, timeout=5) as answer:
        headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        route.fulfill(status=answer.status, headers=headers, body=answer.read())


def test_a_draft_survives_a_reload(enter, room):
    alice = enter("Alice").opens(room)
    alice.field.fill("not yet done")
    alice.page.reload()
    expect(alice.field).to_have_value("not yet done")


def test_who_was_away_for_very_long_gets_the_newest_page(enter, room, program):
    alice = enter("Alice").opens(room)
    alice.says("long ago")
    alice.hears("long ago")
    deploy = program(room)
    alice.page.context.set_offline(True)
    expect(alice.page.locator("[data-connection]")).to_be_visible()
    deploy.says(*[f"word {number}" for number in range(510)])
    alice.comes_back()
    alice.hears("word 509", "word 460")
    expect(alice.messages.filter(has_text="long ago")).to_have_count(0)


def test_what_was_sent_survives_a_reload_before_it_is_in_the_outbox(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("before")
    alice.hears("before")
    alice.page.evaluate(
        """() => {
            IDBObjectStore.prototype.put = () => {};
            Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set() {} });
        }"""
    )
    alice.field.fill("nearly lost")
    alice.field.press("Enter")
    expect(alice.field).to_have_value("")
    alice.page.reload()
    expect(alice.field).to_have_value("nearly lost")
    alice.says("nearly lost")
    alice.hears("nearly lost")
    alice.page.reload()
    expect(alice.field).to_have_value("")


def test_a_browser_that_drops_its_database_keeps_and_sends_what_is_written(enter, room, server):
    """As phones do to pages that slept."""
    alice = enter("Alice").opens(room)
    alice.says("before")
    alice.hears("before")
    alice.page.evaluate(
        """() => {
            let dropped = null;
            const transaction = IDBDatabase.prototype.transaction;
            IDBDatabase.prototype.transaction = function (...given) {
                dropped ??= this;
                if (this === dropped) throw new DOMException("The connection is closing.", "InvalidStateError");
                return transaction.apply(this, given);
            };
        }"""
    )
    alice.says("after")
    alice.hears("after")
    expect(alice.pending).to_have_count(0)
    assert server.said(room) == ["before", "after"]


def test_what_turns_out_to_be_stored_already_is_no_longer_on_its_way(enter, room, server, program):
    deploy = program(room)
    deploy.says(*[f"word {number}" for number in range(130)])
    alice = enter("Alice").goes_to(room)
    alice.says("mine")
    alice.hears("mine")
    with urllib.request.urlopen(f"{server.url}/r/{room}.json", timeout=5) as answer:
        id = json.load(answer)["messages"][-1]["id"]
    alice.page.evaluate(
        """async ({ id, room }) => {
            const { person } = document.body.dataset;
            const store = await (await import("/static/js/stores.js")).openStore();
            await store.put({ id, person, room, text: "mine", name: null, at: 1, state: "waiting", notBefore: 0 });
        }""",
        {"id": id, "room": room},
    )
    alice.page.goto(f"{alice.url}/r/{room}/20")
    alice.is_live()
    alice.page.wait_for_timeout(1000)
    expect(alice.pending).to_have_count(0)


AGED_ONCE = """
if (!sessionStorage.aged) new MutationObserver((_, observer) => {
  const main = document.querySelector("main[data-version]");
  if (!main) return;
  main.dataset.version = "0.0.1";
  sessionStorage.aged = "yes";
  observer.disconnect();
}).observe(document, { subtree: true, childList: true });
"""


def test_a_page_older_than_its_server_asks_to_be_loaded_again(enter, room):
    alice = enter("Alice").opens(room)
    alice.says("before")
    alice.hears("before")

    alice.page.add_init_script(AGED_ONCE)
    alice.page.reload()
    notice = alice.page.locator("[data-connection]")
    expect(notice).to_contain_text("This page is older than its server.")
    notice.get_by_role("button").click()
    alice.is_live()
    expect(notice).to_be_hidden()
    alice.hears("before")
