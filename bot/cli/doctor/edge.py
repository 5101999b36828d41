"""Where the desk would listen, whom it takes for its caller, and how many connections it can hold. Opens nothing."""

from bot.cli.doctor.finding import Finding, Setup, ok, warning
from bot.http.edge.addresses import parse_address
from bot.http.edge.bind import EVERYWHERE, INSIDE_PORT, LOOPBACK, bind_of, is_local, serves_public
from bot.http.edge.connections import most_connections

VARIABLES = (
    "PORT",
    "HELPDESK_BIND",
    "HELPDESK_METRICS_BIND",
    "HELPDESK_TRUSTED_PROXIES",
    "HELPDESK_PUBLIC_URL",
    "HELPDESK_TRANSPORT",
)
# Fewer are soon held by those who hold connections for nothing.
FEW = 128


async def ports(setup: Setup) -> Finding:
    settings = setup.settings
    bind = bind_of(settings)
    inside, inside_port = bind.inside or (LOOPBACK, INSIDE_PORT)
    listens = f"{bind.host or 'all addresses'}, port {settings.port}; metrics on {inside}, port {inside_port}."
    if not is_loopback(inside):
        return warning(listens, "Whoever reaches that port reads the metrics: let the firewall pass your own alone.")
    if bind.host == EVERYWHERE and settings.bind is None and not settings.trusted_proxies and is_https(setup):
        return warning(
            listens,
            "Behind a proxy, all browsers count as one caller: set HELPDESK_TRUSTED_PROXIES to the proxy's addresses.",
        )
    if settings.bind and not is_loopback(settings.bind) and not serves_public(settings):
        return warning(listens, "Nothing public is served: without HELPDESK_BIND it would be on 127.0.0.1 alone.")
    if (most := most_connections()) < FEW:
        return warning(listens, f"Only {most} connections at once: raise the limit of open files (ulimit -n) to 4096.")
    return ok(listens)


def is_loopback(host: str) -> bool:
    address = parse_address(host)
    return address is not None and address.is_loopback


def is_https(setup: Setup) -> bool:
    url = setup.settings.public_url or ""
    return url.startswith("https://") and not is_local(url)
