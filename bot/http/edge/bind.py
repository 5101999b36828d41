"""Where the process listens: what is public, and what only the operator's own machines ask for."""

import errno
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.http.edge.addresses import parse_address
from bot.settings import Settings
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text

EVERYWHERE = ""
LOOPBACK = "127.0.0.1"
# Taken where HELPDESK_METRICS_BIND says nothing, and any free one where it is taken.
INSIDE_PORT = 8081
_LOCAL_NAMES = ("localhost", "ip6-localhost")


class PortRefused(HelpdeskError):
    def __init__(self, port: int, is_taken: bool, variable: str = "PORT") -> None:
        super().__init__(
            Text("Another program uses port {port}.", port=str(port))
            if is_taken
            else Text("This system does not let us use port {port}.", port=str(port)),
            Text("Set {variable} to a free port, or to 0 for any.", variable=variable)
            if variable == "PORT"
            else Text("Set {variable} to an address of this machine and a free port.", variable=variable),
        )


@dataclass(frozen=True, slots=True)
class Bind:
    """`host` is an address, or EVERYWHERE. `inside` is where metrics are; None for loopback, at any free port.

    `trusted_proxies` are addresses and networks.
    """

    host: str = EVERYWHERE
    inside: tuple[str, int] | None = None
    inside_port: int = 0
    trusted_proxies: tuple[str, ...] = ()


def bind_of(settings: Settings) -> Bind:
    host = settings.bind or (EVERYWHERE if serves_public(settings) else LOOPBACK)
    return Bind(host, settings.metrics_bind, INSIDE_PORT, settings.trusted_proxies)


def serves_public(settings: Settings) -> bool:
    """Whether anybody on another machine has a reason to reach us."""
    if settings.public_url:
        return not is_local(settings.public_url)
    hooks = (
        settings.dsn_token,
        settings.mail_provider == "sendgrid" and settings.sendgrid_webhook_key,
        settings.mail_provider == "postmark" and settings.postmark_webhook_password,
        settings.mail_provider == "ses" and settings.ses_topics,
    )
    return settings.transport == "webhook" or any(hooks)


def is_local(url: str) -> bool:
    """Whether it leads to this machine alone."""
    host = urlsplit(url).hostname or ""
    address = parse_address(host)
    return host in _LOCAL_NAMES or (address is not None and address.is_loopback)


def listen_inside(bind: Bind) -> socket.socket:
    """Raises PortRefused where HELPDESK_METRICS_BIND names a place that cannot be used."""
    if bind.inside is not None:
        return listen(*bind.inside, variable="HELPDESK_METRICS_BIND")
    try:
        return listen(LOOPBACK, bind.inside_port)
    except PortRefused:  # several processes on one machine: the log says which port it is
        return listen(LOOPBACK, 0)


def listen(host: str, port: int, variable: str = "PORT") -> socket.socket:
    """A socket for `host`; EVERYWHERE is IPv6 and IPv4 where this machine has both. Raises PortRefused."""
    try:
        if host != EVERYWHERE:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, port), family=family)
        if socket.has_dualstack_ipv6():
            try:
                return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL:  # IPv6 is known here, and switched off
                    raise
        return socket.create_server(("0.0.0.0", port))  # noqa: S104  (a load balancer is another machine)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            variable = "HELPDESK_BIND" if variable == "PORT" else variable
        raise PortRefused(port, error.errno == errno.EADDRINUSE, variable) from None
