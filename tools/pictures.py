"""Takes the pictures of the manual, in Chromium, of a server of its own: `.venv/bin/python tools/pictures.py [folder]`.

Each picture is one line of PICTURES; a second argument takes only those whose name holds it.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import socketio
from playwright.sync_api import Browser, Page, sync_playwright

TOP = Path(__file__).resolve().parent.parent
CHROMIUM = Path("/usr/bin/chromium")
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
START_SECONDS = 15
PYTHON = """```python
def preheat(oven, target=220):  # °C
    while oven.read() < target - 15:
        oven.wait(minutes=2)
```"""

Act = Callable[[Page], Any]


class Picture(NamedTuple):
    """What is on it: a page, in which something was done, on a screen of that size."""

    name: str
    path: str
    act: Act = lambda page: None
    size: dict[str, int] = DESK
    scheme: Any = "light"
    locale: str = "en-GB"


def press(key: str) -> Act:
    return lambda page: page.keyboard.press(key)


def click(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def switching(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("re")


def to_device(page: Page) -> None:
    page.locator(".me-button").click()
    page.locator("[data-part=device] button").click()
    page.locator("dialog.device").wait_for()


def message_menu(page: Page) -> None:
    page.locator(".message").last.focus()
    page.keyboard.press("Enter")


def naming(page: Page) -> None:
    page.locator("#message").press_sequentially("Shall we ask @")


def me_on_phone(page: Page) -> None:
    page.locator(".room-top [popovertarget=sidebar]").click()
    page.locator(".me-button").click()


def level_on_phone(page: Page) -> None:
    page.locator("[popovertarget=room-menu]").click()
    page.locator("#room-menu [popovertarget=level]").click()


PICTURES = [
    Picture("room", "/r/kitchen"),
    Picture("room-dark", "/r/kitchen", scheme="dark"),
    Picture("room-phone", "/r/kitchen", size=PHONE),
    Picture("room-phone-korean", "/r/kitchen", size=PHONE, scheme="dark", locale="ko-KR"),
    Picture("empty", "/r/standup"),
    Picture("empty-phone", "/r/standup", size=PHONE, scheme="dark"),
    Picture("home", "/"),
    Picture("home-phone", "/", size=PHONE, scheme="dark", locale="ko-KR"),
    Picture("missing", "/r/nowhere"),
    Picture("share", "/r/kitchen", click("[popovertarget=share].desk-only")),
    Picture("drawer-phone", "/r/kitchen", click(".room-top [popovertarget=sidebar]"), size=PHONE),
    Picture("here-phone", "/r/kitchen", click(".room-top [popovertarget=here]"), size=PHONE, scheme="dark"),
    Picture("switcher", "/r/kitchen", switching),
    Picture("keys", "/r/kitchen", press("Control+/"), scheme="dark"),
    Picture("level", "/r/kitchen", click("[data-bell]")),
    Picture("level-phone", "/r/kitchen", level_on_phone, size=PHONE, locale="ko-KR"),
    Picture("room-menu", "/r/kitchen", click("[popovertarget=room-menu]"), scheme="dark"),
    Picture("pins", "/r/kitchen", click("[data-pinned]")),
    Picture("me", "/r/kitchen", click(".me-button")),
    Picture("me-phone", "/r/kitchen", me_on_phone, size=PHONE, scheme="dark", locale="ko-KR"),
    Picture("device", "/r/kitchen", to_device),
    Picture("card", "/r/kitchen", click("#here [data-card] >> text=Teo")),
    Picture("message", "/r/kitchen", message_menu),
    Picture("message-phone", "/r/kitchen", message_menu, size=PHONE, scheme="dark"),
    Picture("emoji", "/r/kitchen", click("[data-composer] button:has-text('emoji')")),
    Picture("naming", "/r/kitchen", naming),
    Picture("offline", "/offline"),
]


def main() -> None:
    """Write the pictures, into docs/images/ unless a folder is named."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TOP / "docs" / "images"
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    folder.mkdir(parents=True, exist_ok=True)
    with server() as url, people(url) as say, sync_playwright() as playwright:
        talk(say)
        path = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
        browser = playwright.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **path)
        me = first_visit(browser, url)
        talk_on(say)
        for picture in (one for one in PICTURES if wanted in one.name):
            take(browser, url, me, picture, folder)
        browser.close()


