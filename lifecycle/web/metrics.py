"""What this process counted and what waits in the database, as Prometheus text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily

from lifecycle.web.waiting import HELP, Measure

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# name: (what it says, its labels)
COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lifecycle_http_requests_total": ("HTTP requests by method, route and status.", ("method", "route", "status")),
    "lifecycle_rasa_failures_total": ("Turns Rasa did not answer, by reason.", ("reason",)),
    "lifecycle_shop_events_total": ("Order events by source and what became of them.", ("source", "result")),
    "lifecycle_mail_reports_total": ("Bounces and complaints by what they led to.", ("result",)),
    "lifecycle_rate_limited_total": ("Requests refused for their number, by limit.", ("limit",)),
}
REQUESTS = "lifecycle_http_request_seconds"
disable_created_metrics()


class Metrics:
    """Counters and one histogram; safe to use from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._counters = {
            name: Counter(name, said, labels, registry=self._registry) for name, (said, labels) in COUNTERS.items()
        }
        self._seconds = Histogram(
            REQUESTS, "Time to answer, by route.", ("route",), buckets=BUCKETS_SECONDS, registry=self._registry
        )
        self._requests: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter of COUNTERS."""
        self._counters[name].labels(**labels).inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request and note how long it took."""
        kind = method, route, status
        if kind not in self._requests:  # looking a counter up by its labels costs more than counting
            labels = {"method": method, "route": route, "status": str(status)}
            counter = self._counters["lifecycle_http_requests_total"].labels(**labels)
            self._requests[kind] = counter, self._seconds.labels(route=route)
        counter, histogram = self._requests[kind]
        counter.inc()
        histogram.observe(seconds)

    def text(self, waiting: Sequence[Measure] | None = None) -> str:
        """Everything counted so far, and what waits; None: the database could not be asked."""
        told = CollectorRegistry()
        told.register(_Waiting(waiting))
        return (generate_latest(self._registry) + generate_latest(told)).decode()


class _Waiting:
    """What waits in the database as gauges, beside whether it answered at all."""

    def __init__(self, waiting: Sequence[Measure] | None) -> None:
        self.waiting = waiting

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("lifecycle_database_up", "Whether the database answered this look.")
        up.add_metric([], float(self.waiting is not None))
        yield up
        families: dict[str, GaugeMetricFamily] = {}
        for each in self.waiting or ():
            if each.name not in families:
                families[each.name] = GaugeMetricFamily(each.name, HELP[each.name], labels=list(each.labels))
            families[each.name].add_metric(list(each.labels.values()), each.value)
        yield from families.values()
