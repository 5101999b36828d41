"""An edit that another process is told of, as with webhooks behind a load balancer: one question, one answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlmodel import Session

from bot.events import worker
from bot.webex.events import Arrival
from helpdesk.platform.store.tables.events import ClaimedEvent
from playground.rooms import Message
from tests.bot.desk import Desk, open_desk
from tests.databases import Databases


@pytest.fixture
async def desk(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)
    async with open_desk(databases) as opened:
        yield opened


def edit_of(desk: Desk, asked: Message) -> Arrival:
    first = desk.by_webhook(asked)
    return replace(first, event_id=f"{first.event_id}:{uuid4()}", edit="post")


def _delay(event_id: str, by: timedelta, session: Session) -> None:
    """As if it had been told so much later."""
    event = session.get_one(ClaimedEvent, event_id)
    event.received_at += by
    session.add(event)


@pytest.mark.parametrize(("seconds", "answers"), [(0, ["said other"]), (4, ["said first", "said other"])])
async def test_an_edit_that_another_process_hears_takes_the_place_of_what_is_not_answered_yet(
    desk: Desk, seconds: int, answers: list[str]
) -> None:
    one, two = await desk.process("one"), await desk.process("two")
    gate = desk.handlers.closed("first")
    asked = await desk.asks("first")
    assert await one.worker.take(desk.by_webhook(asked))
    await desk.handlers.in_work(1)
    await desk.cloud.edit(desk.ana, asked, "say other")
    edited = edit_of(desk, asked)
    assert await two.worker.take(edited)
    await desk.store.write(partial(_delay, edited.event_id, timedelta(seconds=seconds)))
    gate.set()
    await one.worker.rest()
    two.keeps_going()
    async with asyncio.timeout(20):
        while len(desk.answers()) < len(answers):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.02)
    for process in (one, two):
        await process.worker.rest()
    assert desk.answers() == answers
