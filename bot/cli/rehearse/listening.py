"""The way in of a rehearsal: a websocket of its own, or the webhooks of the desk, told from outside."""

import asyncio
import os

from aiohttp import web

from bot.cli.doctor import transports
from bot.cli.doctor.finding import CheckFailed, Finding, ok
from bot.cli.rehearse.catching import Catcher
from bot.cli.rehearse.scene import Scene
from bot.cli.rehearse.trouble import Trouble
from bot.http.edge.bind import bind_of
from bot.http.servers import WebServer
from bot.transports.webhook.transport import WebhookTransport
from bot.transports.websocket.disconnects import ReconnectPace
from bot.transports.websocket.link import Acknowledge, Frame
from bot.transports.websocket.transport import WebsocketTransport
from bot.webex import events
from bot.webex.events import Arrival
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.metrics import Metrics

_STOP_THE_DESK = "Stop helpdesk run for as long as the rehearsal lasts: it takes what is told at this address."


async def way_in(scene: Scene) -> Finding:
    if scene.setup.settings.transport == "webhook":
        return await _webhooks(scene)
    return await _websocket(scene)


async def _websocket(scene: Scene) -> Finding:
    settings = scene.setup.settings
    is_open = asyncio.Event()

    def heard(frame: Frame, acknowledge: Acknowledge) -> None:
        acknowledge()
        if arrival := events.arrival(frame):
            scene.arrivals.put_nowait(arrival)

    transport = WebsocketTransport(
        settings.webex_access_token.get_secret_value(),
        settings.webex_catalog_url,
        # Not "helpdesk ...": a running desk takes away devices of that name whose process it does not know.
        f"rehearsal {os.uname().nodename}:{os.getpid()}",
        on_frame=heard,
        on_open=is_open.set,
        on_lost=lambda: None,
        ca_file=settings.ca_file,
        pace=ReconnectPace(ping=2),
        proxies=settings.proxies,
    )
    transport.start()
    scene.stack.push_async_callback(transport.stop)
    try:
        async with asyncio.timeout(transports.OPEN_SECONDS):
            await is_open.wait()
    except TimeoutError:
        raise Trouble(
            "no websocket",
            f"No websocket opened in {transports.OPEN_SECONDS} s: {transport.last_problem or 'nothing answered'}.",
            transports.advice_of(transport),
        ) from None
    return ok("registered, and the websocket is open")


async def _webhooks(scene: Scene) -> Finding:
    settings, client = scene.setup.settings, scene.client

    async def take(arrival: Arrival) -> bool:
        scene.arrivals.put_nowait(arrival)
        return True

    hooks = WebhookTransport(
        client,
        settings.public_url or "",
        settings.secret_key.get_secret_value(),
        take=take,
        hear_own=lambda data: None,
        members_changed=lambda space: None,
        on_open=lambda: None,
        metrics=Metrics(),
    )
    routes: list[web.AbstractRouteDef] = [hooks.route]
    if settings.bounce_address is not None:
        # What comes back is told at the same port.
        scene.catcher = Catcher(scene.setup.store, settings.bounce_address)
        routes += scene.catcher.routes(settings)
    server = WebServer(settings.port, routes, {}, Metrics(), None, bind_of(settings))
    try:
        await server.start()
    except HelpdeskError as error:
        scene.catcher = None
        raise Trouble("port taken", ENGLISH(error.text), _STOP_THE_DESK) from None
    scene.stack.push_async_callback(server.stop)
    before = await _ids(scene)
    scene.stack.push_async_callback(_remove, scene, before)
    await hooks.start()
    try:
        await transports.public_address(scene.setup)
    except CheckFailed as problem:
        raise Trouble("not reached from outside", problem.text, problem.advice) from None
    return ok("webhooks registered, and the public address leads here")


async def _ids(scene: Scene) -> set[str]:
    pages = scene.client.pages("/webhooks", {"max": "100"})
    return {str(hook.get("id")) for hooks in [page.get("items") or () async for page in pages] for hook in hooks}


async def _remove(scene: Scene, before: set[str]) -> None:
    """Those webhooks that were not there before."""
    try:
        async with asyncio.timeout(10):
            for hook in await _ids(scene) - before:
                await scene.client.delete(f"/webhooks/{hook}")
    except (HelpdeskError, TimeoutError):
        scene.tell("         webhooks of the rehearsal are left; helpdesk run puts them in order")
