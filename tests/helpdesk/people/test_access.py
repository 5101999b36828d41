"""Who holds which role, and what each role allows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from sqlmodel import select

import helpdesk.people.members
from helpdesk.people.access import (
    PERMISSIONS,
    Access,
    Permission,
    Role,
    Sender,
    prefer_language,
    preferred_language,
)
from helpdesk.people.accounts import Account
from helpdesk.people.agents import Limit, add_agent, remove_agent
from helpdesk.people.members import Members, Memberships
from helpdesk.people.partner import Partner
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.platform.webex.client import WebexError
from tests.helpdesk.audit.chains import KEYS
from tests.sessions import rows, writing

ANA, BO = "ana.ruiz@partner.example", "bo.larsen@partner.example"


OURS, THEIRS = "our organization", "another organization"


async def our_organization() -> str:
    return OURS


@dataclass
class Spaces:
    """Who is a member of what, as Webex would say; counts how often it was asked. They are ours, but for `guests`."""

    members: set[tuple[str, str]] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    others_in: set[str] = field(default_factory=set)
    guests: dict[str, str] = field(default_factory=dict)  # address -> organization
    fails: bool = False

    async def __call__(self, space: str) -> Members:
        self.asked.append(space)
        if self.fails:
            raise WebexError(None)
        addresses = frozenset(email for where, email in self.members if where == space)
        accounts = {email: Account(id_of(email), self.guests.get(email, OURS)) for email in addresses}
        return Members(addresses, has_others=space in self.others_in, accounts=accounts)

    async def organization_of(self, person_id: str) -> str:
        return next((theirs for email, theirs in self.guests.items() if id_of(email) == person_id), OURS)


def id_of(email: str) -> str:
    return f"account of {email}"


def opened(
    store: Store,
    partner_admins: Sequence[str],
    desk_spaces: Sequence[str],
    spaces: Spaces,
    partner: Partner | None = None,
) -> Access:
    partner = partner or Partner(own=our_organization)
    return Access(store, partner_admins, desk_spaces, Memberships(spaces), partner, spaces.organization_of, keys=KEYS)


async def role_of(access: Access, email: str) -> Role | None:
    return (await access.recognise("", email))[0].role


async def customers_of(access: Access, email: str) -> frozenset[str] | None:
    return (await access.recognise("", email))[0].customers


async def ids(store: Store, *names: str) -> list[str]:
    known = dict(await rows(store, select(Organization.display_name, Organization.id)))
    return [known[name] for name in names]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(seconds=5.0)
    monkeypatch.setattr(helpdesk.people.members, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    return clock


def test_every_role_allows_what_the_one_below_allows() -> None:
    agent, advanced, partner = (PERMISSIONS[role] for role in Role)
    assert agent < advanced < partner
    assert partner == set(Permission)
    assert partner - advanced == {Permission.SET_POLICY, Permission.READ_AUDIT, Permission.NAME_AGENTS}
    above = {
        Permission.OVERRIDE,
        Permission.CLEAR_COMPLAINT,
        Permission.CLEAR_MANY,
        Permission.MAIL_CUSTOMER,
        Permission.ASK_CONSENT,
    }
    assert advanced - agent == above


@pytest.mark.parametrize("permission", list(Permission))
def test_who_has_no_role_may_nothing(permission: Permission) -> None:
    assert not Sender("id", ANA).may(permission)
    assert Sender("id", ANA, Role.PARTNER_ADMINISTRATOR).may(permission)


async def test_the_highest_role_counts(store: Store) -> None:
    access = opened(store, [ANA], ["desk"], Spaces({("desk", ANA), ("desk", BO)}))
    await add_agent(store, ANA, Role.AGENT, "the tests")
    await add_agent(store, BO, Role.ADVANCED, "the tests")
    assert [await role_of(access, email) for email in (ANA, BO)] == [Role.PARTNER_ADMINISTRATOR, Role.ADVANCED]


async def test_case_makes_no_difference(store: Store) -> None:
    access = opened(store, [ANA.upper()], ["desk"], Spaces({("desk", "kim@partner.example")}))
    await add_agent(store, BO, Role.AGENT, "the tests")
    roles = [await role_of(access, email) for email in (ANA.title(), BO.upper(), "KIM@partner.example")]
    assert roles == [Role.PARTNER_ADMINISTRATOR, Role.AGENT, Role.AGENT]


async def test_a_stranger_has_no_role(store: Store) -> None:
    access = opened(store, [ANA], ["desk", "other"], spaces := Spaces({("elsewhere", BO)}))
    assert await role_of(access, BO) is None
    assert await role_of(access, "") is None
    assert "elsewhere" not in spaces.asked


async def test_members_of_any_desk_space_are_agents(store: Store) -> None:
    access = opened(store, [], ["desk", "other"], Spaces({("other", BO)}))
    assert await role_of(access, BO) is Role.AGENT
    assert await role_of(access, ANA) is None


async def test_without_a_desk_space_nobody_is_asked(store: Store) -> None:
    access = opened(store, [], [], spaces := Spaces())
    assert await role_of(access, BO) is None
    assert spaces.asked == []


@pytest.mark.parametrize("joined", [True, False])
async def test_an_answer_about_membership_is_good_for_a_minute(
    store: Store, clock: SimpleNamespace, joined: bool
) -> None:
    spaces = Spaces({("desk", BO)} if joined else set())
    access = opened(store, [], ["desk"], spaces)
    before = await role_of(access, BO)
    spaces.members ^= {("desk", BO)}
    clock.seconds += 59.9
    assert await role_of(access, BO) is before
    assert len(spaces.asked) == 1
    clock.seconds += 0.1
    assert await role_of(access, BO) is (None if joined else Role.AGENT)


async def test_no_answer_about_membership_is_no_answer(store: Store, clock: SimpleNamespace) -> None:
    access = opened(store, [], ["desk"], spaces := Spaces({("desk", BO)}, fails=True))
    with pytest.raises(WebexError):
        await role_of(access, BO)
    spaces.fails = False
    assert await role_of(access, BO) is Role.AGENT


async def test_a_named_role_begins_changes_and_ends_at_once(store: Store) -> None:
    access = opened(store, [], [], Spaces())
    await add_agent(store, BO, Role.AGENT, "the tests")
    await add_agent(store, BO, Role.ADVANCED, "somebody else")
    assert await role_of(access, BO) is Role.ADVANCED
    await remove_agent(store, BO)
    assert await role_of(access, BO) is None


async def test_a_limit_begins_changes_and_ends_at_once(demo_store: Store) -> None:
    access, seen = opened(demo_store, [], [], Spaces()), []
    acme, nordlys = await ids(demo_store, "Acme Corporation", "Nordlys Rederi")
    for customers in (Limit.KEPT, [acme], Limit.KEPT, [acme, nordlys], Limit.LIFTED):
        await add_agent(demo_store, BO, Role.AGENT, "the tests", customers)
        seen.append(await customers_of(access, BO.upper()))
    assert seen == [None, {acme}, {acme}, {acme, nordlys}, None]


async def test_whose_customers_are_all_gone_sees_none_of_the_others(demo_store: Store) -> None:
    access = opened(demo_store, [], [], Spaces())
    await add_agent(demo_store, BO, Role.AGENT, "the tests", ["Acme Corporation"])
    (acme,) = await ids(demo_store, "Acme Corporation")
    async with writing(demo_store) as session:
        await session.delete(await session.get(Organization, acme))
    assert await customers_of(access, BO) == {acme}


async def test_partner_administrators_of_the_environment_and_members_of_a_desk_space_see_all(demo_store: Store) -> None:
    access = opened(demo_store, [ANA], ["desk"], Spaces({("desk", BO)}))
    await add_agent(demo_store, ANA, Role.AGENT, "the tests", ["Acme Corporation"])
    assert [await customers_of(access, email) for email in (ANA, BO)] == [None, None]


async def test_a_limit_holds_for_a_member_of_a_desk_space_who_is_named_too(demo_store: Store) -> None:
    access = opened(demo_store, [], ["desk"], Spaces({("desk", BO)}))
    await add_agent(demo_store, BO, Role.AGENT, "the tests", ["Acme Corporation"])
    assert await customers_of(access, BO) == set(await ids(demo_store, "Acme Corporation"))


async def test_a_language_once_chosen_is_kept_until_another_is(store: Store) -> None:
    assert await preferred_language(store, "ana") is None
    for code in ("fr", "en"):
        await prefer_language(store, "ana", code)
        assert await preferred_language(store, "ana") == code
