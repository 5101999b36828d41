"""What a process counts and times, for Prometheus.

A registry of its own, handed to whoever counts; nothing is global. The values of labels come from closed
sets, so no address, name or id can become one, nor can the number of series grow.
"""

from collections.abc import Sequence
from itertools import product
from typing import Literal, TypeVar, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

KINDS = ("message", "submission")
OUTCOMES = ("answered", "replaced", "refused", "failed", "ignored", "gone", "given up", "unreadable")
METHODS = ("GET", "POST", "PUT", "DELETE")
STATUS_CLASSES = ("2xx", "3xx", "4xx", "5xx", "none")
Delivery = Literal[
    "taken",
    "own",
    "members",
    "store away",
    "unsigned",
    "too large",
    "too slow",
    "busy",
    "malformed",
    "not asked for",
    "too old",
]
# What strangers send to the web server and is refused before any route's own checks.
Noise = Literal["malformed", "too large", "too slow", "busy", "crowded"]
# One call to Webex takes about 0.15 s, an answer two of them.
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)

Child = TypeVar("Child", Counter, Histogram)


class _Children(dict[tuple[str, ...], Child]):
    """The series of a labelled metric, each made once; a value that is not in its set counts as "other"."""

    def __init__(self, family: Child, *values: Sequence[str]) -> None:
        self._family: Child = family
        self._values = values

    def __missing__(self, labels: tuple[str, ...]) -> Child:
        known = tuple(
            value if value in allowed else "other" for value, allowed in zip(labels, self._values, strict=True)
        )
        child: Child = self._family.labels(*known)
        if known == labels:
            self[labels] = child
        return child

    def show_all(self) -> None:
        """Show every series from the start, at 0: else no rate could be taken of the first count."""
        for labels in product(*self._values):
            self[labels]


class Metrics:
    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        events = Counter("helpdesk_events", "Events worked on.", ["kind", "outcome"], registry=registry)
        self._events = _Children(events, KINDS, OUTCOMES)
        self._events.show_all()
        self._handling = Histogram(
            "helpdesk_handling_seconds", "From an event's arrival to its answer.", registry=registry, buckets=SECONDS
        )
        calls = Histogram(
            "helpdesk_webex_call_seconds",
            "One call to Webex, as answered: 2xx to 5xx, or none.",
            ["method", "status"],
            registry=registry,
            buckets=SECONDS,
        )
        self._calls = _Children(calls, METHODS, STATUS_CLASSES)
        deliveries = Counter("helpdesk_webhook_deliveries", "Deliveries of webhooks.", ["result"], registry=registry)
        self._deliveries = _Children(deliveries, get_args(Delivery))
        self._deliveries.show_all()
        refused = Counter("helpdesk_web_refused", "Requests and connections refused.", ["why"], registry=registry)
        self._refused = _Children(refused, get_args(Noise))
        self._refused.show_all()
        self.waiting = Gauge("helpdesk_events_waiting", "Events in the store that nobody works on.", registry=registry)
        self.in_work = Gauge("helpdesk_events_in_work", "Events this process works on.", registry=registry)
        self.retries = Counter("helpdesk_webex_retries", "Calls to Webex tried again.", registry=registry)
        self.reconnects = Counter("helpdesk_reconnects", "Times the way in from Webex was lost.", registry=registry)
        self.retaken = Counter("helpdesk_claims_retaken", "Events taken over from dead processes.", registry=registry)
        self.duplicates = Counter("helpdesk_duplicates", "Events told again, and ignored.", registry=registry)

    def event(self, kind: str, outcome: str, seconds: float) -> None:
        """An event was brought to its end, `seconds` after it arrived."""
        self._events[kind, outcome].inc()
        self._handling.observe(seconds)

    def webex_call(self, method: str, status: int | None, seconds: float) -> None:
        """`status` is None where no answer came."""
        self._calls[method, f"{status // 100}xx" if status else "none"].observe(seconds)

    def delivery(self, result: Delivery) -> None:
        self._deliveries[(result,)].inc()

    def noise(self, why: Noise) -> None:
        """The web server refused a request or a connection."""
        self._refused[(why,)].inc()

    def render(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)
