"""SendGrid's lists keep to the contract, and what goes to and fro keeps to SendGrid's own document."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from helpdesk.mail.provider_errors import (
    MailProviderError,
    ProviderAuthError,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnreadable,
)
from helpdesk.mail.providers.http import ProviderClient
from helpdesk.mail.providers.sendgrid.suppression import NAME, SendGridSuppressionList
from helpdesk.mail.suppression import CannotRestore, SuppressionEntry, SuppressionList
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import Reason
from tests.databases import Databases, Sqlite
from tests.helpdesk.mail.providers.sendgrid_server import Json, SendGrid
from tests.helpdesk.mail.suppression.test_contract import NEW, OLD, PAT, SAM, SuppressionContract


class TestSendGrid(SuppressionContract):
    ON_LIST = [(Reason.COMPLAINT, NEW), (Reason.BOUNCE, OLD), (Reason.UNSUBSCRIBE, None)]  # noqa: RUF012

    @pytest.fixture
    def listed(self, client: ProviderClient, store: Store, sendgrid: SendGrid) -> SuppressionList:
        sendgrid.put("bounces", PAT, OLD)
        sendgrid.put("spam_reports", PAT, NEW)
        sendgrid.unsubscribed.add(PAT)
        sendgrid.put("bounces", SAM, OLD, reason="550 5.1.1")
        return SendGridSuppressionList(client, store)

    @pytest.fixture
    def relist(self, sendgrid: SendGrid) -> Callable[[], Awaitable[None]]:
        async def relist() -> None:
            sendgrid.put("bounces", SAM, NEW)

        return relist


class TestSendGridAsDocumented(TestSendGrid):
    """Whatever either side says that is not in SendGrid's document is refused in between."""

    @pytest.fixture
    def databases(self, sqlite: Sqlite) -> Databases:
        return sqlite

    @pytest.fixture
    def client(self, documented_client: ProviderClient) -> ProviderClient:
        return documented_client

    async def test_each_list_is_found_and_cleared(self, listed: SuppressionList, sendgrid: SendGrid) -> None:
        sendgrid.put("blocks", PAT, datetime(2026, 1, 2).astimezone())
        sendgrid.put("invalid_emails", PAT, datetime(2026, 1, 3).astimezone())
        assert {entry.reason for entry in await listed.find(PAT)} == set(Reason) - {Reason.MANUAL}
        assert len((await listed.remove(PAT, "a press")).removed) == 5
        assert list(await listed.find(PAT)) == []


@pytest.fixture
def suppressions(client: ProviderClient, store: Store) -> SendGridSuppressionList:
    return SendGridSuppressionList(client, store)


async def test_a_block_holds_no_mail_back_and_cannot_be_put_back(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid
) -> None:
    sendgrid.put("blocks", PAT, OLD)
    (entry,) = await suppressions.find(PAT)
    assert (entry.is_blocking, entry.list_name) == (False, "Blocks")
    with pytest.raises(CannotRestore):
        await suppressions.restore(entry, "an undo")
    assert sendgrid.unsubscribed == set()


async def test_what_is_put_back_says_that_it_is_a_global_unsubscribe(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid
) -> None:
    restored = await suppressions.restore(
        SuppressionEntry(PAT, Reason.BOUNCE, OLD, "550", list_name="Bounces"), "an undo"
    )
    assert restored == SuppressionEntry(PAT, Reason.UNSUBSCRIBE, list_name="Global Unsubscribes")
    assert sendgrid.unsubscribed == {PAT}


async def test_an_address_is_asked_for_as_typed_and_in_lower_case(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid
) -> None:
    sendgrid.put("bounces", "Pat@Acme.example", NEW)
    sendgrid.put("bounces", PAT, OLD)
    assert [entry.address for entry in await suppressions.find("Pat@Acme.example")] == ["Pat@Acme.example", PAT]


async def test_what_one_list_refuses_is_an_error_and_the_next_press_says_what_was_left(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid
) -> None:
    sendgrid.put("bounces", PAT, OLD)
    sendgrid.put("spam_reports", PAT, NEW)
    sendgrid.stuck = "spam_reports"
    with pytest.raises(ProviderRejected):
        await suppressions.remove(PAT, "a press")
    assert [entry.reason for entry in await suppressions.find(PAT)] == [Reason.COMPLAINT]
    sendgrid.stuck = None
    assert [entry.reason for entry in (await suppressions.remove(PAT, "another press")).removed] == [Reason.COMPLAINT]


@pytest.mark.parametrize(
    "address", ["", "bounces", "pat@acme.example/..", "pat@acme.example\r\nx", "a@b.example, c@d.example"]
)
async def test_what_is_no_address_reaches_no_list(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid, address: str
) -> None:
    sendgrid.put("bounces", PAT, OLD)
    for act in (suppressions.find(address), suppressions.remove(address, "a press")):
        with pytest.raises(ValueError, match="not an address"):
            await act
    with pytest.raises(ValueError, match="not an address"):
        await suppressions.restore(SuppressionEntry(address, Reason.BOUNCE), "an undo")
    assert PAT in sendgrid.lists["bounces"]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ProviderAuthError), (403, ProviderAuthError), (404, ProviderUnreadable)]
)
async def test_a_list_that_cannot_be_asked_is_never_an_empty_one(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid, status: int, kind: type[MailProviderError]
) -> None:
    sendgrid.trouble = status
    with pytest.raises(kind) as failed:
        await suppressions.find(PAT)
    assert failed.value.provider == NAME


@pytest.mark.parametrize("row", [{"created": "x"}, {"created": 10**20, "reason": 7}, {"created": True}])
async def test_a_row_whose_time_cannot_be_read_is_still_a_row(
    suppressions: SendGridSuppressionList, sendgrid: SendGrid, row: Json
) -> None:
    sendgrid.lists["bounces"][PAT] = row
    (entry,) = await suppressions.find(PAT)
    assert (entry.reason, entry.since) == (Reason.BOUNCE, None)


async def test_what_is_no_row_is_a_fault_of_sendgrid(suppressions: SendGridSuppressionList, sendgrid: SendGrid) -> None:
    sendgrid.lists["bounces"][PAT] = "listed"  # type: ignore[assignment]
    with pytest.raises(ProviderUnreadable):
        await suppressions.find(PAT)


async def test_the_proxy_refuses_what_is_not_in_the_document(
    documented_client: ProviderClient, sendgrid: SendGrid
) -> None:
    with pytest.raises(ProviderRejected):
        await documented_client.ask("POST", "/v3/asm/suppressions/global", {"recipient_emails": "no list"})
    sendgrid.mails = [{"to_email": PAT, "sg_message_id_created_at": NEW.isoformat()}]
    query = {
        "query": f"to_email = '{PAT}' AND sg_message_id_created_at > TIMESTAMP \"2026-01-01T00:00:00Z\"",
        "limit": 5,
    }
    with pytest.raises(ProviderUnavailable):
        await documented_client.ask("POST", "/v3/logs", query)
