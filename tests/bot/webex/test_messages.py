"""The message calls: ids are asked for only where they must be, and what was said is listed back to a moment."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.webex import events
from bot.webex.events import Arrival
from bot.webex.messages import Space as Listed
from bot.webex.messages import Webex
from cards.elements import card, heading
from helpdesk.people.members import Members
from helpdesk.platform.webex.client import OutcomeUnknown, WebexClient, WebexError, WebexNotFound, open_session
from playground import activities
from playground.cloud import Cloud
from playground.identifiers import identifier, new_uuid, uuid_in
from playground.refusals import not_found
from playground.rest import answers
from playground.rest.answers import moment
from playground.rooms import Account, Change, Message, Space

CARD = card(heading("Pat")).json


async def at_once() -> None:
    """Nothing has to be asked before this is posted."""


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


async def test_what_webex_tells_of_before_it_lets_it_be_read_is_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.webex.messages.UNREADABLE_SECONDS", (0.01, 0.01))
    arrival, told, refusals = await desk.arrival("soon"), answers.message, [not_found("a message")] * 2

    def not_yet(*asked: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return told(*asked)

    monkeypatch.setattr(answers, "message", not_yet)
    assert (await desk.webex.typed(arrival)).text == "soon"
    assert refusals == []


async def test_what_is_gone_is_not_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.webex.messages.UNREADABLE_SECONDS", (0.01,))
    found = await desk.arrival()
    gone = replace(found, uuid=new_uuid(), id_url=found.id_url.replace(found.uuid, new_uuid()))
    with pytest.raises(WebexNotFound):
        await desk.webex.typed(gone)


async def test_what_is_posted_has_its_card_and_thread_and_gives_its_id(desk: Desk) -> None:
    asked = await desk.cloud.post(desk.ana, desk.space, "help")
    made = await desk.webex.post(desk.space.id, "Pat", CARD, asked.id, at_once)
    (sent,) = desk.sent()
    assert (sent.id, sent.text, sent.card, sent.parent_id) == (made, "Pat", CARD, asked.id)


async def test_a_post_that_broke_has_no_known_outcome_and_is_not_repeated(desk: Desk) -> None:
    desk.cloud.faults.lose_answer_next = 1
    with pytest.raises(OutcomeUnknown):
        await desk.webex.post(desk.space.id, "Pat", None, "", at_once)
    assert len(desk.sent()) == 1


async def test_a_space_that_the_bot_is_not_in_is_an_error(desk: Desk) -> None:
    other = desk.cloud.add_space("Other", [desk.ana])
    with pytest.raises(WebexError):
        await desk.webex.post(other.id, "here", None, "", at_once)


async def test_a_message_of_its_own_is_read_by_its_uuid(desk: Desk) -> None:
    asked = await desk.cloud.post(desk.ana, desk.space, "help")
    made = await desk.webex.post(desk.space.id, "Pat", CARD, asked.id, at_once)
    found = await desk.webex.posted(uuid_in(made), desk.space.id)
    assert found
    assert (found.id, found.actor_id, found.thread_id, found.text) == (made, desk.bot.uuid, asked.id, "Pat")
    assert await desk.webex.posted(new_uuid(), desk.space.id) is None


async def test_so_it_is_where_ids_name_another_cluster_than_usual(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.identifiers.CLUSTER", "urn:TEAM:us-east-1_int13")
    space = desk.cloud.add_space("Elsewhere", [desk.ana, desk.bot])
    made = await desk.webex.post(space.id, "Pat", CARD, "", at_once)
    found = await desk.webex.posted(uuid_in(made), space.id)
    assert found
    assert found.id == made


async def test_a_conversation_of_two_is_listed_newest_first_by_thread(desk: Desk) -> None:
    direct = desk.cloud.direct(desk.ana, desk.bot)
    roots = [await desk.cloud.post(desk.ana, direct, "help") for _ in range(2)]
    for root in roots:
        for words in ("one", "two"):
            await desk.webex.post(direct.id, words, None, root.id, at_once)
    listed = await desk.webex.posted_in(direct.id, roots[0].id)
    assert [(each.text, each.thread_id) for each in listed] == [("two", roots[0].id), ("one", roots[0].id)]
    assert len(await desk.webex.posted_in(direct.id, "")) == 6


async def test_spaces_where_nothing_was_said_since_are_left_out(desk: Desk) -> None:
    direct = desk.cloud.direct(desk.ana, desk.bot)
    quiet = desk.cloud.add_space("Quiet", [desk.ana, desk.bot])
    await desk.cloud.post(desk.ana, direct, "help")
    quiet.last_activity -= timedelta(hours=2)
    active = await desk.webex.spaces_active_since(moment(quiet.last_activity + timedelta(hours=1)))
    assert {(each.id, each.is_direct) for each in active} == {(direct.id, True), (desk.space.id, False)}


async def test_what_may_be_listed_of_a_space_is_listed_page_by_page_back_to_a_moment(desk: Desk) -> None:
    direct = desk.cloud.direct(desk.ana, desk.bot)
    said = [await desk.cloud.post(desk.ana, direct, f"{number}") for number in range(250)]
    said[0].created -= timedelta(hours=1)
    found = await desk.webex.messages_since(Listed(direct.id, is_direct=True), moment(said[1].created))
    assert [each["text"] for each in found] == [f"{number}" for number in range(249, 0, -1)]
    assert len(desk.calls()) == 3
    await desk.cloud.post(desk.ana, desk.space, "no mention")
    await desk.cloud.post(desk.ana, desk.space, "help", mention=desk.bot)
    found = await desk.webex.messages_since(Listed(desk.space.id, is_direct=False), moment(said[1].created))
    assert [each["text"] for each in found] == ["Helpy help"]


async def test_lists_are_followed_however_few_webex_gives_to_a_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("messages", "spaces"):
        monkeypatch.setattr(f"playground.rest.{module}.page_size", lambda *_, **__: 3)
    spaces = [desk.cloud.add_space(f"Desk {number}", [desk.ana, desk.bot]) for number in range(7)]
    said = [await desk.cloud.post(desk.ana, spaces[0], f"{number}", mention=desk.bot) for number in range(7)]
    long_ago = moment(said[0].created - timedelta(hours=1))
    assert {each.id for each in await desk.webex.spaces_active_since(long_ago)} >= {each.id for each in spaces}
    found = await desk.webex.messages_since(Listed(spaces[0].id, is_direct=False), long_ago)
    assert [each["id"] for each in found] == [each.id for each in reversed(said)]


async def test_the_people_of_a_space_are_told_by_address_over_all_pages_without_this_bot(desk: Desk) -> None:
    people = [desk.cloud.add_person(f"P {number}", f"p{number}@Partner.example") for number in range(2_100)]
    space = desk.cloud.add_space("Large", [*people, desk.bot])
    assert await desk.webex.members(space.id) == Members(frozenset(each.email.lower() for each in people))


async def test_another_bot_is_told_apart_and_is_nobody_with_an_address(desk: Desk) -> None:
    desk.cloud.join(desk.cloud.add_bot("Build Bot"), desk.space)
    assert await desk.webex.members(desk.space.id) == Members(frozenset({desk.ana.email}), has_others=True)


async def test_who_is_in_a_space_without_this_bot_is_not_known(desk: Desk) -> None:
    other = desk.cloud.add_space("Other", [desk.ana])
    for space in (other.id, identifier("ROOM", new_uuid())):
        assert await desk.webex.members(space) == Members(frozenset(), has_others=True)


async def test_a_conversation_of_two_is_found_once_it_has_begun(desk: Desk) -> None:
    assert await desk.webex.direct_space(desk.ana.email) == ""
    begun = await desk.webex.write_to(desk.ana.email, "hello")
    assert await desk.webex.direct_space(desk.ana.email) == begun == desk.cloud.direct(desk.ana, desk.bot).id


async def test_the_thread_of_a_reply_is_its_root_and_of_a_message_that_is_gone_itself(desk: Desk) -> None:
    asked = await desk.cloud.post(desk.ana, desk.space, "help", mention=desk.bot)
    await desk.webex.post(desk.space.id, "here", None, asked.id, at_once)
    assert uuid_in(await desk.webex.thread_of(desk.sent()[0].id)) == asked.uuid
    gone = identifier("MESSAGE", new_uuid())
    assert await desk.webex.thread_of(gone) == gone
