"""An address is bound to the account that first uses it; what goes on for somebody binds nothing; no other gets in."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

import helpdesk.people.organizations
from helpdesk.people.access import Access, Role
from helpdesk.people.accounts import release
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.people.partner import Partner
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.people import AgentAccount, NoticeRow
from helpdesk.platform.webex.client import WebexError
from tests.helpdesk.audit.chains import KEYS
from tests.helpdesk.people.test_access import OURS, THEIRS, Spaces, id_of, opened
from tests.sessions import rows

ANA, BO = "ana.ruiz@partner.example", "bo.larsen@partner.example"


async def role(access: Access, email: str, person: str = "", *, is_here: bool = True) -> Role | None:
    return (await access.recognise(person or id_of(email), email, is_here=is_here))[0].role


async def bound(store: Store) -> dict[str, tuple[str, str | None]]:
    return {row.email: (row.person_id, row.organization_id) for row in await rows(store, select(AgentAccount))}


async def acts(store: Store) -> list[str]:
    return [row.action for row in await rows(store, select(AuditRow))]


async def test_first_use_binds_once_and_is_audited(store: Store) -> None:
    access = opened(store, [ANA], ["desk"], Spaces({("desk", BO)}))
    for _ in range(3):
        assert [await role(access, ANA), await role(access, BO)] == [Role.PARTNER_ADMINISTRATOR, Role.AGENT]
    assert await bound(store) == {ANA: (id_of(ANA), OURS), BO: (id_of(BO), OURS)}
    assert await acts(store) == ["agents.first_use"] * 2
    assert {row.urgency for row in await rows(store, select(NoticeRow))} == {"daily"}


async def test_who_is_no_agent_is_bound_to_nothing(store: Store) -> None:
    access = opened(store, [ANA], ["desk"], spaces := Spaces({("desk", BO)}, guests={BO: THEIRS}))
    assert await role(access, BO) is None
    assert (await bound(store), await acts(store), spaces.asked) == ({}, [], ["desk"])


async def test_what_goes_on_for_somebody_binds_nothing(store: Store) -> None:
    access = opened(store, [ANA], [], Spaces())
    assert await role(access, ANA, is_here=False) is Role.PARTNER_ADMINISTRATOR
    assert await bound(store) == {}


@pytest.mark.parametrize("is_here", [True, False])
async def test_another_account_is_refused_by_line_press_job_and_page_and_told_once(store: Store, is_here: bool) -> None:
    access = opened(store, [ANA], [], Spaces())
    assert await role(access, ANA)
    for _ in range(3):
        assert await role(access, ANA, "another account", is_here=is_here) is None
        assert await role(access, ANA) is Role.PARTNER_ADMINISTRATOR
    told = [row for row in await rows(store, select(NoticeRow)) if row.urgency == "now"]
    assert [(row.kind, row.about["email"], row.about["why"]) for row in told] == [("second account", ANA, "person")]


async def test_of_many_accounts_that_come_at_once_one_is_bound(store: Store) -> None:
    accesses = [opened(store, [ANA], [], Spaces()) for _ in range(6)]
    came = await asyncio.gather(*(role(each, ANA, f"account {number}") for number, each in enumerate(accesses)))
    assert sorted(came, key=bool) == [None] * 5 + [Role.PARTNER_ADMINISTRATOR]
    assert await acts(store) == ["agents.first_use"]


async def test_released_it_is_taken_by_who_comes_next_and_what_went_on_ends(store: Store) -> None:
    access = opened(store, [ANA], [], Spaces())
    assert await role(access, ANA)
    assert await store.write(release, ANA, datetime(2026, 3, 1, tzinfo=UTC))
    assert not await store.write(release, ANA, datetime(2026, 3, 1, tzinfo=UTC))
    assert await role(access, ANA, is_here=False) is None
    assert await role(access, ANA, "the new one") is Role.PARTNER_ADMINISTRATOR
    assert await role(access, ANA) is None
    assert await role(access, ANA, "the new one", is_here=False) is Role.PARTNER_ADMINISTRATOR
    assert await acts(store) == ["agents.first_use"] * 2


async def test_an_account_of_another_organization_is_refused_however_it_is_named(store: Store) -> None:
    access = opened(store, [ANA], [], Spaces(guests={ANA: THEIRS, BO: THEIRS}))
    await add_agent(store, BO, Role.AGENT, "the tests")
    assert [await role(access, ANA), await role(access, BO)] == [None, None]
    assert await bound(store) == {}


async def test_who_goes_to_another_organization_is_no_agent_any_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = opened(store, [ANA], [], spaces := Spaces())
    assert await role(access, ANA)
    spaces.guests[ANA] = THEIRS
    monkeypatch.setattr(helpdesk.people.organizations, "RENEW_SECONDS", 0)
    async with asyncio.timeout(20):
        # It is asked behind the scenes.
        while await role(access, ANA):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_where_nothing_tells_the_partner_who_is_named_is_let_in_and_members_are_not(store: Store) -> None:
    access = opened(store, [ANA], ["desk"], Spaces({("desk", BO)}), Partner())
    assert [await role(access, ANA), await role(access, BO)] == [Role.PARTNER_ADMINISTRATOR, None]


async def test_where_webex_does_not_answer_at_first_use_nothing_is_bound(store: Store) -> None:
    async def away(_: str) -> str:
        raise WebexError(503)

    access = opened(store, [ANA], [], Spaces())
    access = Access(store, [ANA], [], access._memberships, Partner(["x"]), away, keys=KEYS)
    with pytest.raises(WebexError):
        await role(access, ANA)
    assert await bound(store) == {}


async def test_removal_follows_the_account_to_another_address(store: Store) -> None:
    renamed = "bo.renamed@partner.example"
    spaces = Spaces({("desk", BO), ("desk", renamed)})
    access = opened(store, [], ["desk"], spaces)
    await add_agent(store, BO, Role.AGENT, "the tests")
    assert await role(access, BO)
    await remove_agent(store, BO)
    assert await role(access, BO) is None
    assert await role(access, renamed, id_of(BO)) is None
    await add_agent(store, renamed, Role.AGENT, "the tests")
    assert await role(access, renamed) is Role.AGENT, "named itself, by who may"


async def test_only_the_account_that_is_in_the_space_is_a_member(store: Store) -> None:
    access = opened(store, [], ["desk"], Spaces({("desk", BO)}))
    assert await role(access, BO, "another account") is None
    assert await role(access, BO) is Role.AGENT


async def test_a_space_shows_nothing_while_somebody_is_there_who_is_no_agent(store: Store) -> None:
    everyone = {("desk", ANA), ("desk", BO)}

    async def may_see(**of_spaces: object) -> bool:
        access = opened(store, [ANA], ["desk"], Spaces(everyone, **of_spaces))  # type: ignore[arg-type]
        return await access.may_all_see("desk", (await access.recognise("", ANA))[0])

    assert await may_see()
    assert not await may_see(guests={BO: THEIRS})
    assert not await may_see(guests={ANA: THEIRS}), "an account that only has the administrator's address"
    await add_agent(store, BO, Role.AGENT, "the tests")
    assert await may_see()
    await remove_agent(store, BO)
    assert not await may_see()


async def test_one_look_is_one_statement(store: Store) -> None:
    access, statements = opened(store, [ANA], [], Spaces()), 0
    await role(access, ANA)
    read, write = store.database.read, store.database.write

    async def counted(work: object) -> object:
        nonlocal statements
        statements += 1
        return await read(work)  # type: ignore[arg-type]

    store.database.read = counted  # type: ignore[method-assign, assignment]
    store.database.write = None  # type: ignore[method-assign, assignment]
    try:
        assert await role(access, ANA)
    finally:
        store.database.read, store.database.write = read, write  # type: ignore[method-assign]
    assert statements == 1