@contextmanager
def server() -> Iterator[str]:
    """A server with its data in a folder that goes away."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    options = ["--port", str(port), "--message-rate", "0", "--rooms-per-hour", "0"]
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen([sys.executable, str(TOP / "run.py"), "--data", data, *options])
        try:
            wait_for(url)
            yield url
        finally:
            process.terminate()
            process.wait(10)


def wait_for(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("pictures: the server does not answer")


class Say:
    """Lets somebody of a name speak in a room, and stay there. `ask` asks for anything else."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._clients: dict[str, socketio.Client] = {}

    def __call__(self, name: str, room: str, text: str, **more: Any) -> int:
        answer = self.ask(name, "my event", room=room, message=text, **more)
        return int(answer["seq"])

    def join(self, name: str, room: str) -> None:
        self.ask(name, "join", room=room, user_name=name)

    def messages(self, room: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self._url}/r/{room}.json", timeout=5) as answer:
            found: list[dict[str, Any]] = json.load(answer)["messages"]
            return found

    def ask(self, name: str, event: str, **fields: Any) -> dict[str, Any]:
        if name not in self._clients:
            self._clients[name] = socketio.Client()
            self._clients[name].connect(self._url, transports=["websocket"])
        answer: dict[str, Any] = self._clients[name].call(event, fields)
        if not answer["ok"]:
            sys.exit(f"pictures: {event} {fields}: {answer['error']['message']}")
        return answer

    def close(self) -> None:
        for client in self._clients.values():
            client.disconnect()


@contextmanager
def people(url: str) -> Iterator[Say]:
    say = Say(url)
    yield say
    say.close()


def talk(say: Say) -> None:
    """What was said before I came."""
    for name in ("Ana", "Jun", "Sol", "Teo", "deploy"):
        say.join(name, "kitchen")
    say("Ana", "kitchen", "Who is in for Friday? I can bring the big pot.")
    say.ask("Ana", "topic", room="kitchen", topic="What we cook on Friday, and who buys what")
    say.ask("Ana", "pin", room="kitchen", seq=1, on=True)
    for name, emoji in (("Jun", "🙌"), ("Sol", "🙌"), ("Teo", "🙌"), ("Teo", "🍲"), ("Jun", "🍲")):
        say.ask(name, "react", room="kitchen", seq=1, emoji=emoji, on=True)
    say("Jun", "kitchen", "Me. Is the oven fixed?")
    say("Ana", "kitchen", f"Fixed on Tuesday. I wrote down what it needs now:\n\n{PYTHON}")
    say("Teo", "kitchen", "I come late.")
    say.ask("Teo", "status", status="away", words="on the train until seven")
    for name, room, text in (
        ("Ana", "design", "the grid feels right now"),
        ("deploy", "release-1-4", "Build 1.4.2 is out, all green."),
        ("Sol", "lobby", "hello from Busan"),
        ("Jun", "개발", "오늘 배포합니다"),
        ("Teo", "chess", "Nf6?"),
    ):
        say.join(name, room)
        say(name, room, text)


def first_visit(browser: Browser, url: str) -> Any:
    """I come, say who I am, and have rooms of my own; what the browser keeps of me."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    for room, words in (("design", "Looks good."), ("release-1-4", "Thanks!"), ("kitchen", "I am in.")):
        page.goto(f"{url}/r/{room}")
        page.locator("main[data-phase=live]").wait_for()
        if page.locator("#user-name").is_visible():
            page.locator("#user-name").fill("Mina")
        page.locator("#message").fill(words)
        page.locator("#message").press("Enter")
        page.locator("[data-messages]").get_by_text(words).wait_for()
    kept = context.storage_state()
    context.close()
    return kept


def talk_on(say: Say) -> None:
    """What was said since."""
    asked = next(message["seq"] for message in say.messages("kitchen") if message["message"].endswith("fixed?"))
    say("Sol", "kitchen", "Perfect. @Mina can you read the gauge before we start?", reply_to=asked)
    say("Ana", "design", "Shall we keep the hairlines?")
    say("Ana", "design", "@Mina, what do you think?")
    say("deploy", "release-1-4", "Build 1.4.3 has begun.")


def take(browser: Browser, url: str, me: Any, picture: Picture, folder: Path) -> None:
    context = browser.new_context(
        viewport=picture.size,
        color_scheme=picture.scheme,
        locale=picture.locale,
        storage_state=me,
        has_touch=picture.size is PHONE,
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.path == "/r/standup":
        page.goto(url)
        page.locator("#open-name").fill("standup")
        page.locator("form.open button").click()
    else:
        page.goto(url + picture.path)
    if picture.path.startswith("/r/") and picture.path != "/r/nowhere":
        page.locator("main[data-phase=live]").wait_for()
    page.wait_for_timeout(1500)  # who is here is told once a second
    picture.act(page)
    page.wait_for_timeout(300)
    page.screenshot(path=folder / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
