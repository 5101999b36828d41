"""People come at random moments of slow work: what the desk was told of before it sent, it heeded.

What is counted is the order of things, not time: at the moment when a call to post is made, whether the process had
been told that somebody is in the space who may not see it.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

import commands.bulk
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from helpdesk.people.members import Memberships
from helpdesk.platform.identifiers import id_key
from playground.rooms import Account, Message
from tests.chat import Chat, open_stage
from tests.databases import Databases
from tests.drills.crowd import users

ROUNDS = int(os.environ.get("JOINS", "6"))
ASIDE = "Answered in your direct messages: not everyone here may see it"
SLOWEST_SECONDS = 1.0


@dataclass
class Watch:
    """What the process was told and what it sent, in order. `is_told`: that somebody is there who may not see it."""

    chat: Chat
    guests: tuple[Account, ...] = ()
    is_told: bool = False
    sent: int = 0
    seen: list[str] = field(default_factory=list)  # what it sent although it was told

    def told(self, space_id: str) -> None:
        if id_key(space_id) == self.chat.space.uuid:
            there = {each.person for each in self.chat.cloud.rooms.memberships(self.chat.space)}
            self.is_told = bool(there & {*self.guests})

    def posts(self, method: str, url: str, body: dict[str, Any]) -> None:
        is_here = method == "POST" and url.endswith("/messages") and body.get("roomId") == self.chat.space.id
        if is_here and body["text"] != ASIDE:
            self.sent += 1
            if self.is_told:
                self.seen.append(body["text"])


@pytest.fixture(params=["websocket", "webhook"])
async def chat(databases: Databases, request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        if request.param == "webhook":
            chat.hears_by_webhook()
        async with chat.running():
            yield chat


@pytest.fixture
def watch(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch(chat)
    forget, request = Memberships.forget, aiohttp.ClientSession.request

    def forgetting(self: Memberships, space_id: str) -> None:
        forget(self, space_id)
        watch.told(space_id)

    def requesting(self: aiohttp.ClientSession, method: str, url: str, **how: Any) -> Any:
        watch.posts(method, url, how.get("json") or {})
        return request(self, method, url, **how)

    monkeypatch.setattr(Memberships, "forget", forgetting)
    monkeypatch.setattr(aiohttp.ClientSession, "request", requesting)
    return watch


@pytest.fixture
async def guests(chat: Chat, watch: Watch) -> tuple[Account, ...]:
    """Another bot, and an agent who may see another customer alone."""
    lee = chat.cloud.add_person("Lee Novak", "lee.novak@partner.example")
    await add_agent(chat.store, lee.email, Role.AGENT, "a test", ["Nordlys Rederi"])
    watch.guests = (chat.cloud.add_bot("Build Bot"), lee)
    return watch.guests


@pytest.fixture
def slow(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail, lists and Webex take their time."""
    look_up = commands.bulk.look_up

    async def looking(*args: Any) -> None:
        await asyncio.sleep(SLOWEST_SECONDS)
        await look_up(*args)

    monkeypatch.setattr(commands.bulk, "look_up", looking)
    monkeypatch.setattr(commands.bulk, "SOON_SECONDS", 0.0)  # so that a newer card follows
    chat.mailbox.delay_seconds = SLOWEST_SECONDS / 2
    chat.cloud.faults.latency_seconds = 0.05


async def test_whoever_comes_at_whatever_moment_of_slow_work_sees_nothing_that_was_sent_after_the_desk_knew(
    chat: Chat, watch: Watch, guests: tuple[Account, ...], slow: None
) -> None:
    dice = random.Random(11)  # noqa: S311 - no secret
    people, aside = users(), Counter[bool]()
    for number in range(ROUNDS):
        # After so many of the five cards, and a moment: as likely on a slow machine as on a fast one.
        guest, cards, moment = dice.choice(guests), (number + 1) % 5, dice.uniform(0, 0.6 * SLOWEST_SECONDS)
        (address, _), (other, _), (third, _) = next(people), next(people), next(people)
        words = (f"verify {address}", other, f"email {third}", f"bulk {other} {third}")
        asked = [await chat.cloud.post(chat.ana, chat.space, each, mention=chat.bot) for each in words]
        chat.cloud.faults.too_many_next = dice.choice((0, 0, 1))
        await said(chat, asked, cards)
        await asyncio.sleep(moment)
        chat.cloud.join(guest, chat.space)
        for each, is_list in zip(asked, (False, False, False, True), strict=True):
            aside[await is_answered(chat, each, cards=2 if is_list else 1)] += 1
        chat.cloud.leave(guest, chat.space)
        await until_told(watch)
    # Each once, wherever it went.
    async with asyncio.timeout(20):
        while cards_said(chat) < 5 * ROUNDS:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert cards_said(chat) == 5 * ROUNDS
    assert watch.seen == []
    # Else nothing was tried.
    assert watch.sent
    assert aside[True]


async def said(chat: Chat, asked: list[Message], cards: int) -> None:
    """Wait until so many cards answer these."""
    roots = {each.id for each in asked}
    async with asyncio.timeout(60):
        while sum(each.parent_id in roots for each in chat.cloud.messages(chat.space)) < cards:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def cards_said(chat: Chat) -> int:
    """In the space and 1:1, less the lines that tell of it."""
    there = [*chat.cloud.messages(chat.space), *chat.cloud.messages(chat.direct(chat.ana))]
    return sum(each.person is chat.bot and each.card is not None and each.text != ASIDE for each in there)


async def is_answered(chat: Chat, asked: Message, cards: int) -> bool:
    """Wait until all is said: so many cards, here or 1:1, each once; and one line here if any was 1:1. Was one?"""
    async with asyncio.timeout(60):
        while True:
            here = [each for each in chat.cloud.messages(chat.space) if each.parent_id == asked.id]
            lines = [each for each in here if each.text == ASIDE]
            if len(here) - len(lines) == cards or lines:
                break
            await asyncio.sleep(0.02)
    assert len(lines) <= 1
    assert len(here) - len(lines) <= cards
    return bool(lines)


async def until_told(watch: Watch) -> None:
    async with asyncio.timeout(20):
        while watch.is_told:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
