"""Who may not, and what was tampered with: a clear card, and nothing is changed."""

from typing import Any

import pytest
from sqlmodel import col, select

from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.mail import Suppression
from playground.rooms import Account
from tests.chat import PAT, Chat, Seen
from tests.sessions import rows


async def held_back(chat: Chat) -> list[str]:
    return await rows(chat.store, select(Suppression.reason).where(Suppression.address == PAT))


async def acts(chat: Chat) -> list[AuditRow]:
    """What was done; looking is not counted, nor that somebody uses the desk for the first time."""
    not_counted = ["find", "email", "agents.first_use"]
    return await rows(chat.store, select(AuditRow).where(col(AuditRow.action).not_in(not_counted)))


async def test_who_is_no_agent_is_told_so_politely(chat: Chat) -> None:
    for text in ("help", PAT, "verify", f"unsuppress {PAT}"):
        refused = await chat.says(text, who=chat.kim, to=chat.lobby)
        assert refused.heading == "This desk is for support agents"
        assert PAT not in refused.fallback


async def test_who_is_no_agent_is_refused_at_the_button_too(chat: Chat) -> None:
    user, there = await chat.says(PAT), await chat.says("whoami", to=chat.lobby)
    for data in (*user.buttons.values(), *there.buttons.values()):
        refused = await chat.posts(there, data, who=chat.kim)
        assert refused.heading == "This desk is for support agents"
    assert await acts(chat) == []


async def test_bots_get_no_answer(chat: Chat) -> None:
    other = chat.cloud.add_bot("Build Bot")
    chat.cloud.join(other, chat.space)
    asked = await chat.cloud.post(other, chat.space, PAT, mention=chat.bot)
    with pytest.raises(TimeoutError):
        await chat.cloud.next_message(chat.space, after=asked, by=chat.bot, timeout=0.7)


async def confirm_card(chat: Chat) -> Seen:
    """Nothing but a press is missing."""
    await chat.vouched(PAT)
    return await chat.says(f"unsuppress {PAT}")


def no_token(data: dict[str, Any]) -> dict[str, Any]:
    return {"action": data["action"]}


def odd_token(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "token": data["token"][:-2] + "xx"}


def other_action(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "action": "verify.send"}


def nothing(data: dict[str, Any]) -> dict[str, Any]:
    return {}


def number_token(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "token": 7}


@pytest.mark.parametrize("tampered", [no_token, odd_token, other_action, nothing, number_token])
async def test_a_forged_button_changes_nothing(chat: Chat, tampered: Any) -> None:
    card = await confirm_card(chat)
    refused = await chat.posts(card, tampered(card.buttons["Clear it"]))
    assert refused.heading == "This button was not made by this desk"
    assert refused.message.parent_id == card.message.parent_id
    assert await held_back(chat) == ["bounce"]


async def test_a_button_of_another_card_does_only_what_it_was_made_for(chat: Chat) -> None:
    card = await confirm_card(chat)
    token = (await chat.says("whoami")).buttons["Change language"]["token"]
    refused = await chat.posts(card, {"action": "unsuppress.lift", "token": token})
    assert refused.heading == "This button was not made by this desk"
    assert await held_back(chat) == ["bounce"]


async def test_extra_fields_of_a_submission_are_not_believed(chat: Chat) -> None:
    card = await confirm_card(chat)
    data = {**card.buttons["Clear it"], "address": "someone.else@acme.example", "role": "partner administrator"}
    cleared = await chat.posts(card, data)
    assert cleared.heading == f"{PAT} is off the suppression list"


async def test_a_stale_button_changes_nothing(chat: Chat) -> None:
    card = await confirm_card(chat)
    chat.clock.passes(hours=25)
    assert (await chat.presses(card, "Clear it")).heading == "This card is too old"
    assert await held_back(chat) == ["bounce"]


