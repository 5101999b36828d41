"""How long does a page of the read-only view take, for a customer of 100 000 people?"""

import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from itertools import cycle, islice
from random import Random
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from sqlmodel import Session, SQLModel

from benchmarks.commands import percentile
from benchmarks.databases import POSTGRESQL, SQLITE
from benchmarks.loading import connected, load
from benchmarks.population import FAMILY, GIVEN, SEED, Population, population
from benchmarks.report import Table, verdict
from benchmarks.stage import Stage
from bot.http.servers import WebServer
from bot.pages import view
from bot.pages.ground import application
from bot.pages.pace import RequestPace
from bot.pages.view.tables import written
from bot.services import build
from bot.settings import Settings
from bot.webex.messages import Webex
from helpdesk.directory.inside import Inside
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import add_agent
from helpdesk.platform.clock import utc_now
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.site import Site
from helpdesk.platform.store import Store, upsert
from helpdesk.platform.store.tables.directory import Device, License, Number, Organization, PersonRole
from helpdesk.platform.store.tables.directory import WebexRole as AdministratorRole
from helpdesk.platform.webex.client import WebexClient, open_session
from helpdesk.proof.consent import ACCESS_SETTING
from helpdesk.proof.view.views import Views

PEOPLE, DEVICES, ADMINISTRATORS, LICENSES = 100_000, 60_000, 40, 60
ASKED, WARM_UP = 300, 20
BUDGET_MS = 50.0
AGENT = Sender("an agent", "agent@partner.example", Role.AGENT)
NO_LIMIT = RequestPace(1e9, 1e9)
_KEY = re.compile(r'name="key" value="([^"]+)"')


async def measure(stage: Stage) -> Table:
    made = population(PEOPLE, 1)
    rows, says = [], []
    for database in (SQLITE, POSTGRESQL):
        url = await _url(stage, database)
        await load(made, url)
        await _add_things(made, url)
        times = await _times(made, url)
        p99 = {page: percentile(each, 0.99) for page, each in times.items()}
        rows += [
            (database, page, f"{percentile(each, 0.5):.1f}", f"{p99[page]:.1f}", verdict(p99[page] <= BUDGET_MS))
            for page, each in times.items()
        ]
        slowest = max(p99, key=lambda page: p99[page])
        says.append(
            f"{database}: of the view's pages for {PEOPLE:,} people the slowest is {slowest}, p99 {p99[slowest]:.1f} "
            f"ms ({verdict(p99[slowest] <= BUDGET_MS)})."
        )
    return Table(
        "The read-only view",
        ("database", "page", "p50 ms", "p99 ms", f"<= {BUDGET_MS:g} ms"),
        rows,
        f"One customer of {PEOPLE:,} people, {DEVICES:,} devices and as many numbers. Each kind of page asked for "
        f"{ASKED} times over HTTP, one after the other; the time is the server's, from a request's head to the answer "
        "made: the session, role and consent checked, the audit's row written.",
        says,
    )


async def _url(stage: Stage, database: str) -> str:
    if database == SQLITE:
        return f"sqlite+aiosqlite:///{(stage.folder / 'view').as_posix()}.db"
    server = stage.databases[POSTGRESQL]
    connection = await connected(server)
    await connection.execute("CREATE DATABASE view")
    await connection.close()
    return server.replace("/websocket?", "/view?")


