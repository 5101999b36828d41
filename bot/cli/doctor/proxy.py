"""Which proxy the desk's calls go through, without its password."""

from bot.cli.doctor.finding import Finding, Setup, ok


async def proxy(setup: Setup) -> Finding:
    """Asks nobody: whether the proxy lets us through is seen where Webex is asked."""
    settings, proxies = setup.settings, setup.settings.proxies
    if not (proxies.secure or proxies.plain):
        return ok("none: HTTPS_PROXY and HTTP_PROXY are not set")
    ways = {"REST": settings.webex_url, "registration": settings.webex_catalog_url}
    found = [f"{name} {_way(setup, url)}" for name, url in ways.items()]
    return ok("; ".join([*found, f"no proxy for {', '.join(proxies.exempt) or 'nothing'} (NO_PROXY)"]))


def _way(setup: Setup, url: str) -> str:
    through = setup.settings.proxies.of(url)
    if through is None:
        return "directly"
    return f"through {through}" + (f" as {through.user}" if through.user else "")
