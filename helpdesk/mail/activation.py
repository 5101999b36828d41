"""Webex's own welcome mails, sent again: a job of Webex's for all users of one organization.

It takes no user by name. It skips whoever was sent one within 24 hours, and one such job runs per organization at a
time. Source: the official API description, /identity/organizations/{orgId}/jobs/sendActivationEmails.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.tables.events import CompletedAct
from helpdesk.platform.text.address import canonical_address
from helpdesk.platform.webex.client import Json, OutcomeUnknown, WebexClient, WebexError, WebexNotFound

# Webex's code for a user who was sent an invitation within the last 24 hours.
SENT_LATELY = "ATLAS-600199"
MOST_ERRORS = "100"
_ACT = "activation mails"
_SCOPE = "spark-admin:people_write"
_ENDED = {"COMPLETED", "FAILED", "STOPPED", "ABANDONED"}


@dataclass(frozen=True, slots=True)
class ActivationJob:
    """`id` is Webex's. The counts are of users; `is_allowed` says whether the organization allows such mails."""

    id: str
    is_over: bool
    has_failed: bool
    sent: int
    failed: int
    skipped: int
    total: int
    is_allowed: bool


class ActivationRunning(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Webex is sending welcome mails to this customer already."),
            Text("One such job runs for a customer at a time. Try again when it has ended."),
        )


class ActivationForbidden(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("This desk's token may not have Webex send welcome mails to this customer."),
            Text("The operator needs a token of a full or user administrator, with the scope {scope}.", scope=_SCOPE),
        )


class MayHaveBegun(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Webex did not say whether it has begun to send welcome mails."),
            Text("Look in Control Hub before you try again. Whoever was sent one is skipped for 24 hours."),
        )


class Activation:
    def __init__(self, store: Store, client: WebexClient, now: Clock = utc_now) -> None:
        self._store = store
        self._client = client
        self._now = now
        # Webex's description names these paths beside /v1, other clients beneath it.
        self._bases = list(dict.fromkeys([client.base_url.removesuffix("/v1"), client.base_url]))

    async def start(self, organization: str, event_id: str) -> ActivationJob:
        """Have Webex begin, once for each event; `organization` is the id that Webex gave.

        Raises ActivationRunning, ActivationForbidden, MayHaveBegun or WebexError.
        """
        begun = await self._store.write(_begin, event_id, self._now())
        if begun is not None:
            return await self.look(organization, begun)
        try:
            job = _job(await self._at_either_base(lambda base: self._client.post(base + _path(organization), None)))
        except WebexError as error:
            if isinstance(error, OutcomeUnknown) or (error.status is not None and error.status < 400):
                raise MayHaveBegun from None
            await self._store.write(_forget, event_id)
            if error.status in _REFUSALS:
                raise _REFUSALS[error.status]() from None
            raise
        await self._store.write(_keep, event_id, job.id)
        return job

    async def look(self, organization: str, job_id: str) -> ActivationJob:
        """How it stands. Raises WebexError."""
        path = f"{_path(organization)}/{job_id}/status"
        return _job(await self._at_either_base(lambda base: self._client.get(base + path)))

    async def was_mailed_lately(self, organization: str, job_id: str, address: str) -> bool:
        """Whether this user was skipped, since Webex had sent them one within 24 hours. Raises WebexError."""
        path = f"{_path(organization)}/{job_id}/errors"
        async for page in self._client.pages(self._bases[0] + path, {"max": MOST_ERRORS}):
            if any(_skips(each, address) for each in page.get("items") or ()):
                return True
        return False

    async def _at_either_base(self, ask: Callable[[str], Awaitable[Json]]) -> Json:
        try:
            return await ask(self._bases[0])
        except WebexNotFound:
            if len(self._bases) == 1:
                raise
        answer = await ask(self._bases[1])
        del self._bases[:1]
        return answer


_REFUSALS: Mapping[int | None, Callable[[], Refused]] = {403: ActivationForbidden, 409: ActivationRunning}


def _path(organization: str) -> str:
    return f"/identity/organizations/{organization}/jobs/sendActivationEmails"


def _job(told: Json) -> ActivationJob:
    counts = told.get("counts") or {}
    status, code = str(told.get("latestExecutionStatus")), str(told.get("latestExecutionExitCode"))
    if not told.get("id"):
        raise WebexError(200)
    return ActivationJob(
        id=str(told["id"]),
        is_over=status in _ENDED,
        has_failed=status in _ENDED and "COMPLETED" not in (status, code),
        sent=_count(counts, "userResendInviteSent"),
        failed=_count(counts, "userResendInviteFailed"),
        skipped=_count(counts, "userResendInviteSkipped"),
        total=_count(counts, "totalUsers"),
        is_allowed=told.get("allowAdminInviteEmails") is not False,
    )


def _count(counts: Mapping[str, Any], name: str) -> int:
    value = counts.get(name)
    return value if isinstance(value, int) else 0


def _skips(error: Any, address: str) -> bool:
    """`error` is one of Webex's: `{"error": {"message": [{"code", "description"}]}}`, the address in its words."""
    messages = (error.get("error") or {}).get("message") or () if isinstance(error, dict) else ()
    return any(
        each.get("code") == SENT_LATELY
        and address in (canonical_address(word.strip(".,;:()<>")) for word in str(each.get("description")).split())
        for each in messages
    )


def _begin(session: Session, event_id: str, now: datetime) -> str | None:
    """The job that this event has begun, if any. Raises MayHaveBegun where nobody knows."""
    if insert_once(session, CompletedAct, {"event_id": event_id, "name": _ACT, "result": {}, "at": now}):
        return None
    noted = session.get_one(CompletedAct, (event_id, _ACT)).result
    if "job" not in noted:
        raise MayHaveBegun
    return str(noted["job"])


def _keep(session: Session, event_id: str, job_id: str) -> None:
    session.get_one(CompletedAct, (event_id, _ACT)).result = {"job": job_id}


def _forget(session: Session, event_id: str) -> None:
    session.delete(session.get_one(CompletedAct, (event_id, _ACT)))
