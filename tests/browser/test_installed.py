"""As an app: what it is called, and what can be read without a network."""

import pytest
from playwright.sync_api import expect

KEPT = """async path => {
    const { active } = await navigator.serviceWorker.ready;
    return active.state === "activated" && !!(await caches.match(path, { cacheName: "rooms pages", ignoreVary: true }));
}"""


def keeps(visitor, path):
    """Once its worker has kept the page of that path, and the files it needs."""
    visitor.page.wait_for_function(KEPT, arg=path)
    visitor.page.wait_for_function("async () => (await (await caches.open('rooms files')).keys()).length > 20")


def test_it_can_be_installed_under_its_own_name_and_icons(enter, server):
    alice = enter("Alice", locale="ko-KR")
    alice.page.goto(alice.url)
    manifest = alice.page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then(got => got.json())")
    assert manifest["name"] == "방"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        size = alice.page.evaluate(
            "src => new Promise(go => Object.assign(new Image(), { src, onload: e => go(e.target.width) }))",
            icon["src"],
        )
        assert icon["sizes"] == f"{size}x{size}"


def reads_and_is_cut_off(enter, server, room):
    alice = enter("Alice", url=server.url).opens(room)
    alice.says("before the cut")
    alice.hears("before the cut")
    alice.page.reload()
    keeps(alice, f"/r/{room}")
    server.kill()
    return alice


def test_the_rooms_read_last_can_be_read_and_written_in_without_a_server(enter, own_server, room):
    alice = reads_and_is_cut_off(enter, own_server, room)
    alice.page.reload()
    alice.hears("before the cut")
    alice.says("without a server")
    expect(alice.pending).to_have_count(1)
    alice.page.goto(f"{own_server.url}/r/{room}-never-read")
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("There is no network.")
    alice.page.get_by_role("link").filter(has_text=room).click()
    expect(alice.pending).to_have_count(1)
    own_server.start()
    alice.page.reload()
    alice.hears("before the cut", "without a server")


def test_a_preload_that_fails_as_it_does_in_firefox_is_no_page(enter, own_server, room):
    alice = reads_and_is_cut_off(enter, own_server, room)
    alice.page.context.service_workers[0].evaluate("""() => {
        Object.defineProperty(FetchEvent.prototype, "preloadResponse", { get: async () => Response.error() });
    }""")
    alice.page.reload()
    alice.hears("before the cut")


def test_with_a_server_a_page_is_never_an_old_one(enter, program, room):
    alice = enter("Alice").opens(room)
    alice.page.reload()
    keeps(alice, f"/r/{room}")
    program(room).says("newer than what was kept")
    alice.page.route("**/socket.io/**", lambda route: route.abort())
    alice.page.reload()
    alice.hears("newer than what was kept")


def test_what_one_person_read_is_not_kept_for_the_next(enter, server, room):
    alice = enter("Alice").opens(room)
    alice.page.reload()
    keeps(alice, f"/r/{room}")
    alice.page.context.clear_cookies()
    alice.page.goto(f"{alice.url}/")
    keeps(alice, "/")
    assert not alice.page.evaluate(KEPT, f"/r/{room}")


@pytest.mark.parametrize("path", ["/", "/r/{room}"])
def test_a_page_comes_with_few_bytes(enter, program, room, path):
    """All that a first visit needs, as it travels, measured where it arrives."""
    program(room).says(*[f"word {number}: who is in for Friday?" for number in range(50)])
    alice = enter("Alice")
    alice.page.goto(alice.url + path.format(room=room))
    alice.page.wait_for_load_state("networkidle")
    sizes = alice.page.evaluate(
        """() => ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind))
            .filter(({ name }) => !name.includes("/socket.io/"))
            .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""
    )
    assert sum(size for _, size in sizes) < 100_000, sizes
    assert sum(size for name, size in sizes if ".js" in name) < 60_000, sizes
