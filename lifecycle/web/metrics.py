"""What this process counted, as Prometheus text (exposition format 0.0.4)."""

from __future__ import annotations

import threading
from collections import defaultdict

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_HELP = {
    "lifecycle_http_requests_total": "HTTP requests by method, route and status.",
    "lifecycle_rasa_failures_total": "Turns Rasa did not answer, by reason.",
    "lifecycle_shop_events_total": "Order events by source and what became of them.",
    "lifecycle_mail_reports_total": "Bounces and complaints by what they led to.",
    "lifecycle_rate_limited_total": "Requests refused for their number, by limit.",
}


class Metrics:
    """Counters and one histogram; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, dict[tuple[tuple[str, str], ...], int]] = defaultdict(lambda: defaultdict(int))
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS_SECONDS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter."""
        with self._lock:
            self._counts[name][tuple(sorted(labels.items()))] += 1

    def observe(self, route: str, seconds: float) -> None:
        """Note how long a request to a route took."""
        place = next((i for i, bound in enumerate(BUCKETS_SECONDS) if seconds <= bound), len(BUCKETS_SECONDS))
        with self._lock:
            self._buckets[route][place] += 1
            self._seconds[route] += seconds

    def text(self) -> str:
        """Everything counted so far."""
        lines: list[str] = []
        with self._lock:
            for name in sorted(self._counts):
                lines += [f"# HELP {name} {_HELP.get(name, name)}", f"# TYPE {name} counter"]
                lines += [f"{name}{_labels(labels)} {value}" for labels, value in sorted(self._counts[name].items())]
            name = "lifecycle_http_request_seconds"
            lines += [f"# HELP {name} Time to answer, by route.", f"# TYPE {name} histogram"]
            for route in sorted(self._buckets):
                total = 0
                for bound, count in zip((*BUCKETS_SECONDS, "+Inf"), self._buckets[route], strict=True):
                    total += count
                    lines.append(f"{name}_bucket{_labels((('route', route), ('le', str(bound))))} {total}")
                lines.append(f"{name}_sum{_labels((('route', route),))} {self._seconds[route]:.6f}")
                lines.append(f"{name}_count{_labels((('route', route),))} {total}")
        return "\n".join(lines) + "\n"


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    escaped = ((name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for name, value in labels)
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}" if labels else ""
