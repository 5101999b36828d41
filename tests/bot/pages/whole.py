"""The pages as the whole process serves them, beside everything else that it answers on its port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlmodel import select

from bot.app import serve
from bot.http.servers import WebServer
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.platform.store.tables.directory import Organization
from tests.bot.pages.viewers import BO, LEE, Stage
from tests.chat import open_stage
from tests.commands.desks import open_desk
from tests.sessions import rows

# Every way in that is a route, at once.
SETTINGS = {
    "transport": "webhook",
    "public_url": "http://desk.example",
    "bounce_address": "bounces@desk.example",
    "dsn_token": SecretStr("a token of the tests, long enough"),
    "trusted_proxies": ("127.0.0.1",),
}


@asynccontextmanager
async def open_process(url: str, patch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Stage, web.UrlDispatcher]]:
    """Lee and Bo are agents; and what decides which path leads where."""
    listening: asyncio.Future[WebServer] = asyncio.get_running_loop().create_future()

    class Known(WebServer):
        async def start(self) -> None:
            await super().start()
            listening.set_result(self)

    patch.setattr("bot.app.WebServer", Known)
    moment, stop = [datetime.now(UTC)], asyncio.Event()
    async with open_stage(url) as chat, AsyncExitStack() as stack:
        for agent in (LEE, BO):
            await add_agent(chat.store, agent.email, Role.AGENT, "the tests")
        made = await stack.enter_async_context(open_desk(chat.store))
        desk = replace(made, consent=replace(made.consent, now=lambda: moment[0]), now=lambda: moment[0])
        running = asyncio.create_task(serve(chat.settings.model_copy(update=SETTINGS), stop, lambda: moment[0]))
        await asyncio.wait({running, listening}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        server = listening.result()
        customers = {each.display_name: each.id for each in await rows(chat.store, select(Organization))}
        stage = Stage(chat.store, desk, f"http://127.0.0.1:{server.port}", customers, moment, stack)
        yield stage, server.public.router
        await stack.aclose()
        stop.set()
        await running
