"""A list of addresses outlives the process that clears it: it goes on, and clears no address twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, select

from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.mail import Suppression
from playground.rooms import Change, File, Message
from tests.chat import PAT, Chat, Seen, open_stage
from tests.databases import Databases
from tests.drills.bots import Bots
from tests.sessions import rows, writing

HELD = [f"held{number}@acme.example" for number in range(60)]
WHY = "The customer's mail server was down on Monday"


async def begin(chat: Chat) -> tuple[Seen, asyncio.Event]:
    """What is said to who confirms, and when it is first said how far it is."""
    async with writing(chat.store) as session:
        session.add_all([Suppression(address=each, reason="bounce") for each in HELD])
    asked = await chat.cloud.post(chat.ana, chat.direct(chat.ana), "bulk " + " ".join(HELD))
    # On a machine with much to do it is said first that they are being looked up.
    preview = await chat.later(Seen(asked), "60 of 60 lines can be cleared")
    edited = asyncio.Event()

    def look(change: Change) -> None:
        if change.event == "updated" and isinstance(change.subject, Message):
            edited.set()

    chat.cloud.rooms.listeners.append(look)
    asked = await chat.presses(preview, "Ask a second agent", reason=WHY)
    request = Seen(await chat.cloud.next_message(chat.space, after=preview.message, by=chat.bot, timeout=20))
    await chat.presses(request, "Approve", who=chat.bo)
    return asked, edited


async def cleared(chat: Chat) -> Counter[tuple[str, str]]:
    acts = await rows(chat.store, select(AuditRow).where(col(AuditRow.action) == "unsuppress"))
    return Counter((act.subject, act.outcome) for act in acts)


@pytest.fixture
async def chat(databases: Databases) -> AsyncIterator[Chat]:
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        yield chat


async def test_killed_in_the_middle_it_goes_on_and_clears_no_address_twice(chat: Chat, bots: Bots) -> None:
    chat.cloud.faults.latency_seconds = 0.2  # so that the middle is long enough to be met
    process = await bots.by_websocket(chat.settings)
    begun, edited = await begin(chat)
    async with asyncio.timeout(30):
        await edited.wait()
    await bots.kill(process.process.pid)
    before = await cleared(chat)
    assert 0 < len(before) < len(HELD)

    await bots.by_websocket(chat.settings)
    result = await chat.later(begun, "60 addresses were cleared", 90)
    await chat.cloud.next_message(result.message.space, begun.message, 30, chat.bot, where=lambda one: bool(one.files))
    await bots.end_all()
    assert await cleared(chat) == Counter((each, "cleared: bounce") for each in HELD)
    assert await rows(chat.store, select(Suppression).where(col(Suppression.address).in_(HELD))) == []
    said = [one for one in chat.cloud.messages(begun.message.space) if one.number > begun.message.number]
    assert Counter((bool(one.card), len(one.files), one.edits > 0) for one in said) == Counter(
        {(False, 0, True): 1, (True, 0, False): 2, (False, 1, False): 1}
    )
    # One card says that the list was approved, one what came of it.
    assert [one.text.startswith("60 addresses were cleared") for one in said if one.card].count(True) == 1
    (line,) = [one for one in said if one.edits]
    assert line.text.endswith("60 of 60 addresses done.")
    assert line.edits <= 10


async def test_a_file_is_heard_of_by_webhooks_as_well(chat: Chat, bots: Bots) -> None:
    await bots.by_webhook(chat.settings)
    shown = await chat.says("", file=File("people.csv", "text/csv", f"mail\n{PAT}\n".encode()))
    assert shown.heading == "1 of 1 lines can be cleared"
    await bots.end_all()
