"""The last mail to an address as SendGrid's Email Logs have it, asked as their document says."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.provider_errors import ProviderUnreadable
from helpdesk.mail.providers.http import ProviderClient
from helpdesk.mail.providers.sendgrid.log import SendGridDeliveryLog
from helpdesk.platform.store.tables.mail import DeliveryStatus
from tests.helpdesk.mail.providers.sendgrid_server import SendGrid

PAT = "pat@acme.example"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
REFUSAL = "550 5.1.1 no such user"


@pytest.fixture
def deliveries(documented_client: ProviderClient) -> SendGridDeliveryLog:
    return SendGridDeliveryLog(documented_client, lambda: NOW)


async def test_an_address_without_mails_has_none(deliveries: SendGridDeliveryLog, sendgrid: SendGrid) -> None:
    sendgrid.mailed("sam@acme.example", NOW, "delivered")
    assert await deliveries.last(PAT) == LastDelivery(DeliveryStatus.NONE, known_from="SendGrid")


async def test_the_newest_counts_in_whatever_order_they_come(
    deliveries: SendGridDeliveryLog, sendgrid: SendGrid
) -> None:
    for days in (3, 1, 2):
        sendgrid.mailed(PAT, NOW - timedelta(days=days), "bounced" if days == 1 else "delivered", REFUSAL)
    assert await deliveries.last(PAT) == LastDelivery(
        DeliveryStatus.ERROR,
        NOW - timedelta(days=1),
        "It was bounced",
        REFUSAL,
        "5.1.1",
        "id-1.recvd-1",
        known_from="SendGrid",
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("processed", DeliveryStatus.IN_PROGRESS),
        ("deferred", DeliveryStatus.IN_PROGRESS),
        ("delivered", DeliveryStatus.DELIVERED),
        ("dropped", DeliveryStatus.ERROR),
        ("bounced", DeliveryStatus.ERROR),
        ("blocked", DeliveryStatus.ERROR),
    ],
)
async def test_each_of_their_words_is_one_of_ours(
    deliveries: SendGridDeliveryLog, sendgrid: SendGrid, word: str, status: DeliveryStatus
) -> None:
    sendgrid.mailed(PAT, NOW, word)
    found = await deliveries.last(PAT)
    assert (found.status, found.answer, found.code) == (status, None, None)


async def test_a_word_that_is_new_is_unknown(client: ProviderClient, sendgrid: SendGrid) -> None:
    sendgrid.mailed(PAT, NOW, "teleported")
    found = await SendGridDeliveryLog(client, lambda: NOW).last(PAT)
    assert (found.status, found.at) == (DeliveryStatus.UNKNOWN, NOW)


async def test_thirty_days_are_asked_for(deliveries: SendGridDeliveryLog, sendgrid: SendGrid) -> None:
    sendgrid.mailed(PAT, NOW - timedelta(days=31), "delivered")
    assert (await deliveries.last(PAT)).status is DeliveryStatus.NONE
    assert sendgrid.queries == [
        {
            "query": f"to_email = '{PAT}' AND sg_message_id_created_at > TIMESTAMP \"2026-10-24T10:00:00Z\"",
            "limit": 1000,
        }
    ]


@pytest.mark.parametrize("address", ["o'brien@acme.example", "a`b@acme.example"])
async def test_an_address_with_a_quote_is_unknown_and_never_asked(
    deliveries: SendGridDeliveryLog, sendgrid: SendGrid, address: str
) -> None:
    found = await deliveries.last(address)
    assert found.status is DeliveryStatus.UNKNOWN
    assert found.problem
    assert sendgrid.queries == []


@pytest.mark.parametrize("address", ["", "x' OR to_email = 'y@acme.example", 'a"b@acme.example', "pat"])
async def test_what_is_no_address_is_never_asked(
    deliveries: SendGridDeliveryLog, sendgrid: SendGrid, address: str
) -> None:
    with pytest.raises(ValueError, match="not an address"):
        await deliveries.last(address)
    assert sendgrid.queries == []


async def test_a_log_that_cannot_be_asked_is_never_an_empty_one(client: ProviderClient, sendgrid: SendGrid) -> None:
    sendgrid.trouble = 404
    with pytest.raises(ProviderUnreadable):
        await SendGridDeliveryLog(client).last(PAT)
