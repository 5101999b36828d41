"""The way in that the settings name is tried as the desk would use it, and left as it was found."""

import pytest
from aiohttp import web

import bot.cli.doctor.transports
import bot.transports.websocket.transport
from bot.transports.webhook.registration import Registration
from helpdesk.platform.webex.client import WebexClient, open_session
from playground.cloud import Cloud
from playground.rooms import Account
from tests.bot.cli.doctor.answering import Answering, hanging
from tests.bot.cli.doctor.consultation import SECRET, Doctor
from tests.bot.odd_webex import OddWebex

PUBLIC = "https://desk.partner.example"


@pytest.fixture
def account(cloud: Cloud) -> Account:
    return cloud.add_bot("Help Desk")


@pytest.fixture
def environment(cloud: Cloud, account: Account) -> dict[str, str]:
    return {
        "WEBEX_ACCESS_TOKEN": account.token,
        "HELPDESK_WEBEX_URL": cloud.url,
        "HELPDESK_WEBEX_CATALOG_URL": cloud.catalog_url,
    }


async def register(cloud: Cloud, account: Account, public_url: str) -> None:
    """As `helpdesk run` does."""
    async with open_session() as session:
        await Registration(WebexClient(session, cloud.url, account.token), public_url, SECRET).settle()


async def test_a_websocket_that_opens_is_taken_away_again(
    doctor: Doctor, cloud: Cloud, environment: dict[str, str]
) -> None:
    found = await doctor("websocket", "webhook", **environment)
    assert found["websocket"] == "ok registered, opened and removed"
    assert found["webhook"] == "skipped HELPDESK_TRANSPORT is websocket"
    assert [call.status for call in cloud.calls if call.method == "DELETE"] == [204]
    assert cloud.sockets == 0


async def test_a_websocket_that_does_not_open_is_told_with_the_reason(
    doctor: Doctor, cloud: Cloud, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.cli.doctor.transports, "OPEN_SECONDS", 1)
    found = await doctor("websocket", **environment | {"WEBEX_ACCESS_TOKEN": "another-token"})
    assert found["websocket"].startswith("FAILED No websocket opened in 1 s: Webex refused the token.")
    cloud.faults.drop_socket(seconds=60)
    found = await doctor("websocket", **environment)
    assert found["websocket"].startswith("FAILED No websocket opened in 1 s: Webex refused the link (503).")
    assert cloud.sockets == 0


async def test_too_many_devices_are_told_as_that_and_none_is_removed(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.cli.doctor.transports, "OPEN_SECONDS", 1)
    async with OddWebex(most_devices=1).serve() as webex:
        webex.add_device("phone", modificationTime="2020-01-01T00:00:00Z")
        found = await doctor("websocket", WEBEX_ACCESS_TOKEN="token", HELPDESK_WEBEX_CATALOG_URL=webex.catalog_url)
    assert "1 s: Webex has too many devices of the bot's account (about 100 are taken)." in found["websocket"]
    assert "a running desk removes the devices of its dead processes" in found["websocket"]
    assert "firewall" not in found["websocket"]
    assert webex.removed == []


async def test_a_catalog_that_hangs_is_told(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.cli.doctor.transports, "OPEN_SECONDS", 0.3)
    monkeypatch.setattr(bot.transports.websocket.transport, "STOP_SECONDS", 0.1)
    async with hanging() as port:
        found = await doctor("websocket", HELPDESK_WEBEX_CATALOG_URL=f"http://127.0.0.1:{port}")
    assert found["websocket"].startswith("FAILED No websocket opened in 0.3 s: nothing answered.")


async def test_webhooks_as_the_desk_registers_them_are_well(
    doctor: Doctor, cloud: Cloud, account: Account, environment: dict[str, str]
) -> None:
    await register(cloud, account, PUBLIC)
    found = await doctor(
        "webhook", "websocket", HELPDESK_TRANSPORT="webhook", HELPDESK_PUBLIC_URL=f"{PUBLIC}/", **environment
    )
    assert found["webhook"] == f"ok Webex tells {PUBLIC}/hooks/webex"
    assert found["websocket"] == "skipped HELPDESK_TRANSPORT is webhook"


