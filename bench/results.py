"""What a load came to."""

from typing import Any, NamedTuple

from bench.wire import Heard

PERCENTS = (50, 99, 100)


class Interval(NamedTuple):
    """All that happened while it was measured; times in seconds."""

    took: float
    cpu: dict[str, float]  # the server's, in parts
    own_cpu: float
    heard: list[tuple[float, Heard]]
    answered: list[tuple[float, int]]


def summary(measured: Interval, posted_at: list[float]) -> dict[str, Any]:
    """Rates, costs and waiting times. A post counts when it is heard, whenever it was sent."""
    deliveries = sorted(at - posted_at[number] for at, heard in measured.heard for number in heard.posts)
    last = {number: at for at, heard in measured.heard for number in heard.posts}
    answers = sorted(at - posted_at[number] for at, number in measured.answered)
    return {
        "deliveries": len(deliveries),
        "deliveries_per_second": len(deliveries) / measured.took,
        "delivery_ms": percentiles(deliveries),
        "whole_room_ms": percentiles(sorted(at - posted_at[number] for number, at in last.items())),
        "answers": len(answers),
        "answers_per_second": len(answers) / measured.took,
        "answer_ms": percentiles(answers),
        **costs(measured, max(1, len(deliveries))),
    }


def costs(measured: Interval, deliveries: int) -> dict[str, float]:
    """CPU, of the server and of the driver: of a core, and microseconds for each delivery."""
    cpu = sum(measured.cpu.values())
    return {
        "cpu_share": cpu / measured.took,
        "cpu_us": cpu / deliveries * 1e6,
        **{f"{part}_us": seconds / deliveries * 1e6 for part, seconds in measured.cpu.items()},
        "driver_cpu_share": measured.own_cpu / measured.took,
        "driver_cpu_us": measured.own_cpu / deliveries * 1e6,
    }


def percentiles(values: list[float]) -> dict[str, float]:
    """In milliseconds; of sorted seconds."""
    if not values:
        return {}
    return {f"p{percent}": values[min(len(values) - 1, len(values) * percent // 100)] * 1000 for percent in PERCENTS}
