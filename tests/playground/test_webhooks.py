"""Webhooks: kept, signed, filtered, and given up on."""

import asyncio
import hashlib
import hmac
import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from playground.rest import hooks


@pytest.fixture
async def heard():
    """A server that keeps what it is sent: `url`, `deliveries` (headers, body), `status` to answer with."""

    class Heard:
        status = 200
        url = ""

        def __init__(self):
            self.deliveries = asyncio.Queue()

        async def take(self, request):
            await self.deliveries.put((request.headers, await request.read()))
            return web.Response(status=self.status)

    there = Heard()
    application = web.Application()
    application.router.add_post("/hook", there.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield there
    await runner.cleanup()


async def create(rest, who, heard, **more):
    body = {"name": "n", "targetUrl": heard.url, "resource": "messages", "event": "created", **more}
    return await rest(who, "POST", "/webhooks", body)


async def next_body(heard):
    _, raw = await asyncio.wait_for(heard.deliveries.get(), 2)
    return json.loads(raw)


async def test_a_webhook_is_kept_changed_and_deleted(world, rest, heard):
    made = (await create(rest, world.bot, heard, secret="s")).body
    assert (await rest(world.bot, "GET", "/webhooks")).body["items"] == [made]
    assert (await rest(world.ana, "GET", f"/webhooks/{made['id']}")).status == 404
    body = {"name": "other", "targetUrl": "http://127.0.0.1:1/"}
    assert (await rest(world.bot, "PUT", f"/webhooks/{made['id']}", body)).body["name"] == "other"
    assert (await rest(world.bot, "PUT", f"/webhooks/{made['id']}", body | {"status": "inactive"})).status == 400
    assert (await rest(world.bot, "PUT", f"/webhooks/{made['id']}", {"name": "x"})).status == 400
    assert (await rest(world.bot, "DELETE", f"/webhooks/{made['id']}")).status == 204
    assert (await rest(world.bot, "GET", f"/webhooks/{made['id']}")).status == 404


@pytest.mark.parametrize("wrong", [{"resource": "cats"}, {"event": "joined"}, {"targetUrl": "nowhere"}, {"name": None}])
async def test_a_webhook_webex_would_not_take_is_refused(world, rest, heard, wrong):
    assert (await create(rest, world.bot, heard, **wrong)).status == 400


async def test_a_delivery_is_signed_and_tells_no_words(world, rest, heard):
    await create(rest, world.bot, heard, secret="s3cret")
    message = await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "my words")
    headers, raw = await asyncio.wait_for(heard.deliveries.get(), 2)
    assert headers["X-Spark-Signature"] == hmac.new(b"s3cret", raw, hashlib.sha1).hexdigest()
    body = json.loads(raw)
    assert (body["resource"], body["actorId"], body["data"]["id"]) == ("messages", world.ana.id, message.id)
    assert body["data"]["personEmail"] == "ana.ruiz@partner.example"
    assert b"my words" not in raw
    assert b"s3cret" not in raw


async def test_a_press_is_delivered_without_its_inputs(world, rest, heard, card):
    await create(rest, world.bot, heard, resource="attachmentActions")
    sent = await rest(world.bot, "POST", "/messages", {"roomId": world.desk.id, "text": "x", "attachments": [card]})
    action = await world.cloud.press(world.ana, sent.body["id"], {"code": "123456"})
    data = (await next_body(heard))["data"]
    assert (data["id"], data["messageId"]) == (action.id, sent.body["id"])
    assert "inputs" not in data


async def test_only_what_the_bot_may_see_and_asked_for_is_delivered(world, rest, heard):
    await create(rest, world.bot, heard, filter="roomType=group&mentionedPeople=me")
    await world.cloud.post(world.ana, world.desk, "not for the bot")
    await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "direct")
    wanted = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    assert (await next_body(heard))["data"]["id"] == wanted.id


