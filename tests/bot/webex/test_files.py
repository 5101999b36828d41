"""Attached files are read from Webex alone, up to a size, once they are known to be harmless; ours go up as a form."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from bot.webex.files import WebexAttachments
from bot.webex.messages import Webex
from helpdesk.platform.attachments import Attachment, NoFile, NotScannedYet, TooLarge, Unscannable
from helpdesk.platform.webex.client import ATTEMPTS, OutcomeUnknown, WebexClient, WebexError, open_session
from playground.cloud import Cloud
from playground.rest import answers
from playground.rooms import Account, File, Space

MOST = 1_000


@dataclass
class Desk:
    cloud: Cloud
    bot: Account
    ana: Account
    space: Space
    webex: Webex
    attachments: WebexAttachments

    async def attached(self, file: File, who: Account | None = None) -> str:
        """The address of a file that was sent to the bot."""
        who = who or self.ana
        sent = await self.cloud.post(who, self.cloud.direct(who, self.bot), "", file=file)
        (url,) = answers.message(sent, self.cloud.base_url)["files"]
        return str(url)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    cloud, session = Cloud(), open_session()
    cloud.faults.retry_after_seconds = 0
    bot, ana = cloud.add_bot("Help Desk"), cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    async with cloud.serve():
        client = WebexClient(session, cloud.url, bot.token)
        yield Desk(cloud, bot, ana, cloud.direct(ana, bot), Webex(client), WebexAttachments(client))
    await session.close()


async def ready() -> None:
    """Nobody is kept from reading it."""


LIST = File("people.csv", "text/csv", b"a@acme.example\n")


async def test_a_file_is_read_with_its_name(desk: Desk) -> None:
    read = await desk.attachments.read(await desk.attached(LIST), MOST)
    assert read == Attachment("people.csv", LIST.content)


async def test_a_name_loses_folders_and_what_cannot_be_seen(desk: Desk) -> None:
    url = await desk.attached(File("C:/\u202e../../etc/people.csv", "text/csv", b"x"))
    assert (await desk.attachments.read(url, MOST)).name == "people.csv"


async def test_what_is_too_large_is_not_read_on(desk: Desk) -> None:
    just = await desk.attached(File("a.csv", "text/csv", b"x" * MOST))
    assert len((await desk.attachments.read(just, MOST)).content) == MOST
    with pytest.raises(TooLarge):
        await desk.attachments.read(await desk.attached(File("b.csv", "text/csv", b"x" * (MOST + 1))), MOST)


async def test_a_file_that_is_being_scanned_is_waited_for(desk: Desk) -> None:
    desk.cloud.faults.scanning_next = ATTEMPTS - 1
    assert (await desk.attachments.read(await desk.attached(LIST), MOST)).content == LIST.content


async def test_a_file_that_is_scanned_for_long_is_given_up_in_words(desk: Desk) -> None:
    desk.cloud.faults.scanning_next = ATTEMPTS
    with pytest.raises(NotScannedYet):
        await desk.attachments.read(await desk.attached(LIST), MOST)


async def test_a_file_that_cannot_be_scanned_is_not_opened(desk: Desk) -> None:
    desk.cloud.faults.unscannable_next = 1
    with pytest.raises(Unscannable):
        await desk.attachments.read(await desk.attached(LIST), MOST)


async def test_a_file_that_was_deleted_or_is_not_ours_to_see_is_not_there(desk: Desk) -> None:
    url = await desk.attached(LIST)
    await desk.cloud.delete(desk.ana, desk.cloud.messages(desk.space)[-1])
    with pytest.raises(NoFile):
        await desk.attachments.read(url, MOST)


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[str, list[web.Request]]]:
    """Somebody else's server, which notes who asked."""
    asked: list[web.Request] = []

    async def take(request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response(text="a@acme.example\n")

    application = web.Application()
    application.router.add_get("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    await runner.cleanup()


async def test_the_token_goes_to_no_other_host(desk: Desk, elsewhere: tuple[str, list[web.Request]]) -> None:
    host, asked = elsewhere
    webex = desk.cloud.base_url.removeprefix("http://")
    for url in (f"{host}/v1/contents/x", f"http://{webex}@{host[7:]}/v1/contents/x", "file:///etc/passwd", "", "x"):
        with pytest.raises(NoFile):
            await desk.attachments.read(url, MOST)
    assert asked == []


async def test_a_redirect_is_not_followed(elsewhere: tuple[str, list[web.Request]]) -> None:
    host, asked = elsewhere

    async def send_away(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"{host}/stolen")

    application = web.Application()
    application.router.add_get("/v1/contents/x", send_away)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    async with open_session() as session:
        with pytest.raises(WebexError):
            await WebexAttachments(WebexClient(session, base, "token")).read(f"{base}/contents/x", MOST)
    await runner.cleanup()
    assert asked == []


async def test_a_file_of_ours_goes_up_with_its_words_in_its_thread(desk: Desk) -> None:
    root = await desk.cloud.post(desk.ana, desk.space, "bulk")
    posted = await desk.webex.post_file(
        desk.space.id, "The result", Attachment("list.csv", b"\xef\xbb\xbfa"), root.id, ready
    )
    sent = desk.cloud.messages(desk.space)[-1]
    assert (sent.id, sent.text, sent.parent_id) == (posted, "The result", root.id)
    assert [(each.name, each.content_type, each.content) for each in sent.files] == [
        ("list.csv", "text/csv", b"\xef\xbb\xbfa")
    ]


async def test_an_upload_whose_answer_is_lost_is_not_repeated_blindly(desk: Desk) -> None:
    desk.cloud.faults.lose_answer_next = 1
    with pytest.raises(OutcomeUnknown):
        await desk.webex.post_file(desk.space.id, "The result", Attachment("list.csv", b"a"), "", ready)
    assert len(desk.cloud.messages(desk.space)) == 1


async def test_an_upload_that_webex_puts_off_is_sent_whole_the_second_time(desk: Desk) -> None:
    desk.cloud.faults.too_many_next = 1
    await desk.webex.post_file(desk.space.id, "The result", Attachment("list.csv", b"a" * 5_000), "", ready)
    assert [len(each.content) for each in desk.cloud.messages(desk.space)[-1].files] == [5_000]


async def test_a_text_of_ours_is_edited_ten_times_and_a_file_never(desk: Desk) -> None:
    line = await desk.webex.post(desk.space.id, "0 of 10", None, "", ready)
    for number in range(10):
        await desk.webex.edit(line, desk.space.id, f"{number + 1} of 10", ready)
    assert desk.cloud.messages(desk.space)[-1].text == "10 of 10"
    with pytest.raises(WebexError):
        await desk.webex.edit(line, desk.space.id, "11 of 10", ready)
    file = await desk.webex.post_file(desk.space.id, "The result", Attachment("list.csv", b"a"), "", ready)
    with pytest.raises(WebexError):
        await desk.webex.edit(file, desk.space.id, "Other words", ready)
