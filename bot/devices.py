"""The devices Webex knows for our token: each process listens on one of its own.

These calls block, each for a bounded time: they belong in a thread. The device service (WDM) has no public
description; its answers are known from Cisco's own clients.
"""

from collections.abc import Collection
from typing import Any

import requests

Json = dict[str, Any]

# To connect, and then between two pieces of an answer.
ANSWER_SECONDS = 10


class DeviceServiceError(Exception):
    """The service said no, or something nobody understands: then `status` is 200."""

    def __init__(self, status: int, retry_after: str | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after


class Devices:
    """The devices of one token. Every call raises DeviceServiceError, or OSError where no answer came."""

    def __init__(self, token: str, catalog_url: str, ca_file: str | None) -> None:
        self._catalog_url = catalog_url
        self._service_url = ""
        self._session = requests.Session()
        # Unlike a header, this is not overruled by the machine's .netrc.
        self._session.auth = _Bearer(token)
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
        self._service_url = self._service_url or self._find_service()
        devices = self._call("GET", f"{self._service_url}/devices").get("devices")
        if not isinstance(devices, list):
            raise DeviceServiceError(200)
        found = [(str(one.get("name")), one.get("url")) for one in devices if isinstance(one, dict)]
        return [url for name, url in found if isinstance(url, str) and name.startswith(prefix) and name not in alive]

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
        limits: dict[str, Any] = {"timeout": ANSWER_SECONDS, "verify": self._trusted}
        with self._session.request(method, url, json=body, **limits) as answer:
            if not answer.ok:
                raise DeviceServiceError(answer.status_code, answer.headers.get("Retry-After"))
            try:
                content = answer.json() if answer.content else {}
            except ValueError:
                raise DeviceServiceError(200) from None
        if not isinstance(content, dict):
            raise DeviceServiceError(200)
        return content


class _Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