async def test_one_that_keeps_failing_is_given_up_on_until_woken(world, rest, heard, monkeypatch):
    monkeypatch.setattr(hooks, "FAILURES", 2)
    heard.status = 500
    made = (await create(rest, world.bot, heard)).body
    direct = world.cloud.direct(world.ana, world.bot)
    for _ in range(2):
        await world.cloud.post(world.ana, direct, "help")
        await next_body(heard)
    for _ in range(100):
        await asyncio.sleep(0.01)
        if (await rest(world.bot, "GET", f"/webhooks/{made['id']}")).body["status"] == "inactive":
            break
    else:
        pytest.fail("the webhook is still active")
    body = {"name": "n", "targetUrl": heard.url, "status": "active"}
    assert (await rest(world.bot, "PUT", f"/webhooks/{made['id']}", body)).body["status"] == "active"


async def test_a_second_one_for_the_same_is_a_conflict_and_one_for_another_address_is_not(world, rest, heard):
    await create(rest, world.bot, heard)
    assert (await create(rest, world.bot, heard)).status == 409
    assert (await create(rest, world.ana, heard)).status == 200
    assert (await create(rest, world.bot, heard, targetUrl=f"{heard.url}/other")).status == 200
    world.cloud.webhooks.unique_by = ("resource", "event")
    assert (await create(rest, world.bot, heard, targetUrl=f"{heard.url}/third")).status == 409
    world.cloud.webhooks.unique_by = ()
    assert (await create(rest, world.bot, heard)).status == 200


async def test_a_secret_can_be_kept_from_being_read(world, rest, heard):
    world.cloud.webhooks.shows_secrets = False
    made = (await create(rest, world.bot, heard, secret="s3cret")).body
    assert "secret" not in made
    assert (await rest(world.bot, "GET", "/webhooks")).body["items"] == [made]
    await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "help")
    headers, raw = await asyncio.wait_for(heard.deliveries.get(), 2)
    assert headers["X-Spark-Signature"] == hmac.new(b"s3cret", raw, hashlib.sha1).hexdigest()


async def test_a_delivery_can_come_twice(world, rest, heard):
    await create(rest, world.bot, heard)
    world.cloud.faults.duplicate_events = True
    await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "help")
    assert await next_body(heard) == await next_body(heard)


async def test_deliveries_can_be_held_and_come_out_of_order(world, rest, heard):
    await create(rest, world.bot, heard)
    direct = world.cloud.direct(world.ana, world.bot)
    world.cloud.webhooks.hold()
    posted = [await world.cloud.post(world.ana, direct, text) for text in "abc"]
    assert heard.deliveries.empty()
    world.cloud.webhooks.release()
    told = [(await next_body(heard))["data"]["id"] for _ in posted]
    assert told == [one.id for one in reversed(posted)]


async def test_one_that_was_given_up_on_tells_nothing_until_it_is_woken(world, rest, heard):
    made = (await create(rest, world.bot, heard)).body
    direct = world.cloud.direct(world.ana, world.bot)
    world.cloud.webhooks.give_up()
    assert (await rest(world.bot, "GET", f"/webhooks/{made['id']}")).body["status"] == "inactive"
    await world.cloud.post(world.ana, direct, "lost")
    await rest(world.bot, "PUT", f"/webhooks/{made['id']}", {"name": "n", "targetUrl": heard.url, "status": "active"})
    told = await world.cloud.post(world.ana, direct, "heard")
    assert (await next_body(heard))["data"]["id"] == told.id


@pytest.mark.parametrize("at_once", [1, 3])
async def test_as_many_deliveries_of_a_webhook_are_under_way_as_was_set(world, rest, at_once):
    world.cloud.webhooks.at_once = at_once
    begun, answer = asyncio.Semaphore(0), asyncio.Event()

    async def slow(request):
        begun.release()
        await answer.wait()
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", slow)
    async with TestServer(application, host="127.0.0.1") as server:
        body = {"name": "n", "targetUrl": str(server.make_url("/hook")), "resource": "messages", "event": "created"}
        await rest(world.bot, "POST", "/webhooks", body)
        for _ in range(3):
            await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "hi")
        for _ in range(at_once):
            await asyncio.wait_for(begun.acquire(), 2)
        # The playground has answered a call after the last that was begun: any other would have been begun too.
        await rest(world.bot, "GET", "/webhooks")
        assert begun.locked()
        answer.set()
