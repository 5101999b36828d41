"""Postmark's list keeps to the contract, less what only Postmark may take off; the last mail is told by its events."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.provider_errors import MailProviderError, ProviderAuthError, ProviderRejected, ProviderUnreadable
from helpdesk.mail.providers import Provider
from helpdesk.mail.providers.postmark import provider
from helpdesk.mail.suppression import CannotRestore, SuppressionEntry, SuppressionList
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from helpdesk.platform.webex.client import open_session
from tests.helpdesk.mail.providers.postmark_server import STREAM, TOKEN, Postmark
from tests.helpdesk.mail.providers.sendgrid_server import serving
from tests.helpdesk.mail.suppression.test_contract import NEW, OLD, PAT, SAM, SuppressionContract

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def postmark() -> Postmark:
    return Postmark()


@pytest.fixture
async def configured(postmark: Postmark, store: Store) -> AsyncIterator[Provider]:
    async with serving(postmark.application()) as url, open_session() as session:
        yield provider(session, url, TOKEN, STREAM, None, store)


class TestPostmark(SuppressionContract):
    ON_LIST = [(Reason.UNSUBSCRIBE, NEW)]  # noqa: RUF012
    KEPT = Reason.UNSUBSCRIBE
    DETAIL = None

    @pytest.fixture
    def listed(self, configured: Provider, postmark: Postmark) -> SuppressionList:
        postmark.put(PAT, "ManualSuppression", NEW)
        postmark.put(SAM, "HardBounce", OLD)
        return configured.suppression

    @pytest.fixture
    def relist(self, postmark: Postmark) -> Callable[[], Awaitable[None]]:
        async def relist() -> None:
            postmark.put(SAM, "HardBounce", NEW)

        return relist


async def test_a_spam_complaint_is_only_postmarks_to_take_off(configured: Provider, postmark: Postmark) -> None:
    postmark.put(PAT, "SpamComplaint", OLD)
    (entry,) = await configured.suppression.find(PAT)
    assert (entry.reason, entry.is_removable) == (Reason.COMPLAINT, False)
    removal = await configured.suppression.remove(PAT, "a press")
    assert (removal.removed, removal.kept) == ((), (entry,))
    assert PAT in postmark.listed


async def test_what_postmark_does_not_let_go_is_told_as_kept(configured: Provider, postmark: Postmark) -> None:
    postmark.put(PAT, "HardBounce", OLD)
    postmark.insists_on = {PAT}
    removal = await configured.suppression.remove(PAT, "a press")
    assert ([each.reason for each in removal.kept], removal.removed) == ([Reason.BOUNCE], ())


@pytest.mark.parametrize(
    ("reason", "origin", "ours"),
    [
        ("HardBounce", "Recipient", Reason.BOUNCE),
        ("ManualSuppression", "Recipient", Reason.UNSUBSCRIBE),
        ("ManualSuppression", "Customer", Reason.MANUAL),
        ("ManualSuppression", "Admin", Reason.MANUAL),
        ("SomethingNew", "Admin", Reason.MANUAL),
    ],
)
async def test_each_of_their_reasons_is_one_of_ours(
    configured: Provider, postmark: Postmark, reason: str, origin: str, ours: Reason
) -> None:
    postmark.put(PAT, reason, OLD, origin)
    assert [(each.reason, each.since) for each in await configured.suppression.find(PAT)] == [(ours, OLD)]


async def test_a_dump_of_everybody_is_not_taken_for_one_address(configured: Provider, postmark: Postmark) -> None:
    postmark.hears_filter = False
    postmark.put(SAM, "HardBounce", OLD)
    assert list(await configured.suppression.find(PAT)) == []


async def test_what_is_put_back_says_that_it_is_there_by_hand(configured: Provider, postmark: Postmark) -> None:
    restored = await configured.suppression.restore(
        SuppressionEntry(PAT, Reason.BOUNCE, OLD, list_name=STREAM), "an undo"
    )
    assert (restored.reason, restored.list_name) == (Reason.MANUAL, STREAM)
    with pytest.raises(CannotRestore):
        await configured.suppression.restore(SuppressionEntry(PAT, Reason.BLOCK, is_blocking=False), "an undo")


@pytest.mark.parametrize(
    ("status", "kind"), [(401, ProviderAuthError), (404, ProviderUnreadable), (422, ProviderRejected)]
)
async def test_what_cannot_be_asked_is_never_empty(
    configured: Provider, postmark: Postmark, status: int, kind: type[MailProviderError]
) -> None:
    postmark.trouble = status
    for asked in (configured.suppression.find(PAT), configured.delivery.last(PAT), configured.check()):
        with pytest.raises(kind):
            await asked


async def test_a_check_of_what_works_says_nothing(configured: Provider) -> None:
    await configured.check()


@pytest.mark.parametrize("address", ["", "pat", "a@b.example&count=500", "pat@acme.example\r\n"])
async def test_what_is_no_address_is_never_asked(configured: Provider, address: str) -> None:
    for asked in (
        configured.suppression.find(address),
        configured.suppression.restore(SuppressionEntry(address, Reason.BOUNCE), "an undo"),
        configured.delivery.last(address),
    ):
        with pytest.raises(ValueError, match="not an address"):
            await asked


async def test_an_address_without_mails_has_none(configured: Provider) -> None:
    assert await configured.delivery.last(PAT) == LastDelivery(DeliveryStatus.NONE, known_from="Postmark")


async def test_the_newest_mail_counts_and_of_its_events_the_newest(configured: Provider, postmark: Postmark) -> None:
    postmark.mailed("m1", PAT, NOW - timedelta(days=2), ("Delivered", NOW, {"DeliveryMessage": "smtp;250 OK"}))
    said = {"Summary": "smtp;550 5.1.1 no such user", "BounceID": "7"}
    postmark.mailed(
        "m2",
        PAT,
        NOW - timedelta(days=1),
        ("Bounced", NOW - timedelta(hours=1), said),
        ("Transient", NOW - timedelta(hours=2), {"DeliveryMessage": "smtp;451 4.7.1 later"}),
        ("Opened", NOW, {}),
    )
    assert await configured.delivery.last(PAT) == LastDelivery(
        DeliveryStatus.ERROR,
        NOW - timedelta(days=1),
        "Mail m2",
        "550 5.1.1 no such user",
        "5.1.1",
        "m2",
        known_from="Postmark",
    )


async def test_a_mail_nothing_was_told_of_is_in_progress(configured: Provider, postmark: Postmark) -> None:
    postmark.mailed("m1", PAT, NOW)
    found = await configured.delivery.last(PAT)
    assert (found.status, found.answer) == (DeliveryStatus.IN_PROGRESS, None)


async def test_a_mail_to_several_is_told_by_its_own_events(configured: Provider, postmark: Postmark) -> None:
    postmark.mailed("m1", PAT, NOW, ("Delivered", NOW, {"DeliveryMessage": "smtp;250 2.0.0 OK"}))
    postmark.details["m1"].append(postmark.details["m1"][0] | {"Recipient": SAM, "Type": "Bounced"})
    found = await configured.delivery.last(PAT)
    assert (found.status, found.answer, found.code) == (DeliveryStatus.DELIVERED, "250 2.0.0 OK", "2.0.0")
