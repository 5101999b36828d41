"""A role is of the partner's own people, of one account each; removal and limit win; administrators hear of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from helpdesk.people.access import Role
from helpdesk.people.accounts import Means
from helpdesk.people.agents import Limit, add_agent, remove_agent
from helpdesk.people.notices import Notice
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.people import AgentAccount, NoticeRow
from playground.identifiers import identifier, new_uuid
from playground.rooms import Account
from tests.chat import PAT, Chat, Seen, open_stage
from tests.databases import Databases
from tests.sessions import rows

NO_AGENT = "This desk is for support agents"
ELSEWHERE = identifier("ORGANIZATION", new_uuid())
GUEST = "gus.third@third.example"


def joins(chat: Chat, email: str, org_id: str | None = None) -> Account:
    """Somebody new comes into the desk space."""
    person = chat.cloud.add_person(email.partition("@")[0].title(), email, org_id)
    chat.cloud.join(person, chat.space)
    return person


async def alone(chat: Chat, who: Account, text: str = PAT) -> str:
    return (await chat.says(text, who=who, to=chat.direct(who))).heading


async def test_a_guest_of_another_organization_is_no_agent_by_being_in_a_desk_space(chat: Chat) -> None:
    guest = joins(chat, GUEST, ELSEWHERE)
    assert await alone(chat, guest) == NO_AGENT
    assert (await chat.says(PAT, who=guest)).heading == NO_AGENT
    assert "not everyone here may see it" in (await chat.says(PAT)).text, "nor does the space show anything any more"


async def test_a_colleague_is_an_agent_by_being_in_a_desk_space_and_administrators_are_told(chat: Chat) -> None:
    lee = joins(chat, "lee.novak@partner.example")
    assert await alone(chat, lee) == "Pat Lindqvist"
    assert await alone(chat, lee, "help") == "What this desk does"
    (row,) = await rows(
        chat.store, select(AuditRow).where(AuditRow.action == "agents.first_use", AuditRow.subject == lee.email)
    )
    assert row.outcome.startswith("agent, membership; account ")
    (notice,) = [n for n in await rows(chat.store, select(NoticeRow)) if n.about["email"] == lee.email]
    assert (notice.kind, notice.urgency, notice.about["how"]) == (Notice.NEW_AGENT, "daily", Means.MEMBERSHIP)


async def test_who_was_removed_or_limited_is_no_more_by_being_in_a_desk_space(chat: Chat) -> None:
    lee = joins(chat, "lee.novak@partner.example")
    await add_agent(chat.store, lee.email, Role.AGENT, "a test", ["Nordlys Rederi"])
    assert (await alone(chat, lee)).startswith("No user has the address") or "Nothing found" in await alone(chat, lee)
    removed = await chat.says(f"agents remove {lee.email}", to=chat.direct(chat.ana))
    assert removed.heading == f"{lee.email} is no named agent any more"
    assert await alone(chat, lee) == NO_AGENT
    assert "not everyone here may see it" in (await chat.says(PAT)).text, "a removed agent is still there"
    listed = await chat.says("agents", to=chat.direct(chat.ana))
    assert "Removed; was: agent" in listed.text.replace("Agent", "agent")
    restored = await chat.presses(listed, "Restore")
    assert restored.heading == f"{lee.email} is an agent"
    assert "Nordlys Rederi" in restored.text, "with the limit of before"
    await add_agent(chat.store, lee.email, Role.AGENT, "a test", Limit.LIFTED)
    assert await alone(chat, lee) == "Pat Lindqvist"


async def test_who_is_an_agent_by_being_in_a_desk_space_alone_can_be_removed(chat: Chat) -> None:
    lee = joins(chat, "lee.novak@partner.example")
    assert await alone(chat, lee) == "Pat Lindqvist"
    await chat.says(f"agents remove {lee.email}", to=chat.direct(chat.ana))
    assert await alone(chat, lee) == NO_AGENT
    await chat.says(f"agents add {lee.email}", to=chat.direct(chat.ana))
    assert await alone(chat, lee) == "Pat Lindqvist"


async def test_a_removed_agent_is_not_let_in_again_under_another_address(chat: Chat) -> None:
    lee = joins(chat, "lee.novak@partner.example")
    assert await alone(chat, lee) == "Pat Lindqvist"
    await remove_agent(chat.store, lee.email)
    await chat.says(f"agents remove {lee.email}", to=chat.direct(chat.ana))
    lee.email = "lee.renamed@partner.example"
    chat.cloud.leave(chat.bo, chat.space)  # any change lets the bot ask anew who is there
    assert await alone(chat, lee) == NO_AGENT


async def test_another_account_with_an_administrators_address_is_refused_and_told(chat: Chat) -> None:
    assert await alone(chat, chat.ana) == "Pat Lindqvist"
    for org in (None, ELSEWHERE):
        impostor = chat.cloud.pass_on(chat.ana, org)
        assert await alone(chat, impostor) == NO_AGENT
        assert await alone(chat, impostor, f"agents add {impostor.email}") == NO_AGENT
    told = await rows(chat.store, select(NoticeRow).where(NoticeRow.kind == Notice.SECOND_ACCOUNT.value))
    assert sorted(each.about["why"] for each in told) == ["organization", "person"]
    assert {each.urgency for each in told} == {"now"}
    heard = await chat.cloud.next_message(
        chat.direct(chat.bo), None, 40, chat.bot, where=lambda one: "for partner administrators" in one.text
    )
    assert "came with the address ana.ruiz@partner.example and was refused" in Seen(heard).text
    said = [one.text for one in chat.cloud.messages(chat.direct(impostor)) if one.person is chat.bot]
    assert not [text for text in said if "administrators" in text], "who has the address now hears nothing of it"


async def test_an_account_of_another_organization_is_refused_at_first_use_too(chat: Chat) -> None:
    await add_agent(chat.store, GUEST, Role.PARTNER_ADMINISTRATOR, "a test")
    guest = chat.cloud.add_person("Gus Third", GUEST, ELSEWHERE)
    assert await alone(chat, guest) == NO_AGENT
    assert await rows(chat.store, select(AgentAccount).where(AgentAccount.email == GUEST)) == []


async def test_an_account_that_was_made_anew_is_taken_once_the_old_one_is_released(chat: Chat) -> None:
    assert await alone(chat, chat.bo) == "Pat Lindqvist"
    anew = chat.cloud.pass_on(chat.bo)
    assert await alone(chat, anew) == NO_AGENT
    released = await chat.says(f"agents release {chat.bo.email}", to=chat.direct(chat.ana))
    assert released.heading == f"{chat.bo.email} may come with a new account"
    assert await alone(chat, anew) == "Pat Lindqvist"
    assert await alone(chat, chat.bo) == NO_AGENT, "the old one is nobody any more"


async def test_what_the_new_account_asks_in_a_space_goes_to_its_own_conversation(chat: Chat) -> None:
    assert await alone(chat, chat.bo) == "Pat Lindqvist"
    old_conversation = chat.direct(chat.bo)
    before = len(chat.cloud.messages(old_conversation))
    anew = chat.cloud.pass_on(chat.bo)
    await chat.says(f"agents release {chat.bo.email}", to=chat.direct(chat.ana))
    chat.cloud.join(anew, chat.lobby)
    assert "Answered in your direct messages" in (await chat.says(PAT, who=anew, to=chat.lobby)).text
    said = [Seen(one) for one in chat.cloud.messages(chat.direct(anew)) if one.person is chat.bot]
    assert said[-1].heading == "Pat Lindqvist"
    assert len(chat.cloud.messages(old_conversation)) == before, "nothing more goes to the old account"


async def test_of_two_accounts_that_come_at_once_one_is_the_agent(chat: Chat) -> None:
    await add_agent(chat.store, "lee.novak@partner.example", Role.AGENT, "a test")
    one = chat.cloud.add_person("Lee Novak", "lee.novak@partner.example")
    other = chat.cloud.pass_on(one)
    heard = await asyncio.gather(alone(chat, one), alone(chat, other))
    assert sorted(heard) == ["Pat Lindqvist", NO_AGENT]
    used = await rows(chat.store, select(AuditRow).where(AuditRow.action == "agents.first_use"))
    assert len(used) == 1


@pytest.fixture
async def untold(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """Webex tells nobody's organization."""
    from playground.rest import answers

    person, membership = answers.person, answers.membership
    monkeypatch.setattr(answers, "person", lambda one: {**person(one), "orgId": None})
    monkeypatch.setattr(answers, "membership", lambda one: {**membership(one), "personOrgId": None})
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        yield chat


@pytest.mark.parametrize(("domains", "is_agent"), [((), False), (("partner.example",), True), (("x.example",), False)])
async def test_where_webex_tells_no_organization_the_domain_of_the_address_counts(
    untold: Chat, domains: tuple[str, ...], is_agent: bool
) -> None:
    lee, guest = joins(untold, "lee.novak@partner.example"), joins(untold, "lee@sub.partner.example")
    untold.settings = untold.settings.model_copy(update={"partner_domains": domains})
    async with untold.running():
        assert (await alone(untold, lee) != NO_AGENT) == is_agent
        assert await alone(untold, guest) == NO_AGENT
        assert await alone(untold, untold.ana) == "Pat Lindqvist", "who is named needs no domain"


async def test_organizations_of_the_settings_are_the_partners_too(databases: Databases) -> None:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.settings = chat.settings.model_copy(update={"partner_orgs": (ELSEWHERE,)})
        colleague = joins(chat, "gus@subsidiary.example", ELSEWHERE)
        async with chat.running():
            assert await alone(chat, colleague) == "Pat Lindqvist"
