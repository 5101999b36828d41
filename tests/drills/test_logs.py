"""Every command is typed, every button pressed, much of it fails: nothing of it can be read in logs or metrics."""

import json
import logging
import re
from collections.abc import Iterable
from itertools import chain
from typing import Any

import aiohttp
import pytest

from commands import COMMANDS
from helpdesk.access import Role
from helpdesk.agents import add_agent
from tests.chat import PAT, SAM, Chat, Seen, another_code, open_chat
from tests.databases import Databases
from tests.helpdesk.files import bring_in, organization
from tests.logged import everything_logged

COMPLAINED = "farid.nowak@acme.example"
ROBIN = "robin.achterberg@acme.example"
REASON = "because of the purple elephant"
TWO_KINDS = "DEMOACM0001 Ltd"
SUBJECTS = (PAT, SAM, COMPLAINED, "acme", "a", "")
# What people are given to fill in, by the field's id; elsewhere an address goes.
FILLED = {"reason": REASON, "language": "fr", "code": "000000", "role": "agent", "customers": "all"}
# What a process says of itself, and no event is the cause of.
OF_THE_PROCESS = {
    "ready",
    "web server listens",
    "stopping",
    "stopped",
    "asked for what was missed",
}


class Agent:
    """Presses each button there is once, and those on the cards that answer it."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.pressed: set[str] = set()
        self.tokens: set[str] = set()

    async def presses_all(self, seen: Seen) -> None:
        for title, data in seen.buttons.items():
            action = data["action"]
            self.tokens.add(data["token"])
            if action not in self.pressed:
                self.pressed.add(action)
                # Nobody vouches for a caller to themselves.
                who = self.chat.bo if action == "verify.approve" else self.chat.ana
                filled = {name: FILLED.get(name.rpartition(".")[2], SAM) for name in seen.fields}
                await self.presses_all(await self.chat.presses(seen, title, who=who, **filled))


async def drive(chat: Chat) -> Agent:
    agent = Agent(chat)
    # Named like a device, and with more sites than a card shows.
    sites = [f"site{number}.webex.example" for number in range(20)]
    await bring_in(chat.store, organizations=[organization(name=TWO_KINDS, sites=sites)])
    for text in (TWO_KINDS.split()[0], TWO_KINDS):
        await agent.presses_all(await chat.says(text))
    await add_agent(chat.store, ROBIN, Role.AGENT, "a test")
    for command in COMMANDS:
        for word in (command.keyword, *command.aliases[:1]):
            for subject in SUBJECTS:
                await agent.presses_all(await chat.says(f"{word} {subject}"))
    return agent


async def fail(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Strangers, forgery, wrong codes and right ones, mail that is refused, handlers that break; what was secret."""
    sent = await chat.says(f"verify {ROBIN}", who=chat.bo)
    code = await chat.code_mailed_to(ROBIN)
    await chat.presses(sent, "Check", who=chat.bo, code=another_code(code))
    await chat.presses(sent, "Check", who=chat.bo, code=code)
    chat.mailbox.refuse(COMPLAINED, f"550 {COMPLAINED} is unknown")
    await chat.says(f"verify {COMPLAINED}")
    await chat.says(f"{SAM} {REASON}", who=chat.kim, to=chat.lobby)
    there = await chat.says("whoami", to=chat.lobby)
    await chat.posts(there, {"action": "verify.check", "token": "forged-by-kim", "code": code}, who=chat.kim)
    monkeypatch.setattr("helpdesk.delivery.embedded.EmbeddedDeliveryLog.last", broken)
    await chat.says(f"email {SAM}", who=chat.bo)
    chat.cloud.faults.too_many_next, chat.cloud.faults.lose_answer_next = 2, 1
    await chat.says(PAT, who=chat.bo)
    return [code, another_code(code), "forged-by-kim"]


async def broken(*_: object) -> None:
    raise RuntimeError(f"{SAM} {REASON}")


def read(private: Iterable[str], written: str) -> list[str]:
    """What of it can be read; whole words, since the digits of a code may well stand within a time."""
    return [each for each in private if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", written, re.IGNORECASE)]


async def metrics(lines: list[dict[str, Any]]) -> str:
    port = next(line["port"] for line in lines if line["event"] == "web server listens")
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        return await answer.text()


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_nothing_that_people_say_or_do_can_be_read_in_logs_and_metrics(
    databases: Databases, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with everything_logged(level) as written:
        async with databases.fresh("demo") as url, open_chat(url) as chat:
            agent = await drive(chat)
            secrets = await fail(chat, monkeypatch)
            measured = await metrics([json.loads(line) for line in written.getvalue().splitlines()])
            people = [(one.email, one.display_name, one.token) for one in (chat.ana, chat.bo, chat.kim)]
            ours = [chat.space.title, chat.bot.token, chat.settings.secret_key.get_secret_value()]
    assert agent.pressed == {action for command in COMMANDS for action in command.on_submit}
    named = [PAT, SAM, ROBIN, COMPLAINED, "Lindqvist", "Okafor", "Achterberg", "acme", REASON]
    private = [*chain.from_iterable(people), *ours, *secrets, *agent.tokens, *named]
    assert read(private, written.getvalue()) == []
    assert read(private, measured) == []
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    nameless = {line["event"] for line in lines if line["logger"].startswith("bot.") and not line.get("event_id")}
    assert nameless <= OF_THE_PROCESS
    assert {"handler failed", "webex call failed"} <= {line["event"] for line in lines}
