"""Amazon SES's list: kept to by our adapter, by Amazon's own client, and by Amazon's own description of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from aiohttp import web

from helpdesk.mail.provider_errors import (
    MailProviderError,
    ProviderAuthError,
    ProviderRateLimited,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnreadable,
)
from helpdesk.mail.providers import Provider
from helpdesk.mail.providers.ses import SesAccount, provider
from helpdesk.mail.providers.ses.credentials import fixed
from helpdesk.mail.providers.ses.sigv4 import Credentials
from helpdesk.mail.suppression import CannotRestore, SuppressionEntry, SuppressionList
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import Reason
from helpdesk.platform.webex.client import open_session
from tests.helpdesk.mail.providers.amazon_ses import PATH, Ses, refusal
from tests.helpdesk.mail.providers.sendgrid_server import serving
from tests.helpdesk.mail.providers.ses_openapi import write_document
from tests.helpdesk.mail.suppression.test_contract import NEW, OLD, PAT, SAM, SuppressionContract
from tests.prism import Prism, running_prism

KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "secret")


@asynccontextmanager
async def configured(url: str, store: Store, **more: Any) -> AsyncIterator[Provider]:
    async with open_session() as session:
        yield provider(SesAccount("eu-west-1", fixed(KEYS), url, **more), session, store)


@pytest.fixture
def ses() -> Ses:
    return Ses()


@pytest.fixture
async def listed(ses: Ses, store: Store) -> AsyncIterator[SuppressionList]:
    ses.listed = {PAT: ("COMPLAINT", NEW), SAM: ("BOUNCE", OLD)}
    async with serving(ses.app()) as url, configured(url, store) as amazon:
        yield amazon.suppression


@pytest.fixture(scope="session")
def ses_prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    with running_prism(write_document(tmp_path_factory.mktemp("ses"))) as prism:
        yield prism


class TestSes(SuppressionContract):
    ON_LIST = [(Reason.COMPLAINT, NEW)]  # noqa: RUF012
    DETAIL = None

    @pytest.fixture
    def relist(self, ses: Ses) -> Callable[[], Awaitable[None]]:
        async def relist() -> None:
            ses.listed[SAM] = "BOUNCE", NEW

        return relist


async def test_an_address_is_looked_up_as_typed_and_in_lower_case(ses: Ses, listed: SuppressionList) -> None:
    ses.listed |= {"Kim@acme.example": ("COMPLAINT", NEW), "kim@acme.example": ("BOUNCE", OLD)}
    assert [each.address for each in await listed.find("Kim@ACME.example")] == ["Kim@acme.example", "kim@acme.example"]
    removal = await listed.remove("Kim@acme.example", "a press")
    assert [each.reason for each in removal.removed] == ["complaint", "bounce"]
    assert "Kim@acme.example" not in ses.listed


@pytest.mark.parametrize("address", ["o'brien+x@acme.example", "a/b@acme.example", "%2f{y}=*!?#@acme.example"])
async def test_an_address_arrives_as_it_is_spelled(address: str, ses: Ses, listed: SuppressionList) -> None:
    ses.listed = {address: ("BOUNCE", OLD)}
    assert len((await listed.remove(address, "a press")).removed) == 1
    assert ses.listed == {}


async def test_an_entry_is_put_back_with_its_reason(ses: Ses, listed: SuppressionList) -> None:
    (complaint,) = (await listed.remove(PAT, "a press")).removed
    restored = await listed.restore(complaint, "an undo")
    assert (restored.reason, ses.listed[PAT][0]) == (Reason.COMPLAINT, "COMPLAINT")
    assert restored.since == ses.listed[PAT][1]


async def test_what_was_listed_anew_is_not_overwritten_by_what_is_put_back(ses: Ses, listed: SuppressionList) -> None:
    (bounce,) = (await listed.remove(SAM, "a press")).removed
    ses.listed[SAM] = "COMPLAINT", NEW
    assert (await listed.restore(bounce, "an undo")).reason is Reason.COMPLAINT
    assert ses.listed[SAM] == ("COMPLAINT", NEW)


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.BOUNCE, Reason.COMPLAINT}))
async def test_what_ses_has_no_word_for_cannot_be_put_back(reason: Reason, ses: Ses, listed: SuppressionList) -> None:
    with pytest.raises(CannotRestore):
        await listed.restore(SuppressionEntry(PAT, reason), "an undo")
    assert ses.calls == []


@pytest.mark.parametrize("address", ["", "@", "..", "a@b", "pat@acme.example/x", "a@acme.example,b@acme.example"])
async def test_what_is_no_address_never_becomes_a_path(address: str, ses: Ses, listed: SuppressionList) -> None:
    with pytest.raises(ValueError, match="not an address"):
        await listed.find(address)
    assert ses.calls == []


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (lambda: refusal(404, "NotFoundException", "Unknown SES v2 path"), ProviderUnreadable),
        (lambda: refusal(404, "UnknownOperationException", "not on your suppression list"), ProviderUnreadable),
        (lambda: web.Response(status=404), ProviderUnreadable),
        (lambda: web.json_response([], status=404), ProviderUnreadable),
        (lambda: web.json_response({}), ProviderUnreadable),
        (lambda: web.Response(), ProviderUnreadable),
        (lambda: listing(Reason="GREYLISTED"), ProviderUnreadable),
        (lambda: listing(LastUpdateTime="yesterday"), ProviderUnreadable),
        (lambda: listing(EmailAddress="../../v2"), ProviderUnreadable),
        (lambda: refusal(403, "AccessDeniedException"), ProviderAuthError),
        (lambda: refusal(403, "UnrecognizedClientException"), ProviderAuthError),
        (lambda: refusal(400, "BadRequestException"), ProviderRejected),
    ],
)
async def test_no_other_answer_reads_as_not_listed(
    refused: Callable[[], web.Response], error: type[MailProviderError], ses: Ses, listed: SuppressionList
) -> None:
    ses.refusals = [refused()]
    with pytest.raises(error):
        await listed.find(PAT)


def listing(**changed: Any) -> web.Response:
    row = {"EmailAddress": PAT, "Reason": "BOUNCE", "LastUpdateTime": NEW.timestamp()}
    return web.json_response({"SuppressedDestination": row | changed})


@pytest.mark.parametrize("said", [{"__type": "NotFoundException"}, {"__type": "com.amazonaws.sesv2#NotFoundException"}])
async def test_the_name_of_an_error_may_stand_in_the_body(
    said: dict[str, str], ses: Ses, listed: SuppressionList
) -> None:
    message = "Email address x@acme.example does not exist on your suppression list."
    ses.refusals = [web.json_response(said | {"message": message}, status=404)]
    assert list(await listed.find("x@acme.example")) == []


@pytest.mark.parametrize("throttled", [(429, "TooManyRequestsException"), (400, "ThrottlingException")])
async def test_throttling_is_waited_out(throttled: tuple[int, str], ses: Ses, listed: SuppressionList) -> None:
    ses.refusals = [refusal(*throttled), refusal(*throttled)]
    assert len(await listed.find(PAT)) == 1


async def test_throttling_without_end_is_told(
    ses: Ses, listed: SuppressionList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.mail.providers.http.backoff", lambda attempt: 0.0)
    ses.refusals = [refusal(429, "TooManyRequestsException") for _ in range(10)]
    with pytest.raises(ProviderRateLimited):
        await listed.find(PAT)


async def test_after_a_failed_call_the_next_press_takes_it_off(ses: Ses, listed: SuppressionList) -> None:
    ses.fails_to_delete = True
    with pytest.raises(ProviderUnavailable):
        await listed.remove(SAM, "a press")
    ses.fails_to_delete = False
    assert len((await listed.remove(SAM, "another press")).removed) == 1
    assert SAM not in ses.listed


async def test_the_check_asks_about_nobody(ses: Ses, store: Store) -> None:
    async with serving(ses.app()) as url, configured(url, store) as amazon:
        await amazon.check()
        assert [call.path for call in ses.calls] == [f"{PATH}/nobody@example.com"]
        ses.refusals = [refusal(403, "InvalidSignatureException")]
        with pytest.raises(ProviderAuthError):
            await amazon.check()


async def test_mails_carry_their_token_and_the_configuration_set(store: Store) -> None:
    async with configured("https://email.example", store, configuration_set="desk") as amazon:
        assert amazon.headers("0a1b") == {"X-SES-MESSAGE-TAGS": "helpdesk=0a1b", "X-SES-CONFIGURATION-SET": "desk"}
    async with configured("https://email.example", store) as amazon:
        assert amazon.headers("0a1b") == {"X-SES-MESSAGE-TAGS": "helpdesk=0a1b"}


async def test_without_topics_nothing_is_taken_in(store: Store) -> None:
    async with configured("https://email.example", store) as amazon:
        assert amazon.events is None


async def test_all_calls_are_as_amazon_describes_them(ses: Ses, ses_prism: Prism, store: Store) -> None:
    ses.listed = {PAT: ("BOUNCE", OLD)}
    async with serving(ses.app(), ses_prism.port), configured(ses_prism.url, store) as amazon:
        (removed,) = (await amazon.suppression.remove(PAT, "a press")).removed
        assert list(await amazon.suppression.find(PAT)) == []
        await amazon.suppression.restore(removed, "an undo")
    assert list(ses.listed) == [PAT]
    assert set(ses.asked()) == {"GET", "DELETE", "PUT"}


async def test_amazons_own_client_gets_along_with_the_list_of_these_tests(ses: Ses, ses_prism: Prism) -> None:
    async with serving(ses.app(), ses_prism.port):
        await asyncio.to_thread(_work_with, ses_prism.url)
    assert list(ses.listed) == ["Pat@acme.example"]


def _work_with(url: str) -> None:
    keys = {"aws_access_key_id": KEYS.access_key, "aws_secret_access_key": KEYS.secret_key}
    amazon = boto3.client("sesv2", "eu-west-1", endpoint_url=url, **keys)
    amazon.put_suppressed_destination(EmailAddress="Pat@ACME.example", Reason="BOUNCE")
    amazon.put_suppressed_destination(EmailAddress="Pat@acme.example", Reason="COMPLAINT")
    listed = amazon.get_suppressed_destination(EmailAddress="Pat@acme.example")["SuppressedDestination"]
    assert (listed["EmailAddress"], listed["Reason"]) == ("Pat@acme.example", "COMPLAINT")
    assert abs(listed["LastUpdateTime"] - datetime.now(UTC)) < timedelta(minutes=1)
    assert len(amazon.list_suppressed_destinations()["SuppressedDestinationSummaries"]) == 1
    for ask in (amazon.get_suppressed_destination, amazon.delete_suppressed_destination):
        with pytest.raises(amazon.exceptions.NotFoundException, match="suppression list"):
            ask(EmailAddress="pat@acme.example")
