"""From Error to Delivered in the chat page, in a real browser, with a mail server behind it that nobody here wrote."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from bot import background
from bot.http.lmtp import LmtpServer
from helpdesk.mail.dsn.intake import Intake
from tests.chat import PAT, Chat, open_stage
from tests.databases import Sqlite
from tests.demo import PAGE_SCRIPTS, chromium_beside, missing
from tests.mail_servers import BOUNCE_DOMAIN, running_postfix
from tests.vouching import vouch_for

BOUNCES = f"bounce@{BOUNCE_DOMAIN}"


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own: Postfix's user could not reach into it, and sockets' names must be short.
    made = Path(tempfile.mkdtemp(prefix="mail-server-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
async def chat(sqlite: Sqlite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """The bot sends through Postfix, which delivers to the chat's mailbox and reports over LMTP."""
    if not PAGE_SCRIPTS.exists():
        missing("the page's scripts are not fetched (pip install . does)")
    monkeypatch.setattr(background, "JOBS_AFTER_SECONDS", 0)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(sqlite.fresh("demo"))
        chat = await stack.enter_async_context(open_stage(url))
        lmtp = LmtpServer(Intake(chat.store, BOUNCES), 0)
        await lmtp.start()
        stack.push_async_callback(lmtp.stop)
        server = running_postfix(folder, urlsplit(chat.mailbox.url).port or 0, lmtp.port)
        # Started aside: while it starts, the loop serves its sink.
        port = await asyncio.to_thread(server.__enter__)
        stack.push_async_callback(asyncio.to_thread, server.__exit__, None, None, None)
        through = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{port}?tls=none"), "bounce_address": BOUNCES}
        chat.settings = chat.settings.model_copy(update=through)
        await chat.start()
        stack.push_async_callback(chat.stop)
        yield chat


async def new_card(page: Any, act: Any) -> Any:
    """The card that answers `act`."""
    cards = page.locator(".card-frame")
    before = await cards.count()
    await act
    await cards.nth(before).wait_for()
    return cards.nth(before)


async def press(page: Any, card: Any, title: str) -> Any:
    return await new_card(page, card.get_by_role("button", name=title, exact=True).click())


async def ask(page: Any, text: str) -> Any:
    await page.get_by_label("Message", exact=True).fill(text)
    return await new_card(page, page.keyboard.press("Enter"))


async def test_from_error_to_delivered(chat: Chat) -> None:
    await vouch_for(PAT, chat.ana.uuid, chat.store)
    async with chromium_beside() as browser:
        page = await browser.new_page()
        page.set_default_timeout(20_000)
        await page.goto(f"{chat.cloud.base_url}/")
        await page.get_by_label("You are").select_option(label="Ana Ruiz")
        await page.get_by_role("button", name="Support desk").click()
        status = await ask(page, f"email {PAT}")
        assert await status.get_by_text("Last email: Error").is_visible()
        why = await press(page, status, "Clear suppression")
        gone = await press(page, why, "Clear it")
        assert await gone.get_by_text("is off the suppression list").is_visible()
        sent = await press(page, gone, "Send test mail")
        assert await sent.get_by_text("The desk looks for up to 30 min what becomes of it").is_visible()
        arrived = page.locator(".card-frame").filter(has_text=f"Delivered to {PAT}")
        await arrived.wait_for()
        assert await arrived.get_by_text("250 2.0.0 OK").is_visible()
    assert [mail.recipients for mail in chat.mailbox.mails] == [[PAT]]
