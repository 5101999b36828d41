"""The doctor, and servers that answer as badly as a test wants."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.bot.cli.doctor.answering import Answering, served
from tests.bot.cli.doctor.consultation import Doctor


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    return Doctor(monkeypatch)


@pytest.fixture
async def webex() -> AsyncIterator[Answering]:
    """A server that answers all calls in the one way that the test sets."""
    answering = Answering(lambda request: web.json_response({}))
    async with served(answering):
        yield answering
