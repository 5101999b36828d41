"""The token customers are read with: made of an integration's or a Service App's refresh token, for as long as it says.

Refresh tokens stay in memory: a newer one that Webex hands out is used from then on, and after a restart the one in
the environment is used again, which Webex keeps alive as long as it is used. Every process makes an access token
of its own, so that none takes another's away.
"""

import asyncio
from typing import Any

import aiohttp

from helpdesk.platform.webex.client import WebexError, backoff
from helpdesk.sync import AdminTokenRefused

# Another one is made when this share of its life is left, so that none ends in the middle of a call.
LEFT = 0.1
ATTEMPTS = 3
REFUSED = {400, 401, 403}


class RefreshedTokens:
    """Access tokens, each used until shortly before it ends or until Webex refuses it."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, client_id: str, client_secret: str, refresh_token: str
    ) -> None:
        self._session = session
        self._url = f"{base_url}/access_token"
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._first = refresh_token
        self._newest = refresh_token
        self._token = ""
        self._good_until = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def token(self) -> str:
        """Raises AdminTokenRefused, or WebexError."""
        async with self._one_at_a_time:
            if asyncio.get_running_loop().time() >= self._good_until:
                await self._make()
            return self._token

    async def renewed(self, refused: str) -> str:
        """Another one than `refused`; whoever comes second gets what the first one made."""
        async with self._one_at_a_time:
            if self._token == refused:
                await self._make()
            return self._token

    async def _make(self) -> None:
        try:
            made = await self._ask(self._newest)
        except AdminTokenRefused:
            # Another process may have been given a newer one; the operator may not know of ours.
            if self._newest == self._first:
                raise
            made = await self._ask(self._first)
        self._token = str(made["access_token"])
        self._newest = str(made.get("refresh_token") or self._newest)
        life = float(made["expires_in"])
        self._good_until = asyncio.get_running_loop().time() + life * (1 - LEFT)

    async def _ask(self, refresh_token: str) -> dict[str, Any]:
        for attempt in range(ATTEMPTS):
            answer = await self._once(refresh_token)
            if answer is not None:
                return answer
            await asyncio.sleep(backoff(attempt))
        raise WebexError(None)

    async def _once(self, refresh_token: str) -> dict[str, Any] | None:
        """Webex's answer; None where another try may help."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **self._client}
        try:
            async with self._session.post(self._url, data=form, allow_redirects=False) as answer:
                if answer.status in REFUSED:
                    raise AdminTokenRefused
                if answer.status != 200:
                    return None
                content = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
            return None
        return content if _is_token(content) else None


def _is_token(content: object) -> bool:
    if not isinstance(content, dict) or not content.get("access_token"):
        return False
    try:
        return float(content.get("expires_in", "")) > 0
    except (TypeError, ValueError):
        return False
