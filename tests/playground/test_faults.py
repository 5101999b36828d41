"""What can be made to go wrong, and that it stops by itself or when told."""

import asyncio
import time

import aiohttp
import pytest


async def me(rest, who):
    return (await rest(who, "GET", "/people/me")).status


async def test_the_next_calls_are_too_many(world, rest):
    world.cloud.faults.too_many_next = 2
    world.cloud.faults.retry_after_seconds = 3
    first = await rest(world.bot, "GET", "/people/me")
    assert (first.status, first.headers["Retry-After"]) == (429, "3")
    assert [await me(rest, world.bot) for _ in range(2)] == [429, 200]
    assert [call.status for call in world.cloud.calls] == [429, 429, 200]


async def test_a_share_of_calls_fails(world, rest):
    world.cloud.faults.error_share = 0.5
    statuses = [await me(rest, world.bot) for _ in range(40)]
    assert {200, 500, 502, 503} == set(statuses)
    world.cloud.faults.clear()
    assert await me(rest, world.bot) == 200


async def test_people_are_spared(world, rest):
    world.cloud.faults.error_share = 1
    assert await me(rest, world.ana) == 200


async def test_answers_can_be_slow(world, rest):
    world.cloud.faults.latency_seconds = 0.1
    started = time.monotonic()
    await me(rest, world.bot)
    assert time.monotonic() - started >= 0.1


async def test_a_reset_call_did_nothing_and_a_lost_answer_did(world, rest):
    body = {"roomId": world.desk.id, "text": "once"}
    world.cloud.faults.reset_next = 1
    with pytest.raises(aiohttp.ClientError):
        await rest(world.bot, "POST", "/messages", body)
    assert world.cloud.messages(world.desk) == []
    world.cloud.faults.lose_answer_next = 1
    with pytest.raises(aiohttp.ClientError):
        await rest(world.bot, "POST", "/messages", body)
    assert [one.text for one in world.cloud.messages(world.desk)] == ["once"]


async def connect(rest, world):
    url = f"{world.cloud.base_url}/wdm/api/v1/devices"
    device = (await rest(world.bot, "POST", url, {"name": "test"})).body
    socket = await rest.session.ws_connect(device["webSocketUrl"])
    await socket.send_json({"type": "authorization", "data": {"token": f"Bearer {world.bot.token}"}})
    await socket.receive_json(timeout=2)
    return device, socket


async def test_the_websocket_can_be_cut_for_a_while(world, rest):
    device, socket = await connect(rest, world)
    world.cloud.faults.drop_socket(0.2)
    assert (await socket.receive(timeout=2)).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert world.cloud.sockets == 0
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        await rest.session.ws_connect(device["webSocketUrl"])
    await asyncio.sleep(0.25)
    await (await rest.session.ws_connect(device["webSocketUrl"])).close()


async def test_events_can_come_twice(world, rest):
    _, socket = await connect(rest, world)
    world.cloud.faults.duplicate_events = True
    message = await world.cloud.post(world.ana, world.cloud.direct(world.ana, world.bot), "help")
    frames = [await socket.receive_json(timeout=2) for _ in range(2)]
    assert [one["data"]["activity"]["id"] for one in frames] == [message.uuid] * 2
    assert frames[0]["id"] != frames[1]["id"]
    await socket.close()


async def test_a_silent_websocket_stays_open_and_says_nothing(world, rest):
    _, socket = await connect(rest, world)
    world.cloud.faults.silence_sockets = True
    await socket.ping()
    await socket.send_json({"id": "1", "type": "ping"})
    await world.cloud.deliver({"id": "lost"}, to=world.bot)
    with pytest.raises(TimeoutError):
        await socket.receive(timeout=0.2)
    world.cloud.faults.clear()
    await world.cloud.deliver({"id": "heard"}, to=world.bot)
    assert (await socket.receive_json(timeout=2))["data"]["activity"]["id"] == "heard"
    await socket.close()


async def test_websockets_can_be_closed_with_any_code(world, rest):
    _, socket = await connect(rest, world)
    world.cloud.faults.update({"close_sockets_code": 4401})
    await socket.receive(timeout=2)
    assert socket.close_code == 4401


async def test_websockets_can_be_asked_to_reconnect(world, rest):
    _, socket = await connect(rest, world)
    world.cloud.faults.update({"ask_to_reconnect": True})
    assert (await socket.receive_json(timeout=2))["type"] == "shutdown"
    await socket.close()


async def test_devices_can_be_forgotten(world, rest):
    device, socket = await connect(rest, world)
    world.cloud.faults.update({"forget_devices": True})
    assert world.cloud.sockets == 1
    await socket.close()
    with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
        await rest.session.ws_connect(device["webSocketUrl"])


async def test_handshakes_can_hang_or_be_too_many(world, rest):
    device, socket = await connect(rest, world)
    world.cloud.faults.too_many_handshakes_next = 1
    with pytest.raises(aiohttp.WSServerHandshakeError, match="429") as refused:
        await rest.session.ws_connect(device["webSocketUrl"])
    assert refused.value.headers["Retry-After"] == "1"
    world.cloud.faults.hang_handshakes = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await rest.session.ws_connect(device["webSocketUrl"])
    await socket.close()


def test_faults_are_set_from_json_and_nonsense_is_refused(world):
    world.cloud.faults.update({"latency_seconds": 2, "duplicate_events": True})
    assert world.cloud.faults.as_json()["latency_seconds"] == 2
    for wrong in (
        {"latency_seconds": -1},
        {"duplicate_events": 1},
        {"close_sockets_code": 7},
        {"ask_to_reconnect": 1},
        {"too_many_next": 1.5},
        {"sockets": None},
    ):
        with pytest.raises(Exception, match="No such fault"):
            world.cloud.faults.update(wrong)
