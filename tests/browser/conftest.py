"""Real Chromium, and a real server in a process of its own. No page may complain in its console."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import socketio
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

TOP = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
QUIETLY = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
# Chromium draws parts of its own window as pages, two beside each of ours, though nobody sees a window here; they took
# more time than ours did. Only one list of features counts, so that what Playwright switches off has to be in it, too.
OFF = (
    "WebUIOmniboxPopup WebUIOmniboxAimPopup AimEnabled OptimizationHints PreconnectToSearch NetworkTimeServiceQuerying "
    "HttpsUpgrades HttpsFirstBalancedModeAutoEnable PaintHolding ThirdPartyStoragePartitioning MediaRouter LensOverlay "
    "AvoidUnnecessaryBeforeUnloadCheckSync AvoidCorsURLLoaderRestartOnRedirect DestroyProfileOnBrowserClose"
)
# Any name, so that a page can be had over plain http from something that is not this machine itself.
ELSEWHERE = "rooms.test"
START_SECONDS = 40
PATIENT_MS = 20_000

expect.set_options(timeout=PATIENT_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    off = f"--disable-features={','.join(OFF.split())}"
    ours = {"args": [*QUIETLY.split(), off, f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]}
    if CHROMIUM.exists():
        ours["executable_path"] = str(CHROMIUM)
    return {**browser_type_launch_args, **ours}


class Server:
    """A server on a port that stays its own through restarts."""

    def __init__(self, data: Path, *options: str) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        limits = ["--message-rate", "0", "--rooms-per-hour", "0"]
        self._command = ["--port", str(self.port), "--data", str(data), *limits]
        self._command += [option.format(port=self.port) for option in options]
        self._log = (data / "server.log").open("ab")
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(TOP / "run.py"), *self._command]
        self.process = subprocess.Popen(command, cwd=TOP, stdout=self._log, stderr=self._log)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, "the server ended at once"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()
            self._log.close()

    def said(self, room: str) -> list[str]:
        """All that the room's log holds."""
        with urllib.request.urlopen(f"{self.url}/r/{room}.json?limit=500", timeout=5) as answer:
            return [message["message"] for message in json.load(answer)["messages"]]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("data"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def mortal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that tests may kill and pause, and leave running."""
    server = Server(tmp_path_factory.mktemp("mortal"))
    yield server
    server.close()


@pytest.fixture
def own_server(mortal_server: Server) -> Iterator[Server]:
    yield mortal_server
    mortal_server.go_on()
    if mortal_server.process.poll() is not None:
        mortal_server.start()


@pytest.fixture
def room() -> str:
    """A name nobody else uses."""
    return f"room-{os.urandom(3).hex()}"


class Visitor:
    """Somebody at a browser."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        self.page, self.url, self.name = page, url, name
        self._named = False

    def goes_to(self, room: str) -> "Visitor":
        self.page.goto(f"{self.url}/r/{room}")
        return self

    def opens(self, room: str) -> "Visitor":
        self.page.goto(f"{self.url}/")
        self.page.get_by_role("textbox").first.fill(room)
        self.page.locator("form.open button").click()
        self.is_live()
        return self

    def says(self, *words: str) -> None:
        for word in words:
            if not self._named and self.name_field.is_visible():
                self.name_field.fill(self.name)
            self._named = True
            self.field.fill(word)
            self.sends()
            expect(self.field).to_have_value("")

    def sends(self) -> None:
        """With Enter at a desk; on a phone that makes a new line."""
        if self.page.evaluate("matchMedia('(pointer: coarse)').matches"):
            self.page.locator(".send").tap()
        else:
            self.field.press("Enter")

    def comes_back(self) -> None:
        """The network is there again, and the browser knows."""
        self.page.context.set_offline(False)
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def hears(self, *words: str) -> None:
        for word in words:
            expect(self.message(word)).to_have_count(1)

    def is_live(self) -> None:
        """Joined, and caught up."""
        expect(self.page.locator("main[data-phase=live]")).to_be_attached()

    @property
    def words(self) -> list[str]:
        return [text.strip() for text in self.messages.all_text_contents()]

    @property
    def messages(self) -> Locator:
        return self.page.locator("[data-messages] [data-part=text]")

    def message(self, word: str) -> Locator:
        return self.messages.filter(has_text=re.compile(f"^{re.escape(word)}$"))

    def item(self, word: str) -> Locator:
        """The message that says so, with its name and all that stands beside it."""
        says = self.page.locator("[data-part=text]").filter(has_text=re.compile(f"^{re.escape(word)}$"))
        return self.page.locator("[data-messages] .message").filter(has=says)

    def does(self, what: str, word: str) -> None:
        """Choose something from the menu of a message."""
        self.item(word).hover()
        self.item(word).get_by_role("button", name="More").click()
        self.page.get_by_role("menuitem", name=what, exact=True).click()

    @property
    def pending(self) -> Locator:
        return self.page.locator("[data-pending] .message")

    @property
    def field(self) -> Locator:
        return self.page.locator("#message")

    @property
    def name_field(self) -> Locator:
        return self.page.locator("#user-name")


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def enter(browser: Browser, server: Server, complaints: list[str]) -> Iterator[Callable[..., Visitor]]:
    """Lets somebody come in, with a browser of their own, or with another tab in `beside`'s."""
    contexts: list[BrowserContext] = []

    def enter(name: str, *, beside: Visitor | None = None, url: str = server.url, **options: Any) -> Visitor:
        context = beside.page.context if beside else browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Visitor(page, url, name)

    yield enter
    for context in dict.fromkeys(contexts):
        context.close()
    # Chromium itself writes down every request that fails; neither a lost connection nor a browser that takes no
    # worker is a fault of the page.
    ours = [
        text
        for text in complaints
        if not re.search(
            r"Failed to load resource|WebSocket connection to|net::ERR|Service Worker registration blocked", text
        )
    ]
    assert ours == []


class Program:
    """A script in a room."""

    def __init__(self, url: str, room: str, name: str) -> None:
        self._client = socketio.Client()
        self._client.connect(url, transports=["websocket"])
        self._room = room
        self.asks("join", user_name=name)

    def asks(self, event: str, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.call(event, {"room": self._room, **fields})
        assert answer["ok"], answer
        return answer

    def says(self, *texts: str) -> int:
        """Post these; once the last is acknowledged, tell its seq."""
        for number, text in enumerate(texts[:-1], 1):
            # The client of Python reads slowly: without an answer now and then it would be left behind.
            post = self._client.call if number % 50 == 0 else self._client.emit
            post("my event", {"room": self._room, "message": text})
        return int(self.asks("my event", message=texts[-1])["seq"])

    def ends(self) -> None:
        self._client.disconnect()


@pytest.fixture
def program(server: Server) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def program(room: str, name: str = "deploy") -> Program:
        programs.append(Program(server.url, room, name))
        return programs[-1]

    yield program
    for one in programs:
        one.ends()


@pytest.fixture(scope="session")
def server_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server as others on a network have it: plain http, and a name that is not this machine's."""
    server = Server(tmp_path_factory.mktemp("elsewhere"), "--allow-origin", f"http://{ELSEWHERE}:{{port}}")
    yield f"http://{ELSEWHERE}:{server.port}"
    server.close()
