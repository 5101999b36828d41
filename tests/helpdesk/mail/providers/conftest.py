"""SendGrid as the tests have it, and a proxy that holds both sides to SendGrid's own document."""

from collections.abc import AsyncIterator, Iterator

import pytest

from helpdesk.mail.providers.http import ProviderClient
from helpdesk.mail.providers.sendgrid import sendgrid_client
from helpdesk.platform.webex.client import open_session
from tests.demo import ROOT
from tests.helpdesk.mail.providers.sendgrid_server import KEY, SendGrid, serving
from tests.prism import Prism, running_prism


@pytest.fixture(scope="session")
def sendgrid_prism() -> Iterator[Prism]:
    with running_prism(ROOT / "tests" / "samples" / "sendgrid.openapi.json") as prism:
        yield prism


@pytest.fixture
def sendgrid() -> SendGrid:
    return SendGrid()


@pytest.fixture
async def client(sendgrid: SendGrid) -> AsyncIterator[ProviderClient]:
    async with serving(sendgrid.application()) as url, open_session() as session:
        yield sendgrid_client(session, url, KEY)


@pytest.fixture
async def documented_client(sendgrid: SendGrid, sendgrid_prism: Prism) -> AsyncIterator[ProviderClient]:
    async with serving(sendgrid.application(), sendgrid_prism.port), open_session() as session:
        yield sendgrid_client(session, sendgrid_prism.url, KEY)
