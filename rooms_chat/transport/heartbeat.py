"""A heartbeat: how long the hub keeps those waiting whose turn it is."""

import time

import eventlet

from rooms_chat.metrics import Metrics
from rooms_chat.transport.places import Places
from rooms_chat.transport.websocket import WebSocket

BEAT_SECONDS = 0.05


def start(metrics: Metrics, places: Places) -> None:
    """Beat for ever, and count what only the transport knows."""
    metrics.gauge("connections", "Clients that are connected.", lambda: places.lines)
    metrics.gauge("places_left", "How many more may connect.", lambda: places.left)
    metrics.counter(
        "outbox_cuts",
        "Connections cut that took too little of what they were sent.",
        lambda: WebSocket.outbox_cuts,
    )
    eventlet.spawn_n(_beat, metrics)


def _beat(metrics: Metrics) -> None:
    while True:
        asked = time.monotonic()
        eventlet.sleep(BEAT_SECONDS)
        metrics.stalled(max(0.0, time.monotonic() - asked - BEAT_SECONDS))
