"""Amazon's credentials are found where botocore finds them, and renewed before they lapse."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from helpdesk.mail.provider_errors import MailProviderError, ProviderUnavailable
from helpdesk.mail.providers.ses.credentials import FoundByBotocore, NoCredentials
from helpdesk.mail.providers.ses.sigv4 import Credentials
from tests.helpdesk.mail.providers.sendgrid_server import serving


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


class Container:
    """The address at which a container is lent keys; each time it is asked they are others, and lapse in `minutes`."""

    def __init__(self, *minutes: int) -> None:
        self._minutes = list(minutes)
        self.asked = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/keys", self._lend)
        return app

    async def _lend(self, _: web.Request) -> web.Response:
        self.asked += 1
        if not self._minutes:
            return web.Response(status=500)
        lapses = datetime.now(UTC) + timedelta(minutes=self._minutes.pop(0))
        lent = {"AccessKeyId": f"AKID{self.asked}", "SecretAccessKey": "secret", "Token": "lent"}
        return web.Response(text=json.dumps(lent | {"Expiration": lapses.strftime("%Y-%m-%dT%H:%M:%SZ")}))


async def found_at(container: Container, monkeypatch: pytest.MonkeyPatch, times: int) -> list[Credentials]:
    async with serving(container.app()) as url:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/keys")
        find = FoundByBotocore()
        return [await find() for _ in range(times)]


async def test_keys_that_are_lent_come_with_their_token_and_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    container = Container(60)
    assert await found_at(container, monkeypatch, 3) == [Credentials("AKID1", "secret", "lent")] * 3
    assert container.asked == 1


async def test_keys_that_are_about_to_lapse_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await found_at(Container(5, 60), monkeypatch, 2)
    assert [each.access_key for each in found] == ["AKID2", "AKID2"]


async def test_a_file_of_credentials_is_found(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret\n")
    assert await FoundByBotocore()() == Credentials("AKIDFILE", "secret")


async def test_without_any_the_operator_is_told_what_to_set() -> None:
    with pytest.raises(NoCredentials) as refused:
        await FoundByBotocore()()
    assert refused.value.advice is not None
    assert "AWS_ACCESS_KEY_ID" in str(refused.value.advice.values)


async def test_where_keys_cannot_be_had_the_provider_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")
    with pytest.raises(MailProviderError) as refused:
        await found_at(Container(), monkeypatch, 1)
    assert isinstance(refused.value, ProviderUnavailable)


async def test_several_at_once_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Container(60, 60, 60).app()) as url:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/keys")
        find = FoundByBotocore()
        await find()
        assert len(set(await asyncio.gather(*(find() for _ in range(10))))) == 1
