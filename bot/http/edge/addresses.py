"""Whose request it is: the address that connects, or what a trusted proxy says of it."""

import ipaddress
from collections.abc import Iterable, Sequence

from aiohttp import web

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The caller's address, as far as it can be believed; the server sets it on every request.
CALLER = web.RequestKey("caller", str)
FORWARDED = "X-Forwarded-For"
# Nobody has more proxies in a row.
MOST_HOPS = 16


class TrustedProxies:
    """The proxies in front of us. Only their `X-Forwarded-For` counts."""

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        """`trusted` are addresses or networks. Raises ValueError."""
        self._networks = tuple(parse_network(each) for each in trusted)

    def are_trusted(self, peer: str) -> bool:
        return self._trusts(parse_address(peer))

    def caller(self, peer: str, told: Sequence[str]) -> str:
        """The caller's address, an IPv6 network (/64) counted as one; empty where there is none.

        `told` are the request's `X-Forwarded-For` headers. They are read from the right, past every trusted proxy:
        what stands further left was written by whoever asked. Where it cannot be read, its proxy is the caller.
        """
        caller = parse_address(peer)
        hops = [hop.strip() for hop in ",".join(told).split(",")][-MOST_HOPS:]
        while self._trusts(caller) and hops and (before := parse_address(hops.pop())):
            caller = before
        return counted_as(caller)

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def parse_network(text: str) -> Network:
    """Raises ValueError."""
    return ipaddress.ip_network(text, strict=False)


def parse_address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def counted_as(address: Address | None) -> str:
    """Who has one IPv6 address has the whole network around it."""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address.packed, 64), strict=False))
    return str(address or "")
