"""What is fetched of Amazon comes in time and up to a size, and a flood of URLs is fetched one by one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from aiohttp import web

from helpdesk.mail.delivery import BadSignature
from helpdesk.mail.provider_errors import ProviderUnavailable
from helpdesk.mail.providers.ses import sns_certificates
from helpdesk.mail.providers.ses.sns_certificates import Certificates, fetching, host_of
from helpdesk.platform.webex.client import open_session
from tests.helpdesk.mail.providers.sendgrid_server import serving

Fetch = Callable[[str], Awaitable[bytes]]
HOST = "sns.eu-west-1.amazonaws.com"
MADE_UP = [f"https://{HOST}/SimpleNotificationService-{number}.pem" for number in range(20)]


@pytest.fixture
async def served() -> AsyncIterator[Fetch]:
    """Gets the path of a server that answers as the path says."""
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/moved":
                raise web.HTTPFound("/ok")
            case "/large":
                return web.Response(body=b"x" * 1_000_000)
            case "/failed":
                return web.Response(status=500)
            case "/silent":
                await over.wait()
        return web.Response(text=request.raw_path)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with serving(app) as url, open_session() as session:
        fetch = fetching(session)
        yield lambda path: fetch(url + path)
        over.set()


async def test_a_url_is_asked_for_as_it_is_written(served: Fetch) -> None:
    assert await served("/?Token=51b2%2Bff%40x&a=%20b") == b"/?Token=51b2%2Bff%40x&a=%20b"


@pytest.mark.parametrize("path", ["/moved", "/large", "/failed", "/silent"])
async def test_whatever_else_amazon_answers_is_to_be_told_again(
    path: str, served: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sns_certificates, "CALL_SECONDS", 0.2)
    with pytest.raises(ProviderUnavailable):
        await served(path)


async def test_nobody_there_is_to_be_told_again() -> None:
    async with open_session() as session:
        with pytest.raises(ProviderUnavailable):
            await fetching(session)("http://127.0.0.1:1/")


async def test_made_up_urls_are_fetched_one_by_one_and_not_kept() -> None:
    fetching_now, most, fetched = 0, 0, []

    async def fetch(url: str) -> bytes:
        nonlocal fetching_now, most
        fetching_now += 1
        most = max(most, fetching_now)
        await asyncio.sleep(0)
        fetching_now -= 1
        fetched.append(url)
        return b"no certificate"

    certificates = Certificates(fetch)
    outcomes = await asyncio.gather(
        *map(partial(certificates.key, host=HOST), MADE_UP + MADE_UP), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {BadSignature}
    assert (most, len(fetched)) == (1, 40)


async def test_who_waits_behind_a_flood_waits_no_longer_than_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns_certificates, "CALL_SECONDS", 0.05)

    async def never(url: str) -> bytes:
        return await asyncio.get_running_loop().create_future()

    certificates = Certificates(never)
    async with asyncio.timeout(2):
        outcomes = await asyncio.gather(*map(partial(certificates.key, host=HOST), MADE_UP), return_exceptions=True)
    assert {type(each) for each in outcomes} == {ProviderUnavailable}


@pytest.mark.parametrize(
    ("topic", "host"),
    [
        ("arn:aws:sns:eu-west-1:123456789012:mail", "sns.eu-west-1.amazonaws.com"),
        ("arn:aws:sns:ap-southeast-2:123456789012:mail", "sns.ap-southeast-2.amazonaws.com"),
        ("arn:aws-us-gov:sns:us-gov-west-1:123456789012:mail", "sns.us-gov-west-1.amazonaws.com"),
        ("arn:aws-cn:sns:cn-north-1:123456789012:mail", "sns.cn-north-1.amazonaws.com.cn"),
        ("arn:aws:sns:s3:123456789012:mail", None),
        ("arn:aws:sns:s3-eu-west-1:123456789012:mail", None),
        ("arn:aws:sns:eu-west-1.evil.example/:123456789012:mail", None),
        ("arn:aws:s3:::mail", None),
        ("", None),
    ],
)
def test_a_topic_has_one_host_in_its_own_region(topic: str, host: str | None) -> None:
    assert host_of(topic) == host
