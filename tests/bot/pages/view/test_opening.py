"""A link opens once, soon, in the browser that looked at it first; looking alone spends nothing."""

import asyncio

import pytest
from sqlmodel import select

from helpdesk.platform.store.tables.proof import ViewLink, ViewSession
from tests.bot.pages.viewers import ACME, Stage
from tests.sessions import rows


async def test_a_link_leads_to_the_customer_in_two_steps(stage: Stage) -> None:
    browser = await stage.browser()
    link = await stage.link()
    asked = await browser.get(link)
    assert asked.status == 200
    assert ACME not in asked.text, "nothing is told before it is opened"
    seen = await browser.post(link, asked.key)
    assert seen.status == 200
    assert ACME in seen.words
    assert link not in seen.text
    assert [(row.actor, row.subject, row.outcome) for row in await stage.audited("view.open")] == [
        ("lee.novak@partner.example", ACME, "opened")
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_scanners_and_previews_spend_nothing(stage: Stage, method: str) -> None:
    link = await stage.link()
    for _ in range(3):
        scanner = await stage.browser()
        assert (await scanner.get(link, method)).status == 200
    browser = await stage.browser()
    assert ACME in (await browser.open(link)).words


async def test_a_link_opens_once(stage: Stage) -> None:
    link = await stage.link()
    first, second = await stage.browser(), await stage.browser()
    looked = await second.get(link)
    assert (await first.open(link)).status == 200
    assert (await second.post(link, looked.key)).status == 403
    assert (await first.open(link)).status == 403


async def test_of_two_who_open_a_link_at_once_one_is_let_in(stage: Stage) -> None:
    link = await stage.link()
    browsers = [await stage.browser() for _ in range(8)]
    seen = await asyncio.gather(*(browser.open(link) for browser in browsers))
    assert sorted(each.status for each in seen) == [200] + [403] * 7
    assert len(await rows(stage.store, select(ViewSession))) == 1


async def test_a_link_is_good_for_two_minutes(stage: Stage) -> None:
    link, browser = await stage.link(), await stage.browser()
    looked = await browser.get(link)
    stage.passes(seconds=119)
    assert (await browser.get(link)).status == 200
    stage.passes(seconds=1)
    assert (await browser.post(link, looked.key)).status == 403
    assert (await browser.get(link)).status == 403


async def test_a_link_is_good_for_no_longer_than_its_consent(stage: Stage) -> None:
    stage.passes(minutes=59, seconds=30)
    link, browser = await stage.link(), await stage.browser()
    stage.passes(seconds=30)
    assert (await browser.get(link)).status == 403


async def test_guessed_altered_used_and_old_links_are_answered_alike(stage: Stage) -> None:
    browser, link = await stage.browser(), await stage.link()
    altered = link[:-1] + ("A" if link[-1] != "A" else "B")
    guessed = "/desk/view/open/" + "x" * 43
    await browser.open(link)
    old = await stage.link()
    stage.passes(minutes=3)
    answers = [await browser.get(each) for each in (altered, guessed, link, old)]
    assert {each.status for each in answers} == {403}
    assert len({each.text for each in answers}) == 1


@pytest.mark.parametrize("token", ["x", "x" * 44, "%00" + "x" * 42, "../" + "x" * 40, "é" * 43])
async def test_what_has_not_the_form_of_a_link_is_nothing(stage: Stage, token: str) -> None:
    assert (await (await stage.browser()).get(f"/desk/view/open/{token}")).status == 404


async def test_the_button_works_in_the_browser_that_was_shown_it_only(stage: Stage) -> None:
    link = await stage.link()
    first, second = await stage.browser(), await stage.browser()
    looked = await first.get(link)
    await second.get(link)
    for key in (looked.key, "", "x" * 64):
        assert (await second.post(link, key)).status == 403
    assert (await (await stage.browser()).post(link, looked.key)).status == 403
    assert (await first.post(link, looked.key)).status == 200, "the others have spent nothing"


async def test_a_key_opens_the_link_it_was_made_for_only(stage: Stage) -> None:
    browser = await stage.browser()
    one, other = await stage.link(), await stage.link()
    looked, too = await browser.get(one), await browser.get(other)
    assert (await browser.post(other, looked.key)).status == 403
    assert (await browser.post(one, looked.key)).status == 200
    assert (await browser.post(other, too.key)).status == 200, "two links may lie open side by side"


async def test_neither_link_nor_cookie_is_in_the_database(stage: Stage) -> None:
    link = await stage.link()
    browser = await stage.browser()
    await browser.open(link)
    kept = str(
        [each.model_dump() for model in (ViewLink, ViewSession) for each in await rows(stage.store, select(model))]
    )
    assert link.rpartition("/")[2] not in kept
    assert not [value for value in browser.cookies.values() if value in kept]


async def begins_to_post(stage: Stage, link: str, *headers: str) -> bytes:
    """The first line of the answer to a form of which no byte comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(stage.address.rpartition(":")[2]))
    lines = [f"POST {link} HTTP/1.1", "Host: desk", "Content-Length: 60000", *headers]
    writer.write("\r\n".join([*lines, "Content-Type: application/x-www-form-urlencoded", "", ""]).encode())
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return line


async def test_no_form_is_read_for_a_link_that_does_not_exist(stage: Stage) -> None:
    assert b" 403 " in await begins_to_post(stage, f"/desk/view/open/{'x' * 43}")
    assert b" 403 " in await begins_to_post(stage, f"/desk/view/open/{'x' * 43}", "Cookie: opening=anything")
    assert b" 403 " in await begins_to_post(stage, await stage.link()), "nor of a browser that has not looked at it"


async def test_a_form_that_does_not_come_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.http.bodies.READ_SECONDS", 0.2)
    link, browser = await stage.link(), await stage.browser()
    await browser.get(link)
    (cookie,) = browser.cookies.items()
    assert b" 408 " in await begins_to_post(stage, link, f"Cookie: {'='.join(cookie)}")
