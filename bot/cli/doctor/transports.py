"""The way in: a websocket that opens, or webhooks that are registered and a public address that answers."""

import asyncio
import os
from urllib.parse import urlsplit

from bot.cli.doctor.asking import ask
from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped, warning
from bot.transports.webhook.registration import HOOK_PATH, OPTIONAL, PAIRS
from bot.transports.websocket.disconnects import ReconnectPace
from bot.transports.websocket.transport import WebsocketTransport

OPEN_SECONDS = 8
_LOCAL = ("127.0.0.1", "::1", "localhost")


async def websocket(setup: Setup) -> Finding:
    """Opens one as the desk does, on a device of its own, and takes the device away again."""
    settings = setup.settings
    if settings.transport != "websocket":
        return skipped(f"HELPDESK_TRANSPORT is {settings.transport}")
    is_open = asyncio.Event()
    transport = WebsocketTransport(
        settings.webex_access_token.get_secret_value(),
        settings.webex_catalog_url,
        # Not "helpdesk ...": a running desk takes away devices of that name whose process it does not know.
        f"doctor {os.uname().nodename}:{os.getpid()}",
        on_frame=lambda frame, acknowledge: None,  # what is not acknowledged was not ours to take
        on_open=is_open.set,
        on_lost=lambda: None,
        ca_file=settings.ca_file,
        # Sooner than a desk does: where Webex says nothing by itself, its answer shows that it talks to us.
        pace=ReconnectPace(ping=2),
        proxies=settings.proxies,
    )
    transport.start()
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            await is_open.wait()
    except TimeoutError:
        raise CheckFailed(
            f"No websocket opened in {OPEN_SECONDS} s: {transport.last_problem or 'nothing answered'}.",
            advice_of(transport),
        ) from None
    finally:
        await transport.stop()
    return ok("registered, opened and removed")


def advice_of(transport: WebsocketTransport) -> str:
    """What to do about a link that does not open."""
    fix = transport.last_fix
    if fix:
        return f"{fix[:1].upper()}{fix[1:]}."
    return "Check HELPDESK_WEBEX_CATALOG_URL, and that the firewall lets https and wss out to *.wbx2.com."


async def webhook(setup: Setup) -> Finding:
    settings = setup.settings
    if settings.transport != "webhook":
        return skipped(f"HELPDESK_TRANSPORT is {settings.transport}")
    token = settings.webex_access_token.get_secret_value()
    answer = await ask(setup.session, f"{settings.webex_url}/webhooks", token, max="100")
    if answer.status != 200:
        raise CheckFailed(
            f"Webex answered {answer.status} when asked for the bot's webhooks.", "See what the token's check found."
        )
    target = f"{settings.public_url}{HOOK_PATH}"
    ours = [hook for hook in answer.content.get("items", ()) if hook.get("targetUrl") == target]
    untold = []
    for resource, event in PAIRS:
        told = [hook for hook in ours if (hook.get("resource"), hook.get("event")) == (resource, event)]
        if not told and (resource, event) in OPTIONAL:
            untold.append(f"{resource} {event}")
            continue
        if not told:
            raise CheckFailed(
                f"No webhook tells {target} of {resource}.", "Start helpdesk run: it registers its webhooks."
            )
        if all(hook.get("status") != "active" for hook in told):
            raise CheckFailed(
                f"Webex has given up telling {target} of {resource}: too many deliveries failed.",
                "See that the public address answers; helpdesk run then wakes the webhook up within a minute.",
            )
    if untold:
        return warning(
            f"Webex tells {target}, but not of {', '.join(untold)}.",
            "Edited questions are not answered anew. helpdesk run asks Webex for it once at each start; "
            "HELPDESK_TRANSPORT=websocket is told of edits in any case.",
        )
    return ok(f"Webex tells {target}")


async def public_address(setup: Setup) -> Finding:
    url = setup.settings.public_url
    if url is None:
        return skipped("HELPDESK_PUBLIC_URL is not set")
    is_local = urlsplit(url).hostname in _LOCAL
    if not url.startswith("https://") and not is_local:
        raise CheckFailed(f"{url} is not https.", "Set HELPDESK_PUBLIC_URL to an https:// address.")
    answer = await ask(setup.session, f"{url}/healthz")
    if answer.status != 200 or not answer.body.startswith(b"alive"):
        raise CheckFailed(
            f"{url}/healthz answered {answer.status}, and not as this desk does.",
            "Start helpdesk run, and have the proxy or load balancer pass all of HELPDESK_PUBLIC_URL to its PORT.",
        )
    if is_local:
        return warning(f"{url} answers.", "It is this machine's own: Webex and browsers elsewhere do not reach it.")
    return ok(f"{url} answers")
