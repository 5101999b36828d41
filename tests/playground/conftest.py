"""A Webex with a bot, two people and a group space, served; and REST calls as any of them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from playground.cloud import Cloud
from playground.rooms import Account, Space

SPECIFICATION = Path(__file__).parents[1] / "samples" / "webex.openapi.json"


@dataclass
class World:
    cloud: Cloud
    bot: Account
    ana: Account
    bo: Account
    desk: Space


@pytest.fixture
async def world() -> AsyncIterator[World]:
    cloud = Cloud(authorization_seconds=0.3)
    bot = cloud.add_bot("Help Desk", nickname="Help")
    ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    bo = cloud.add_person("Bo Larsen", "bo.larsen@partner.example")
    async with cloud.serve():
        yield World(cloud, bot, ana, bo, cloud.add_space("Support desk", [ana, bot]))


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any


@dataclass
class Rest:
    """REST calls as one account; every answer is held against the official document.

    Of a press it says 202 where Webex, and with it every stock client, knows 200.
    """

    session: aiohttp.ClientSession
    url: str
    openapi: OpenAPI

    async def __call__(self, who: Account | None, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        headers = {**more.pop("headers", {}), **({"Authorization": f"Bearer {who.token}"} if who else {})}
        url = path if path.startswith("http") else f"{self.url}{path}"
        async with self.session.request(method, url, json=body, headers=headers, **more) as answer:
            raw = await answer.read()
            if _is_documented(answer.status, url):
                status = 202 if method == "POST" and url.endswith("/attachment/actions") else answer.status
                self.openapi.validate_response(Asked(method, url), Given(status, answer.headers, raw))
            is_json = answer.content_type == "application/json"
            return Answer(answer.status, json.loads(raw) if is_json else raw, answer.headers)


def _is_documented(status: int, url: str) -> bool:
    # openapi-core wants a body even of a 204; files are served at an address no document names.
    is_api = urlsplit(url).path.startswith(("/v1/", "/identity/"))
    return is_api and status < 300 and status != 204 and "/v1/contents/" not in url


class Asked:
    """A request as openapi-core wants it; the host is the document's own."""

    def __init__(self, method: str, url: str) -> None:
        self.host_url = "https://webexapis.com"
        self.path = urlsplit(url).path
        self.full_url_pattern = self.host_url + self.path
        self.method = method.lower()
        self.parameters = RequestParameters(query=ImmutableMultiDict(), header=Headers(), cookie=ImmutableMultiDict())
        self.content_type = "application/json"
        self.body = None


class Given:
    """A response as openapi-core wants it."""

    def __init__(self, status: int, headers: Any, raw: bytes) -> None:
        self.status_code = status
        self.headers = headers
        self.content_type = headers.get("Content-Type", "").partition(";")[0]
        self.data = raw


@pytest.fixture(scope="session")
def openapi() -> OpenAPI:
    return OpenAPI.from_file_path(str(SPECIFICATION))


@pytest.fixture
async def rest(world: World, openapi: OpenAPI) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as session:
        yield Rest(session, world.cloud.url, openapi)


@pytest.fixture
def card() -> dict[str, Any]:
    """An attachment with a small card."""
    content = {"type": "AdaptiveCard", "version": "1.3", "body": [{"type": "TextBlock", "text": "Hello"}]}
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
