"""The websocket protocol: registration, authorisation, events, acknowledgements, pings, replacement."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from playground.rooms import File


@dataclass
class Line:
    """One authorised websocket; `next_activity` skips everything but activities."""

    socket: aiohttp.ClientWebSocketResponse
    device: dict[str, Any]

    async def next_frame(self) -> dict[str, Any]:
        return await self.socket.receive_json(timeout=2)

    async def next_activity(self) -> dict[str, Any]:
        while "activity" not in (frame := await self.next_frame())["data"]:
            pass
        return frame["data"]["activity"]


async def register(rest, cloud, bot):
    links = (await rest(bot, "GET", f"{cloud.catalog_url}?format=hostmap")).body["serviceLinks"]
    return (await rest(bot, "POST", f"{links['wdm']}/devices", {"name": "test"})).body


@asynccontextmanager
async def connection(rest, cloud, bot, device=None, token=None):
    device = device or await register(rest, cloud, bot)
    async with rest.session.ws_connect(device["webSocketUrl"]) as socket:
        await socket.send_json({"id": "1", "type": "authorization", "data": {"token": f"Bearer {token or bot.token}"}})
        yield Line(socket, device)


@pytest.fixture
async def line(world, rest):
    async with connection(rest, world.cloud, world.bot) as opened:
        assert (await opened.next_frame())["data"]["eventType"] == "mercury.buffer_state"
        yield opened


async def test_a_device_is_listed_refreshed_and_removed(world, rest):
    device = await register(rest, world.cloud, world.bot)
    listed = (await rest(world.bot, "GET", device["url"].rpartition("/")[0])).body["devices"]
    assert [one["url"] for one in listed] == [device["url"]]
    assert (await rest(world.bot, "PUT", device["url"], {"name": "renamed"})).body["name"] == "renamed"
    assert (await rest(world.ana, "DELETE", device["url"])).status == 404
    assert (await rest(world.bot, "DELETE", device["url"])).status == 204
    with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
        await rest.session.ws_connect(device["webSocketUrl"])


async def test_a_message_arrives_as_a_post_whose_id_leads_to_it(world, rest, line):
    message = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    activity = await line.next_activity()
    assert (activity["verb"], activity["id"]) == ("post", message.uuid)
    assert activity["actor"] == activity["actor"] | {"type": "PERSON", "emailAddress": "ana.ruiz@partner.example"}
    assert activity["target"]["tags"] == []
    where = activity["target"]["url"].replace(f"conversations/{activity['target']['id']}", f"messages/{message.uuid}")
    assert (await rest(world.bot, "GET", where)).body == {"id": message.id}
    assert (await rest(world.bo, "GET", where)).status == 404


async def test_a_direct_message_is_tagged_and_a_reply_names_its_root(world, rest, line):
    direct = world.cloud.direct(world.ana, world.bot)
    root = await world.cloud.post(world.ana, direct, "help")
    reply = await world.cloud.post(world.ana, direct, "more", parent=root)
    await world.cloud.post(world.ana, direct, "even more", parent=reply)
    first, second, third = [await line.next_activity() for _ in range(3)]
    assert first["target"]["tags"] == ["ONE_ON_ONE"]
    assert "parent" not in first
    assert second["parent"] == third["parent"] == {"type": "reply", "id": root.uuid}


async def test_a_press_arrives_without_its_inputs(world, rest, line, card):
    body = {"roomId": world.desk.id, "text": "card", "attachments": [card]}
    sent = (await rest(world.bot, "POST", "/messages", body)).body
    own = await line.next_activity()
    action = await world.cloud.press(world.ana, sent["id"], {"code": "123456"})
    activity = await line.next_activity()
    assert own["actor"]["type"] == "BOT"
    assert (activity["verb"], activity["id"]) == ("cardAction", action.uuid)
    assert activity["parent"] == {"type": "cardAction", "id": own["id"]}
    assert "inputs" not in activity["object"]
    where = f"{world.cloud.base_url}/conversation/api/v1/attachment/actions/{action.uuid}"
    assert (await rest(world.bot, "GET", where)).body == {"id": action.id}


async def test_what_does_not_mention_the_bot_is_not_told(world, rest, line):
    await world.cloud.post(world.ana, world.desk, "not for the bot")
    seen = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    assert (await line.next_activity())["id"] == seen.uuid


async def test_edits_and_deletions_are_told_too(world, rest, line):
    direct = world.cloud.direct(world.ana, world.bot)
    message = await world.cloud.post(world.ana, direct, "hlep")
    await world.cloud.edit(world.ana, message, "help")
    await world.cloud.delete(world.ana, message)
    _, edited, deleted = [await line.next_activity() for _ in range(3)]
    assert edited["parent"] == {"type": "edit", "id": message.uuid}
    assert edited["id"] != message.uuid
    assert (deleted["verb"], deleted["object"]["id"]) == ("delete", message.uuid)


async def test_that_somebody_moderates_a_room_is_told_as_no_leaving(world, rest, line):
    items = (await rest(world.ana, "GET", f"/memberships?roomId={world.desk.id}")).body["items"]
    of_bot = next(one["id"] for one in items if one["personId"] == world.bot.id)
    assert (await rest(world.ana, "PUT", f"/memberships/{of_bot}", {"isModerator": True})).status == 200
    await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "whoami")
    assert (await line.next_activity())["verb"] == "post"


async def test_a_file_is_shared_and_then_found_safe(world, rest, line):
    file = File("people.csv", "text/csv", b"a,b\n")
    await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "unsuppress", file=file)
    share, update = await line.next_activity(), await line.next_activity()
    assert (share["verb"], update["verb"]) == ("share", "update")
    assert update["object"]["files"]["items"][0]["malwareQuarantineState"] == "safe"


async def test_any_activity_can_be_delivered(world, rest, line):
    assert await world.cloud.deliver({"id": "odd", "verb": "wave"}, to=world.bot) == 1
    assert await line.next_activity() == {"id": "odd", "verb": "wave"}


async def test_acknowledgements_are_kept_and_pings_answered(world, rest, line):
    await line.socket.send_json({"type": "ack", "messageId": "abc"})
    await line.socket.send_json({"id": "7", "type": "ping"})
    assert await line.next_frame() == {"id": "7", "type": "pong"}
    assert world.cloud.acknowledged == ["abc"]


async def test_sequence_numbers_count_up(world, rest, line):
    for _ in range(3):
        await world.cloud.deliver({"id": "x"}, to=world.bot)
    assert [(await line.next_frame())["sequenceNumber"] for _ in range(3)] == [2, 3, 4]


async def closing_code(line):
    assert (await line.socket.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    return line.socket.close_code


async def test_a_bad_token_closes_the_line(world, rest):
    async with connection(rest, world.cloud, world.bot, token="wrong") as opened:
        assert await closing_code(opened) == 4401
    async with connection(rest, world.cloud, world.bot, token=world.ana.token) as opened:
        assert await closing_code(opened) == 4403


async def test_silence_and_anything_but_authorization_close_the_line(world, rest):
    device = await register(rest, world.cloud, world.bot)
    async with rest.session.ws_connect(device["webSocketUrl"]) as socket:
        assert await closing_code(Line(socket, device)) == 1008
    async with rest.session.ws_connect(device["webSocketUrl"]) as socket:
        await socket.send_json({"type": "ping", "id": "1"})
        assert await closing_code(Line(socket, device)) == 1008
    assert world.cloud.sockets == 0


async def test_a_second_connection_replaces_the_first(world, rest, line):
    async with connection(rest, world.cloud, world.bot, device=line.device) as second:
        await second.next_frame()
        assert await closing_code(line) == 4000
        await world.cloud.deliver({"id": "x"}, to=world.bot)
        assert (await second.next_activity())["id"] == "x"
        assert world.cloud.sockets == 1


async def test_what_happens_while_nobody_listens_is_not_told_later(world, rest, line):
    await line.socket.close()
    direct = world.cloud.direct(world.ana, world.bot)
    await world.cloud.post(world.ana, direct, "missed")
    async with connection(rest, world.cloud, world.bot, device=line.device) as again:
        await again.next_frame()
        seen = await world.cloud.post(world.ana, direct, "seen")
        assert (await again.next_activity())["id"] == seen.uuid


async def test_a_connection_can_be_waited_for(world, rest):
    with pytest.raises(TimeoutError):
        await world.cloud.connected(world.bot, timeout=0.05)
    waiting = asyncio.create_task(world.cloud.connected(world.bot, timeout=2))
    async with connection(rest, world.cloud, world.bot):
        await waiting


async def test_devices_are_told_by_the_names_they_were_registered_with(world, rest):
    device = await register(rest, world.cloud, world.bot)
    assert world.cloud.device_names(world.bot) == ["test"]
    await rest(world.bot, "DELETE", device["url"])
    assert world.cloud.device_names(world.bot) == []
