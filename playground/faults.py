"""What can be made to go wrong, at run time.

REST faults strike the calls of bots only, so that people can go on using the chat page.
"""

import random
import time
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from playground.refusals import bad


class Breakable(Protocol):
    """The open websockets, and the devices they belong to."""

    def drop(self) -> None: ...
    def close_with(self, code: int) -> None: ...
    def ask_to_reconnect(self) -> None: ...
    def forget_devices(self) -> None: ...


@dataclass
class Faults:
    """All off at first. The `..._next` counters run down to 0 by themselves."""

    latency_seconds: float = 0.0  # before every answer
    too_many_next: int = 0  # calls answered 429
    retry_after_seconds: int = 1  # what those answers say
    error_share: float = 0.0  # 0 to 1, of calls answered with one of error_statuses
    error_statuses: list[int] = field(default_factory=lambda: [500, 502, 503])
    reset_next: int = 0  # calls whose connection is cut before anything is done
    scanning_next: int = 0  # files answered 423: they are still looked through for malware
    unscannable_next: int = 0  # files answered 428: nobody can look through them
    lose_answer_next: int = 0  # calls that are carried out, and cut before the answer
    duplicate_events: bool = False  # every event comes twice: on the websocket, and to webhooks
    silence_sockets: bool = False  # websockets stay open and say nothing: no event, no pong of either kind
    binary_frames: bool = False  # websockets send what they say as bytes
    hang_handshakes: bool = False  # new websockets get no answer
    too_many_handshakes_next: int = 0  # new websockets answered 429, with Retry-After
    # For tests alone: the beginning of "GET /v1/roles" -> the answer's status, and how far the cloud's clock is off.
    refused: dict[str, int] = field(default_factory=dict, repr=False)
    clock_ahead_seconds: float = field(default=0.0, repr=False)
    sockets: Breakable | None = field(default=None, repr=False)  # set by the cloud
    _down_until: float = field(default=0.0, repr=False)
    _random: random.Random = field(default_factory=lambda: random.Random(7), repr=False)  # noqa: S311 - no secret

    def clear(self) -> None:
        """Everything works again, the websocket too."""
        fresh = Faults()
        for one in _settable():
            setattr(self, one, getattr(fresh, one))
        self._down_until = 0.0
        self.refused.clear()
        self.clock_ahead_seconds = 0.0

    def refusal(self, call: str) -> int | None:
        """The status that this call is refused with, or None."""
        return next((status for beginning, status in self.refused.items() if call.startswith(beginning)), None)

    def drop_socket(self, seconds: float = 0.0) -> None:
        """Cut all websockets now, and refuse new ones (503) for `seconds`."""
        self._down_until = time.monotonic() + seconds
        if self.sockets:
            self.sockets.drop()

    def close_sockets(self, code: int) -> None:
        """Close all websockets with a code, as Webex does: 4000 replaced, 4401 bad token, 1008 not authorised ..."""
        if self.sockets:
            self.sockets.close_with(code)

    def ask_to_reconnect(self) -> None:
        """Send the `shutdown` frame, after which a client opens another websocket."""
        if self.sockets:
            self.sockets.ask_to_reconnect()

    def forget_devices(self) -> None:
        """No device is known any more: its next handshake is answered 404. Open websockets stay."""
        if self.sockets:
            self.sockets.forget_devices()

    @property
    def is_socket_down(self) -> bool:
        return time.monotonic() < self._down_until

    def error_status(self) -> int | None:
        """The status this call fails with, or None; 429 is counted apart, see `take`."""
        return self._random.choice(self.error_statuses) if self._random.random() < self.error_share else None

    def take(self, counter: str) -> bool:
        """Whether this call is one of the next ones to fail; counts it down."""
        left: int = getattr(self, counter)
        if left > 0:
            setattr(self, counter, left - 1)
        return left > 0

    def as_json(self) -> dict[str, Any]:
        return {one: getattr(self, one) for one in _settable()} | {"socket_down": self.is_socket_down}

    def update(self, wanted: dict[str, Any]) -> None:
        """Take over the named settings. Raises Refusal (400).

        What is done and not set: `drop_socket_seconds`, `close_sockets_code`, and, with true, `ask_to_reconnect`
        and `forget_devices`.
        """
        for name, value in wanted.items():
            if name == "drop_socket_seconds" and isinstance(value, int | float):
                self.drop_socket(value)
            elif name == "close_sockets_code" and type(value) is int and 1000 <= value <= 4999:
                self.close_sockets(value)
            elif name == "ask_to_reconnect" and value is True:
                self.ask_to_reconnect()
            elif name == "forget_devices" and value is True:
                self.forget_devices()
            elif name in _settable() and _fits(getattr(self, name), value):
                setattr(self, name, value)
            else:
                raise bad(f"No such fault, or not a value for it: {name}.")


def _settable() -> list[str]:
    return [one.name for one in fields(Faults) if one.repr]


def _fits(current: Any, value: Any) -> bool:
    if isinstance(current, bool) or isinstance(value, bool):
        return isinstance(current, bool) and isinstance(value, bool)
    if isinstance(current, float):
        return isinstance(value, int | float) and value >= 0
    if isinstance(current, int):
        return isinstance(value, int) and value >= 0
    return isinstance(value, list) and all(isinstance(one, int) and 400 <= one <= 599 for one in value) and bool(value)
