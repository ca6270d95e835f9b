"""eventlet's hub, as the parts know a hub."""

import logging
import os as green_os
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from eventlet import hubs
from eventlet.event import Event
from eventlet.patcher import original

from rooms_chat.hub import Pending, Semaphore, Timer

os = original("os")
threading = original("threading")
logger = logging.getLogger(__name__)
T = TypeVar("T")


class EventletHub:
    """Calls from other threads come by a deque; one byte in a pipe wakes the greenlet that takes them."""

    def __init__(self) -> None:
        self._from_threads: deque[Callable[[], None]] = deque()
        self._awake, self._wake = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wake, False)
        eventlet.spawn_n(self._take_calls)

    def call_soon(self, call: Callable[[], None]) -> None:
        eventlet.spawn_n(_guarded, call)

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        timer: Timer = eventlet.spawn_after(seconds, _guarded, call)
        return timer

    def call_from_thread(self, call: Callable[[], None]) -> None:
        self._from_threads.append(call)
        try:
            os.write(self._wake, b"\0")
        except BlockingIOError:
            return  # so many bytes wait that it wakes anyhow

    def start_thread(self, target: Callable[[], None]) -> Callable[[float], bool]:
        ended = Event()

        def run() -> None:
            target()
            self.call_from_thread(ended.send)

        threading.Thread(target=run, daemon=True).start()

        def join(seconds: float) -> bool:
            with eventlet.Timeout(seconds, False):
                ended.wait()
            return bool(ended.ready())

        return join

    def semaphore(self) -> Semaphore:
        semaphore: Semaphore = threading.Semaphore(0)
        return semaphore

    def wait(self, pending: Pending[T], seconds: float = 10) -> T:
        event = Event()
        pending.then(lambda _: event.send())
        with eventlet.Timeout(seconds, False):
            event.wait()
        result: T = pending.result()
        return result

    def _take_calls(self) -> None:
        while True:
            hubs.trampoline(self._awake, read=True)
            green_os.read(self._awake, 4096)
            while self._from_threads:
                _guarded(self._from_threads.popleft())


def _guarded(call: Callable[[], Any]) -> None:
    try:
        call()
    except Exception:
        logger.exception("a call on the hub failed")
