"""The page of an administrator: what is shown, what decides, and all that does not."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.http.servers import WebServer
from bot.pages.served import pages
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.site import Site
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.proof import ConsentAdministrator
from helpdesk.proof.consent import ConsentState
from helpdesk.proof.consent.links import Links, Seat
from helpdesk.services import Helpdesk
from playground.mailbox import Mailbox
from tests.administrator import Administrator, administrator
from tests.bot.pages.viewers import Seen
from tests.commands.desks import open_desk
from tests.helpdesk.proof.consent.asked import ANA, JUERGEN, MUELLER, WHY, Asking
from tests.sessions import rows, writing

HOSTILE = "<script>alert(1)</script> & \"Söhne\" '{{ 7*7 }}'"


@dataclass
class Stage:
    """Ana asked Müller, where two may answer; each machine serves the pages of the same desk."""

    asking: Asking
    desk: Helpdesk
    machines: list[str]
    juergen: Administrator
    consent_id: str

    def link(self, number: int = 1, machine: int = 0) -> str:
        token = self.asking.consents.links.token(Seat(self.consent_id, number))
        return f"{self.machines[machine]}/desk/consent/{token}"

    async def state(self) -> ConsentState:
        case = await self.asking.consents.case(self.consent_id)
        assert case
        return case.state

    async def is_open(self) -> bool:
        case = await self.asking.consents.case(self.consent_id)
        assert case
        return await self.asking.consents.grant_of(ANA.person_id, case.consent.organization_id) is not None

    async def audited(self) -> list[tuple[str, str]]:
        found = await rows(self.asking.store, select(AuditRow).order_by(AuditRow.id))
        return [(row.actor, row.action) for row in found]


@pytest.fixture
async def stage(demo_store: Store) -> AsyncIterator[Stage]:
    asking = Asking(demo_store)
    await asking.appoint(1)
    case = await asking.asks()
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(open_desk(demo_store))
        machines = []
        for _ in range(2):
            desk = replace(base, consent=asking.another(), site=Site("http://desk.example"), now=lambda: asking.now)
            server = WebServer(0, [], {}, Metrics(), pages(desk))
            await server.start()
            stack.push_async_callback(server.stop)
            machines.append(f"http://127.0.0.1:{server.port}")
        juergen = await stack.enter_async_context(administrator(JUERGEN, Mailbox()))
        yield Stage(asking, desk, machines, juergen, case.consent.id)


def offered(page: Seen) -> list[str]:
    return re.findall(r'name="answer" value="(\w+)"', page.text)


async def test_the_page_says_who_asks_why_for_how_long_and_as_whom_one_answers(stage: Stage) -> None:
    page = await stage.juergen.looks(stage.link())
    assert page.status == 200
    names = {each.number: each for each in await rows(stage.asking.store, select(ConsentAdministrator))}
    for said in (ANA.email, MUELLER, WHY, "60 min", "1 Mar 2026, 13:00 UTC", names[1].name, names[1].email):
        assert said in page.words
    assert names[2].email not in page.words
    assert offered(page) == ["approve", "refuse"]
    assert "<script" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


async def test_whoever_just_follows_the_link_decides_nothing(stage: Stage) -> None:
    link = stage.link()
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
        await stage.juergen.looks(link, method)
    for tail in ("?answer=approve", "?key=x&answer=approve", "?approve"):
        assert (await stage.juergen.looks(link + tail)).status == 200
    assert await stage.state() is ConsentState.ASKED
    assert await stage.audited() == []


async def test_a_form_that_is_not_of_this_page_decides_nothing(stage: Stage) -> None:
    link = stage.link()
    page, others = [await stage.juergen.looks(each) for each in (link, stage.link(2))]
    keys = ["", "x", others.key, page.key[:-1], urlsplit(link).path.rpartition("/")[2]]
    for key in keys:
        assert (
            await stage.juergen.presses(link, "approve", replace(page, text=f'name="key" value="{key}"'))
        ).status == 403
    for said in ("", "end", "APPROVE", "yes"):
        assert (await stage.juergen.presses(link, said, page)).status == 403
    assert await stage.state() is ConsentState.ASKED


async def test_a_link_with_any_character_changed_leads_nowhere(stage: Stage) -> None:
    base, _, token = stage.link().rpartition("/")
    # The last character of a signature has bits that mean nothing.
    for at in range(len(token) - 1):
        other = "A" if token[at] != "A" else "B"
        page = await stage.juergen.looks(f"{base}/{token[:at]}{other}{token[at + 1 :]}")
        assert page.status == 403
        assert MUELLER not in page.words
        assert ANA.email not in page.words
    for bad in ("x", "x" * 5_000, Links("another secret, just as long as ours").token(Seat(stage.consent_id, 1))):
        assert (await stage.juergen.looks(f"{base}/{bad}")).status in (403, 404)
    for seat in (Seat(stage.consent_id, 3), Seat("no such request", 1)):
        token = stage.asking.consents.links.token(seat)
        assert (await stage.juergen.looks(f"{base}/{token}")).status == 403


async def test_allowed_it_says_until_when_and_can_be_taken_back_there(stage: Stage) -> None:
    page = await stage.juergen.presses(stage.link(), "approve")
    assert (page.status, offered(page)) == (200, ["end"])
    assert "1 Mar 2026, 13:00 UTC, 60 min left" in page.words
    assert await stage.is_open()
    ended = await stage.juergen.presses(stage.link(), "end")
    assert (ended.status, offered(ended)) == (200, [])
    assert not await stage.is_open()
    assert await stage.audited() == [
        (email, action)
        for email in [(await rows(stage.asking.store, select(ConsentAdministrator)))[0].email]
        for action in ("consent.approve", "consent.revoke")
    ]


async def test_a_form_sent_again_opens_nothing_again(stage: Stage) -> None:
    first = await stage.juergen.looks(stage.link())
    await stage.juergen.presses(stage.link(), "approve", first)
    again = await stage.juergen.presses(stage.link(), "approve", first)
    assert (again.status, "too late" in again.words) == (409, True)
    await stage.juergen.presses(stage.link(), "end")
    assert (await stage.juergen.presses(stage.link(), "approve", first)).status == 409
    assert await stage.state() is ConsentState.REVOKED


async def test_of_two_at_once_on_two_machines_one_decides_and_the_other_is_shown_what(stage: Stage) -> None:
    links = stage.link(1, machine=0), stage.link(2, machine=1)
    shown = [await stage.juergen.looks(each) for each in links]
    answers = await asyncio.gather(
        stage.juergen.presses(links[0], "approve", shown[0]), stage.juergen.presses(links[1], "refuse", shown[1])
    )
    assert sorted(each.status for each in answers) == [200, 409]
    first, second = sorted(answers, key=lambda each: each.status)
    decided = await stage.state()
    assert decided in (ConsentState.GRANTED, ConsentState.REFUSED)
    word = "allowed it" if decided is ConsentState.GRANTED else "refused it"
    assert all(word in each.words for each in (first, second))
    assert len(await stage.audited()) == 1


async def test_what_is_allowed_after_it_lapsed_says_so(stage: Stage) -> None:
    page = await stage.juergen.looks(stage.link())
    stage.asking.later(hours=1)
    late = await stage.juergen.presses(stage.link(), "approve", page)
    assert late.status == 409
    assert "has lapsed" in late.words
    assert offered(late) == offered(await stage.juergen.looks(stage.link())) == []
    assert not await stage.is_open()


async def test_a_grant_that_is_over_is_not_offered_to_be_ended(stage: Stage) -> None:
    await stage.juergen.presses(stage.link(), "approve")
    stage.asking.later(minutes=60)
    page = await stage.juergen.looks(stage.link())
    assert "was over at" in page.words
    assert offered(page) == []


async def test_names_and_reasons_are_shown_letter_by_letter(stage: Stage) -> None:
    await stage.asking.consents.end(stage.consent_id, ANA.person_id)
    async with writing(stage.asking.store) as session:
        await session.exec(
            update(Organization).where(col(Organization.display_name) == MUELLER).values(display_name=HOSTILE)
        )
        await session.exec(update(Person).where(col(Person.email) == JUERGEN).values(display_name=HOSTILE))
    case = await stage.asking.asks(name=HOSTILE)
    stage.consent_id = case.consent.id
    page = await stage.juergen.looks(stage.link())
    assert HOSTILE in page.words
    assert "<script" not in page.text


async def test_the_page_speaks_its_readers_language(stage: Stage) -> None:
    async with writing(stage.asking.store) as session:
        await session.exec(update(ConsentAdministrator).values(language="fr_CA"))
    page = await stage.juergen.looks(stage.link())
    assert 'lang="fr"' in page.text
    assert "Autoriser pendant 60" in page.words


async def test_links_are_good_for_as_long_as_there_is_something_to_see(stage: Stage) -> None:
    stage.asking.now += timedelta(days=29)
    assert "has lapsed" in (await stage.juergen.looks(stage.link())).words
