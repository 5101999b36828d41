"""Of a partner's 50 customers who look alike, an agent limited to three finds three, whatever they type and press.

The proof: every answer is word for word that of a desk which has no other customers; and nothing that only others
have is in it.
"""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import pytest
from sqlmodel import select

from bot.dispatch.dispatch import DispatchAnswer
from cards.verification import SEND
from helpdesk.directory.importing import import_file, parse
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.platform.store.tables.mail import Suppression
from tests.agent import LEE, Agent, open_agent, shown
from tests.databases import Databases
from tests.partner import only, partner, strings
from tests.sessions import rows

pytestmark = pytest.mark.long

SEED, LINES, OLD_PEOPLE = 20_260_301, 240, 60
LOOKING_UP = ("", "find ")
KEYWORDS = ("", "", "", "find ", "email ", "unsuppress ")
MAIL = ("emails", "suppressions")


@dataclass
class Partner:
    """All customers, and those that Lee may see; Lee at a desk with all, limited, and at one with only those."""

    everything: dict[str, Any]
    theirs: dict[str, Any]
    limited: Agent
    alone: Agent

    @cached_property
    def others(self) -> set[str]:
        """What only other customers have: names, addresses, ids, numbers."""
        known = "\n".join(strings(self.theirs))
        return {each for each in strings(self.everything) if len(each) > 3 and each not in known}


@pytest.fixture
async def partner_desk(databases: Databases) -> AsyncIterator[Partner]:
    everything = partner(SEED)
    mine = [each["id"] for each in everything["organizations"][10:13]]
    theirs = only(everything, mine)
    async with (
        databases.fresh("empty") as one,
        databases.fresh("empty") as other,
        open_agent(one) as limited,
        open_agent(other) as alone,
    ):
        for agent, file in ((limited, everything), (alone, theirs)):
            await import_file(agent.store, parse(json.dumps(file)))
            await add_agent(agent.store, LEE, Role.ADVANCED, "a test")
        yield Partner(everything, theirs, limited, alone)


async def limit(desk: Partner) -> None:
    customers = [each["id"] for each in desk.theirs["organizations"]]
    await add_agent(desk.limited.store, LEE, Role.ADVANCED, "a test", customers)


def something(file: Mapping[str, Any], random: Random) -> str:
    """What an agent may have copied from somewhere, whole, in part or with a slip."""
    person, customer = random.choice(file["people"]), random.choice(file["organizations"])
    device, number = random.choice(file["devices"]), random.choice(file["numbers"])
    email, name = random.choice(person["emails"]), person["displayName"]
    return random.choice(
        (
            email,
            email.replace("user", "uesr"),
            email.upper(),
            name,
            name[:-1],
            name[1:],
            person["lastName"],
            person["firstName"][:2],
            f"{person['lastName']} {person['firstName']}",
            person["id"],
            customer["id"],
            customer["displayName"],
            customer["displayName"][:4],
            customer["domains"][0]["domain"],
            customer["sites"][0],
            customer["orders"][0],
            random.choice(file["licenses"])["subscriptionId"],
            device["id"],
            device["serial"],
            device["mac"].replace(":", "-"),
            device["primarySipUrl"],
            number["phoneNumber"],
            number["phoneNumber"][2:],
            "mail.example",
            f"{name} in {customer['displayName']}",
            f"{email} {an_address(file, random)}",
            an_address(file, random),
        )
    )


def lines(desk: Partner, random: Random) -> list[str]:
    made = []
    for place in range(LINES):
        file = desk.theirs if random.random() < 0.4 else desk.everything
        # Few codes: an agent may send so many an hour.
        keyword = "verify " if place % 16 == 0 else random.choice(KEYWORDS)
        takes_address = keyword not in LOOKING_UP and random.random() < 0.8
        made.append(keyword + (an_address(file, random) if takes_address else something(file, random)))
    return made


def an_address(file: Mapping[str, Any], random: Random) -> str:
    """Of somebody, or of nobody any more; mail may have gone there, or be held back."""
    person = random.choice(file["people"])
    return random.choice((*person["emails"], *(random.choice(file[name])["address"] for name in MAIL)))


def inputs(desk: Partner, random: Random) -> dict[str, str]:
    text = something(desk.everything, random)
    return {"query": text, "address": text, "code": "123456", "reason": "known from a visit"}


def assert_alike(desk: Partner, asked: str, limited: DispatchAnswer, alone: DispatchAnswer) -> None:
    text = shown(limited)
    assert text == shown(alone), asked
    said = asked.lower()
    assert [each for each in desk.others if each in text and each.lower() not in said] == [], asked


async def test_whatever_a_limited_agent_types_and_presses_nothing_shows_that_others_exist(
    partner_desk: Partner,
) -> None:
    desk, random = partner_desk, Random(SEED)  # noqa: S311
    await limit(desk)
    answered = 0
    for text in lines(desk, random):
        answers = await desk.limited.types(text), await desk.alone.types(text)
        assert_alike(desk, text, *answers)
        for _ in range(3):  # a button of the card, then one of the card that it brought, and so on
            buttons = desk.limited.on(answers[0]), desk.alone.on(answers[1])
            if not buttons[0]:
                break
            place, given = random.randrange(len(buttons[0])), inputs(desk, random)
            if buttons[0][place]["data"]["action"] == SEND:
                break  # codes are for the lines
            pressed = f"{text}, then {buttons[0][place]['title']} with {given}"
            answers = (
                await desk.limited.presses(buttons[0][place], given),
                await desk.alone.presses(buttons[1][place], given),
            )
            assert_alike(desk, pressed, *answers)
            answered += answers[0].outcome == "answered"
    assert answered > LINES / 3
    assert [each.recipients for each in desk.limited.mailbox.mails] == [
        each.recipients for each in desk.alone.mailbox.mails
    ]


async def test_buttons_of_the_time_before_a_limit_lead_to_nothing_of_others(partner_desk: Partner) -> None:
    desk, random = partner_desk, Random(SEED)  # noqa: S311
    others, known = desk.others, set(strings(desk.theirs))
    kept = []
    for place, person in enumerate(random.sample(desk.everything["people"], OLD_PEOPLE)):
        (email, *_), name = person["emails"], person["displayName"]
        if email in known:
            continue
        texts = [f"verify {email}"] if place % 12 == 0 else [f"email {email}", f"unsuppress {email}", email, name]
        for text in texts:
            # What a card said, its reader knows: that a button says so again is no secret.
            card = await desk.limited.types(text)
            kept += [(f"{button['title']} on {shown(card)}", button) for button in desk.limited.on(card)]
    assert len(kept) > 2 * OLD_PEOPLE
    await limit(desk)
    desk.limited.later(hours=2)
    desk.alone.later(hours=2)
    mails = len(desk.limited.mailbox.mails)
    held = await held_back(desk.limited, others)
    for asked, button in kept:
        given = inputs(desk, random)
        answers = await desk.limited.presses(button, given), await desk.alone.presses(button, given)
        assert_alike(desk, f"{asked} with {given}", *answers)
    assert len(desk.limited.mailbox.mails) == mails
    assert await held_back(desk.limited, others) == held


async def held_back(agent: Agent, others: Collection[str]) -> set[tuple[str, str]]:
    """Which of others' addresses are on the suppression list."""
    entries = await rows(agent.store, select(Suppression))
    return {(each.address, each.reason) for each in entries if each.address in others}