async def test_an_event_that_webex_does_not_take_is_warned_of(
    doctor: Doctor, cloud: Cloud, account: Account, environment: dict[str, str]
) -> None:
    cloud.webhooks.refused = {("messages", "updated")}
    await register(cloud, account, PUBLIC)
    found = await doctor("webhook", HELPDESK_TRANSPORT="webhook", HELPDESK_PUBLIC_URL=PUBLIC, **environment)
    assert found["webhook"].startswith(
        f"warning Webex tells {PUBLIC}/hooks/webex, but not of messages updated. Edited questions"
    )


async def test_webhooks_of_another_address_are_not_ours(
    doctor: Doctor, cloud: Cloud, account: Account, environment: dict[str, str]
) -> None:
    await register(cloud, account, "https://elsewhere.example")
    found = await doctor("webhook", HELPDESK_TRANSPORT="webhook", HELPDESK_PUBLIC_URL=PUBLIC, **environment)
    assert found["webhook"].startswith(f"FAILED No webhook tells {PUBLIC}/hooks/webex of messages. Start helpdesk run")


async def test_a_webhook_that_webex_gave_up_is_told(
    doctor: Doctor, cloud: Cloud, account: Account, environment: dict[str, str]
) -> None:
    await register(cloud, account, PUBLIC)
    cloud.webhooks.all[1].status = "inactive"
    found = await doctor("webhook", HELPDESK_TRANSPORT="webhook", HELPDESK_PUBLIC_URL=PUBLIC, **environment)
    assert found["webhook"].startswith("FAILED Webex has given up telling")
    assert cloud.webhooks.all[1].status == "inactive"


async def test_without_a_public_address_there_is_none_to_try(doctor: Doctor) -> None:
    assert (await doctor("public address"))["public address"] == "skipped HELPDESK_PUBLIC_URL is not set"


async def test_webhooks_need_a_public_address(doctor: Doctor) -> None:
    found = await doctor("public address", HELPDESK_TRANSPORT="webhook")
    assert found["settings"].startswith("FAILED HELPDESK_PUBLIC_URL is missing")
    assert found["public address"].startswith("skipped until")


async def test_an_address_without_tls_is_refused_unasked(doctor: Doctor) -> None:
    found = await doctor("public address", HELPDESK_PUBLIC_URL="http://desk.partner.example")
    assert found["public address"].startswith("FAILED http://desk.partner.example is not https.")


async def test_a_desk_that_answers_on_this_machine_alone_is_warned_of(doctor: Doctor, webex: Answering) -> None:
    webex.answer = lambda request: web.Response(text="alive\n", status=200 if request.path == "/healthz" else 404)
    found = await doctor("public address", HELPDESK_PUBLIC_URL=webex.url)
    assert found["public address"].startswith(f"warning {webex.url} answers. It is this machine's own")


@pytest.mark.parametrize(
    "answer",
    [lambda _: web.Response(status=502), lambda _: web.Response(text="<html>Welcome to nginx!")],
    ids=["an outage", "another server"],
)
async def test_another_server_at_the_address_is_told(doctor: Doctor, webex: Answering, answer: object) -> None:
    assert callable(answer)
    webex.answer = answer
    found = await doctor("public address", HELPDESK_PUBLIC_URL=webex.url)
    assert "/healthz answered" in found["public address"]
    assert "Start helpdesk run" in found["public address"]


async def test_an_address_that_nobody_listens_at_is_told(doctor: Doctor) -> None:
    found = await doctor("public address", HELPDESK_PUBLIC_URL="http://127.0.0.1:9")
    assert found["public address"].startswith("FAILED 127.0.0.1:9 cannot be reached: Connection refused.")
