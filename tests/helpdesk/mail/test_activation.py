"""Webex's welcome mails are begun once for each press, followed by their counts, and every refusal has its words."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from helpdesk.mail.activation import Activation, ActivationForbidden, ActivationRunning, MayHaveBegun
from helpdesk.platform.store import Store
from helpdesk.platform.webex.client import WebexClient, WebexError, open_session
from playground.identifiers import identifier
from tests.helpdesk.sync.partner import Stage, file, org, person, stage

ACME = identifier("ORGANIZATION", org(1))
INVITED = "person9@customer1.example"


@pytest.fixture
async def on(store: Store) -> AsyncIterator[Stage]:
    data = file(1, 3)
    data["people"].append(person(1, 9, invitePending=True))
    async with stage(store, data) as made:
        made.partner.activations.seconds = 0
        yield made


@pytest.fixture
def activation(on: Stage) -> Activation:
    return Activation(on.store, on.client)


def begun(on: Stage) -> int:
    return len(on.partner.activations.jobs)


async def test_everyone_who_has_not_signed_in_is_mailed_and_counted(activation: Activation) -> None:
    job = await activation.start(ACME, "press")
    ended = await activation.look(ACME, job.id)
    assert (ended.is_over, ended.has_failed, ended.sent, ended.skipped, ended.total) == (True, False, 1, 0, 1)


async def test_whoever_was_mailed_lately_is_skipped_and_known_by_address(activation: Activation) -> None:
    await activation.start(ACME, "press")
    second = await activation.start(ACME, "another press")
    assert (await activation.look(ACME, second.id)).skipped == 1
    assert await activation.was_mailed_lately(ACME, second.id, INVITED)
    assert not await activation.was_mailed_lately(ACME, second.id, "person1@customer1.example")


async def test_one_job_runs_at_a_time(on: Stage, activation: Activation) -> None:
    on.partner.activations.seconds = 60
    await activation.start(ACME, "press")
    with pytest.raises(ActivationRunning):
        await activation.start(ACME, "another press")


async def test_the_same_event_begins_one_job(on: Stage, activation: Activation) -> None:
    first = await activation.start(ACME, "press")
    assert (await activation.start(ACME, "press")).id == first.id
    assert begun(on) == 1


async def test_a_lost_answer_is_not_asked_for_twice(on: Stage, activation: Activation) -> None:
    await on.client.get("/organizations")  # it has its token now
    on.cloud.faults.lose_answer_next = 1
    for _ in range(2):
        with pytest.raises(MayHaveBegun):
            await activation.start(ACME, "press")
    assert begun(on) == 1


async def test_a_token_that_may_not_is_said_and_may_try_again(on: Stage, activation: Activation) -> None:
    on.partner.refusals[("people", org(1))] = 403
    with pytest.raises(ActivationForbidden):
        await activation.start(ACME, "press")
    on.partner.refusals.clear()
    assert (await activation.start(ACME, "press")).id


async def test_an_organization_that_webex_does_not_know_is_an_error_of_its_own(activation: Activation) -> None:
    with pytest.raises(WebexError):
        await activation.start(identifier("ORGANIZATION", org(7)), "press")


async def test_the_job_is_posted_without_a_body(store: Store) -> None:
    """As the document has it: no request body, not even an empty object."""
    bodies: list[tuple[bytes, str | None]] = []

    async def start(request: web.Request) -> web.Response:
        bodies.append((await request.read(), request.headers.get("Content-Type")))
        return web.json_response({"id": "job", "latestExecutionStatus": "STARTED"}, status=202)

    application = web.Application()
    application.add_routes([web.post("/identity/organizations/{org}/jobs/sendActivationEmails", start)])
    async with TestServer(application) as server, open_session() as session:
        client = WebexClient(session, str(server.make_url("/v1")), "token")
        assert (await Activation(store, client).start(ACME, "press")).id == "job"
    assert [body for body, _ in bodies] == [b""]
    assert bodies[0][1] != "application/json"
