"""Every command is typed, every button pressed, much of it fails: nothing of it can be read in logs or metrics."""

import asyncio
import json
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from typing import Any

import aiohttp
import pytest

from cards import agents as agents_card
from cards import bulk as bulk_card
from commands import COMMANDS
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent
from playground.identifiers import new_uuid
from playground.rooms import Change, Message, Space
from tests.chat import PAT, SAM, Chat, Seen, another_code, open_stage
from tests.databases import Databases
from tests.helpdesk.files import bring_in, organization
from tests.logged import everything_logged

COMPLAINED = "farid.nowak@acme.example"
ROBIN = "robin.achterberg@acme.example"
REASON = "because of the purple elephant"
JUERGEN = "jurgen.grossmann@mueller-soehne.example"
TWO_KINDS, TWINS = "DEMOACM0001 Ltd", ("Twin Works", "Twin Yards")
# Of the customers, Acme lets the desk look, and Müller has to be asked.
SUBJECTS = (PAT, SAM, COMPLAINED, "müller", "acme", "twin", "a", "")
# What people are given to fill in, by the field's id; elsewhere an address goes.
FILLED = {
    "reason": REASON,
    "language": "fr",
    "code": "000000",
    "role": "agent",
    "customers": "all",
    "customer": "acme",
}
# Nobody vouches for a caller to themselves.
BY_ANOTHER = {"verify.approve", "bulk.approve", "bulk.review", "bulk.decline"}
ACTIONS = {action for command in COMMANDS for action in command.on_submit}
LINK = re.compile(r"http://127\.0\.0\.1:\d+/desk/[\w./-]+")
# What a process says of itself, and no event is the cause of.
OF_THE_PROCESS = {
    "desk_ready",
    "web_server_listening",
    "desk_stopping",
    "desk_stopped",
    "catch_up_done",
    "sent_message_found",  # the call may be a job's
}


class Agent:
    """Presses each button there is once, on whatever card the bot sends, asked or not."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.pressed: set[str] = set()
        self.tokens: set[str] = set()
        self._cards: asyncio.Queue[Seen] = asyncio.Queue()
        chat.cloud.rooms.listeners.append(self._hear)

    def _hear(self, change: Change) -> None:
        if change.event == "created" and isinstance(change.subject, Message) and change.actor is self.chat.bot:
            self._cards.put_nowait(Seen(change.subject))

    async def says(self, text: str, space: Space) -> None:
        await self.chat.says(text, to=space)
        while not self._cards.empty():
            await self._press_all_of(self._cards.get_nowait())

    async def presses_the_rest(self) -> None:
        """What jobs say comes when it comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while self.pressed != ACTIONS:
                    await self._press_all_of(await self._cards.get())

    async def _press_all_of(self, seen: Seen) -> None:
        for title, data in seen.buttons.items():
            action = data["action"]
            self.tokens.add(data["token"])
            if action not in self.pressed:
                self.pressed.add(action)
                who = self.chat.bo if action in BY_ANOTHER else self.chat.ana
                filled = {name: FILLED.get(name.rpartition(".")[2], SAM) for name in seen.fields}
                await self.chat.presses(seen, title, who=who, **filled)


def prepare(chat: Chat) -> list[str]:
    """All that the desk can be given: web pages, and a Webex that mails welcomes; what is secret of it."""
    chat.open_to_browsers()
    app = chat.reads_customers()
    return [app.client_secret, app.refresh_token]


async def drive(chat: Chat) -> Agent:
    agents = sorted(f"agent{number}@partner.example" for number in range(agents_card.PAGE + 1))
    # The last that a card shows is the one whose buttons are pressed; their account is known, so it can be released.
    last = chat.cloud.add_person("Zoe Last", agents[agents_card.PAGE - 1])
    await add_agent(chat.store, last.email, Role.AGENT, "a test")
    await chat.says("whoami", who=last, to=chat.direct(last))
    agent = Agent(chat)
    # Named like a device, and with more sites than a card shows.
    sites = [f"site{number}.webex.example" for number in range(20)]
    twins = [organization(new_uuid(), name) for name in TWINS]
    await bring_in(chat.store, organizations=[organization(name=TWO_KINDS, sites=sites), *twins])
    for address in agents:
        await add_agent(chat.store, address, Role.AGENT, "a test")
    await add_agent(chat.store, ROBIN, Role.AGENT, "a test")
    for address in (PAT, COMPLAINED):
        await chat.vouched(address)
    long = f"bulk {PAT} " + " ".join(f"nobody{number}@acme.example" for number in range(bulk_card.MOST + 1))
    # Each button is pressed once: to ask for consent, where there is somebody to be asked.
    for text in ("consent müller", TWO_KINDS.split()[0], TWO_KINDS, long):
        await agent.says(text, chat.space)
    for command in COMMANDS:
        # By one word among others, by another one 1:1, where some is shown that is shown nowhere else.
        spaces = (chat.space, chat.direct(chat.ana))
        for word, space in zip((command.keyword, *command.aliases[:1]), spaces, strict=False):
            for subject in SUBJECTS:
                await agent.says(f"{word} {subject}", space)
    await agent.says("agents", chat.direct(chat.ana))
    await agent.presses_the_rest()
    return agent


