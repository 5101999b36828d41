"""What the configured provider signed is in the store before it is answered; whatever else comes changes nothing."""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import func, select

import bot.http.mail_hooks
from bot.http.bodies import LARGEST_BODY
from bot.http.mail_hooks import IN_WORK, WAITING, MailHooks
from bot.http.servers import WebServer
from bot.mail_provider import mail_provider
from bot.settings import Settings
from helpdesk.platform.metrics import Metrics
from helpdesk.platform.store import Database, Store
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.platform.store.tables.mail import EmailEvent
from helpdesk.platform.webex.client import open_session
from tests.helpdesk.mail.providers.sendgrid_signer import key_of, signed
from tests.logged import everything_logged
from tests.sessions import rows

PAT = "pat@acme.example"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SENDGRID = {"mail_provider": "sendgrid", "sendgrid_api_key": "SG.key", "sendgrid_webhook_key": key_of()}


def bounce(number: int = 1, address: str = PAT) -> dict[str, Any]:
    return {
        "email": address,
        "timestamp": int(NOW.timestamp()),
        "event": "bounce",
        "sg_event_id": f"event-{number}",
        "sg_message_id": f"mail-{number}",
        "reason": "550 5.1.1 no such user",
    }


@dataclass
class Hooks:
    session: aiohttp.ClientSession
    url: str
    store: Store

    async def post(self, body: bytes, headers: dict[str, str], key: str = "sendgrid") -> tuple[int, str]:
        async with self.session.post(f"{self.url}/hooks/mail/{key}", data=body, headers=headers) as answer:
            return answer.status, (await answer.text()).strip()

    async def signed(self, *events: Any) -> tuple[int, str]:
        body = json.dumps(events).encode()
        return await self.post(body, signed(body, NOW))

    async def mails(self) -> list[EmailEvent]:
        return await rows(self.store, select(EmailEvent))


@asynccontextmanager
async def serving(store: Store, **settings: Any) -> AsyncIterator[Hooks]:
    async with open_session() as session:
        provider = mail_provider(Settings(**settings), session, store, lambda: NOW)
        web = WebServer(0, [MailHooks(provider, store).route], {}, Metrics())
        await web.start()
        yield Hooks(session, f"http://127.0.0.1:{web.port}", store)
        await web.stop()


@pytest.fixture
async def hooks(store: Store) -> AsyncIterator[Hooks]:
    async with serving(store, **SENDGRID) as hooks:
        yield hooks


async def test_what_is_signed_is_stored_before_it_is_answered(hooks: Hooks) -> None:
    assert await hooks.signed(bounce()) == (200, "taken")
    (mail,) = await hooks.mails()
    assert (mail.address, mail.status, mail.code, mail.told_by) == (PAT, "error", "5.1.1", "SendGrid")


async def test_what_is_told_again_changes_nothing(hooks: Hooks) -> None:
    for _ in range(2):
        assert await hooks.signed(bounce(), bounce()) == (200, "taken")
    assert len(await hooks.mails()) == 1


async def test_what_another_signed_is_refused_and_logged_without_a_word_of_it(hooks: Hooks) -> None:
    body = json.dumps([bounce()]).encode()
    with everything_logged() as written:
        for headers in ({}, signed(body, NOW, ec.generate_private_key(ec.SECP256R1())), signed(body + b" ", NOW)):
            assert await hooks.post(body, headers) == (403, "wrong signature")
    assert await hooks.mails() == []
    assert written.getvalue().count("mail_events_signature_wrong") == 1
    assert PAT not in written.getvalue()


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"7", b"[" * 50_000])
async def test_what_is_signed_and_cannot_be_read_is_refused(hooks: Hooks, body: bytes) -> None:
    assert await hooks.post(body, signed(body, NOW)) == (400, "malformed")


@pytest.mark.parametrize("key", ["postmark", "ses", "SendGrid", "..", ""])
async def test_nothing_is_heard_of_a_provider_that_is_not_configured(hooks: Hooks, key: str) -> None:
    body = json.dumps([bounce()]).encode()
    status, _ = await hooks.post(body, signed(body, NOW), key)
    assert (status, await hooks.mails()) == (404, [])


@pytest.mark.parametrize("settings", [{}, SENDGRID | {"sendgrid_webhook_key": None}])
async def test_nothing_is_heard_where_no_key_is_set(store: Store, settings: dict[str, Any]) -> None:
    async with serving(store, **settings) as hooks:
        assert (await hooks.signed(bounce()))[0] == 404


