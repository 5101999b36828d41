"""The stock clients webexpythonsdk and wxc_sdk run their calls against the playground: an independent check of it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from webexpythonsdk import WebexAPI
from wxc_sdk import WebexSimpleApi
from wxc_sdk.rest import RestSession

from playground.demo import demo_file
from tests.playground.conftest import World

DATA = demo_file()
ACME = next(one["id"] for one in DATA["organizations"] if "acme" in one["sites"][0])
OF_ACME = {
    kind: [one for one in DATA[kind] if one["orgId"] == ACME] for kind in ("people", "devices", "numbers", "licenses")
}


@pytest.fixture
def token(world: World) -> str:
    """Of an administrator."""
    world.cloud.partner.fill(DATA)
    world.cloud.partner.page_size = 3
    app = world.cloud.add_service_app("Help desk reader")
    form = {"grant_type": "refresh_token", "client_id": app.client_id, "client_secret": app.client_secret}
    token: str = world.cloud.partner.token_for({**form, "refresh_token": app.refresh_token})["access_token"]
    return token


async def off_the_loop(work: Callable[[], Any]) -> Any:
    async with asyncio.timeout(60):
        return await asyncio.to_thread(work)


async def test_webexpythonsdk_reads_an_organization(world: World, token: str) -> None:
    def work() -> None:
        api = WebexAPI(token, base_url=f"{world.cloud.url}/")
        assert {one.displayName for one in api.organizations.list()} == {
            one["displayName"] for one in DATA["organizations"]
        }
        assert api.organizations.get(ACME).id == ACME
        people = list(api.people.list(orgId=ACME, max=2))
        assert {one.emails[0] for one in people} == {one["emails"][0] for one in OF_ACME["people"]}
        assert api.people.get(people[0].id).emails == people[0].emails
        assert [one.id for one in api.people.list(email=people[1].emails[0])] == [people[1].id]
        licenses = list(api.licenses.list(orgId=ACME))
        assert {one.id for one in licenses} == {one["id"] for one in OF_ACME["licenses"]}
        assert api.licenses.get(licenses[0].id).name == licenses[0].name
        roles = list(api.roles.list())
        assert api.roles.get(roles[0].id).name == roles[0].name

    await off_the_loop(work)


async def test_webexpythonsdk_writes_presses_and_listens(world: World, card: dict[str, Any]) -> None:
    def work() -> None:
        bot, ana = (WebexAPI(one.token, base_url=f"{world.cloud.url}/") for one in (world.bot, world.ana))
        assert bot.people.me().type == "bot"
        assert bot.people.me().orgId == world.bot.org_id
        room = ana.rooms.create("Tuesday")
        assert ana.rooms.update(room.id, "Wednesday").title == "Wednesday"
        membership = ana.memberships.create(room.id, personId=world.bot.id)
        assert ana.memberships.update(membership.id, isModerator=True).isModerator
        sent = bot.messages.create(roomId=room.id, text="Hello", attachments=[card])
        pressed = ana.attachment_actions.create("submit", sent.id, {"word": "yes"})
        assert bot.attachment_actions.get(pressed.id).inputs == {"word": "yes"}
        plain = bot.messages.create(roomId=room.id, markdown="**one**")
        assert bot.messages.update(plain.id, room.id, markdown="**two**").text == "two"
        assert [one.text for one in ana.messages.list(room.id, max=1)][:2] == ["two", "Hello"]
        hook = bot.webhooks.create("all", "http://127.0.0.1:9/hook", "all", "all")
        assert [one.id for one in bot.webhooks.list()] == [hook.id]
        bot.webhooks.delete(hook.id)
        ana.rooms.delete(room.id)

    await off_the_loop(work)


async def test_wxc_sdk_reads_an_organization(world: World, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RestSession, "BASE", world.cloud.url)

    def work() -> None:
        with WebexSimpleApi(tokens=token) as api:
            assert len(list(api.organizations.list())) == len(DATA["organizations"])
            people = list(api.people.list(org_id=ACME, calling_data=True))
            assert {one.emails[0] for one in people} == {one["emails"][0] for one in OF_ACME["people"]}
            assert api.people.details(person_id=people[0].person_id).emails == people[0].emails
            assert len(list(api.licenses.list(org_id=ACME))) == len(OF_ACME["licenses"])
            assert len(list(api.devices.list(org_id=ACME))) >= 3
            assert len(list(api.telephony.phone_numbers(org_id=ACME))) == len(OF_ACME["numbers"])
            assert list(api.locations.list(org_id=ACME))
            assert list(api.roles.list())

    await off_the_loop(work)
