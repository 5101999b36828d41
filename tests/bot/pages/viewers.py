"""Agents with browsers, in front of the desk's pages: real HTTP, a clock that is moved, and customers who consent."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import aiohttp
from sqlalchemy import update
from sqlmodel import select

from bot.http.servers import WebServer
from bot.pages.served import pages
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import add_agent
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.site import Site
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.proof import Consent
from helpdesk.proof.consent import ConsentState, Source
from helpdesk.proof.view.views import Views
from helpdesk.services import Helpdesk
from tests.commands.desks import open_desk
from tests.sessions import rows, writing

LEE = Sender("lee", "lee.novak@partner.example", Role.AGENT)
BO = Sender("bo", "bo.larsen@partner.example", Role.AGENT)
ACME, NORDLYS = "Acme Corporation", "Nordlys Rederi"
SECTIONS = ("", "/users", "/devices", "/numbers", "/licenses", "/sites", "/domains", "/administrators", "/settings")
_KEY = re.compile(r'name="key" value="([^"]+)"')
_ACTION = re.compile(r'<form method="post" action="([^"]+)"')


@dataclass
class Seen:
    """A page as a browser has it."""

    status: int
    text: str
    headers: dict[str, str]
    path: str

    @property
    def words(self) -> str:
        """What can be read on it."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    @property
    def links(self) -> list[str]:
        return [unescape(each) for each in re.findall(r'<a[^>]* href="([^"#]+)"', self.text)]

    @property
    def key(self) -> str:
        found = _KEY.search(self.text)
        return found[1] if found else ""

    @property
    def end(self) -> str:
        found = _ACTION.search(self.text)
        assert found, self.text
        return found[1]


@dataclass
class Browser:
    session: aiohttp.ClientSession

    async def get(self, path: str, method: str = "GET", **headers: str) -> Seen:
        async with self.session.request(method, path, headers=headers) as answer:
            return Seen(answer.status, await answer.text(), dict(answer.headers), answer.url.path)

    async def post(self, path: str, key: str = "") -> Seen:
        async with self.session.post(path, data={"key": key}) as answer:
            return Seen(answer.status, await answer.text(), dict(answer.headers), answer.url.path)

    async def open(self, link: str) -> Seen:
        """Follow a link from a card and press its button; gives the page that it leads to."""
        return await self.post(link, (await self.get(link)).key)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}

    def steal(self, other: "Browser", *names: str) -> None:
        self.session.cookie_jar.update_cookies({name: other.cookies[name] for name in names})


@dataclass
class Stage:
    """Lee is an agent, and Acme agreed to be looked at by Lee for an hour."""

    store: Store
    desk: Helpdesk
    address: str
    customers: dict[str, str]
    moment: list[datetime]
    stack: AsyncExitStack

    async def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)
        return Browser(await self.stack.enter_async_context(aiohttp.ClientSession(self.address, cookie_jar=jar)))

    async def agrees(self, customer: str = ACME, who: Sender = LEE, **length: float) -> None:
        """The customer lets Lee (or `who`) look, from now on for so long."""
        until = self.desk.now() + timedelta(**length)
        agent = {"agent_id": who.person_id, "agent_email": who.email, "reason": "a reason"}
        what = {
            "organization_id": self.customers[customer],
            "organization_name": customer,
            "source": Source.ASKED.value,
        }
        when = {"asked_at": self.desk.now(), "lapses_at": until, "until": until, "state": ConsentState.GRANTED.value}
        async with writing(self.store) as session:
            session.add(Consent(id=uuid4().hex, event_id=uuid4().hex, **agent, **what, **when))

    async def takes_back(self) -> None:
        async with writing(self.store) as session:
            await session.exec(update(Consent).values(state=ConsentState.REVOKED.value))

    async def link(self, customer: str = ACME, who: Sender = LEE) -> str:
        """The path of a new link for Lee (or `who`)."""
        organization_id = self.customers[customer]
        grant = await self.desk.consent.grant_of(who.person_id, organization_id)
        assert grant
        token = await Views(self.store, self.desk.now).link(who, organization_id, grant.id, grant.until)
        return f"/desk/view/open/{token}"

    async def looking(self, customer: str = ACME, who: Sender = LEE) -> tuple[Browser, str]:
        """A browser with an open view, and the path of its overview."""
        browser = await self.browser()
        seen = await browser.open(await self.link(customer, who))
        assert seen.status == 200, seen.words
        return browser, seen.path

    def passes(self, **length: float) -> None:
        self.moment[0] += timedelta(**length)

    async def audited(self, action: str) -> list[AuditRow]:
        return await rows(self.store, select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id))

    async def people_of(self, customer: str) -> list[Person]:
        return await rows(self.store, select(Person).where(Person.organization_id == self.customers[customer]))


@asynccontextmanager
async def open_stage(store: Store, url: str = "http://desk.example") -> AsyncIterator[Stage]:
    moment = [datetime.now(UTC)]
    await add_agent(store, LEE.email, Role.AGENT, "the tests")
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(open_desk(store))
        consent = replace(made.consent, now=lambda: moment[0])
        desk = replace(made, consent=consent, site=Site(url), now=lambda: moment[0])
        customers = {each.display_name: each.id for each in await rows(store, select(Organization))}
        server = WebServer(0, [], {}, Metrics(), pages(desk))
        await server.start()
        stack.push_async_callback(server.stop)
        stage = Stage(store, desk, f"http://127.0.0.1:{server.port}", customers, moment, stack)
        await stage.agrees(hours=1)
        yield stage
