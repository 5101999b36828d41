"""Our webhooks at Webex come to be one for each kind of event, whatever was there before and whoever else is at it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.transports.webhook import registration as module
from bot.transports.webhook.registration import HOOK_PATH, NAME, OPTIONAL, PAIRS, Registration, WebhookRefused
from helpdesk.platform.webex.client import WebexClient, open_session
from playground.cloud import Cloud
from playground.rest.hooks import Webhook
from playground.rooms import now

URL = "https://desk.example"
SECRET = "the secret of the tests"


@dataclass
class Site:
    """A Webex, and the processes of one desk that register with it."""

    cloud: Cloud
    session: aiohttp.ClientSession

    def __post_init__(self) -> None:
        self.bot = self.cloud.add_bot("Help Desk")

    def process(self, url: str = URL) -> Registration:
        return Registration(WebexClient(self.session, self.cloud.url, self.bot.token), url, SECRET)

    def there_is(self, **changed: Any) -> Webhook:
        """A webhook like ours for messages, but for what is changed."""
        usual = {
            "name": NAME,
            "target_url": URL + HOOK_PATH,
            "resource": "messages",
            "event": "created",
            "secret": SECRET,
        }
        hook = Webhook(self.bot, **{**usual, **changed})
        self.cloud.webhooks.all.append(hook)
        return hook

    @property
    def hooks(self) -> list[Webhook]:
        return self.cloud.webhooks.all

    def is_settled(self) -> bool:
        found = [(hook.resource, hook.event) for hook in self.hooks if hook.filter is None]
        return sorted(found) == sorted(PAIRS) and all(
            (hook.name, hook.target_url, hook.secret, hook.status) == (NAME, URL + HOOK_PATH, SECRET, "active")
            for hook in self.hooks
        )

    def writes(self) -> list[str]:
        """The methods of the calls that changed something, since the last time."""
        methods = [call.method for call in self.cloud.calls if call.method != "GET"]
        self.cloud.calls.clear()
        return methods


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    cloud = Cloud()
    async with cloud.serve(), open_session() as session:
        yield Site(cloud, session)


@pytest.fixture(autouse=True)
def without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.001)


async def test_where_there_is_nothing_both_are_made(site: Site) -> None:
    await site.process().settle()
    assert site.is_settled()


async def test_ours_are_found_among_many_of_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.rest.webhooks.page_size", lambda *_, **__: 3)
    for number in range(7):
        site.there_is(name="theirs", target_url=f"https://other.example/{number}", created=now() - timedelta(days=1))
    await site.process().settle()
    made = [hook for hook in site.hooks if hook.name == NAME]
    assert not await site.process().settle()
    assert [hook for hook in site.hooks if hook.name == NAME] == made
    assert len(made) == len(PAIRS)


async def test_what_is_right_is_left_as_it_is(site: Site) -> None:
    await site.process().settle()
    site.writes()
    assert await site.process().settle() is False
    assert site.writes() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "inactive"},
        {"secret": "another"},
        {"secret": None},
        {"target_url": f"https://old.example/desk{HOOK_PATH}"},
        {"name": "made by hand"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_what_is_wrong_is_repaired_in_place(site: Site, wrong: dict[str, Any]) -> None:
    hook = site.there_is(**wrong)
    await site.process().settle()
    assert site.is_settled()
    assert hook in site.hooks


async def test_of_several_the_oldest_is_kept(site: Site) -> None:
    oldest = site.there_is(created=now() - timedelta(hours=1))
    site.there_is(status="inactive")
    site.there_is(resource="memberships")
    await site.process().settle()
    assert site.is_settled()
    assert oldest in site.hooks


async def test_one_that_tells_only_a_part_makes_way_for_one_that_tells_all(site: Site) -> None:
    partial = site.there_is(filter="roomType=direct")
    await site.process().settle()
    assert site.is_settled()
    assert partial not in site.hooks


@pytest.mark.parametrize(
    "theirs",
    [
        {"name": "somebody's", "target_url": "https://elsewhere.example/hook"},
        {"name": "somebody's", "target_url": f"https://elsewhere.example{HOOK_PATH}"},
        {"name": NAME, "target_url": "https://elsewhere.example/other"},
    ],
)
async def test_those_of_others_are_left_alone(site: Site, theirs: dict[str, str]) -> None:
    hook = site.there_is(**theirs, secret="theirs", status="inactive")
    await site.process().settle()
    assert (hook.name, hook.target_url, hook.secret, hook.status) == (*theirs.values(), "theirs", "inactive")
    site.hooks.remove(hook)
    assert site.is_settled()


async def test_a_secret_that_is_not_shown_is_told_once_by_each_process(site: Site) -> None:
    site.cloud.webhooks.shows_secrets = False
    for pair in PAIRS:
        site.there_is(resource=pair[0], event=pair[1], secret="of an earlier key")
    process = site.process()
    await process.settle()
    assert site.is_settled()
    assert site.writes() == ["PUT"] * len(PAIRS)
    await process.settle()
    assert site.writes() == []


async def test_what_is_made_without_showing_its_secret_has_it(site: Site) -> None:
    site.cloud.webhooks.shows_secrets = False
    await site.process().settle()
    assert site.is_settled()
    assert site.writes() == ["POST"] * len(PAIRS)


@pytest.mark.parametrize("unique_by", [("resource", "event", "filter", "target_url"), ("resource", "event"), ()])
async def test_processes_that_start_at_once_end_with_one_for_each(site: Site, unique_by: tuple[str, ...]) -> None:
    site.cloud.webhooks.unique_by = unique_by
    site.cloud.faults.latency_seconds = 0.01
    await asyncio.gather(*(site.process().settle() for _ in range(5)))
    await site.process().settle()
    assert site.is_settled()


async def test_a_webhook_that_webex_never_takes_is_said(site: Site) -> None:
    site.cloud.webhooks.unique_by = ("resource", "event")
    site.there_is(name="somebody's", target_url="https://elsewhere.example/hook")
    with pytest.raises(WebhookRefused):
        await site.process().settle()


async def test_an_address_that_webex_does_not_take_is_said(site: Site) -> None:
    with pytest.raises(WebhookRefused):
        await site.process(url="desk.example").settle()


async def test_it_is_told_whether_something_went_unheard(site: Site) -> None:
    process = site.process()
    assert await process.settle() is True
    site.there_is()
    assert await process.settle() is False  # one too many told us twice, not too little
    site.cloud.webhooks.give_up()
    assert await process.settle() is True
    assert await process.settle() is False


async def test_without_an_event_that_webex_does_not_take_a_desk_works_all_the_same(site: Site) -> None:
    site.cloud.webhooks.refused = {("messages", "updated")}
    process = site.process()
    assert await process.settle() is True
    assert {(hook.resource, hook.event) for hook in site.hooks} == set(PAIRS) - OPTIONAL
    site.writes()
    assert await process.settle() is False
    assert site.writes() == []  # it is not asked for every minute
    site.cloud.webhooks.refused = set()
    assert await site.process().settle() is False
    assert site.is_settled()


async def test_an_event_that_a_desk_cannot_do_without_is_said_where_webex_does_not_take_it(site: Site) -> None:
    for pair in set(PAIRS) - OPTIONAL:
        site.cloud.webhooks.refused = {pair}
        with pytest.raises(WebhookRefused):
            await site.process().settle()
        site.hooks.clear()
