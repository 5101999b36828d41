"""What keeps a link, what ends it, and when it counts as open, with servers that are not like Webex in all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import WSMsgType, web

from bot.transports.websocket.disconnects import UNTRUSTED
from tests.bot.listening import FAST, Listener
from tests.bot.odd_webex import UP, OddWebex, stay
from tests.helpdesk.mail.smtp_server import make_certificate, tls_of

Start = Callable[[], Awaitable[Listener]]
ACTIVITY = {"id": "envelope", "data": {"eventType": "conversation.activity", "activity": {"id": "asked"}}}


@pytest.fixture
async def webex() -> AsyncIterator[OddWebex]:
    webex = OddWebex()
    async with webex.serve():
        yield webex


@pytest.fixture
async def start(webex: OddWebex) -> AsyncIterator[Start]:
    """Starts a listener once the test has said how Webex behaves."""
    started: list[Listener] = []

    async def start() -> Listener:
        listener = Listener("token", webex.catalog_url)
        started.append(listener)
        listener.transport.start()
        return listener

    yield start
    for listener in started:
        await listener.transport.stop()


@pytest.mark.parametrize("event", ["mercury.buffer_state", "mercury.registration_status", "conversation.activity"])
async def test_any_event_shows_that_the_link_is_up(webex: OddWebex, start: Start, event: str) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"id": "1", "data": {"eventType": event, "activity": {"id": "asked"}}})
        await stay(socket)

    webex.behave = behave
    listener = await start()
    await listener.turned("open")
    assert webex.frames[0]["data"] == {"token": "Bearer token"}


async def test_so_does_the_answer_to_a_ping_where_no_event_comes(webex: OddWebex, start: Start) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        async for message in socket:
            frame = message.json()
            assert frame["type"] == "ping"
            await socket.send_json({"id": frame["id"], "type": "pong"})

    webex.behave = behave
    await (await start()).turned("open")


async def test_so_does_the_websockets_own_pong_where_webex_says_nothing_at_all(start: Start) -> None:
    await (await start()).turned("open")


async def test_a_server_that_answers_only_the_websockets_own_pings_is_not_cut(webex: OddWebex, start: Start) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await stay(socket)

    webex.behave = behave
    listener = await start()
    await listener.turned("open")
    assert await listener.stays_open(2 * FAST.silence)


async def test_a_server_that_answers_no_ping_but_sends_frames_is_not_cut(webex: OddWebex, start: Start) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await socket.send_json(UP)
            await asyncio.sleep(FAST.silence / 2)

    webex.behave, webex.autoping = behave, False
    listener = await start()
    await listener.turned("open")
    assert await listener.stays_open(2 * FAST.silence)


async def test_a_server_that_answers_nothing_is_cut_in_time(webex: OddWebex, start: Start) -> None:
    kinds: set[WSMsgType] = set()

    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        async for message in socket:
            kinds.add(message.type)

    webex.behave, webex.autoping = behave, False
    listener = await start()
    await listener.turned("open")
    began = asyncio.get_running_loop().time()
    await listener.turned("open", "lost")
    assert FAST.silence * 0.9 < asyncio.get_running_loop().time() - began < FAST.silence * 2
    assert kinds == {WSMsgType.TEXT, WSMsgType.PING}


async def test_what_is_no_event_reaches_nobody_and_harms_nothing(webex: OddWebex, start: Start) -> None:
    odd = ["", "not JSON", "[" * 100_000, "[]", "7", '{"type": "pong"}', '{"data": null}', '{"data": {"eventType": 5}}']

    async def behave(socket: web.WebSocketResponse) -> None:
        for text in odd:
            await socket.send_str(text)
        await socket.send_bytes(b"\xff\x00")
        await socket.send_json(ACTIVITY)
        await stay(socket)

    webex.behave = behave
    listener = await start()
    assert await listener.activities(1) == ["asked"]
    assert webex.links == 1


async def test_a_server_that_goes_on_asking_to_reconnect_is_not_run_after(webex: OddWebex, start: Start) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await socket.send_json({"type": "shutdown"})
        await stay(socket)

    webex.behave = behave
    await start()
    await asyncio.sleep(1)
    assert 3 <= webex.links <= 12


async def test_frames_that_come_while_the_link_is_being_closed_are_delivered(webex: OddWebex, start: Start) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"type": "shutdown"})
        await asyncio.sleep(FAST.closing / 4)
        await socket.send_json(ACTIVITY)
        await stay(socket)

    webex.behave = behave
    listener = await start()
    assert (await listener.activities(1))[0] == "asked"


async def test_a_link_that_takes_nothing_is_cut_although_it_talks(webex: OddWebex, start: Start) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        webex.transport.pause_reading()
        for _ in range(40):
            await socket.send_json({**ACTIVITY, "id": "x" * 500_000})
        while not socket.closed:
            await socket.send_json(UP)
            await asyncio.sleep(FAST.ping)

    webex.behave = behave
    listener = await start()
    await listener.activities(40)
    for _, acknowledge in listener.frames:
        acknowledge()
    await listener.turned("open", "lost", "open")


async def test_a_link_over_tls_trusts_the_file_it_is_given_and_nothing_it_does_not_know(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("no openssl on this machine")

    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json(UP)
        await stay(socket)

    async with OddWebex(behave).serve(tls_of(certificate)) as webex:
        trusting = Listener("token", webex.catalog_url, ca_file=str(certificate))
        trusting.transport.start()
        await trusting.turned("open")
        await trusting.transport.stop()
        wary = Listener("token", webex.catalog_url)
        wary.transport.start()
        await wary.has_a_problem()
        await wary.transport.stop()
    assert (wary.turns, wary.transport.last_problem) == ([], UNTRUSTED.problem)


async def test_a_server_that_does_not_speak_websocket_is_tried_again(webex: OddWebex, start: Start) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    device = {"url": f"{webex.base_url}/wdm/devices/1", "webSocketUrl": f"ws://127.0.0.1:{port}/"}
    webex.registration = lambda: web.json_response(device)
    listener = await start()
    await listener.has_a_problem()
    server.close()
    assert listener.transport.last_problem == "Webex's answer to the handshake was not understood"
