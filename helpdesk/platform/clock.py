"""The time, as an argument: what depends on it takes a Clock, and a test can let an hour pass."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class HasClock(Protocol):
    """Whatever offers a clock: a use case names what it needs."""

    @property
    def now(self) -> Clock: ...
