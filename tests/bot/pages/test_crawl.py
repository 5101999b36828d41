"""Every path that the process answers, with every method: who may not see a customer learns nothing of it.

The paths are those of its router, so a new one is in here by itself; only what a new name in a path can stand for is
to be said in `known`.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count, product
from urllib.parse import quote

import pytest
from aiohttp import web
from sqlmodel import select

from helpdesk.platform.site import PREFIX
from helpdesk.platform.store.tables.directory import Device, Domain, Person
from helpdesk.proof.consent.links import Links, Seat
from tests.bot.pages.viewers import ACME, BO, NORDLYS, Browser, Seen, Stage
from tests.bot.pages.whole import open_process
from tests.databases import Databases
from tests.sessions import rows

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
# What is there for everybody, and holds nothing of anybody.
PUBLIC = re.compile(rf"/healthz|/readyz|/metrics|{PREFIX}/[0-9a-f]{{16}}\.css")
STRICT = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STRICT_PAGE = {**STRICT, "Cross-Origin-Opener-Policy": "same-origin", "X-Robots-Tag": "noindex"}
Known = Mapping[str, Sequence[str]]
_visitors = count()


@dataclass
class Crawl:
    """Lee looks at Acme, Bo at Nordlys."""

    stage: Stage
    router: web.UrlDispatcher
    lee: Browser
    view: str
    bo: Browser
    known: Known

    def paths(self) -> Iterator[str]:
        for canonical in {route.resource.canonical for route in self.router.routes() if route.resource}:
            names = re.findall(r"{(\w+)}", canonical)
            for chosen in product(*(self.known[name] for name in names)):
                yield canonical.format(
                    **{name: quote(value, safe="") for name, value in zip(names, chosen, strict=True)}
                )

    async def asks(self, browser: Browser, path: str, method: str = "GET") -> Seen:
        # Each from an address of its own: how fast one may ask is shown elsewhere.
        visitor = f"198.51.{next(_visitors) // 250 % 250}.{next(_visitors) % 250}"
        return await browser.get(path, method, **{"X-Forwarded-For": visitor})

    async def words_of(self, *customers: str) -> set[str]:
        """What nobody else has: ids, addresses, domains, serial numbers, and the customers' names."""
        ids = [self.stage.customers[each] for each in customers]
        found = {*customers, *ids}
        for model, names in ((Person, ("id", "email")), (Domain, ("domain",)), (Device, ("id", "serial"))):
            for row in await rows(self.stage.store, select(model).where(model.organization_id.in_(ids))):
                found.update(getattr(row, name) for name in names)
        return found - {None}


@pytest.fixture
async def crawl(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crawl]:
    async with databases.fresh("demo") as url, open_process(url, monkeypatch) as (stage, router):
        await stage.agrees(ACME, hours=1)
        await stage.agrees(NORDLYS, BO, hours=1)
        spent = (await stage.link()).rpartition("/")[2]
        lee = await stage.browser()
        view = (await lee.open(f"{PREFIX}/view/open/{spent}")).path
        bo, bos_view = await stage.looking(NORDLYS, BO)
        assert NORDLYS in (await bo.get(bos_view)).words
        own, other = [(await stage.people_of(each))[0].id for each in (ACME, NORDLYS)]
        forged = Links("another secret, just as long as ours").token(Seat("a request", 1))
        known = {
            "view": [view.rpartition("/")[2], "x" * 16],
            "person": [own, other, "../settings", "x"],
            "token": [spent, "x" * 43, forged],
            "key": ["sendgrid", "postmark", "x"],
        }
        yield Crawl(stage, router, lee, view, bo, known)


def assert_strict(path: str, seen: Seen) -> None:
    for name, value in (STRICT_PAGE if path.startswith(PREFIX) else STRICT).items():
        if not (name == "Cache-Control" and path.endswith(".css")):
            assert seen.headers.get(name) == value, (path, name)
    policy = seen.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "Server" not in seen.headers


async def assert_refused_everywhere(crawl: Crawl, browser: Browser) -> None:
    planted, refused = await crawl.words_of(ACME), 0
    for path, method in product(crawl.paths(), METHODS):
        seen = await crawl.asks(browser, path, method)
        assert_strict(path, seen)
        said = unescape(seen.text) + str(seen.headers)
        assert [word for word in planted if word in said] == [], (method, path)
        if not (PUBLIC.fullmatch(path) and method in ("GET", "HEAD")):
            # A hook that is told a wrong secret, or none, says 401.
            allowed = (403, 404) if path.startswith(PREFIX) else (401, 403, 404, 405)
            assert seen.status in allowed, (method, path)
            refused += 1
    assert refused > 200


async def test_nobody_learns_anything(crawl: Crawl) -> None:
    await assert_refused_everywhere(crawl, await crawl.stage.browser())


async def test_an_agent_learns_nothing_of_what_another_looks_at(crawl: Crawl) -> None:
    await assert_refused_everywhere(crawl, crawl.bo)
    assert (await crawl.asks(crawl.lee, crawl.view)).status == 200, "nobody else has ended it"


async def test_a_session_that_has_expired_shows_nothing(crawl: Crawl) -> None:
    assert (await crawl.asks(crawl.lee, crawl.view)).status == 200
    crawl.stage.passes(hours=1)
    await assert_refused_everywhere(crawl, crawl.lee)


async def test_a_view_shows_nothing_of_any_other_customer(crawl: Crawl) -> None:
    others = [name for name in crawl.stage.customers if name != ACME]
    planted, shown = await crawl.words_of(*others), 0
    strangers = [each.id for name in others for each in (await crawl.stage.people_of(name))[:3]]
    crawl.known = {**crawl.known, "person": [*strangers, *(crawl.stage.customers[name] for name in others)]}
    for path in crawl.paths():
        if not path.startswith(crawl.view):
            continue
        query = f"?q={quote(others[0])}&after=WyIiLCAiIl0&organization={crawl.stage.customers[others[0]]}"
        for asked in (path, path + query):
            seen = await crawl.asks(crawl.lee, asked)
            assert_strict(path, seen)
            # What was typed is on the page again.
            said = unescape(seen.text).replace(others[0], "") if "q=" in asked else unescape(seen.text)
            assert [word for word in planted if word in said] == [], asked
            assert seen.status == (404 if re.search("/users/|/end$", path) else 200), asked
            shown += seen.status == 200
    assert shown == 18
