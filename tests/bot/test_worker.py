"""From arrival to answer, whatever Webex does on the way: tried again, answered in another form, or given up once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import events
from bot.buttons import Buttons
from bot.desk import build
from bot.dispatch import Dispatch
from bot.inbox import MOST_ATTEMPTS, Inbox
from bot.settings import Settings
from bot.webex import Webex
from bot.worker import Worker
from commands import COMMANDS
from helpdesk.clock import utc_now
from helpdesk.store import Store
from helpdesk.store.tables import ClaimedEvent
from helpdesk.webex import WebexClient, open_session
from playground import activities, writing
from playground.cloud import Cloud
from playground.refusals import Refusal, bad
from playground.rooms import Account, Change, Message, Space
from tests import sessions
from tests.chat import SECRET


@dataclass
class Desk:
    """A worker over a served cloud, handed its frames by the test."""

    cloud: Cloud
    store: Store
    worker: Worker
    inbox: Inbox
    bot: Account
    ana: Account
    space: Space

    def frame(self, message: Message) -> dict[str, Any]:
        change = Change("messages", "created", message, message.person)
        activity = activities.activity(change, self.cloud.rooms, self.cloud.base_url)
        return {"id": "x", "data": {"eventType": "conversation.activity", "activity": activity}}

    async def asks(self, text: str = "whoami") -> Message:
        return await self.cloud.post(self.ana, self.space, text)

    async def works(self, message: Message) -> None:
        """Take the message's frame and be done with it."""
        self.worker.take(self.frame(message), lambda: None)
        await self.worker.drain(10)

    async def tries_again(self, attempt: int = 2) -> None:
        """The lease ran out; this is attempt number `attempt`."""
        async with sessions.writing(self.store) as session:
            lapsed = {"lease_until": datetime.now(UTC) - timedelta(seconds=1), "attempts": attempt - 1}
            await session.exec(update(ClaimedEvent).values(lapsed))
        housekeeping = asyncio.create_task(self.worker.keep_going())
        await asyncio.sleep(0.2)
        await self.worker.drain(10)
        housekeeping.cancel()

    async def outcome(self, message: Message) -> str | None:
        async with sessions.reading(self.store) as session:
            row = await session.get(ClaimedEvent, f"message:{message.uuid}")
        return row.outcome if row else "never claimed"

    def answers(self) -> list[str]:
        return [one.text.partition("\n")[0] for one in self.cloud.messages(self.space) if one.person is self.bot]


@pytest.fixture
async def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr("helpdesk.webex.ATTEMPTS", 2)
    cloud = Cloud()
    bot, ana = cloud.add_bot("Help Desk"), cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    session = open_session()
    async with cloud.serve():
        client = WebexClient(session, cloud.url, bot.token)
        webex, buttons, inbox = Webex(client), Buttons(SECRET, store), Inbox(store, "one")
        me = await webex.me()
        services = build(Settings(partner_admins=(ana.email,)), store, client, webex, SECRET, utc_now)
        worker = Worker(webex, inbox, Dispatch(services, COMMANDS, buttons, me), buttons, me)
        yield Desk(cloud, store, worker, inbox, bot, ana, cloud.direct(ana, bot))
    await session.close()


async def test_a_message_is_answered_once_however_often_it_is_told(desk: Desk) -> None:
    asked = await desk.asks()
    for _ in range(3):
        await desk.works(asked)
    assert desk.answers() == [f"You are {desk.ana.email}"]
    assert await desk.outcome(asked) == "answered"


async def test_a_frame_is_acknowledged_once_its_event_is_stored(desk: Desk) -> None:
    asked, acknowledged = await desk.asks(), asyncio.Event()
    desk.worker.take(desk.frame(asked), acknowledged.set)
    assert not acknowledged.is_set()
    await desk.worker.drain(10)
    assert acknowledged.is_set()


