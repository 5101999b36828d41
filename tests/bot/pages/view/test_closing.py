"""A view closes with its cookie, the clock, the consent, the role, the customer, or at the agent's word; at once."""

from collections.abc import Awaitable, Callable

import pytest
from sqlmodel import delete

from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.proof.view import End, ViewClosed
from tests.bot.pages.viewers import ACME, LEE, NORDLYS, SECTIONS, Stage
from tests.sessions import writing


async def time_passes(stage: Stage) -> None:
    stage.passes(hours=1)


async def consent_is_taken_back(stage: Stage) -> None:
    await stage.takes_back()


async def another_grant_takes_its_place(stage: Stage) -> None:
    await stage.takes_back()
    await stage.agrees(hours=1)


async def role_is_removed(stage: Stage) -> None:
    await remove_agent(stage.store, LEE.email)


async def agent_is_limited_to_others(stage: Stage) -> None:
    await add_agent(stage.store, LEE.email, Role.AGENT, "the tests", [NORDLYS])


async def customer_is_gone(stage: Stage) -> None:
    async with writing(stage.store) as session:
        await session.exec(delete(Organization).where(Organization.id == stage.customers[ACME]))


Happens = Callable[[Stage], Awaitable[None]]
ENDINGS: list[tuple[Happens, End]] = [
    (time_passes, End.TIME),
    (consent_is_taken_back, End.CONSENT),
    (another_grant_takes_its_place, End.CONSENT),
    (role_is_removed, End.ROLE),
    (agent_is_limited_to_others, End.ROLE),
    (customer_is_gone, End.CUSTOMER),
]


@pytest.mark.parametrize(("happens", "why"), ENDINGS, ids=lambda each: getattr(each, "__name__", ""))
async def test_a_view_closes_in_the_middle_of_a_walk(stage: Stage, happens: Happens, why: End) -> None:
    browser, view = await stage.looking()
    await happens(stage)
    for section in SECTIONS:
        seen = await browser.get(view + section)
        assert seen.status == 403
        assert ENGLISH(ViewClosed(why).text) in seen.words
        assert ACME not in seen.text
        assert "acme" not in seen.text
    assert [row.outcome for row in await stage.audited("view.end")] == [why.value]


async def test_what_was_closed_stays_closed(stage: Stage) -> None:
    browser, view = await stage.looking()
    await remove_agent(stage.store, LEE.email)
    assert (await browser.get(view)).status == 403
    await add_agent(stage.store, LEE.email, Role.AGENT, "the tests")
    assert (await browser.get(view)).status == 403
    another, another_view = await stage.looking()
    assert (await another.get(another_view)).status == 200


async def test_the_agent_ends_it(stage: Stage) -> None:
    browser, view = await stage.looking()
    seen = await browser.get(f"{view}/users")
    ended = await browser.post(seen.end, seen.key)
    assert ended.status == 200
    assert "You ended this view." in ended.words
    assert not [name for name in browser.cookies if name.startswith("view-")]
    assert (await browser.get(view)).status == 403
    assert [row.outcome for row in await stage.audited("view.end")] == [End.BY_AGENT]
    assert (await browser.post(seen.end, seen.key)).status == 403


async def test_no_other_page_can_end_it(stage: Stage) -> None:
    browser, view = await stage.looking()
    for key in ("", "x" * 64):
        assert (await browser.post(f"{view}/end", key)).status == 403
    assert (await browser.get(f"{view}/end")).status == 404
    assert (await browser.get(view)).status == 200


async def test_without_its_cookie_a_view_is_not_there(stage: Stage) -> None:
    _, view = await stage.looking()
    stranger = await stage.browser()
    unknown = view[:-16] + "x" * 16
    answers = [await stranger.get(each + section) for each in (view, unknown) for section in SECTIONS]
    assert {each.status for each in answers} == {403}
    assert len({each.text for each in answers}) == 1
    assert len(await stage.audited("view.page")) == 1, "a look that was refused is none"


async def test_its_cookie_in_another_browser_opens_and_ends_nothing(stage: Stage) -> None:
    browser, view = await stage.looking()
    end, thief = await browser.get(view), await stage.browser()
    thief.steal(browser, *browser.cookies)
    assert (await thief.get(view)).status == 200, "nobody can tell apart who imitates the browser as well"
    for name in ("Another browser", ""):
        thief.session.headers["User-Agent"] = name
        seen = [await thief.get(view + section) for section in SECTIONS] + [await thief.post(end.end, end.key)]
        assert {each.status for each in seen} == {403}
        assert not [each for each in seen if ACME in each.text]
    assert (await browser.get(view)).status == 200


async def test_the_cookie_of_one_view_opens_no_other(stage: Stage) -> None:
    await stage.agrees(NORDLYS, hours=1)
    one, view = await stage.looking()
    _, other_view = await stage.looking(NORDLYS)
    value = one.cookies[f"view-{view.rpartition('/')[2]}"]
    one.session.cookie_jar.update_cookies({f"view-{other_view.rpartition('/')[2]}": value})
    assert (await one.get(other_view)).status == 403
    assert (await one.get(view)).status == 200


async def test_two_customers_are_looked_at_side_by_side(stage: Stage) -> None:
    await stage.agrees(NORDLYS, hours=1)
    browser, view = await stage.looking()
    other = await browser.open(await stage.link(NORDLYS))
    assert NORDLYS in other.words
    assert ACME not in other.words
    assert ACME in (await browser.get(view)).words


@pytest.mark.parametrize("customer", [NORDLYS, "Müller & Söhne Maschinenbau"])
async def test_another_customers_user_is_answered_like_nobody(stage: Stage, customer: str) -> None:
    browser, view = await stage.looking()
    nobody = await browser.get(f"{view}/users/00000000-0000-0000-0000-000000000000")
    assert nobody.status == 404
    before = len(await stage.audited("view.page"))
    for person in (await stage.people_of(customer))[:20]:
        seen = await browser.get(f"{view}/users/{person.id}")
        assert (seen.status, seen.text) == (404, nobody.text)
    assert len(await stage.audited("view.page")) == before


@pytest.mark.parametrize("person", ["%00", "..", "%2e%2e%2fsettings", "a'%20OR%201=1", "%ED%A0%80", "x" * 3000])
async def test_what_is_no_id_is_nobody(stage: Stage, person: str) -> None:
    browser, view = await stage.looking()
    assert (await browser.get(f"{view}/users/{person}")).status in (403, 404)