async def links_sent(chat: Chat) -> list[str]:
    """Of mails and of cards; each is opened."""
    # Ana has withdrawn her question by now, before anybody was written to perhaps.
    form = await chat.says("consent müller", who=chat.bo, to=chat.direct(chat.bo))
    await chat.presses(form, "Ask them", who=chat.bo, reason=REASON)
    await chat.mailbox.next_mail(to=JUERGEN, timeout=20)
    cards = [json.dumps(one.card) for one in chat.cloud.messages(chat.direct(chat.ana)) if one.card]
    links = LINK.findall("\n".join([*cards, *(mail.text for mail in chat.mailbox.mails)]))
    async with aiohttp.ClientSession() as session:
        for link in links:
            async with session.get(link) as answer:
                assert answer.status < 500
    return links


async def fail(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Strangers, forgery, wrong codes and right ones, mail that is refused, handlers that break; what was secret."""
    # Where no job has a word to say in between.
    apart = chat.direct(chat.bo)
    sent = await chat.says(f"verify {ROBIN}", who=chat.bo, to=apart)
    code = await chat.code_mailed_to(ROBIN)
    await chat.presses(sent, "Check", who=chat.bo, code=another_code(code))
    await chat.presses(sent, "Check", who=chat.bo, code=code)
    chat.mailbox.refuse(COMPLAINED, f"550 {COMPLAINED} is unknown")
    await chat.says(f"verify {COMPLAINED}")
    await chat.says(f"{SAM} {REASON}", who=chat.kim, to=chat.lobby)
    there = await chat.says("whoami", to=chat.lobby)
    await chat.posts(there, {"action": "verify.check", "token": "forged-by-kim", "code": code}, who=chat.kim)
    monkeypatch.setattr("helpdesk.mail.delivery.embedded.EmbeddedDeliveryLog.last", broken)
    await chat.says(f"email {SAM}", who=chat.bo, to=apart)
    chat.cloud.faults.too_many_next, chat.cloud.faults.lose_answer_next = 2, 1
    await chat.says(PAT, who=chat.bo, to=apart)
    return [code, another_code(code), "forged-by-kim"]


async def broken(*_: object) -> None:
    raise RuntimeError(f"{SAM} {REASON}")


def read(private: Iterable[str], written: str) -> list[str]:
    """What of it can be read; whole words, since the digits of a code may well stand within a time."""
    return [each for each in private if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", written, re.IGNORECASE)]


async def metrics(lines: list[dict[str, Any]]) -> str:
    port = next(line["inside_port"] for line in lines if line["event"] == "web_server_listening")
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        return await answer.text()


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_nothing_that_people_say_or_do_can_be_read_in_logs_and_metrics(
    databases: Databases, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with everything_logged(level) as written:
        async with databases.fresh("demo") as url, open_stage(url) as chat:
            secrets = prepare(chat)
            async with chat.running():
                agent = await drive(chat)
                links = await links_sent(chat)
                secrets += await fail(chat, monkeypatch)
                measured = await metrics([json.loads(line) for line in written.getvalue().splitlines()])
            people = [(one.email, one.display_name, one.token) for one in (chat.ana, chat.bo, chat.kim)]
            ours = [chat.space.title, chat.bot.token, chat.settings.secret_key.get_secret_value()]
    assert agent.pressed == ACTIONS
    assert {link.split("/")[4] for link in links} >= {"consent", "view"}
    secrets += [link.rpartition("/")[2] for link in links]
    named = [
        PAT,
        SAM,
        ROBIN,
        JUERGEN,
        COMPLAINED,
        "Lindqvist",
        "Okafor",
        "Achterberg",
        "acme",
        "Müller",
        *TWINS,
        REASON,
    ]
    private = [*chain.from_iterable(people), *ours, *secrets, *agent.tokens, *named]
    assert read(private, written.getvalue()) == []
    assert read(private, measured) == []
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    nameless = {line["event"] for line in lines if line["logger"].startswith("bot.") and not line.get("event_id")}
    assert nameless <= OF_THE_PROCESS
    assert {"command_failed", "webex_call_failed"} <= {line["event"] for line in lines}