@pytest.mark.parametrize("frame", [{}, {"id": "x"}, {"data": {"eventType": "mercury.buffer_state"}}])
async def test_a_frame_that_is_none_of_ours_is_acknowledged_at_once(desk: Desk, frame: dict[str, Any]) -> None:
    acknowledged = asyncio.Event()
    desk.worker.take(frame, acknowledged.set)
    assert acknowledged.is_set()


async def test_the_bots_own_messages_are_left_alone(desk: Desk) -> None:
    own = await desk.cloud.post(desk.bot, desk.space, "whoami")
    await desk.works(own)
    assert desk.answers() == ["whoami"]


async def test_a_message_that_was_deleted_meanwhile_is_gone(desk: Desk) -> None:
    asked = await desk.asks()
    frame = desk.frame(asked)
    await desk.cloud.delete(desk.ana, asked)
    desk.worker.take(frame, lambda: None)
    await desk.worker.drain(10)
    assert await desk.outcome(asked) == "gone"
    assert desk.answers() == []


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_what_webex_would_not_let_us_answer_is_answered_when_it_is_back(desk: Desk, status: int) -> None:
    desk.cloud.faults.error_statuses, desk.cloud.faults.error_share = [status], 1.0
    asked = await desk.asks()
    await desk.works(asked)
    assert (await desk.outcome(asked), desk.answers()) == (None, [])
    desk.cloud.faults.clear()
    await desk.tries_again()
    assert (await desk.outcome(asked), len(desk.answers())) == ("answered", 1)


def refusing(is_refused: Callable[[writing.Draft], bool], refusal: Refusal) -> Callable[..., Message]:
    post = writing.post

    def posting(rooms: Any, sender: Account, space: Space, draft: writing.Draft) -> Message:
        if sender.type == "bot" and is_refused(draft):
            raise refusal
        return post(rooms, sender, space, draft)

    return posting


async def test_a_card_that_webex_refuses_goes_out_as_its_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "post", refusing(lambda draft: bool(draft.attachments), bad("No such card.")))
    asked = await desk.asks()
    await desk.works(asked)
    (answer,) = (one for one in desk.cloud.messages(desk.space) if one.person is desk.bot)
    assert (answer.card, answer.text.partition("\n")[0]) == (None, f"You are {desk.ana.email}")
    assert (answer.parent_id, await desk.outcome(asked)) == (asked.id, "answered")


async def test_after_the_most_attempts_the_person_is_told_that_it_failed(desk: Desk) -> None:
    asked = await desk.asks()
    await desk.inbox.claim(arrived(desk, asked))
    await desk.tries_again(MOST_ATTEMPTS + 1)
    assert desk.answers() == ["Something went wrong on our side"]
    assert await desk.outcome(asked) == "given up"


async def test_an_answer_that_can_never_be_sent_is_given_up_after_the_most_attempts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "post", refusing(lambda _: True, Refusal(403, "Not in this room.")))
    asked = await desk.asks()
    await desk.works(asked)
    assert await desk.outcome(asked) is None
    await desk.tries_again(MOST_ATTEMPTS + 1)
    assert await desk.outcome(asked) == "given up"


async def test_while_webex_is_away_nothing_is_given_up(desk: Desk) -> None:
    asked = await desk.asks()
    await desk.inbox.claim(arrived(desk, asked))
    desk.cloud.faults.error_share = 1.0
    await desk.tries_again(MOST_ATTEMPTS + 1)
    assert await desk.outcome(asked) is None


async def test_a_claim_that_cannot_be_read_does_not_end_the_housekeeping(desk: Desk) -> None:
    asked = await desk.asks()
    await desk.inbox.claim(arrived(desk, asked))
    async with sessions.writing(desk.store) as session:
        await session.exec(
            update(ClaimedEvent).values(activity={"odd": True}, lease_until=datetime.now(UTC) - timedelta(1))
        )
    housekeeping = asyncio.create_task(desk.worker.keep_going())
    await asyncio.sleep(0.2)
    assert not housekeeping.done()
    housekeeping.cancel()


def arrived(desk: Desk, message: Message) -> Any:
    return events.arrival(desk.frame(message))
