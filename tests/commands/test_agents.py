"""Partner administrators name agents in chat; one of them is always left, and what they do is audited."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.settings import Settings
from commands import agents
from commands.agents import COMMAND, NoRole
from helpdesk.people.access import Permission, Role, Sender
from helpdesk.people.accounts import Account, Means, bind
from helpdesk.people.agents import NamedAgent, StillLimited, UnknownCustomer, add_agent, list_agents, named_agent
from helpdesk.people.naming import (
    LastAdministrator,
    NamedByOperator,
    NoLongerAdministrator,
    NotBound,
    NotNamed,
    remove_agent,
)
from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.store import Store
from helpdesk.platform.text.address import parse_address
from helpdesk.services import Helpdesk
from tests.commands.asking import pressed, typed
from tests.commands.desks import open_desk
from tests.helpdesk.audit.chains import KEYS

CHIEF = Sender("chief", "chief@partner.example", Role.PARTNER_ADMINISTRATOR)
DEPUTY = Sender("deputy", "deputy@partner.example", Role.PARTNER_ADMINISTRATOR)
LEE = "lee.novak@partner.example"
ACME, NORDLYS = "Acme Corporation", "Nordlys Rederi"


@pytest.fixture
async def named(desk: Helpdesk) -> Helpdesk:
    """A desk whose partner administrators are the chief and the deputy, neither by the operator."""
    for each in (CHIEF, DEPUTY):
        await add_agent(desk.store, each.email, Role.PARTNER_ADMINISTRATOR, "the tests")
    return desk


async def says(desk: Helpdesk, text: str, who: Sender = CHIEF, event: str = "an event") -> str:
    message = typed(text, who)
    return (await agents.typed(type(message)(event, *_rest(message)), desk)).plain


def _rest(message: Any) -> tuple[Any, ...]:
    return tuple(getattr(message, name) for name in message.__slots__)[1:]


async def is_used(store: Store, email: str) -> None:
    """The address is that of an account from now on."""
    await store.write(bind, email, Account("an account"), Role.AGENT, Means.NAMED, datetime.now(UTC), KEYS)


async def administrators(desk: Helpdesk) -> list[str]:
    return [each.email for each in await list_agents(desk.store) if each.role == Role.PARTNER_ADMINISTRATOR]


def test_partner_administrators_alone_may() -> None:
    assert {COMMAND.permission_for(action) for action in COMMAND.on_submit} == {Permission.NAME_AGENTS}
    assert [role for role in Role if Sender("x", "x", role).may(COMMAND.permission)] == [Role.PARTNER_ADMINISTRATOR]


@pytest.mark.parametrize(
    ("text", "role", "customers"),
    [
        (f"add {LEE}", Role.AGENT, None),
        (f"ADD {LEE.upper()} Advanced", Role.ADVANCED, None),
        (f"ajouter {LEE} avancé {ACME}", Role.ADVANCED, [ACME]),
        (f"add <mailto:{LEE}> agent {ACME}; {NORDLYS.lower()}", Role.AGENT, [ACME, NORDLYS]),
        (f"add {LEE} {NORDLYS}", Role.AGENT, [NORDLYS]),
        (f"add {LEE} administrator", Role.PARTNER_ADMINISTRATOR, None),
        (f"add {LEE} advanced all", Role.ADVANCED, None),
    ],
)
async def test_an_agent_is_named_in_one_line(
    named: Helpdesk, text: str, role: Role, customers: list[str] | None
) -> None:
    assert (await says(named, text)).startswith(f"{LEE} is an agent")
    assert await named_agent(named.store, LEE) == NamedAgent(LEE, role, customers)


async def test_who_is_named_again_without_role_or_customers_keeps_them(named: Helpdesk) -> None:
    await says(named, f"add {LEE} advanced {ACME}", event="one")
    await says(named, f"add {LEE}", event="two")
    assert await named_agent(named.store, LEE) == NamedAgent(LEE, Role.ADVANCED, [ACME])


async def test_what_is_done_is_audited_with_what_was_before(named: Helpdesk) -> None:
    await says(named, f"add {LEE} {ACME}", event="one")
    await says(named, f"add {LEE} advanced all", event="two")
    await says(named, f"remove {LEE}", event="three")
    assert [(row.actor, row.action, row.outcome) for row in await named.audit.about(LEE)] == [
        (CHIEF.email, "agents.name", "agent, 1 customers; until now not named"),
        (CHIEF.email, "agents.name", "advanced, all customers; until now agent"),
        (CHIEF.email, "agents.remove", "removed; until now advanced"),
    ]


async def test_an_event_worked_on_again_does_nothing_more_and_is_told_the_same(named: Helpdesk) -> None:
    await says(named, f"add {LEE}", event="one")
    assert await says(named, f"remove {LEE}", event="two") == await says(named, f"remove {LEE}", event="two")
    assert len(await named.audit.about(LEE)) == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("add nobody", BadInput),
        (f"add {LEE} Nowhere Ltd", UnknownCustomer),
        (f"add {LEE} administrator {ACME}", StillLimited),
        (f"remove {LEE}", NotNamed),
    ],
)
async def test_what_cannot_be_changes_nothing(named: Helpdesk, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await says(named, text)
    assert await named_agent(named.store, LEE) is None


@pytest.mark.parametrize("text", ["add", "remove", f"name {LEE}", f"remove {LEE} now"])
async def test_what_is_not_understood_is_answered_with_how_it_is_written(named: Helpdesk, text: str) -> None:
    assert (await says(named, text)).startswith("That is not how agents are named")


async def test_the_form_names_changes_limits_and_removes(named: Helpdesk) -> None:
    named_by_form = pressed({}, CHIEF, event="one", address=LEE, role="advanced", customers=f"{ACME}; {NORDLYS}")
    await agents.save(named_by_form, named)
    assert await named_agent(named.store, LEE) == NamedAgent(LEE, Role.ADVANCED, [ACME, NORDLYS])
    form = await agents.change(pressed({"email": LEE}, CHIEF), named)
    assert f"{ACME}; {NORDLYS}" in str(form.json)
    await agents.save(pressed({"email": LEE}, CHIEF, event="two", role="agent", customers="all"), named)
    assert await named_agent(named.store, LEE) == NamedAgent(LEE, Role.AGENT)
    await agents.remove(pressed({"email": LEE}, CHIEF, event="three"), named)
    assert await named_agent(named.store, LEE) is None


@pytest.mark.parametrize("inputs", [{}, {"role": "king", "customers": "all"}, {"role": "agent", "customers": " ; "}])
async def test_what_the_form_does_not_offer_changes_nothing(named: Helpdesk, inputs: dict[str, str]) -> None:
    with pytest.raises((NoRole, UnknownCustomer)):
        await agents.save(pressed({}, CHIEF, address=LEE, **inputs), named)
    assert await named_agent(named.store, LEE) is None


async def test_who_was_removed_is_listed_and_restored_as_before(named: Helpdesk) -> None:
    await says(named, f"add {LEE} advanced {ACME}", event="one")
    await says(named, f"remove {LEE}", event="two")
    listed = await agents.typed(typed("", CHIEF), named)
    assert f"Removed; was: Advanced agent · {ACME}" in listed.plain
    await agents.restore(pressed({"email": LEE}, CHIEF, event="three"), named)
    assert await named_agent(named.store, LEE) == NamedAgent(LEE, Role.ADVANCED, [ACME])
    assert [row.outcome for row in await named.audit.about(LEE)][-1] == "advanced, 1 customers; until now removed"


@pytest.mark.parametrize("words", ["release", "libérer"])
async def test_an_address_is_released_from_its_account_once(named: Helpdesk, words: str) -> None:
    await is_used(named.store, CHIEF.email)
    assert (await says(named, f"{words} {CHIEF.email}", DEPUTY)).startswith(
        f"{CHIEF.email} may come with a new account"
    )
    with pytest.raises(NotBound):
        await says(named, f"{words} {CHIEF.email}", DEPUTY, event="another")
    assert [row.action for row in await named.audit.about(CHIEF.email)] == ["agents.first_use", "agents.release"]


async def test_administrators_of_the_operator_are_released_too(demo_store: Store) -> None:
    async with open_desk(demo_store, Settings(partner_admins=(CHIEF.email,))) as desk:
        await is_used(demo_store, CHIEF.email)
        await add_agent(demo_store, DEPUTY.email, Role.PARTNER_ADMINISTRATOR, "the tests")
        assert "new account" in await says(desk, f"release {CHIEF.email}", DEPUTY)


async def test_who_is_bound_has_a_button_for_a_new_account(named: Helpdesk) -> None:
    await says(named, f"add {LEE}", event="one")
    assert "agents.release" not in str((await agents.change(pressed({"email": LEE}, CHIEF), named)).json)
    await is_used(named.store, LEE)
    assert "agents.release" in str((await agents.change(pressed({"email": LEE}, CHIEF), named)).json)
    await agents.release(pressed({"email": LEE}, CHIEF, event="two"), named)
    assert "agents.release" not in str((await agents.change(pressed({"email": LEE}, CHIEF), named)).json)


async def test_the_list_goes_on_page_by_page(named: Helpdesk) -> None:
    for number in range(30):
        await add_agent(named.store, f"agent.{number:02}@partner.example", Role.AGENT, "the tests")
    shown = [await agents.typed(typed("", CHIEF), named)]
    shown += [
        await agents.next_page(pressed({"behind": f"{last}@partner.example"}, CHIEF), named)
        for last in ("agent.11", "agent.23")
    ]
    listed = [line for card in shown for line in card.plain.splitlines() if "@partner.example" in line]
    assert len(listed) == len(set(listed)) == 32
    assert ["agents.next" in str(card.json) for card in shown] == [True, True, False]


async def test_the_last_partner_administrator_neither_goes_nor_steps_down(named: Helpdesk) -> None:
    await says(named, f"remove {DEPUTY.email}", event="one")
    for number, text in enumerate((f"remove {CHIEF.email}", f"add {CHIEF.email} agent", f"add {CHIEF.email} advanced")):
        with pytest.raises(LastAdministrator):
            await says(named, text, event=f"try {number}")
    assert await administrators(named) == [CHIEF.email]


async def test_who_was_removed_a_moment_ago_names_nobody(named: Helpdesk) -> None:
    await says(named, f"remove {DEPUTY.email}", event="one")
    with pytest.raises(NoLongerAdministrator):
        await says(named, f"add {LEE}", DEPUTY, event="two")


async def test_of_two_who_remove_each_other_at_once_one_stays(demo_store: Store) -> None:
    async with open_desk(demo_store) as one, open_desk(demo_store) as other:
        for number in range(10):
            for each in (CHIEF, DEPUTY):
                await add_agent(demo_store, each.email, Role.PARTNER_ADMINISTRATOR, "the tests")
            ended = await asyncio.gather(
                remove_agent(one, CHIEF.email, DEPUTY.email, f"chief {number}"),
                remove_agent(other, DEPUTY.email, CHIEF.email, f"deputy {number}"),
                return_exceptions=True,
            )
            assert len([each for each in ended if isinstance(each, Refused)]) == 1
            assert len(await administrators(one)) == 1


async def test_those_that_the_operator_named_stay_and_let_the_others_go(demo_store: Store) -> None:
    async with open_desk(demo_store, Settings(partner_admins=(CHIEF.email,))) as desk:
        for text in (f"remove {CHIEF.email}", f"add {CHIEF.email} agent"):
            with pytest.raises(NamedByOperator):
                await says(desk, text)
        await says(desk, f"add {DEPUTY.email} administrator", event="one")
        await says(desk, f"remove {DEPUTY.email}", DEPUTY, event="two")
        assert await administrators(desk) == []
        assert parse_address(CHIEF.email) in (await agents.typed(typed("", CHIEF), desk)).plain
