"""The message calls: ids that are asked for only where they must be, and answers that go out whole."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot import events
from bot.events import Arrival
from bot.webex import Webex
from cards.elements import card, heading
from helpdesk.webex import WebexClient, WebexError, WebexNotFound, open_session
from playground import activities
from playground.cloud import Cloud
from playground.identifiers import identifier, new_uuid, uuid_in
from playground.rooms import Account, Change, Message, Space

CARD = card(heading("Pat")).json


class Desk:
    def __init__(self, cloud: Cloud, webex: Webex) -> None:
        self.cloud, self.webex = cloud, webex
        self.bot: Account = cloud.add_bot("Help Desk", nickname="Helpy")
        self.ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
        self.space: Space = cloud.add_space("Desk", [self.ana, self.bot])

    async def arrival(self, text: str = "help") -> Arrival:
        asked = await self.cloud.post(self.ana, self.cloud.direct(self.ana, self.bot), text)
        change = Change("messages", "created", asked, self.ana)
        activity = activities.activity(change, self.cloud.rooms, self.cloud.base_url)
        found = events.arrival({"data": {"eventType": "conversation.activity", "activity": activity}})
        assert found
        return found

    def calls(self) -> list[str]:
        """The paths asked for since the last time."""
        paths = [call.path.rpartition("/")[0] for call in self.cloud.calls]
        self.cloud.calls.clear()
        return paths

    def sent(self) -> list[Message]:
        return [one for one in self.cloud.messages(self.space) if one.person is self.bot]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    cloud, session = Cloud(), open_session()
    async with cloud.serve():
        made = Desk(cloud, Webex(None))  # type: ignore[arg-type]
        made.webex = Webex(WebexClient(session, cloud.url, made.bot.token))
        yield made
    await session.close()


async def test_the_bot_goes_by_its_name_its_nickname_and_its_first_word(desk: Desk) -> None:
    me = await desk.webex.me()
    assert (me.id, me.names) == (desk.bot.uuid, ("Help Desk", "Helpy", "Help"))


async def test_an_id_is_asked_for_once_and_known_from_then_on(desk: Desk) -> None:
    assert (await desk.webex.typed(await desk.arrival("one"))).text == "one"
    assert desk.calls() == ["/conversation/api/v1/messages", "/v1/messages"]
    assert (await desk.webex.typed(await desk.arrival("two"))).text == "two"
    assert desk.calls() == ["/v1/messages"]


async def test_an_id_that_is_not_as_expected_is_asked_for(desk: Desk) -> None:
    await desk.webex.typed(await desk.arrival())
    other = await desk.arrival("other")
    elsewhere = replace(other, uuid=new_uuid())
    assert (await desk.webex.typed(elsewhere)).text == "other"


async def test_what_is_gone_is_not_found(desk: Desk) -> None:
    found = await desk.arrival()
    gone = replace(found, uuid=new_uuid(), id_url=found.id_url.replace(found.uuid, new_uuid()))
    with pytest.raises(WebexNotFound):
        await desk.webex.typed(gone)


async def test_a_long_text_goes_out_whole_with_the_card_on_its_first_message(desk: Desk) -> None:
    text = "\n".join(f"line {number} é" for number in range(2_000))
    await desk.webex.send(desk.space.id, text, CARD)
    sent = desk.sent()
    assert len(sent) > 2
    assert [one.card is not None for one in sent] == [True] + [False] * (len(sent) - 1)
    assert "\n".join(one.text for one in sent) == text


async def test_a_card_without_words_is_sent_all_the_same(desk: Desk) -> None:
    await desk.webex.send(desk.space.id, "", CARD)
    (sent,) = desk.sent()
    assert sent.card == CARD


async def test_all_pieces_stand_in_the_thread(desk: Desk) -> None:
    asked = await desk.cloud.post(desk.ana, desk.space, "help")
    await desk.webex.send(desk.space.id, "word " * 3_000, CARD, asked.id)
    assert {one.parent_id for one in desk.sent()} == {asked.id}


async def test_where_the_thread_is_gone_the_answer_stands_outside_of_it(desk: Desk) -> None:
    asked = await desk.cloud.post(desk.ana, desk.space, "help")
    await desk.cloud.delete(desk.ana, asked)
    await desk.webex.send(desk.space.id, "here", CARD, asked.id)
    (sent,) = desk.sent()
    assert (sent.text, sent.parent_id, sent.card) == ("here", None, CARD)


async def test_a_space_that_the_bot_is_not_in_is_an_error(desk: Desk) -> None:
    other = desk.cloud.add_space("Other", [desk.ana])
    with pytest.raises(WebexError):
        await desk.webex.send(other.id, "here", None)


async def test_members_are_told_from_others(desk: Desk) -> None:
    assert await desk.webex.is_member(desk.space.id, desk.ana.email)
    assert not await desk.webex.is_member(desk.space.id, "kim@elsewhere.example")
    assert not await desk.webex.is_member(identifier("ROOM", new_uuid()), desk.ana.email)


async def test_the_thread_of_a_reply_is_its_root_and_of_a_message_that_is_gone_itself(desk: Desk) -> None:
    asked = await desk.cloud.post(desk.ana, desk.space, "help", mention=desk.bot)
    await desk.webex.send(desk.space.id, "here", None, asked.id)
    assert uuid_in(await desk.webex.thread_of(desk.sent()[0].id)) == asked.uuid
    gone = identifier("MESSAGE", new_uuid())
    assert await desk.webex.thread_of(gone) == gone
