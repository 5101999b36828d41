"""Deliveries as Webex, and as anybody else, sends them over a real socket; and what becomes of them."""

import asyncio
import gzip
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.http import bodies
from bot.http.bodies import LARGEST_BODY
from bot.http.servers import WebServer
from bot.transports.webhook import transport as module
from bot.transports.webhook.registration import HOOK_PATH, PAIRS
from bot.transports.webhook.transport import WebhookTransport, secret_of
from bot.webex.events import Arrival, arrival
from bot.webex.messages import CARD_TYPE
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.webex.client import WebexClient, open_session
from playground import activities
from playground.cloud import Cloud
from playground.identifiers import identifier, new_uuid
from playground.rest.answers import moment
from playground.rest.hooks import Webhook
from playground.rooms import Change

KEY = "a secret of the tests, long enough"
# Long ago, so that what the playground sends is never old.
NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)
BOT = identifier("PEOPLE", new_uuid())


def signature(body: bytes, secret: str) -> str:
    """By a program that shares no code with ours."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is needed to check signatures independently"
    command = [openssl, "dgst", "-sha1", "-hmac", secret]
    said = subprocess.run(command, input=body, capture_output=True, check=True)  # noqa: S603
    return said.stdout.decode().split()[-1]


def delivery(resource: str = "messages", **data: Any) -> dict[str, Any]:
    usual = {
        "id": identifier("MESSAGE", new_uuid()),
        "roomId": identifier("ROOM", new_uuid()),
        "roomType": "direct",
        "personId": identifier("PEOPLE", new_uuid()),
        "personEmail": "ana@partner.example",
        "created": moment(NOW),
    }
    return {"resource": resource, "event": "created", "createdBy": BOT, "data": {**usual, **data}}


@dataclass
class Heard:
    """What came of deliveries: the worker's side of the transport."""

    arrivals: asyncio.Queue[Arrival] = field(default_factory=asyncio.Queue)
    own: asyncio.Queue[Mapping[str, Any]] = field(default_factory=asyncio.Queue)
    changed: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    opened: asyncio.Queue[datetime | None] = field(default_factory=asyncio.Queue)
    may_take: asyncio.Event = field(default_factory=asyncio.Event)
    is_store_there: bool = True

    def __post_init__(self) -> None:
        self.may_take.set()

    async def take(self, arrival: Arrival) -> bool:
        await self.may_take.wait()
        if self.is_store_there:
            self.arrivals.put_nowait(arrival)
        return self.is_store_there


@dataclass
class Desk:
    """The transport behind a real server, and a real Webex to register with."""

    cloud: Cloud
    heard: Heard
    metrics: Metrics
    session: aiohttp.ClientSession
    transport: WebhookTransport
    url: str = ""

    async def post(self, body: bytes, *signatures: str, **headers: str) -> tuple[int, str]:
        given = [("X-Spark-Signature", each) for each in signatures]
        given += [(name.replace("_", "-"), value) for name, value in headers.items()]
        async with self.session.post(self.url, data=body, headers=given) as answer:
            return answer.status, (await answer.text()).strip()

    async def signed(self, content: Any, **headers: str) -> tuple[int, str]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return await self.post(body, signature(body, secret_of(KEY)), **headers)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    cloud, heard, metrics = Cloud(), Heard(), Metrics()
    bot = cloud.add_bot("Help Desk")
    async with cloud.serve(), open_session() as session:
        client = WebexClient(session, cloud.url, bot.token)
        # The server's port is not known before it runs, and the transport's route must be known before.
        listening = WebServer(0, [], {}, metrics)
        await listening.start()
        await listening.stop()
        public_url = f"http://127.0.0.1:{listening.port}"
        transport = WebhookTransport(
            client,
            public_url,
            KEY,
            heard.take,
            heard.own.put_nowait,
            heard.changed.put_nowait,
            lambda: heard.opened.put_nowait(transport.sure_at),
            metrics,
            lambda: NOW,
        )
        server = WebServer(listening.port, [transport.route], {}, metrics)
        await server.start()
        yield Desk(cloud, heard, metrics, session, transport, public_url + HOOK_PATH)
        await server.stop()


