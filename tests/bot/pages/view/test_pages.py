"""Every page of a customer's view: what stands on it, whose, framed by what; and nothing that changes anything."""

import re
from base64 import urlsafe_b64encode
from html import unescape

import pytest
from sqlmodel import select

from helpdesk.directory.inside import PAGE
from helpdesk.people.access import prefer_language
from helpdesk.platform.store.tables.directory import Device, Number, Organization
from tests.bot.pages.viewers import ACME, LEE, NORDLYS, SECTIONS, Stage
from tests.sessions import rows, writing


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


EVERY_SECTION = pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section or "overview")


@EVERY_SECTION
async def test_each_page_says_whose_organization_it_is_and_for_how_long(stage: Stage, section: str) -> None:
    browser, view = await stage.looking()
    stage.passes(minutes=7, seconds=30)
    seen = await browser.get(view + section)
    assert seen.status == 200
    header = seen.words.partition("Open in Control Hub")[0]
    assert ACME in header
    assert "read-only 53 min left" in header
    assert f'href="https://admin.webex.com/overview?orgId={stage.customers[ACME]}"' in seen.text
    assert seen.headers["Refresh"] == "3151", "when the time is up, what was shown goes"


@EVERY_SECTION
async def test_each_page_is_well_made(stage: Stage, section: str) -> None:
    browser, view = await stage.looking()
    seen = await browser.get(view + section)
    assert seen.text.count("<h1>") == 1
    assert seen.text.count("<main") == seen.text.count('aria-current="page"') == 1
    assert seen.text.count("<table") == seen.text.count("<caption>")
    assert not re.search(r"<(script|style|img|iframe|object|base|meta http)|<[^>]* (style|src|on\w+)=", seen.text)
    assert [link for link in seen.links if not link.startswith("/desk/")] == [seen.links[0]], "to Control Hub alone"
    assert re.findall(r'<form[^>]*method="post"', seen.text) == ['<form method="post"']


@EVERY_SECTION
async def test_each_look_is_a_row_of_the_audit(stage: Stage, section: str) -> None:
    browser, view = await stage.looking()
    before = len(await stage.audited("view.page"))
    for _ in range(2):
        await browser.get(view + section)
    rows = (await stage.audited("view.page"))[before:]
    assert len(rows) == 2
    for row in rows:
        assert (row.actor, row.subject, row.organization_id) == (LEE.email, ACME, stage.customers[ACME])
        assert row.outcome == section.strip("/") or (row.outcome, section) == ("overview", "")


async def test_a_users_page_is_audited_under_their_address(stage: Stage) -> None:
    browser, view = await stage.looking()
    pat = next(each for each in await stage.people_of(ACME) if each.email.startswith("pat."))
    seen = await browser.get(f"{view}/users/{pat.id}")
    assert pat.display_name in seen.words
    assert pat.email in seen.words
    row = (await stage.audited("view.page"))[-1]
    assert (row.subject, row.outcome, row.organization_id) == (pat.email, "user", stage.customers[ACME])


async def test_all_users_are_listed_once_page_by_page(stage: Stage) -> None:
    browser, view = await stage.looking()
    found: list[str] = []
    path = f"{view}/users"
    while path:
        seen = await browser.get(path)
        found += [link.rpartition("/")[2] for link in seen.links if "/users/" in link]
        path = next((link for link in seen.links if "after=" in link), "")
    assert sorted(found) == sorted(person.id for person in await stage.people_of(ACME))
    assert len(found) > PAGE


@pytest.mark.parametrize("text", ["pat lind", "PAT.LINDQVIST@acme.example", "Lindqvist"])
async def test_a_user_is_found_by_name_address_or_id(stage: Stage, text: str) -> None:
    browser, view = await stage.looking()
    seen = await browser.get(f"{view}/users?q={text}")
    assert "pat.lindqvist@acme.example" in seen.words
    assert (await stage.audited("view.page"))[-1].outcome == "users, searched"


async def test_a_search_inside_finds_nobody_of_another_customer(stage: Stage) -> None:
    browser, view = await stage.looking()
    for person in (await stage.people_of(NORDLYS))[:10]:
        for text in (person.email, person.id, person.display_name):
            seen = await browser.get(f"{view}/users?q={text}")
            assert seen.status == 200
            assert person.id not in [link.rpartition("/")[2] for link in seen.links]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "q=%F0%9F", "q=%22%3E%3Cscript%3E", "q=..", "q=%20"])
async def test_any_search_text_is_borne(stage: Stage, query: str) -> None:
    browser, view = await stage.looking()
    seen = await browser.get(f"{view}/users?{query}")
    assert seen.status == 200
    assert "<script" not in seen.text


@pytest.mark.parametrize("section", ["/users", "/users?q=a", "/devices", "/numbers", "/administrators"])
async def test_a_place_that_we_did_not_write_is_none(stage: Stage, section: str) -> None:
    browser, view = await stage.looking()
    shapes = ("[]", "{}", '["a", 1]', r'["\u0000", "x"]', r'["\ud800", "x"]', '["a"]', '["a", "b", "c", "²"]')
    for place in ("x", "é", *map(encoded, shapes)):
        seen = await browser.get(f"{view}{section}{'&' if '?' in section else '?'}after={place}")
        assert seen.status == 200, place


async def test_devices_numbers_and_licenses_are_those_of_the_customer(stage: Stage) -> None:
    browser, view = await stage.looking()
    for model, section in ((Device, "/devices"), (Number, "/numbers")):
        own = await rows(stage.store, select(model).where(model.organization_id == stage.customers[ACME]))
        seen = await browser.get(view + section)
        shown = seen.text.count('<tr role="row">') - 1
        assert shown == min(len(own), PAGE) > 0
    licenses = await browser.get(f"{view}/licenses")
    assert re.search(r"\d+ of \d+ used", licenses.words)


async def test_markup_in_names_stays_text(stage: Stage) -> None:
    name = '<script>alert(1)</script>"><b onload=x>{{ 7*7 }}'
    async with writing(stage.store) as session:
        organization = await session.get(Organization, stage.customers[ACME])
        person = (await stage.people_of(ACME))[0]
        organization.display_name = name
        organization.settings = {name: name}
        person.display_name = name
        session.add_all([organization, person])
    browser, view = await stage.looking()
    for section in (*SECTIONS, f"/users/{person.id}", f"/users?q={name}"):
        seen = await browser.get(view + section)
        assert seen.status == 200
        assert name in unescape(seen.text)
        assert "<script" not in seen.text
        assert "<b onload" not in seen.text


async def test_pages_are_in_the_agents_language(stage: Stage) -> None:
    await prefer_language(stage.store, LEE.person_id, "fr")
    browser, view = await stage.looking()
    seen = await browser.get(f"{view}/users")
    assert '<html lang="fr">' in seen.text
    assert "lecture seule" in seen.words


async def test_nothing_but_ending_can_be_asked_for(stage: Stage) -> None:
    browser, view = await stage.looking()
    for section in SECTIONS:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert (await browser.get(view + section, method)).status == 404


async def test_who_asks_too_fast_is_slowed_down_in_this_view_alone(stage: Stage) -> None:
    browser, view = await stage.looking()
    other, other_view = await stage.looking()
    answers = [await browser.get(f"{view}/sites") for _ in range(70)]
    assert answers[-1].status == 429
    assert "Wait a few seconds" in answers[-1].words
    assert (await other.get(other_view)).status == 200
