"""The devices Webex knows for our token: each process listens on one of its own.

These calls block, each for a bounded time: they belong in a thread. The device service (WDM) has no public
description; its answers are known from Cisco's own clients.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from helpdesk.platform.proxies import DIRECT, Proxies

Json = dict[str, Any]

# To connect, and then between two pieces of an answer.
ANSWER_SECONDS = 10
LONGEST_REASON = 2_000


# How the service says, with status 403, that the account has about 100 devices already.
_CROWDED = "excessive device"


class DeviceServiceError(Exception):
    """The service said no, or something nobody understands: then `status` is 200.

    `is_crowded`: it takes no more devices of this account.
    """

    def __init__(self, status: int, retry_after: str | None = None, *, is_crowded: bool = False) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after
        self.is_crowded = is_crowded


@dataclass(frozen=True, slots=True)
class WebsocketDevice:
    """`url` is what it is removed by; `used_at` is when Webex last noted something of it, None where it is not told."""

    name: str
    url: str
    used_at: datetime | None = None


class Devices:
    """The devices of one token. Every call raises DeviceServiceError, or OSError where no answer came."""

    def __init__(self, token: str, catalog_url: str, ca_file: str | None, proxies: Proxies = DIRECT) -> None:
        self._proxies = proxies
        self._catalog_url = catalog_url
        self._service_url = ""
        self._session = requests.Session()
        # Unlike a header, this is not overruled by the machine's .netrc.
        self._session.auth = _Bearer(token)
        # Which proxy to take is ours to say, in one way for all that calls out.
        self._session.trust_env = False
        # Said at each call: said of the session, REQUESTS_CA_BUNDLE would overrule it.
        self._trusted: str | bool = ca_file or True

    def register(self, name: str) -> Json:
        """A new device: `webSocketUrl` is where it listens, `url`, if Webex tells it, what it is removed by."""
        # Asked anew each time: Webex may have moved the service since.
        self._service_url = self._find_service()
        about = {"deviceType": "DESKTOP", "localizedModel": "python", "model": "python", "systemVersion": "1"}
        names = {"name": name, "deviceName": name, "systemName": name}
        device = self._call("POST", f"{self._service_url}/devices", {**about, **names})
        if not self.is_safe(device.get("webSocketUrl")):
            raise DeviceServiceError(200)
        return device

    def remove(self, url: str) -> None:
        """Webex forgets a device; one that it does not know is none to complain of."""
        try:
            self._call("DELETE", url)
        except DeviceServiceError as error:
            if error.status != 404:
                raise

    def leftovers(self, prefix: str, alive: Collection[str]) -> list[str]:
        """The addresses of the devices whose names begin with `prefix` and are none of `alive`."""
        if not prefix:
            raise ValueError("without a prefix, these would be everybody's")
        return [each.url for each in self.listed() if each.name.startswith(prefix) and each.name not in alive]

    def listed(self) -> list[WebsocketDevice]:
        """All devices of the token, whoever registered them."""
        self._service_url = self._service_url or self._find_service()
        devices = self._call("GET", f"{self._service_url}/devices").get("devices")
        if not isinstance(devices, list):
            raise DeviceServiceError(200)
        return [found for one in devices if isinstance(one, dict) and (found := _device(one))]

    def is_safe(self, socket_url: object) -> bool:
        """The token is sent there: never in clear, but where the catalog is asked in clear too."""
        allowed = ("wss://",) if self._catalog_url.startswith("https:") else ("wss://", "ws://")
        return isinstance(socket_url, str) and socket_url.startswith(allowed)

    def _find_service(self) -> str:
        links = self._call("GET", f"{self._catalog_url}?format=hostmap").get("serviceLinks")
        url = links.get("wdm") if isinstance(links, dict) else None
        if not isinstance(url, str):
            raise DeviceServiceError(200)
        return url

    def _call(self, method: str, url: str, body: Json | None = None) -> Json:
        proxy = self._proxies.of(url)
        limits: dict[str, Any] = {"timeout": ANSWER_SECONDS, "verify": self._trusted}
        if proxy:
            limits["proxies"] = {"http": proxy.url, "https": proxy.url}
        with self._session.request(method, url, json=body, **limits) as answer:
            if not answer.ok:
                is_crowded = 400 <= answer.status_code < 500 and _CROWDED in answer.text[:LONGEST_REASON].lower()
                retry_after = answer.headers.get("Retry-After")
                raise DeviceServiceError(answer.status_code, retry_after, is_crowded=is_crowded)
            try:
                content = answer.json() if answer.content else {}
            except ValueError:
                raise DeviceServiceError(200) from None
        if not isinstance(content, dict):
            raise DeviceServiceError(200)
        return content


def _device(told: Mapping[str, Any]) -> WebsocketDevice | None:
    url = told.get("url")
    used = told.get("modificationTime") or told.get("creationTime")
    return WebsocketDevice(str(told.get("name")), url, _moment(used)) if isinstance(url, str) else None


def _moment(told: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(told))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return None


class _Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