async def soon(queue: asyncio.Queue[Any]) -> Any:
    return await asyncio.wait_for(queue.get(), 5)


def counted(metrics: Metrics, result: str) -> bool:
    return f'helpdesk_webhook_deliveries_total{{result="{result}"}} 1.0' in metrics.render().decode()


# -- signatures ---------------------------------------------------------------------------------


async def test_a_signed_delivery_is_taken(desk: Desk) -> None:
    told = delivery()
    assert await desk.signed(told) == (200, "taken")
    assert (await soon(desk.heard.arrivals)).rest_id == told["data"]["id"]
    assert counted(desk.metrics, "taken")


async def test_a_signature_may_be_in_upper_case_and_the_header_in_any(desk: Desk) -> None:
    body = json.dumps(delivery()).encode()
    good = signature(body, secret_of(KEY))
    assert (await desk.post(body, good.upper()))[0] == 200
    assert (await desk.post(body, **{"x_SPARK_signature": good}))[0] == 200


async def test_a_wrong_signature_is_refused_without_work(desk: Desk) -> None:
    body = json.dumps(delivery()).encode()
    good = signature(body, secret_of(KEY))
    of_another_key = signature(body, secret_of(KEY + "!"))
    changed = good[:-1] + ("0" if good[-1] != "0" else "1")
    for wrong in (of_another_key, changed, signature(body + b" ", secret_of(KEY)), signature(body, KEY)):
        assert await desk.post(body, wrong) == (401, "unsigned")
    assert desk.heard.arrivals.empty()


@pytest.mark.parametrize("odd", ["", "0", "sha1=" + "0" * 40, "0" * 39, "0" * 41, "é" * 40, "g" * 40, "٠" * 40])
async def test_what_is_no_signature_is_refused(desk: Desk, odd: str) -> None:
    assert await desk.post(b"{}", odd) == (401, "unsigned")


async def test_a_missing_signature_and_several_are_refused(desk: Desk) -> None:
    body = json.dumps(delivery()).encode()
    good = signature(body, secret_of(KEY))
    assert await desk.post(body) == (401, "unsigned")
    assert await desk.post(body, good, good) == (401, "unsigned")
    assert await desk.post(body, "0" * 40, good) == (401, "unsigned")
    assert await desk.post(body, f"{good}, {good}") == (401, "unsigned")


async def test_the_secret_comes_of_the_key_the_same_in_all_processes() -> None:
    # printf 'webex webhook' | openssl dgst -sha256 -hmac 'a secret of the tests, long enough'
    assert secret_of(KEY) == "e0549a7c5d8850c5740e1e437294973ce903b0f965376108b4316cdce27e8c3f"


# -- bodies -------------------------------------------------------------------------------------


async def test_a_body_over_one_mebibyte_is_refused_however_it_comes(desk: Desk) -> None:
    large = b"x" * (LARGEST_BODY + 1)
    assert await desk.post(large, "0" * 40) == (413, "too large")

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    async with desk.session.post(desk.url, data=pieces(), headers={"X-Spark-Signature": "0" * 40}) as answer:
        assert answer.status == 413


async def test_a_body_in_chunks_is_checked_as_a_whole(desk: Desk) -> None:
    body = json.dumps(delivery()).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for byte in body:
            yield bytes([byte])

    headers = {"X-Spark-Signature": signature(body, secret_of(KEY))}
    async with desk.session.post(desk.url, data=pieces(), headers=headers) as answer:
        assert answer.status == 200


async def test_a_compressed_body_is_never_unpacked(desk: Desk) -> None:
    body = json.dumps(delivery()).encode()
    packed = gzip.compress(body)
    assert await desk.signed(packed, Content_Encoding="gzip") == (400, "malformed")
    of_what_is_inside = signature(body, secret_of(KEY))
    assert await desk.post(packed, of_what_is_inside, Content_Encoding="gzip") == (401, "unsigned")


