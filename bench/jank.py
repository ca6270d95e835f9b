"""Measures whether typing janks: a page with 300 messages, the processor slowed four times, and Chromium's own tracing.

`python bench/jank.py` prints how long the page's main thread was busy at a stretch while a sentence was typed, while
messages came in, and how long each key took until its frame. A stretch over 50 ms is what Chromium calls a long task.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.conftest import CHROMIUM, QUIETLY, Program, Server, Visitor

MESSAGES = 300
SLOWED = 4
LONG_MS = 50.0
ROOM = "kitchen"
SENTENCE = "The oven holds its heat now, and who brings the big pot on Friday?\nI can. "
WORDS = "Who is in for Friday? I can bring *the big pot*, `code` and https://rooms.example too. "
TRACED = "devtools.timeline,toplevel,disabled-by-default-devtools.timeline"
KEYS = """() => {
    globalThis.keys = [];
    const pressed = (list) => list.getEntries().filter(({ name }) => name === "keydown");
    const keep = (list) => keys.push(...pressed(list).map(({ duration }) => duration));
    new PerformanceObserver(keep).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""


def main() -> None:
    """Measure, and print one line for each case."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIETLY.split())
            measure(browser.new_page(), server)
        finally:
            server.close()


def measure(page: Page, server: Server) -> None:
    """Fill a room and its page, then type, alone and while others talk."""
    alice = Visitor(page, server.url, "Alice").opens(ROOM)
    alice.says("hello")
    deploy = Program(server.url, ROOM, "deploy")
    deploy.says(*[f"{WORDS} {number}" for number in range(1, MESSAGES)])
    alice.hears(f"{WORDS.replace('*', '').replace('`', '')} {MESSAGES - 1}")
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.evaluate(KEYS)
    sys.stdout.write(f"{alice.messages.count()} messages in the page, processor slowed {SLOWED} times\n")
    tell("typing alone", page, traced(session, lambda: types(alice, lambda: None)))
    tell("typing while others talk", page, traced(session, lambda: types(alice, lambda: deploy.says(WORDS))))
    deploy.ends()


def types(alice: Visitor, meanwhile: Any) -> None:
    """A sentence at 12 keys a second, with something else now and then."""
    for place, letter in enumerate(SENTENCE):
        alice.field.press("Shift+Enter" if letter == "\n" else letter, delay=20)
        alice.page.wait_for_timeout(60)
        if place % 12 == 0:
            meanwhile()


def traced(session: CDPSession, act: Any) -> list[float]:
    """How long each task of the page's main thread took, in ms, while `act` ran."""
    events: list[dict[str, Any]] = []
    done: list[bool] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    session.send("Tracing.start", {"categories": TRACED, "transferMode": "ReportEvents"})
    act()
    session.send("Tracing.end")
    while not done:
        session.send("Runtime.evaluate", {"expression": "0"})
    return tasks(events)


def tasks(events: list[dict[str, Any]]) -> list[float]:
    """How long each task kept the thread that lays pages out, not counting what others did on the processor."""
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    busiest = {(e["pid"], e["tid"]) for e in events if e["name"] == "EventDispatch"}
    return [
        e.get("tdur", e["dur"]) / 1000
        for e in events
        if e["name"] == "RunTask" and (e["pid"], e["tid"]) in busiest and names[e["pid"], e["tid"]] == "CrRendererMain"
    ]


def tell(what: str, page: Page, busy_ms: list[float]) -> None:
    """One case in one line."""
    keys_ms = sorted(page.evaluate("() => keys.splice(0)")) or [0]
    told = {
        "case": what,
        "longest task (ms)": round(max(busy_ms), 1),
        f"tasks over {LONG_MS:.0f} ms": sum(ms > LONG_MS for ms in busy_ms),
        "key to frame, median (ms)": statistics.median(keys_ms),
        "key to frame, longest (ms)": keys_ms[-1],
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
