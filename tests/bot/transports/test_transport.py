"""Either way in tells of events, of our own messages and of gaps; what fell into a gap is answered once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pydantic import SecretStr

from bot.outgoing.sent_messages import Attempt, OwnMessages
from bot.settings import Settings
from bot.transports.catch_up import Missed
from bot.transports.transport import ByWebsocket, Gaps, Hearing
from bot.webex.events import Arrival
from helpdesk.platform.metrics import Metrics
from playground.cloud import Cloud
from playground.rooms import Account, Message
from tests.chat import PAT, SECRET, Chat, open_chat
from tests.databases import Databases

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Asked(Missed):
    """Remembers what it was asked about, and asks nobody."""

    def __init__(self) -> None:
        self.moments: list[datetime] = []

    def since(self, moment: datetime) -> None:
        self.moments.append(moment)


def gaps(last_heard: datetime | None = None, on_ready: Callable[[], None] = lambda: None) -> tuple[Gaps, Asked]:
    asked = Asked()
    return Gaps(asked, last_heard, on_ready), asked


def test_of_a_database_that_was_never_used_nothing_is_asked() -> None:
    made, asked = gaps(None)
    made.opened()
    assert asked.moments == []


def test_after_a_start_is_asked_what_came_since_anybody_heard_of_anything() -> None:
    made, asked = gaps(LONG_AGO)
    made.opened()
    made.opened()
    assert asked.moments == [LONG_AGO]


def test_after_a_loss_is_asked_what_came_since() -> None:
    made, asked = gaps(LONG_AGO)
    made.opened()
    made.lost(LONG_AGO + timedelta(hours=2))
    made.lost(LONG_AGO + timedelta(hours=3))
    made.opened()
    made.opened()
    assert asked.moments == [LONG_AGO, LONG_AGO + timedelta(hours=2)]


def test_a_link_that_is_lost_before_it_ever_was_there_shortens_no_gap() -> None:
    made, asked = gaps(LONG_AGO)
    made.lost()
    made.opened()
    assert asked.moments == [LONG_AGO]


def test_ready_is_said_once() -> None:
    said: list[bool] = []
    made, _ = gaps(None, lambda: said.append(True))
    for _ in range(2):
        made.lost()
        made.opened()
    assert said == [True]


# -- by websocket ---------------------------------------------------------------------------------


class Link:
    """A way in over a served cloud; what it tells of is stored when the test says so."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.own, self.metrics = cloud, OwnMessages(), Metrics()
        self.bot: Account = cloud.add_bot("Help Desk")
        self.ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
        self.space = cloud.direct(self.ana, self.bot)
        self.told: asyncio.Queue[tuple[Arrival, asyncio.Future[bool]]] = asyncio.Queue()
        self.changed: asyncio.Queue[str] = asyncio.Queue()
        self.is_deaf: bool | None = None

    def take(self, arrival: Arrival) -> asyncio.Future[bool]:
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.told.put_nowait((arrival, stored))
        return stored

    def untold(self, *, is_deaf: bool) -> None:
        self.is_deaf = is_deaf

    def way_in(self) -> ByWebsocket:
        settings = Settings(
            webex_access_token=SecretStr(self.bot.token),
            webex_catalog_url=self.cloud.catalog_url,
            secret_key=SecretStr(SECRET),
        )
        hearing = Hearing(
            self.bot.uuid, self.take, self.own, gaps()[0], self.metrics, self.changed.put_nowait, self.untold
        )
        return ByWebsocket(settings, "process one", hearing)

    async def acknowledged(self, count: int) -> None:
        await self.cloud.sockets_until(lambda: len(self.cloud.acknowledged) == count)


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    made = Link(Cloud())
    async with made.cloud.serve():
        way_in = made.running = made.way_in()
        assert await way_in.problem()
        await way_in.start()
        await made.acknowledged(1)  # that it is up
        yield made
        await way_in.stop()


async def test_who_comes_and_who_goes_is_told_by_the_space(link: Link) -> None:
    space = link.cloud.add_space("Desk", [link.bot])
    for change in (link.cloud.join, link.cloud.leave):
        change(link.ana, space)
        assert await asyncio.wait_for(link.changed.get(), 10) == space.uuid
    await link.acknowledged(3)


async def test_while_the_link_is_away_nobody_tells_who_comes_and_goes(link: Link) -> None:
    assert link.is_deaf is False
    link.cloud.faults.drop_socket(seconds=0.3)
    await link.cloud.sockets_until(lambda: link.is_deaf is True)
    link.way_in()
    assert link.is_deaf is True  # nor before it is first up
    await link.acknowledged(2)
    assert link.is_deaf is False


