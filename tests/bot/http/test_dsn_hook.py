"""The hook takes reports from whoever has the token, and nothing of anybody else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sqlmodel import Session

from bot.http.dsn_hook import PATH, DsnHook
from bot.http.servers import WebServer
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.dsn import LARGEST
from helpdesk.mail.dsn.intake import Intake
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent
from tests.helpdesk.mail.dsn.reports import BOUNCES, NOW, PAT, TOKEN, report

SECRET = "a secret of the mail server's, long enough"
HEADERS = {"Authorization": f"Bearer {SECRET}", "Content-Type": "message/rfc822"}


async def serve(store: Store) -> AsyncIterator[str]:
    web = WebServer(0, [DsnHook(Intake(store, BOUNCES, lambda: NOW), SECRET).route], {}, Metrics())
    await web.start()
    yield f"http://127.0.0.1:{web.port}{PATH}"
    await web.stop()


@pytest.fixture
async def url(store: Store) -> AsyncIterator[str]:
    at = NOW - timedelta(minutes=1)
    row = EmailEvent(id="1", address=PAT, sent_at=at, status=DeliveryStatus.IN_PROGRESS.value, token=TOKEN)
    await store.write(Session.add, row)
    async for url in serve(store):
        yield url


async def post(url: str, raw: bytes, **headers: str) -> tuple[int, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.post(url, data=raw, headers={**HEADERS, **named}) as answer:
        return answer.status, (await answer.text()).strip()


async def status(store: Store) -> DeliveryStatus:
    return (await EmbeddedDeliveryLog(store, lambda: NOW).last(PAT)).status


async def test_a_report_is_taken(url: str, store: Store) -> None:
    assert await post(url, report()) == (200, "taken")
    assert await status(store) is DeliveryStatus.ERROR


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer wrong", SECRET, f"Bearer {SECRET} ", f"Basic {SECRET}", "Bearer é"]
)
async def test_without_the_token_nothing_is_taken(url: str, store: Store, token: str) -> None:
    answer = await post(url, report(), Authorization=token)
    assert answer == ((200, "taken") if token.strip() == HEADERS["Authorization"] else (401, "wrong token"))
    if answer[0] == 401:
        assert await status(store) is DeliveryStatus.IN_PROGRESS


@pytest.mark.parametrize("junk", [b"", b"\x00\xff" * 500, b"Subject: holiday\n\nuntil Monday"])
async def test_junk_is_dropped_and_need_not_be_sent_again(url: str, junk: bytes) -> None:
    assert await post(url, junk) == (200, "dropped")


async def test_what_is_too_large_is_refused(url: str) -> None:
    assert await post(url, b"x" * (LARGEST + 1)) == (413, "too large")


async def test_what_is_no_mail_is_refused(url: str, store: Store) -> None:
    assert await post(url, report(), Content_Type="application/x-www-form-urlencoded") == (
        415,
        "must be message/rfc822",
    )
    assert await status(store) is DeliveryStatus.IN_PROGRESS


async def test_it_is_to_be_sent_again_when_the_store_is_away() -> None:
    async for url in serve(Store("postgresql+asyncpg://postgres@/helpdesk?host=/nowhere")):
        assert await post(url, report()) == (503, "try again")
