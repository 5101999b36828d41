"""Which devices are given up where Webex says that the bot's account has too many: it takes about 100.

First our own dead ones, then, of other programs with the same token, the oldest that nobody has used for long. Webex's
own client makes room in the same way.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.transports.websocket.devices import WebsocketDevice

IDLE = timedelta(hours=1)
# A few, so that the next ones fit in as well; as many as a program that starts again and again leaves in a while.
MOST_REMOVED = 10
# Other desks: they live for long, and none of their devices looks used.
_DESKS = "helpdesk "
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Family:
    """The devices of one desk: their names begin with `prefix`. `alive` are those in use, None while nobody knows."""

    prefix: str
    alive: Collection[str] | None = None


def to_give_up(
    devices: Sequence[WebsocketDevice], name: str, family: Family | None, now: datetime
) -> list[WebsocketDevice]:
    """What this process, which is called `name` and has no device now, may remove; empty where all may be in use."""
    dead = [each for each in devices if each.name == name or _is_dead(each, family)]
    ours = [each for each in devices if family and each.name.startswith(family.prefix)]
    if dead or (ours and family and family.alive is None):
        return dead  # others' are not touched before it is known which of ours are dead
    foreign = [each for each in devices if each not in ours]
    idle = [each for each in foreign if (each.used_at or _EVER) < now - IDLE]
    return sorted(idle, key=lambda each: (each.name.startswith(_DESKS), each.used_at or _EVER))[:MOST_REMOVED]


def _is_dead(device: WebsocketDevice, family: Family | None) -> bool:
    if family is None or family.alive is None:
        return False
    return device.name.startswith(family.prefix) and device.name not in family.alive