async def test_a_frame_is_acknowledged_once_its_event_is_stored(link: Link) -> None:
    before = len(link.cloud.acknowledged)
    asked = await link.cloud.post(link.ana, link.space, "help")
    arrival, stored = await link.told.get()
    assert arrival.uuid == asked.uuid
    assert len(link.cloud.acknowledged) == before
    stored.set_result(True)
    await link.acknowledged(before + 1)


async def test_a_frame_whose_event_is_not_stored_is_not_acknowledged(link: Link) -> None:
    before = len(link.cloud.acknowledged)
    for is_stored in (False, True):
        await link.cloud.post(link.ana, link.space, "help")
        _, stored = await link.told.get()
        stored.set_result(is_stored)
    await link.acknowledged(before + 1)


async def test_what_is_no_event_of_ours_is_acknowledged_at_once(link: Link) -> None:
    before = len(link.cloud.acknowledged)
    asked = await link.cloud.post(link.ana, link.space, "help")
    _, stored = await link.told.get()
    stored.set_result(True)
    await link.acknowledged(before + 1)
    await link.cloud.delete(link.ana, asked)
    await link.acknowledged(before + 2)
    assert link.told.empty()


async def test_who_stops_hears_messages_of_our_own_and_leaves_events_to_others(link: Link) -> None:
    before = len(link.cloud.acknowledged)
    link.running.take_no_more()
    asked = await link.cloud.post(link.ana, link.space, "help")
    said = await link.cloud.post(link.bot, link.space, "Pat", parent=asked)
    await link.acknowledged(before + 1)
    assert link.own.candidates(Attempt("message:1", ""), link.space.id, asked.id) == [said.uuid]
    assert link.told.empty()


async def test_a_message_of_our_own_is_heard_as_such_and_no_event(link: Link) -> None:
    before = len(link.cloud.acknowledged)
    said = await link.cloud.post(link.bot, link.space, "here")
    await link.acknowledged(before + 1)
    assert link.own.candidates(Attempt("message:1", ""), link.space.id) == [said.uuid]
    assert link.told.empty()


# -- the whole bot --------------------------------------------------------------------------------


def is_answer(asked: Message, said: Message) -> bool:
    return said.parent_id == asked.id


def in_thread(chat: Chat, asked: Message) -> list[Message]:
    return [one for one in chat.cloud.messages(asked.space) if one.parent_id == asked.id and one.person is chat.bot]


async def asked_everywhere(chat: Chat) -> list[Message]:
    return [
        await chat.cloud.post(chat.ana, chat.direct(chat.ana), PAT),
        await chat.cloud.post(chat.bo, chat.direct(chat.bo), PAT),
        await chat.cloud.post(chat.ana, chat.space, PAT, mention=chat.bot),
    ]


async def test_what_was_asked_while_the_bot_was_stopped_is_answered_once(databases: Databases) -> None:
    async with databases.fresh("demo") as url, open_chat(url) as chat:
        before = await chat.says(PAT)
        await chat.stop()
        asked = await asked_everywhere(chat)
        await chat.cloud.post(chat.kim, chat.lobby, "not for the bot")
        await chat.start()
        for each in asked:
            await chat.cloud.next_message(each.space, each, 20, where=partial(is_answer, each))
        assert (await chat.says(PAT, to=chat.direct(chat.bo), who=chat.bo)).heading == "Pat Lindqvist"
        assert [len(in_thread(chat, each)) for each in asked] == [1, 1, 1]
        assert len([one for one in chat.cloud.messages(chat.space) if one.person is chat.bot]) == 2
        assert before.message in chat.cloud.messages(chat.space)


async def test_what_was_asked_while_the_link_was_down_is_answered_once(databases: Databases) -> None:
    async with databases.fresh("demo") as url, open_chat(url) as chat:
        await chat.says(PAT)
        chat.cloud.faults.drop_socket(1)
        await chat.cloud.sockets_until(lambda: chat.cloud.sockets == 0)
        asked = await asked_everywhere(chat)
        await chat.cloud.connected(chat.bot, timeout=20)
        late = await chat.cloud.post(chat.bo, chat.direct(chat.bo), PAT)
        for each in (*asked, late):
            await chat.cloud.next_message(each.space, each, 20, where=partial(is_answer, each))
        assert [len(in_thread(chat, each)) for each in (*asked, late)] == [1, 1, 1, 1]