async def raw(desk: Desk, head: str, body: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = int(desk.url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    start = f"POST {HOOK_PATH} HTTP/1.1\r\nHost: desk\r\nX-Spark-Signature: {'0' * 40}\r\n{head}\r\n"
    writer.write(start.encode() + body)
    return reader, writer


async def status_of(reader: asyncio.StreamReader) -> int:
    return int((await asyncio.wait_for(reader.readline(), 5)).split()[1])


async def test_a_body_that_says_it_is_too_large_is_not_waited_for(desk: Desk) -> None:
    reader, writer = await raw(desk, f"Content-Length: {LARGEST_BODY + 1}\r\n", b"")
    async with asyncio.timeout(bodies.READ_SECONDS - 1):
        assert await status_of(reader) == 413
    writer.close()


async def test_a_chunk_that_breaks_the_rules_is_not_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "READ_SECONDS", 0.05)
    reader, writer = await raw(desk, "Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n")
    # While this one is answered, the other's head was read and its handler waits for more.
    assert await desk.signed(delivery()) == (200, "taken")
    writer.write(b"no length\r\n")
    # aiohttp's parser in C lets the handler wait, the one in Python tells it.
    assert await status_of(reader) in (400, 408)
    writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "READ_SECONDS", 0.05)
    reader, writer = await raw(desk, "Content-Length: 100\r\n", b"{}")
    assert await status_of(reader) == 408
    assert counted(desk.metrics, "too slow")
    writer.close()


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: -1\r\n",
        "Content-Length: 2, 3\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n",  # and no chunk follows
    ],
)
async def test_a_length_that_lies_is_a_bad_request(desk: Desk, head: str) -> None:
    reader, writer = await raw(desk, head, b"{}\r\n")
    assert await status_of(reader) == 400
    writer.close()


