"""The admin APIs answer as the official document says, page by page, to a Service App and to nobody else."""

from typing import Any

import aiohttp
import pytest

from playground.demo import demo_file
from playground.identifiers import uuid_in
from playground.partner import ServiceApp
from tests.playground.conftest import Rest, World

DATA = demo_file()
ACME = next(one["id"] for one in DATA["organizations"] if "acme" in one["sites"][0])


@pytest.fixture
def app(world: World) -> ServiceApp:
    world.cloud.partner.fill(DATA)
    return world.cloud.add_service_app("Help desk reader")


@pytest.mark.parametrize(
    "path",
    [
        "/organizations",
        f"/organizations/{ACME}",
        "/roles",
        f"/people?orgId={ACME}",
        f"/licenses?orgId={ACME}",
        f"/devices?orgId={ACME}",
        f"/locations?orgId={ACME}",
        f"/telephony/config/numbers?orgId={ACME}",
    ],
)
async def test_every_answer_is_as_the_document_says(rest: Rest, app: ServiceApp, path: str) -> None:
    answer = await rest(app.account, "GET", path)
    assert answer.status == 200
    items = next((answer.body[name] for name in ("items", "phoneNumbers", "Resources") if name in answer.body), ["one"])
    assert items or "locations" in path


async def test_one_person_is_as_the_document_says(rest: Rest, app: ServiceApp) -> None:
    person = next(one for one in DATA["people"] if one["orgId"] == ACME)
    found = (await rest(app.account, "GET", f"/people/{person['id']}?callingData=true")).body
    assert (found["emails"], "features" in found) == (person["emails"], False)


async def test_scim_is_as_the_document_says_and_answers_beneath_the_rest_too(rest: Rest, app: ServiceApp) -> None:
    person = next(one for one in DATA["people"] if one["orgId"] == ACME)
    path = f"/identity/scim/{uuid_in(ACME)}/v2/Users"
    beside = rest.url.removesuffix("/v1") + path
    listed = await rest(app.account, "GET", f"{beside}?count=2")
    assert (listed.body["itemsPerPage"], listed.body["startIndex"]) == (2, 1)
    one = await rest(app.account, "GET", f"{beside}/{uuid_in(person['id'])}")
    assert one.body["userName"] == person["emails"][0]
    async with rest.session.get(rest.url + path, headers={"Authorization": f"Bearer {app.account.token}"}) as beneath:
        assert beneath.status == 200


async def test_people_come_a_page_at_a_time(rest: Rest, app: ServiceApp) -> None:
    world_size = sum(one["orgId"] == ACME for one in DATA["people"])
    found: list[Any] = []
    path = f"/people?orgId={ACME}&max=10"
    while path:
        answer = await rest(app.account, "GET", path)
        found += answer.body["items"]
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0]
    assert len({one["id"] for one in found}) == len(found) == world_size


async def test_a_person_is_not_told_of_an_organization(rest: Rest, world: World, app: ServiceApp) -> None:
    assert (await rest(world.ana, "GET", f"/people?orgId={ACME}")).status == 400
    assert (await rest(None, "GET", "/organizations")).status == 401


async def test_an_organization_that_is_nobodys_is_not_found(rest: Rest, app: ServiceApp) -> None:
    assert (await rest(app.account, "GET", "/licenses?orgId=nowhere")).status == 404
    assert (await rest(app.account, "GET", "/organizations/nowhere")).status == 404


async def test_a_refresh_token_gives_an_access_token_until_that_is_revoked(
    rest: Rest, world: World, app: ServiceApp
) -> None:
    form = {"grant_type": "refresh_token", "client_id": app.client_id, "client_secret": app.client_secret}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{rest.url}/access_token", data=form | {"refresh_token": "x"}) as refused:
            assert refused.status == 401
        async with session.post(f"{rest.url}/access_token", data=form | {"refresh_token": app.refresh_token}) as made:
            token = (await made.json())["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await rest(None, "GET", "/organizations", headers=headers)).status == 200
    world.cloud.partner.revoke_tokens()
    assert (await rest(None, "GET", "/organizations", headers=headers)).status == 401


async def test_a_list_can_be_refused_for_one_customer(rest: Rest, world: World, app: ServiceApp) -> None:
    world.cloud.partner.refusals[("devices", uuid_in(ACME))] = 403
    assert (await rest(app.account, "GET", f"/devices?orgId={ACME}")).status == 403
    assert (await rest(app.account, "GET", f"/licenses?orgId={ACME}")).status == 200


async def test_welcome_mails_are_a_job_of_the_organization_as_the_document_says(
    rest: Rest, world: World, app: ServiceApp
) -> None:
    path = f"{rest.url.removesuffix('/v1')}/identity/organizations/{ACME}/jobs/sendActivationEmails"
    began = await rest(app.account, "POST", path, {})
    assert (began.status, began.body["latestExecutionStatus"]) == (202, "STARTED")
    assert (await rest(app.account, "POST", path, {})).status == 409
    world.cloud.partner.activations.jobs[0].ends = 0
    ended = (await rest(app.account, "GET", f"{path}/{began.body['id']}/status")).body
    counts = ended["counts"]
    assert counts["userResendInviteSent"] == counts["totalUsers"] > 0
    assert (await rest(world.ana, "POST", path, {})).status == 403


async def test_whoever_was_mailed_within_a_day_is_skipped_and_named(rest: Rest, world: World, app: ServiceApp) -> None:
    path = f"{rest.url.removesuffix('/v1')}/identity/organizations/{ACME}/jobs/sendActivationEmails"
    world.cloud.partner.activations.seconds = 0
    first, second = [(await rest(app.account, "POST", path, {})).body for _ in range(2)]
    assert second["counts"]["userResendInviteSkipped"] == first["counts"]["userResendInviteSent"]
    errors = (await rest(app.account, "GET", f"{path}/{second['id']}/errors")).body["items"]
    assert {each["error"]["message"][0]["code"] for each in errors} == {"ATLAS-600199"}
