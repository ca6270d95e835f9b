"""eventlet's hub from below: callbacks when a descriptor is ready, and greenlets for what may block.

Callbacks run on the hub's own greenlet: one that blocks, or raises, would end the descriptor it belongs to.
"""

import logging
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

import greenlet
from eventlet import hubs
from eventlet.hubs import epolls
from eventlet.patcher import original

IDLE_WORKERS = 32
READY_AT_ONCE = 16

logger = logging.getLogger(__name__)
Listener = Any
Socket = socket.socket

_real_socket = original("socket").socket


def bare_socket(descriptor: int, family: int) -> Socket:
    """A socket that waits for nothing, and that eventlet does not know."""
    bare: Socket = _real_socket(family, socket.SOCK_STREAM, 0, descriptor)
    bare.setblocking(False)
    return bare


def take_turns() -> None:
    """Let the hub handle a few ready descriptors before timers have their turn, and the next ones are asked for.

    It would handle a thousand: whoever waits for a timer, and all that is written to rooms does, waited for them all.
    """
    hub = hubs.get_hub()
    if isinstance(hub, epolls.Hub):
        hub.do_poll = lambda seconds: hub.poll.poll(seconds, READY_AT_ONCE)


def watch(kind: str, fileno: int, ready: Callable[[int], None]) -> Listener:
    """Call `ready` on the hub whenever the descriptor is; until `unwatch`, which has to come before its end."""
    hub = hubs.get_hub()
    listener = hub.add(kind, fileno, ready, _obsolete, None)
    listener.greenlet = hub.greenlet  # else it would keep the one that happens to run now
    return listener


def unwatch(listener: Listener) -> None:
    hubs.get_hub().remove(listener)


def soon(call: Callable[..., None], *args: Any) -> None:
    """Call on the hub's next turn. `call` neither blocks nor raises."""
    hubs.get_hub().schedule_call_global(0, call, *args)


def later(seconds: float, call: Callable[..., None]) -> None:
    """Call on the hub after a while. `call` neither blocks nor raises."""
    hubs.get_hub().schedule_call_global(seconds, call)


_idle: deque[greenlet.greenlet] = deque()


def run(call: Callable[..., None], *args: Any) -> None:
    """From the hub: call now, where it may block. Comes back when it is done or waits for something."""
    worker = _idle.pop() if _idle else greenlet.greenlet(_work, hubs.get_hub().greenlet)
    worker.switch(call, args)


def _work(call: Callable[..., None], args: tuple[Any, ...]) -> None:
    hub, own = hubs.get_hub(), greenlet.getcurrent()
    while True:
        try:
            call(*args)
        except Exception:
            logger.exception("a call on the hub failed")
        if len(_idle) >= IDLE_WORKERS:
            return
        _idle.append(own)
        call = args = None  # type: ignore[assignment]  # an idle worker holds nothing
        call, args = hub.switch()


def _obsolete(_: Any) -> None:
    """What is unwatched before its end is never found stale."""
