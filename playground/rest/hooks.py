"""Webhooks: who wants to hear of what, and the signed POST that tells them.

A delivery holds ids and addresses only, never what was written or typed into a card.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs

import aiohttp

from playground.faults import Faults
from playground.identifiers import identifier, new_uuid
from playground.rest.answers import moment
from playground.rooms import Account, Action, Change, Json, Membership, Message, Rooms, now

log = logging.getLogger(__name__)

EVENTS = {
    "messages": ("created", "updated", "deleted"),
    "attachmentActions": ("created",),
    "memberships": ("created", "updated", "deleted"),
    "rooms": ("created", "updated"),
}
ALL = "all"
ANSWER_SECONDS = 10
FAILURES = 100  # within FAILURE_SECONDS: then Webex gives up on a webhook
FAILURE_SECONDS = 300


@dataclass(eq=False)
class Webhook:
    owner: Account
    name: str
    target_url: str
    resource: str
    event: str
    filter: str | None = None
    secret: str | None = None
    status: str = "active"
    uuid: str = field(default_factory=new_uuid)
    created: datetime = field(default_factory=now)
    failures: deque[float] = field(default_factory=deque)  # monotonic times

    @property
    def id(self) -> str:
        return identifier("WEBHOOK", self.uuid)

    def as_json(self, *, shows_secret: bool) -> Json:
        full = {
            "id": self.id,
            "name": self.name,
            "targetUrl": self.target_url,
            "resource": self.resource,
            "event": self.event,
            "filter": self.filter,
            "secret": self.secret if shows_secret else None,
            "status": self.status,
            "created": moment(self.created),
            "ownedBy": "creator",
        }
        return {key: value for key, value in full.items() if value is not None}


class Webhooks:
    """All webhooks of this Webex, and their deliveries: in order, none a second time.

    What Webex's documents leave open can be set. `shows_secrets`: whether answers hold the secret. `unique_by`: the
    fields in which no two webhooks of an account may be equal; a second one is refused (409). `refused`: the pairs of
    resource and event that are not taken (400). `at_once`: how many deliveries of one webhook are under way at most;
    set before its first.
    """

    def __init__(self, rooms: Rooms, faults: Faults) -> None:
        self.all: list[Webhook] = []
        self.shows_secrets = True
        self.at_once = 1
        self.refused: set[tuple[str, str]] = set()
        self.unique_by: tuple[str, ...] = ("resource", "event", "filter", "target_url")
        self._rooms = rooms
        self._faults = faults
        self._held: list[tuple[Webhook, bytes]] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._queues: dict[Webhook, asyncio.Queue[bytes]] = {}
        self._workers: list[asyncio.Task[None]] = []

    def tell(self, change: Change) -> None:
        for hook in self.all:
            if hook.status == "active" and _is_wanted(hook, change, self._rooms):
                body = json.dumps(_delivery(hook, change)).encode()
                for _ in range(2 if self._faults.duplicate_events else 1):
                    self._send(hook, body)

    def as_json(self, hook: Webhook) -> Json:
        """As Webex's answers show it."""
        return hook.as_json(shows_secret=self.shows_secrets)

    def equal_to(self, hook: Webhook) -> Webhook | None:
        """The webhook of the same account that stands in the way of `hook`, if any."""
        fields = ("owner", *self.unique_by)
        is_equal = (one for one in self.all if all(getattr(one, name) == getattr(hook, name) for name in fields))
        return next(is_equal, None) if self.unique_by else None

    def hold(self) -> None:
        """Keep deliveries back until they are released."""
        self._held = []

    def release(self) -> None:
        """Send what was kept back, newest first."""
        held, self._held = self._held or [], None
        for hook, body in reversed(held):
            self._send(hook, body)

    def give_up(self) -> None:
        """Make every webhook inactive, as after too many failures."""
        for hook in self.all:
            hook.status = "inactive"

    async def close(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._session:
            await self._session.close()

    def _send(self, hook: Webhook, body: bytes) -> None:
        if self._held is None:
            self._queue(hook).put_nowait(body)
        else:
            self._held.append((hook, body))

    def _queue(self, hook: Webhook) -> asyncio.Queue[bytes]:
        if hook not in self._queues:
            self._queues[hook] = asyncio.Queue()
            delivering = (asyncio.create_task(self._deliver(hook, self._queues[hook])) for _ in range(self.at_once))
            self._workers += delivering
        return self._queues[hook]

    async def _deliver(self, hook: Webhook, waiting: asyncio.Queue[bytes]) -> None:
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        while True:
            body = await waiting.get()
            headers = {"Content-Type": "application/json"}
            if hook.secret:
                headers["X-Spark-Signature"] = hmac.new(hook.secret.encode(), body, hashlib.sha1).hexdigest()
            try:
                async with self._session.post(hook.target_url, data=body, headers=headers) as answer:
                    is_taken = answer.status < 300
            except (aiohttp.ClientError, TimeoutError) as failure:
                log.info("webhook_not_delivered", extra={"webhook": hook.name, "failure": str(failure)})
                is_taken = False
            if not is_taken:
                _count_failure(hook)


def _count_failure(hook: Webhook) -> None:
    hook.failures.append(time.monotonic())
    while hook.failures[0] < time.monotonic() - FAILURE_SECONDS:
        hook.failures.popleft()
    if len(hook.failures) >= FAILURES:
        hook.status = "inactive"


def _is_wanted(hook: Webhook, change: Change, rooms: Rooms) -> bool:
    if hook.resource not in (ALL, change.resource) or hook.event not in (ALL, change.event):
        return False
    subject = change.subject
    if isinstance(subject, Action):
        is_visible = subject.message.person is hook.owner
    elif isinstance(subject, Message):
        is_visible = rooms.may_see(hook.owner, subject)
    else:
        is_visible = rooms.is_member(hook.owner, subject.space)
    return is_visible and _passes(hook, subject)


def _passes(hook: Webhook, subject: Message | Action | Membership) -> bool:
    """Whether the subject fits the webhook's filter, such as `roomType=direct&personEmail=a@b.example`."""
    mentioned = [one.id for one in subject.mentioned] if isinstance(subject, Message) else []
    facts: dict[str, list[str]] = {
        "roomId": [subject.space.id],
        "roomType": [subject.space.type],
        "personId": [subject.person.id],
        "personEmail": [subject.person.email],
        "mentionedPeople": [*mentioned, *(["me"] if hook.owner.id in mentioned else [])],
    }
    wanted = parse_qs(hook.filter or "")
    return all(value in facts.get(name, []) for name, values in wanted.items() for value in values)


def _delivery(hook: Webhook, change: Change) -> Json:
    """The body of a delivery: the webhook, who did it, and the ids of what happened.

    A webhook for `all` is told by the resource and the event that it was.
    """
    return {
        **hook.as_json(shows_secret=False),
        "resource": change.resource,
        "event": change.event,
        "orgId": hook.owner.org_id,
        "createdBy": hook.owner.id,
        "appId": identifier("APPLICATION", hook.owner.uuid),
        "actorId": change.actor.id,
        "data": _data(change.subject),
    }


def _data(subject: Message | Action | Membership) -> Json:
    data: Json = {
        "id": subject.id,
        "roomId": subject.space.id,
        "personId": subject.person.id,
        "created": moment(subject.created),
    }
    if isinstance(subject, Action):
        return data | {"type": "submit", "messageId": subject.message.id}
    data |= {"roomType": subject.space.type, "personEmail": subject.person.email}
    if isinstance(subject, Message):
        mentioned = [one.id for one in subject.mentioned]
        data |= {"mentionedPeople": mentioned} if mentioned else {}
        data |= {"parentId": subject.parent_id} if subject.parent_id else {}
    return data
