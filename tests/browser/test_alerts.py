"""Being told of what is said elsewhere, and not being told."""

import pytest
from playwright.sync_api import expect

# Written down instead of shown: this machine has no place to show them. A page that is not looked at is one for which
# `document.hidden` says so.
LISTENS = """
localStorage.heard ??= "[]";
const note = (what) => (localStorage.heard = JSON.stringify([...JSON.parse(localStorage.heard), what]));
globalThis.Notification = class {
    static permission = localStorage.leave;
    static async requestPermission() {
        localStorage.leave = Notification.permission = "granted";
        note("asked");
    }
};
ServiceWorkerRegistration.prototype.showNotification = async (title, { body }) => note(`${title} ${body}`);
ServiceWorkerRegistration.prototype.getNotifications = async () => [];
OscillatorNode.prototype.start = function () { if (this.frequency.value > 800) note("chime"); };
OscillatorNode.prototype.stop = () => {};
"""


def listens(visitor, leave="granted"):
    visitor.page.context.add_init_script(f"localStorage.leave ??= '{leave}';" + LISTENS)


def heard(visitor):
    return visitor.page.evaluate("JSON.parse(localStorage.heard)")


def hears(visitor, *what):
    visitor.page.wait_for_function("many => JSON.parse(localStorage.heard).length >= many", arg=len(what))
    assert sorted(heard(visitor)) == sorted(what)


def is_mine(visitor, room, level):
    """Once I spoke there, and chose what I want to be told of."""
    visitor.goes_to(room).is_live()
    visitor.says(f"hello {room}")
    visitor.hears(f"hello {room}")
    visitor.page.get_by_role("button", name="What I am told of").click()
    visitor.page.get_by_role("radio", name=level).check()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(f"[data-bell={level.lower()}]")).to_be_visible()


@pytest.fixture
def deploy(program, room):
    """A script that has spoken in the room."""
    deploy = program(room)
    deploy.says("up")
    return deploy


@pytest.fixture
def alice(enter, room, deploy):
    """Is in the room, and wants to be told of everything there."""
    alice = enter("Alice")
    listens(alice)
    is_mine(alice, room, "Everything")
    return alice


@pytest.fixture
def other(enter, alice):
    """Alice's other tab, at the first page."""
    other = enter("Alice", beside=alice)
    other.page.goto(f"{alice.url}/")
    return other


def test_what_is_said_elsewhere_is_told_once_though_two_tabs_hear_it(alice, other, deploy, program, room):
    quiet = program(f"{room}-quiet")
    quiet.says("up")
    is_mine(alice, f"{room}-quiet", "Nothing")
    alice.goes_to(f"{room}-nowhere")
    alice.page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    for visitor in (alice, other):
        expect(visitor.page.locator(f"[data-name='{room}']")).to_be_attached()
        visitor.page.keyboard.press("Tab")
    quiet.says("nothing to you")
    deploy.says("it is done")
    hears(alice, f"/{room} deploy: it is done", "chime")


def test_a_room_that_is_open_before_somebodys_eyes_is_not_told_of(alice, other, deploy, room):
    deploy.says("seen")
    alice.hears("seen")
    expect(other.page.locator(f"[data-name='{room}']")).to_contain_text("seen")
    other.page.keyboard.press("Tab")
    alice.page.close()
    deploy.says("not seen")
    hears(other, f"/{room} deploy: not seen", "chime")


def test_who_wants_not_to_be_disturbed_is_not(alice, deploy, room):
    alice.page.evaluate("localStorage['rooms:quiet'] = 'true'")
    alice.page.goto(f"{alice.url}/")
    deploy.says("hey")
    expect(alice.page).to_have_title("(1) Rooms")
    alice.page.evaluate("localStorage['rooms:quiet'] = 'false'; localStorage['rooms:sound'] = 'false'")
    deploy.says("hey again")
    hears(alice, f"/{room} deploy: hey again")


def test_leave_to_notify_is_asked_for_by_a_button_once_somebody_has_spoken_and_never_before(enter, room):
    alice = enter("Alice")
    listens(alice, leave="default")
    alice.opens(room)
    offer = alice.page.get_by_role("button", name="Show notifications")
    expect(offer).to_have_count(0)
    alice.says("hello")
    alice.hears("hello")
    assert heard(alice) == []
    offer.click()
    expect(offer).to_have_count(0)
    assert heard(alice) == ["asked"]
    alice.page.reload()
    alice.is_live()
    alice.says("again")
    alice.hears("again")
    expect(offer).to_have_count(0)