async def test_a_body_that_breaks_off_is_no_error_of_ours(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    _, writer = await raw(desk, "Content-Length: 100\r\n", b"{}")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await desk.signed(delivery()) == (200, "taken")
    assert not [record for record in caplog.records if record.name.startswith("aiohttp")]


# -- what a signed delivery says ----------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"NaN,", b"[" * 100_000, b'{"resource": "messages"'])
async def test_what_is_no_json_is_refused(desk: Desk, body: bytes) -> None:
    assert await desk.signed(body) == (400, "malformed")


@pytest.mark.parametrize("content", [[], "messages", 7, None, {}, {"resource": "messages", "event": "created"}])
async def test_what_says_nothing_is_refused(desk: Desk, content: Any) -> None:
    assert await desk.signed(content) == (400, "not asked for")


async def test_what_was_not_asked_for_is_refused(desk: Desk) -> None:
    assert await desk.signed(delivery("rooms")) == (400, "not asked for")
    assert await desk.signed({**delivery(), "event": "deleted"}) == (400, "not asked for")
    assert desk.heard.arrivals.empty()


@pytest.mark.parametrize(
    "created", [moment(NOW - timedelta(hours=24, seconds=1)), None, "", 7, "yesterday", "2020-03-01T12:00:00", [], {}]
)
async def test_a_delivery_of_another_day_is_a_replay(desk: Desk, created: Any) -> None:
    assert await desk.signed(delivery(created=created)) == (400, "too old")
    assert desk.heard.arrivals.empty()


async def test_a_delivery_of_the_same_day_is_taken(desk: Desk) -> None:
    assert await desk.signed(delivery(created=moment(NOW - timedelta(hours=23, minutes=59)))) == (200, "taken")
    assert await desk.signed(delivery(created="2020-03-01T13:30:00+02:00")) == (200, "taken")


async def test_a_message_of_the_bot_is_heard_and_not_worked_on(desk: Desk) -> None:
    told = delivery(personId=BOT)
    assert await desk.signed(told) == (200, "own")
    assert await soon(desk.heard.own) == told["data"]
    assert desk.heard.arrivals.empty()


async def test_without_the_store_webex_is_asked_to_come_again(desk: Desk) -> None:
    desk.heard.is_store_there = False
    told = delivery()
    assert await desk.signed(told) == (503, "store away")
    desk.heard.is_store_there = True
    assert await desk.signed(told) == (200, "taken")


async def test_a_store_that_hangs_is_not_waited_for_and_may_still_take_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TAKE_SECONDS", 0.01)
    desk.heard.may_take.clear()
    assert await desk.signed(delivery()) == (503, "store away")
    desk.heard.may_take.set()
    assert await soon(desk.heard.arrivals)


# -- with a Webex -------------------------------------------------------------------------------


async def test_what_happens_in_webex_arrives_as_over_the_websocket(desk: Desk) -> None:
    await desk.transport.start()
    cloud, bot = desk.cloud, desk.cloud.rooms.accounts[0]
    ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    card = {"contentType": CARD_TYPE, "content": {"type": "AdaptiveCard", "version": "1.3", "body": []}}
    body = {"toPersonEmail": ana.email, "text": "a card", "attachments": [card]}
    sent = await WebexClient(desk.session, cloud.url, bot.token).post("/messages", body)
    assert (await soon(desk.heard.own))["id"] == sent["id"]
    asked = await cloud.post(ana, cloud.direct(ana, bot), "help")
    pressed = await cloud.press(ana, sent["id"], {"action": "help"})
    # Each webhook delivers in order, and the two of them beside each other.
    by_id = {found.rest_id: found for found in [await soon(desk.heard.arrivals) for _ in range(2)]}
    for change in (Change("messages", "created", asked, ana), Change("attachmentActions", "created", pressed, ana)):
        activity = activities.activity(change, cloud.rooms, cloud.base_url)
        told = arrival({"data": {"eventType": "conversation.activity", "activity": activity}})
        heard = by_id[change.subject.id]
        assert told
        unsaid = {} if change.subject is asked else {"actor_email": "", "is_direct": False}
        assert heard == replace(told, id_url="", rest_id=heard.rest_id, **unsaid)


async def test_who_comes_and_who_goes_is_told_by_the_space(desk: Desk) -> None:
    await desk.transport.start()
    cloud, bot = desk.cloud, desk.cloud.rooms.accounts[0]
    ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    space = cloud.add_space("Desk", [bot])
    for change in (cloud.join, cloud.leave):
        change(ana, space)
        assert await soon(desk.heard.changed) == space.id


async def test_once_started_webex_tells_us_and_we_say_so(desk: Desk) -> None:
    await desk.transport.start()
    await soon(desk.heard.opened)
    assert [hook.target_url for hook in hooks(desk)] == [desk.url] * len(PAIRS)
    assert desk.transport.sure_at == NOW


async def test_when_webex_gave_up_on_us_it_is_woken_and_we_say_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.01)
    await desk.transport.start()
    assert await soon(desk.heard.opened) is None
    keeping = asyncio.create_task(desk.transport.keep())
    desk.cloud.webhooks.give_up()
    assert await soon(desk.heard.opened) == NOW  # since then, things may have gone unheard
    assert [hook.status for hook in hooks(desk)] == ["active"] * len(PAIRS)
    assert "helpdesk_reconnects_total 1.0" in desk.metrics.render().decode()
    keeping.cancel()


async def test_while_webex_is_away_we_go_on_looking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.01)
    monkeypatch.setattr("helpdesk.platform.webex.client.ATTEMPTS", 1)
    await desk.transport.start()
    await soon(desk.heard.opened)
    desk.cloud.faults.error_share = 1
    desk.cloud.webhooks.give_up()
    calls = len(desk.cloud.calls)
    keeping = asyncio.create_task(desk.transport.keep())
    async with asyncio.timeout(5):
        while len(desk.cloud.calls) < calls + 3:  # noqa: ASYNC110  (the cloud rings no bell for its calls)
            await asyncio.sleep(0.01)
    desk.cloud.faults.clear()
    await soon(desk.heard.opened)
    keeping.cancel()


def hooks(desk: Desk) -> list[Webhook]:
    return desk.cloud.webhooks.all