async def test_a_second_press_of_a_button_for_one_use_is_refused(chat: Chat) -> None:
    card = await confirm_card(chat)
    await chat.presses(card, "Clear it")
    assert (await chat.presses(card, "Clear it")).heading == "This button was used already"
    assert [row.action for row in await acts(chat)] == ["unsuppress"]


async def test_two_presses_at_once_act_once(chat: Chat) -> None:
    card = await confirm_card(chat)
    data = card.buttons["Clear it"]
    actions = [await chat.cloud.press(chat.ana, card.message.id, data) for _ in range(2)]
    first = await chat.cloud.next_message(chat.space, after=actions[0], by=chat.bot)
    second = await chat.cloud.next_message(chat.space, after=first, by=chat.bot)
    headings = {Seen(first).heading, Seen(second).heading}
    assert headings == {f"{PAT} is off the suppression list", "This button was used already"}
    assert len(await acts(chat)) == 1


async def test_a_confirmation_is_for_the_one_who_asked(chat: Chat) -> None:
    card = await confirm_card(chat)
    assert (await chat.presses(card, "Clear it", who=chat.bo)).heading == "This card was made for someone else"
    assert await held_back(chat) == ["bounce"]


async def test_a_button_does_not_work_in_another_space(chat: Chat) -> None:
    card = await confirm_card(chat)
    here = await chat.says("help", to=chat.direct(chat.ana))
    stolen = await chat.says(PAT, to=chat.direct(chat.ana))
    assert here.heading
    refused = await chat.posts(stolen, card.buttons["Clear it"])
    assert refused.heading == "This card was made for someone else"
    assert await held_back(chat) == ["bounce"]


async def test_an_agent_cannot_clear_a_complaint_and_an_advanced_one_says_why(chat: Chat) -> None:
    from helpdesk.people.access import Role
    from helpdesk.people.agents import add_agent

    lee = chat.cloud.add_person("Lee Novak", "lee.novak@partner.example")
    chat.cloud.join(lee, chat.space)
    await add_agent(chat.store, lee.email, Role.AGENT, "a test")
    address = await complained(chat)
    seen = await chat.says(f"unsuppress {address}", who=lee)
    assert "Ask an advanced agent" in seen.text
    assert "Clear the complaint" not in seen.buttons
    await chat.vouched(address)
    mine = await chat.says(f"unsuppress {address}")
    without = await chat.presses(mine, "Clear the complaint", reason="because")
    assert without.heading == "A reason takes 10 to 500 characters."
    cleared = await chat.presses(mine, "Clear the complaint", reason="The user asked for it in writing")
    assert cleared.heading == f"{address} is off the suppression list"
    assert (await acts(chat))[-1].reason == "The user asked for it in writing"


async def complained(chat: Chat) -> str:
    found = await rows(chat.store, select(Suppression.address).where(Suppression.reason == "complaint"))
    return found[0]


async def test_a_removed_agent_is_refused_from_then_on(chat: Chat) -> None:
    from helpdesk.people.access import Role
    from helpdesk.people.agents import add_agent, remove_agent

    await add_agent(chat.store, chat.kim.email, Role.AGENT, "a test")
    alone = chat.direct(chat.kim)
    user = await chat.says(PAT, who=chat.kim, to=alone)
    assert user.heading == "Pat Lindqvist"
    await remove_agent(chat.store, chat.kim.email)
    assert (await chat.says(PAT, who=chat.kim, to=alone)).heading == "This desk is for support agents"
    assert (await chat.presses(user, "Email status", who=chat.kim)).heading == "This desk is for support agents"


async def test_members_of_a_desk_space_are_agents(chat: Chat) -> None:
    chat.cloud.join(chat.kim, chat.space)
    assert (await chat.says("whoami", who=chat.kim)).heading == f"You are {chat.kim.email}"
    outside: Account = chat.cloud.add_person("Outside Person", "outside@elsewhere.example")
    refused = await chat.says("whoami", who=outside, to=chat.direct(outside))
    assert refused.heading == "This desk is for support agents"
