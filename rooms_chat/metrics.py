"""Metrics: what an operator's graphs are drawn from. Counted once a batch, never once a delivery."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
LATENCY_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
STALL_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Of one worker, in a registry of its own: what the library would count by itself is left out."""

    def __init__(self) -> None:
        self.posts = 0
        self._registry = CollectorRegistry()
        self._commit_seconds = self._histogram("commit_seconds", "How long a batch took to be on the disk.")
        self._delivery_seconds = self._histogram(
            "delivery_seconds", "From the beginning of a batch until its rows were on their way to all who are here."
        )
        self._hub_stall_seconds = self._histogram(
            "hub_stall_seconds", "How much later than it had asked a heartbeat got its turn.", STALL_SECONDS
        )

    def gauge(self, name: str, help: str, value: Callable[[], float]) -> None:
        """A number that goes up and down, read whenever somebody asks."""
        self._registry.register(Watched(lambda: GaugeMetricFamily(f"rooms_{name}", help, value())))

    def counter(self, name: str, help: str, value: Callable[[], float]) -> None:
        """A number that only goes up, read whenever somebody asks."""
        self._registry.register(Watched(lambda: CounterMetricFamily(f"rooms_{name}", help, value())))

    def committed(self, commit_seconds: float, delivery_seconds: float) -> None:
        """A batch is on the disk, and was told."""
        self._commit_seconds.observe(commit_seconds)
        self._delivery_seconds.observe(delivery_seconds)

    def stalled(self, seconds: float) -> None:
        """The heartbeat came so much too late."""
        self._hub_stall_seconds.observe(seconds)

    def as_text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)

    def _histogram(self, name: str, help: str, buckets: tuple[float, ...] = LATENCY_SECONDS) -> Histogram:
        return Histogram(f"rooms_{name}", help, registry=self._registry, buckets=buckets)


class Watched:
    """A metric that is made when it is asked for."""

    def __init__(self, make: Callable[[], Metric]) -> None:
        self._make = make

    def collect(self) -> Iterator[Metric]:
        yield self._make()
