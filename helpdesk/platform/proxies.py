"""Which proxy a call goes through: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, read in one way for all that calls out.

The libraries that call out each read these variables in a way of their own, or not at all; so they are told.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import quote, unquote, urlsplit

import aiohttp
from yarl import URL

DEFAULT_PORT = 80
_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}

Handler = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
Middleware = Callable[[aiohttp.ClientRequest, Handler], Awaitable[aiohttp.ClientResponse]]


@dataclass(frozen=True, slots=True)
class Proxy:
    """Spoken to in plain HTTP. `str` of it tells no password."""

    host: str
    port: int
    user: str = ""
    password: str = ""

    def __str__(self) -> str:
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"Proxy({self})"

    @property
    def url(self) -> str:
        """With user and password."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"http://{login}{self}"


@dataclass(frozen=True, slots=True)
class Proxies:
    """`secure` is for https and wss. `exempt` are hosts, domains, addresses and networks, as NO_PROXY lists them."""

    secure: Proxy | None = None
    plain: Proxy | None = None
    exempt: tuple[str, ...] = ()

    def of(self, url: str) -> Proxy | None:
        """The proxy on the way to `url`; None where there is none."""
        parts = urlsplit(url)
        found = self.secure if parts.scheme in ("https", "wss") else self.plain
        if found is None or not parts.hostname:
            return None
        port = parts.port or _PORTS.get(parts.scheme, 0)
        return None if any(_matches(each, parts.hostname, port) for each in self.exempt) else found

    def middleware(self) -> tuple[Middleware, ...]:
        """For an aiohttp session; without proxies, nothing is in the way of a call."""
        return (self._through,) if self.secure or self.plain else ()

    async def _through(self, request: aiohttp.ClientRequest, handler: Handler) -> aiohttp.ClientResponse:
        if proxy := self.of(str(request.url)):
            login = {}
            if proxy.user:
                login["Proxy-Authorization"] = aiohttp.encode_basic_auth(proxy.user, proxy.password)
            request.update_proxy(URL(f"http://{proxy}"), None, login if request.is_ssl() else None)
            if not request.is_ssl():  # else the server would be told the proxy's password
                request.headers.update(login)
        return await handler(request)


DIRECT = Proxies()


def parse_proxy(text: str) -> Proxy:
    """From `http://user:password@host:port`, of which all but the host may be missing. Raises ValueError."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    try:
        port = parts.port or DEFAULT_PORT
    except ValueError:
        port = 0
    is_more = parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme != "http" or not parts.hostname or not port or is_more:
        raise ValueError("no address of an HTTP proxy")
    user, password = (unquote(each or "") for each in (parts.username, parts.password))
    if ":" in user or not (user + password).isprintable():
        raise ValueError("no login that a proxy could take")
    return Proxy(parts.hostname, port, user, password)


def _matches(exempt: str, host: str, port: int) -> bool:
    if exempt == "*":
        return True
    try:
        return ip_address(host) in ip_network(exempt.strip("[]"), strict=False)
    except ValueError:
        pass  # one of them is a name
    name, _, only_port = exempt.lower().partition(":")
    if only_port and only_port != str(port):
        return False
    name = name.removeprefix("*").removeprefix(".").rstrip(".")
    host = host.lower().rstrip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