async def test_what_is_too_large_is_refused(hooks: Hooks) -> None:
    body = b"[" + b" " * LARGEST_BODY + b"]"
    assert await hooks.post(body, signed(body, NOW)) == (413, "too large")

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    assert await hooks.post(pieces(), signed(body, NOW)) == (413, "too large")  # type: ignore[arg-type]


async def test_while_the_store_is_away_it_is_to_be_told_again(hooks: Hooks, store: Store) -> None:
    await store.close()
    store.database = Away()
    assert await hooks.signed(bounce()) == (503, "try again")


async def test_a_store_that_hangs_is_not_waited_for(
    hooks: Hooks, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.http.mail_hooks, "TAKE_SECONDS", 0.2)
    await store.close()
    store.database = Away(hangs=True)
    assert await hooks.signed(bounce()) == (503, "try again")


async def test_a_thousand_events_in_one_call_are_all_stored(hooks: Hooks) -> None:
    assert await hooks.signed(*(bounce(number, f"user{number}@acme.example") for number in range(1000))) == (
        200,
        "taken",
    )
    (count,) = await rows(hooks.store, select(func.count()).select_from(EmailEvent))
    assert count == 1000


async def test_in_a_storm_what_was_answered_with_200_is_stored_and_nothing_else(hooks: Hooks) -> None:
    calls = [hooks.signed(*(bounce(call * 50 + number) for number in range(50))) for call in range(60)]
    answers = Counter(await asyncio.gather(*calls))
    assert set(answers) <= {(200, "taken"), (503, "busy")}
    assert answers[(200, "taken")] >= 1
    (count,) = await rows(hooks.store, select(func.count()).select_from(CompletedAct))
    assert count == answers[(200, "taken")] * 50


async def test_more_calls_than_can_wait_are_sent_away_at_once(hooks: Hooks, store: Store) -> None:
    store.database = Gated(store.database)
    calls = {asyncio.create_task(hooks.signed(bounce(number))) for number in range(IN_WORK + WAITING + 3)}
    answered: set[asyncio.Task[tuple[int, str]]] = set()
    while len(answered) < 3:
        done, calls = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        answered |= done
    assert {call.result() for call in answered} == {(503, "busy")}
    store.database.gate.set()
    assert set(await asyncio.gather(*calls)) == {(200, "taken")}


async def test_who_cannot_sign_keeps_nobody_out(hooks: Hooks) -> None:
    body = json.dumps([bounce()]).encode()
    strangers = [hooks.post(body, {}) for _ in range(100)]
    *refused, taken = await asyncio.gather(*strangers, hooks.signed(bounce()))
    assert (set(refused), taken) == ({(403, "wrong signature")}, (200, "taken"))


async def test_postmark_is_heard_by_its_password(store: Store) -> None:
    settings = {"postmark_server_token": "t", "postmark_webhook_password": "a password of the tests, long enough"}
    event = {"RecordType": "Delivery", "MessageID": "m1", "Recipient": PAT, "DeliveredAt": "2026-11-23T10:00:00Z"}
    body = json.dumps(event).encode()
    async with serving(store, mail_provider="postmark", **settings) as hooks:
        assert await hooks.post(body, login("another password"), "postmark") == (403, "wrong signature")
        assert await hooks.post(body, login(settings["postmark_webhook_password"]), "postmark") == (200, "taken")
        assert [mail.told_by for mail in await hooks.mails()] == ["Postmark"]


def login(password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'helpdesk:{password}'.encode()).decode()}"}


class Gated:
    """A database that writes only once its gate is open."""

    def __init__(self, database: Database) -> None:
        self.gate = asyncio.Event()
        self._database = database
        self.read = database.read
        self.close = database.close

    async def write(self, work: Any) -> Any:
        await self.gate.wait()
        return await self._database.write(work)


class Away:
    """A database that is gone, or hangs."""

    def __init__(self, hangs: bool = False) -> None:
        self._hangs = hangs

    async def write(self, work: Any) -> Any:
        if self._hangs:
            await asyncio.Event().wait()
        raise ConnectionRefusedError

    async def close(self) -> None:
        pass


async def test_a_body_is_not_waited_for_where_nothing_signs_it(hooks: Hooks) -> None:
    host, port = hooks.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /hooks/mail/sendgrid HTTP/1.1\r\nHost: desk\r\nContent-Length: 1000000\r\n\r\n")
    assert b" 403 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
