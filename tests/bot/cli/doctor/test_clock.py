"""A clock that is off by more than 5 s is warned of, by more than 30 s fails."""

import re
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from helpdesk.platform.clock import utc_now
from tests.bot.cli.doctor.answering import Answering
from tests.bot.cli.doctor.consultation import Doctor


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (0, "ok within 5 s of Webex's"),
        (15, r"warning This clock is 1[456] s behind Webex's\. Leases, .*"),
        (-15, r"warning This clock is 1[456] s ahead of Webex's\. Leases, .*"),
        (3600, r"FAILED This clock is (3599|3600|3601) s behind Webex's\. Leases, .*"),
        (-3600, r"FAILED This clock is (3599|3600|3601) s ahead of Webex's\. Leases, .*"),
    ],
)
async def test_our_clock_is_held_against_webexs(doctor: Doctor, webex: Answering, ahead: int, said: str) -> None:
    def answer(_: web.Request) -> web.Response:
        theirs = utc_now() + timedelta(seconds=ahead)
        return web.Response(status=401, headers={"Date": format_datetime(theirs, usegmt=True)})

    webex.answer = answer
    found = await doctor("clock", HELPDESK_WEBEX_URL=webex.url)
    assert re.fullmatch(said, found["clock"])


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026"])
async def test_an_answer_without_a_time_tells_nothing(doctor: Doctor, webex: Answering, date: str) -> None:
    webex.answer = lambda request: web.Response(headers={"Date": date})
    found = await doctor("clock", HELPDESK_WEBEX_URL=webex.url)
    assert found["clock"] == "skipped Webex's answer holds no time"


async def test_a_token_is_not_needed_to_ask_the_time(doctor: Doctor, webex: Answering) -> None:
    heard: list[str | None] = []

    def answer(request: web.Request) -> web.Response:
        heard.append(request.headers.get("Authorization"))
        return web.Response(status=401)

    webex.answer = answer
    found = await doctor("clock", HELPDESK_WEBEX_URL=webex.url)
    assert (found["clock"], heard) == ("ok within 5 s of Webex's", [None])
