"""What is counted while the api runs: kinds and seconds only, never whom or what; counted after a commit."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

NOTED = "noted_for_measures"
OTHER = "other"
TURN_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 15)
# The marks of clinical.md §4 (5 minutes, 15 minutes, 4 hours) are bounds of their own.
PEOPLE_SECONDS = (5, 15, 60, 300, 900, 3_600, 14_400, 86_400)


def note(db: Session, what: str, kind: str, seconds: float | None = None) -> None:
    """Note something that this unit of work does; it counts when the unit commits, and only then.

    `what` is one of turn, handoff, alert, alert_told, alert_acknowledged; `kind` the outcome, reason or tier.
    """
    db.info.setdefault(NOTED, []).append((what, str(kind), seconds))


class Measures:
    """Counters and histograms of one api process, in a registry of their own.

    `kinds` gives, for each thing that is counted, the kinds there are: no other word becomes a label.
    """

    def __init__(self, kinds: Mapping[str, frozenset[str]]) -> None:
        self.registry, self._kinds = CollectorRegistry(), kinds
        one, many = self._counter, self._histogram
        self._counters = {
            "turn": one("turns", "Turns of the bot, by how they ended", "outcome"),
            "handoff": one("handoffs", "Chats that asked for a person, by the first reason", "reason"),
            "alert": one("alerts", "Alerts raised for staff", "tier"),
        }
        self._histograms = {
            "turn": many("turn_seconds", "From opening a turn to its end", "outcome", TURN_SECONDS),
            "alert_told": many("alert_told_seconds", "From an alert to its first notice", "tier", PEOPLE_SECONDS),
            "alert_acknowledged": many(
                "alert_acknowledged_seconds", "From an alert to a staff member's answer", "tier", PEOPLE_SECONDS
            ),
        }
        self._database_errors = one("database_errors", "Statements the database refused, by error", "error")
        self._gauges: dict[str, Gauge] = {}

    def watch(self, engine: Engine, factory: "sessionmaker[Session]") -> None:
        """Hear every commit of the writing units of work, and every error of the database."""
        event.listen(factory, "after_commit", self._committed)
        event.listen(engine, "handle_error", self._refused)

    def page(self, now: Mapping[str, float]) -> bytes:
        """The whole in Prometheus's text format, with gauges as they are `now` (name → value)."""
        for name, value in now.items():
            if name not in self._gauges:
                self._gauges[name] = Gauge(f"frontdesk_{name}", name.replace("_", " "), registry=self.registry)
            self._gauges[name].set(value)
        return generate_latest(self.registry)

    def _committed(self, db: Session) -> None:
        for what, kind, seconds in db.info.pop(NOTED, ()):
            label = kind if kind in self._kinds.get(what, ()) else OTHER
            if what in self._counters:
                self._counters[what].labels(label).inc()
            if what in self._histograms and seconds is not None:
                self._histograms[what].labels(label).observe(max(seconds, 0.0))

    def _refused(self, context: Any) -> None:
        # The class of the driver's error: a short list, and never its text.
        self._database_errors.labels(type(context.original_exception).__name__).inc()

    def _counter(self, name: str, help_text: str, label: str) -> Counter:
        return Counter(f"frontdesk_{name}", help_text, [label], registry=self.registry)

    def _histogram(self, name: str, help_text: str, label: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"frontdesk_{name}", help_text, [label], buckets=buckets, registry=self.registry)
