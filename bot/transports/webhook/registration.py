"""Our webhooks as Webex keeps them: for messages, for buttons, for who comes and goes; ours alone and awake.

Several processes may put them in order at once: all see the same oldest one as the one to keep, so that
they never remove each other's last.
"""

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text
from helpdesk.platform.webex.client import OutcomeUnknown, WebexClient, WebexError, WebexNotFound

log = structlog.get_logger()

HOOK_PATH = "/hooks/webex"
NAME = "helpdesk"
PAIRS = (
    ("messages", "created"),
    ("messages", "updated"),
    ("attachmentActions", "created"),
    ("memberships", "created"),
    ("memberships", "deleted"),
)
# A desk works without these: Webex takes edits for an event of messages in some clusters only.
OPTIONAL = {("messages", "updated")}
_REFUSED = (400, 403, 404, 501)
# Each round looks at what the one before has done, and at what other processes did meanwhile.
ROUNDS = 4
WAIT_SECONDS = 1.0

Hook = Mapping[str, Any]


class WebhookRefused(HelpdeskError):
    def __init__(self, status: int) -> None:
        super().__init__(
            Text("Webex refuses the webhook ({status}).", status=str(status)),
            Text("Check HELPDESK_PUBLIC_URL, and that no other program uses this bot."),
        )


class Registration:
    def __init__(self, client: WebexClient, public_url: str, secret: str) -> None:
        self._client = client
        self._secret = secret
        self._target = public_url.rstrip("/") + HOOK_PATH
        # Webhooks that have our secret from us, for where Webex does not show it.
        self._told: set[str] = set()
        # OPTIONAL ones that Webex does not take; they are tried again by the next process.
        self._refused: set[tuple[str, str]] = set()

    async def settle(self) -> bool:
        """Put our webhooks in order, and say whether something was not told to us. Raises HelpdeskError."""
        was_silent = False
        for _ in range(ROUNDS):
            ours = await self._ours()
            kept = _kept(ours)
            surplus = [hook for hook in ours if kept.get(_pair(hook)) is not hook]
            wrong = [hook for hook in kept.values() if not self._is_right(hook)]
            missing = [pair for pair in PAIRS if pair not in kept and pair not in self._refused]
            if not (surplus or wrong or missing):
                return was_silent
            was_silent |= bool(set(missing) - OPTIONAL) or any(self._is_silent(hook) for hook in wrong)
            for hook in surplus:
                await self._delete(hook)
            for hook in wrong:
                await self._repair(hook)
            refused = [pair for pair in missing if not await self._create(*pair)]
            if refused:
                await asyncio.sleep(WAIT_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311  (jitter is no secret)
        if refused:
            raise WebhookRefused(409)
        log.warning("webhooks_keep_changing", fix="run only one helpdesk with this bot, or give all the same settings")
        return was_silent

    async def _ours(self) -> list[Hook]:
        """Those that lead to us, or did so before our address changed; oldest first."""
        listed = [
            hook async for page in self._client.pages("/webhooks", {"max": "100"}) for hook in page.get("items") or ()
        ]
        items = [hook for hook in listed if isinstance(hook, Mapping) and hook.get("id")]
        return sorted(filter(self._is_ours, items), key=lambda hook: (str(hook.get("created")), str(hook.get("id"))))

    def _is_ours(self, hook: Hook) -> bool:
        target = str(hook.get("targetUrl"))
        return target == self._target or (hook.get("name") == NAME and target.endswith(HOOK_PATH))

    def _is_right(self, hook: Hook) -> bool:
        has_secret = hook["secret"] == self._secret if hook.get("secret") else hook.get("id") in self._told
        return has_secret and hook.get("name") == NAME and not self._is_silent(hook)

    def _is_silent(self, hook: Hook) -> bool:
        """Whether what it tells does not reach us, or is refused by us."""
        is_foreign = (hook.get("secret") or self._secret) != self._secret
        return is_foreign or hook.get("status") != "active" or hook.get("targetUrl") != self._target

    async def _create(self, resource: str, event: str) -> bool:
        """False when there is one already: made by another process just now, or not ours at all.

        One that is OPTIONAL and that Webex does not take is not tried again.
        """
        try:
            made = await self._client.post("/webhooks", {**self._wanted(), "resource": resource, "event": event})
        except OutcomeUnknown:
            return False  # the next round sees whether it was made
        except WebexError as error:
            if error.status == 409:
                return False
            if (resource, event) in OPTIONAL and error.status in _REFUSED:
                self._refused.add((resource, event))
                log.warning("optional_webhook_refused", resource=resource, event_name=event, status=error.status)
                return True
            raise _explained(error) from None
        self._told.add(str(made.get("id")))
        log.info("webhook_created", resource=resource, event_name=event)
        return True

    async def _repair(self, hook: Hook) -> None:
        with suppress(WebexNotFound):  # another process removed it; the next round sees that
            try:
                await self._client.put(f"/webhooks/{hook['id']}", {**self._wanted(), "status": "active"})
            except WebexError as error:
                raise _explained(error) from None
            self._told.add(str(hook["id"]))
            log.info("webhook_repaired", resource=hook.get("resource"), was=hook.get("status"))

    async def _delete(self, hook: Hook) -> None:
        with suppress(WebexNotFound):
            await self._client.delete(f"/webhooks/{hook['id']}")
            log.info("webhook_removed", resource=hook.get("resource"))

    def _wanted(self) -> dict[str, str]:
        return {"name": NAME, "targetUrl": self._target, "secret": self._secret}


def _kept(ours: Iterable[Hook]) -> dict[tuple[str, str], Hook]:
    """The oldest for each pair; one with a filter tells only a part, and Webex does not let a filter be changed."""
    kept: dict[tuple[str, str], Hook] = {}
    for hook in ours:
        if _pair(hook) in PAIRS and not hook.get("filter"):
            kept.setdefault(_pair(hook), hook)
    return kept


def _pair(hook: Hook) -> tuple[str, str]:
    return str(hook.get("resource")), str(hook.get("event"))


def _explained(error: WebexError) -> HelpdeskError:
    return WebhookRefused(error.status) if error.status in (400, 409) else error
