"""`view` gives a link where the customer agrees, and says what is missing where not."""

from dataclasses import replace

import pytest
from sqlmodel import select

from cards.elements import Card
from commands import view
from helpdesk.directory import NotFound
from helpdesk.platform.errors import Refused
from helpdesk.platform.site import Site
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.store.tables.proof import ViewLink
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk
from tests.commands.asking import ANA, LEE, pressed, typed
from tests.nodes import nodes
from tests.sessions import rows

ACME, MUELLER = "Acme Corporation", "Müller & Söhne Maschinenbau"  # the first one's setting allows it


@pytest.fixture
def public(desk: Helpdesk) -> Helpdesk:
    return replace(desk, site=Site("https://desk.example"))


async def ids(desk: Helpdesk) -> dict[str, str]:
    return {each.display_name: each.id for each in await rows(desk.store, select(Organization))}


def links(card: Card) -> list[str]:
    return [node["url"] for node in nodes(card.json) if node.get("type") == "Action.OpenUrl"]


async def test_a_customer_who_allows_it_is_a_link_away(public: Helpdesk) -> None:
    card = await view.ask(typed("acme corporation", LEE), public)
    (link,) = links(card)
    assert link.startswith("https://desk.example/desk/view/open/")
    assert "60 min left" in card.plain
    (kept,) = await rows(public.store, select(ViewLink))
    assert (kept.agent_id, kept.agent_email) == (LEE.person_id, LEE.email)
    (row,) = await rows(public.store, select(AuditRow).where(AuditRow.action == "view"))
    assert (row.actor, row.subject, row.outcome) == (LEE.email, ACME, "link made")
    assert link.rpartition("/")[2] not in str(row.model_dump())


async def test_without_consent_there_is_no_link_but_a_way_to_ask_for_who_may(public: Helpdesk) -> None:
    asked, told = [await view.ask(typed(MUELLER, who), public) for who in (ANA, LEE)]
    for card in (asked, told):
        assert card.plain.startswith(f"{MUELLER} has not agreed")
        assert links(card) == []
    assert len(asked.buttons) == 1
    assert not told.buttons
    assert await rows(public.store, select(ViewLink)) == []


async def test_without_an_address_of_ours_the_operator_is_named(desk: Helpdesk) -> None:
    with pytest.raises(Refused) as refused:
        await view.ask(typed(ACME), desk)
    assert "HELPDESK_PUBLIC_URL" in str(refused.value.advice)


async def test_the_customers_card_leads_there_too(public: Helpdesk) -> None:
    organization = (await ids(public))[ACME]
    assert links(await view.open_view(pressed({"organization": organization}, LEE), public))


async def test_a_form_asks_which_customer(public: Helpdesk) -> None:
    form = await view.ask(typed("  "), public)
    assert [node["id"] for node in nodes(form.json) if node.get("type") == "Input.Text"] == ["customer"]
    assert links(await view.find(pressed(customer=ACME), public))


@pytest.mark.parametrize("text", ["pat.lindqvist@acme.example", "nobody of this name"])
async def test_what_is_no_customer_is_not_found(public: Helpdesk, text: str) -> None:
    assert (await view.ask(typed(text), public)).plain.startswith("No customer found")


async def test_to_who_is_limited_another_customer_is_not_there(public: Helpdesk) -> None:
    known = await ids(public)
    limited = replace(LEE, customers=frozenset({known[MUELLER]}))
    async with scoped_to(limited, public, "an event", "view") as seen:
        assert (await view.ask(typed(ACME, limited), seen)).plain.startswith("No customer found")
        for organization in (known[ACME], "nobody's"):
            with pytest.raises(NotFound):
                await view.open_view(pressed({"organization": organization}, limited), seen)


async def test_an_event_worked_on_again_takes_no_second_grant(public: Helpdesk) -> None:
    for _ in range(2):
        await view.ask(typed(ACME, LEE), public)
    kept = await rows(public.store, select(ViewLink))
    assert len({link.grant_id for link in kept}) == 1
