"""Access tokens are made when they are needed, for as long as Webex says, and once for all who ask at the same time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from helpdesk.platform.webex.client import WebexError, open_session
from helpdesk.sync import AdminTokenRefused
from helpdesk.sync.tokens import RefreshedTokens
from playground.cloud import Cloud
from playground.partner import ServiceApp


@dataclass
class Given:
    cloud: Cloud
    app: ServiceApp
    tokens: RefreshedTokens


@pytest.fixture
async def given() -> AsyncIterator[Given]:
    cloud = Cloud()
    app = cloud.add_service_app("Help desk reader")
    async with cloud.serve(), open_session() as session:
        tokens = RefreshedTokens(session, cloud.url, app.client_id, app.client_secret, app.refresh_token)
        yield Given(cloud, app, tokens)


async def test_a_token_is_made_once_for_all_who_ask_at_the_same_time(given: Given) -> None:
    found = await asyncio.gather(*(given.tokens.token() for _ in range(20)))
    assert len(set(found)) == given.app.refreshed == 1


async def test_a_token_near_its_end_is_replaced_by_what_webex_says_of_its_life(given: Given) -> None:
    given.app.access_seconds = 0.000_001
    assert await given.tokens.token() != await given.tokens.token()


async def test_a_refused_token_is_replaced_once_for_all_who_were_refused(given: Given) -> None:
    refused = await given.tokens.token()
    found = await asyncio.gather(*(given.tokens.renewed(refused) for _ in range(20)))
    assert len(set(found)) == 1
    assert found[0] != refused
    assert given.app.refreshed == 2


async def test_the_newest_refresh_token_is_the_one_that_is_used(given: Given) -> None:
    given.app.rotates = True
    first = await given.tokens.token()
    second = await given.tokens.renewed(first)
    assert await given.tokens.renewed(second)
    assert given.app.refreshed == 3


async def test_when_ours_is_taken_back_the_one_of_the_environment_is_tried(given: Given) -> None:
    of_environment = given.app.refresh_token
    given.app.rotates = True
    token = await given.tokens.token()
    given.app.refresh_token = of_environment
    assert await given.tokens.renewed(token)


async def test_refused_for_good_it_says_so(given: Given) -> None:
    given.app.refresh_token = "another"
    with pytest.raises(AdminTokenRefused):
        await given.tokens.token()


async def test_an_outage_is_an_outage_and_no_refusal(given: Given) -> None:
    given.cloud.faults.error_share = 1.0
    with pytest.raises(WebexError):
        await given.tokens.token()


async def test_a_passing_outage_is_waited_out(given: Given) -> None:
    given.cloud.faults.too_many_next = 1
    assert await given.tokens.token()