async def _add_things(made: Population, url: str) -> None:
    """Devices, numbers, administrators and licenses, for people all over the list."""
    store, of = Store(url), made.organizations[0]["id"]
    owners = [row["id"] for row in made.people]
    await store.write(_insert, Device, [_device(number, of, owners[number]) for number in range(DEVICES)])
    await store.write(_insert, Number, [_number(number, of, owners[number]) for number in range(DEVICES)])
    await store.write(_insert, AdministratorRole, [{"id": "full", "name": "Full administrator"}])
    some = owners[:: PEOPLE // ADMINISTRATORS]
    await store.write(_insert, PersonRole, [{"person_id": each, "role_id": "full"} for each in some])
    await store.write(_allow, of)
    await store.write(_insert, License, [_license(number, of) for number in range(LICENSES)])
    await store.close()
    if "postgresql" in url:
        connection = await connected(url)
        await connection.execute("VACUUM ANALYZE", timeout=600)
        await connection.close()


def _allow(session: Session, of: str) -> None:
    session.get_one(Organization, of).settings = {ACCESS_SETTING: True}


def _insert(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    upsert(session, model, rows)


def _device(number: int, of: str, owner: str) -> dict[str, Any]:
    names = {
        "display_name": f"Desk phone {number * 7919 % DEVICES}",
        "product": "Cisco 8845",
        "serial": f"FCH{number:08}",
    }
    return {"id": f"d{number}", "webex_id": f"d{number}", "organization_id": of, "person_id": owner, **names}


def _number(number: int, of: str, owner: str) -> dict[str, Any]:
    return {"phone_number": f"+1212{number:07}", "organization_id": of, "owner_id": owner, "state": "ACTIVE"}


def _license(number: int, of: str) -> dict[str, Any]:
    units = {"total_units": 1000, "consumed_units": number, "subscription_id": f"Sub{number // 6}"}
    return {"id": f"l{number}", "organization_id": of, "name": f"License {number}", **units}


async def _times(made: Population, url: str) -> Mapping[str, list[float]]:
    """Milliseconds of the server's, by page."""
    of = made.organizations[0]["id"]
    async with _served(url, of) as (browser, path, spent, inside):
        times = {}
        for page, addresses in (await _pages(made, inside)).items():
            spent.clear()
            for address in islice(cycle(addresses), WARM_UP + ASKED):
                async with browser.get(path + address) as answer:
                    await answer.read()
                    assert answer.status == 200, (page, answer.status)
            times[page] = spent[WARM_UP:]
    return times


async def _pages(made: Population, inside: Inside) -> Mapping[str, list[str]]:
    random = Random(SEED)  # noqa: S311 - questions, no secrets
    some = random.choices(made.people, k=ASKED)
    places = [written((row["search_name"], row["id"])) for row in some]
    names = [*GIVEN[:8], *FAMILY[:8], *(f"{random.choice(GIVEN)} {random.choice(FAMILY)}" for _ in range(100))]
    found = await inside.users_like(GIVEN[0])
    assert found.next
    return {
        "overview": [""],
        "users": ["/users"],
        "users, further on": [f"/users?after={place}" for place in places],
        "users, a common name": [f"/users?q={name}" for name in names],
        "users, a common name, further on": [f"/users?q={GIVEN[0]}&after={written(found.next)}"],
        "users, one letter": [f"/users?q={letter}" for letter in "abcdefghijklmnopqrstuvwxyz"],
        "users, an address": [f"/users?q={row['email']}" for row in some],
        "users, nobody": ["/users?q=qxavz ajkw"],
        "a user": [f"/users/{row['id']}" for row in some],
        "devices, further on": [f"/devices?after={written((f'Desk phone {n * 97}', 'd'))}" for n in range(ASKED)],
        "numbers, further on": [f"/numbers?after={written((f'+1212{n * 97:07}',))}" for n in range(ASKED)],
        "licenses": ["/licenses"],
        "sites": ["/sites"],
        "domains": ["/domains"],
        "administrators": ["/administrators"],
        "settings": ["/settings"],
    }


@asynccontextmanager
async def _served(url: str, of: str) -> AsyncIterator[tuple[aiohttp.ClientSession, str, list[float], Inside]]:
    """A browser with an open view, the path of that, and what the server spends on each request."""
    spent: list[float] = []

    @web.middleware
    async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        answer = await handler(request)
        spent.append((time.perf_counter() - began) * 1000)
        return answer

    async with AsyncExitStack() as stack:
        store = Store(url)
        stack.push_async_callback(store.close)
        await add_agent(store, AGENT.email, Role.AGENT, "the benchmarks")
        client = WebexClient(await stack.enter_async_context(open_session()), "http://127.0.0.1:9", "no token")
        made = build(Settings(), store, client, Webex(client), "a secret of the benchmarks", utc_now)
        desk = replace(made, site=Site("http://127.0.0.1"))
        grant = await desk.consent.open(AGENT, of, "an event")
        assert desk.site
        assert grant
        pages = application(desk.site, view.routes(desk, NO_LIMIT), NO_LIMIT)
        pages.middlewares.insert(0, measured)
        server = WebServer(0, [], {}, Metrics(), pages)
        await server.start()
        stack.push_async_callback(server.stop)
        jar = aiohttp.CookieJar(unsafe=True)
        browser = aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", cookie_jar=jar)
        await stack.enter_async_context(browser)
        link = "/desk/view/open/" + await Views(store, utc_now).link(AGENT, of, grant.id, grant.until)
        async with browser.get(link) as asked:
            key = _KEY.findall(await asked.text())[0]
        async with browser.post(link, data={"key": key}) as opened:
            assert opened.status == 200
            yield browser, opened.url.path, spent, Inside(store, of)
