"""Cookies that no script reads, no other site sends, and that over https no other host can have set."""

import re

import aiohttp
import pytest

from helpdesk.platform.store import Store
from tests.bot.pages.viewers import Stage, open_stage


async def set_cookies(stage: Stage) -> list[str]:
    """Everything that is set on the way from a link to the end of the view."""
    async with aiohttp.ClientSession(stage.address, cookie_jar=aiohttp.DummyCookieJar()) as session:
        link = await stage.link()
        async with session.get(link) as asked:
            told = asked.headers.getall("Set-Cookie")
            key = re.findall(r'name="key" value="([^"]+)"', await asked.text())[0]
        form = {"data": {"key": key}, "headers": {"Cookie": told[0].partition(";")[0]}}
        async with session.post(link, allow_redirects=False, **form) as opened:
            assert opened.status == 303
            return [*told, *opened.headers.getall("Set-Cookie")]


@pytest.mark.parametrize("url", ["https://desk.example", "http://127.0.0.1:8080"])
async def test_cookies_are_as_closed_as_they_can_be(demo_store: Store, url: str) -> None:
    async with open_stage(demo_store, url) as stage:
        cookies = await set_cookies(stage)
    assert len(cookies) == 2
    for cookie in cookies:
        parts = [part.strip() for part in cookie.split(";")]
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts)
        assert not [part for part in parts if part.startswith("Domain")]
        assert ("Secure" in parts, parts[0].startswith("__Host-")) == (
            (True, True) if "https" in url else (False, False)
        )


async def test_a_cookie_goes_when_its_consent_does(stage: Stage) -> None:
    await stage.takes_back()
    await stage.agrees(minutes=10)
    assert "Max-Age=600" in (await set_cookies(stage))[1]
