"""How fast one asks: a bucket for each, which fills as time passes and which every request takes from."""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

# So many are remembered; whoever was not seen for longest has a full bucket by then, or is one of a flood.
MOST = 10_000


@dataclass(slots=True)
class Pace:
    """Up to `burst` at once, then `per_second`."""

    burst: float
    per_second: float
    now: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, who: str) -> int:
        """Seconds until `who` may ask again; 0 when they may now, and then it is counted."""
        now = self.now()
        left, at = self._left.pop(who, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        is_free = left >= 1
        self._left[who] = (left - 1 if is_free else left, now)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        return 0 if is_free else math.ceil((1 - left) / self.per_second)


def address_of(request: web.Request) -> str:
    """The address a request is from, as far as it can be believed; an IPv6 network counts as one.

    What a proxy in front of us says is the last of the list. Proxies are next to us, in a private network: who calls
    from elsewhere is believed nothing.
    """
    peer = _parsed(request.remote or "")
    if peer is None or not peer.is_private:
        return _network(peer)
    told = request.headers.getall("X-Forwarded-For", [""])[-1].rpartition(",")[2]
    return _network(_parsed(told.strip()) or peer)


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _parsed(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: _Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address or "")
