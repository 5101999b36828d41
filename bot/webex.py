"""Webex's message calls: who we are, what was written or pressed, and what we answer."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.events import Arrival, Pressed, Typed, pressed, typed
from bot.replies import split_text
from helpdesk.identifiers import canonical_id, cluster
from helpdesk.webex import WebexClient, WebexError, WebexNotFound

log = structlog.get_logger()

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself; `id` is a key, `names` what people may call it."""

    id: str
    names: tuple[str, ...]


class Webex:
    """The message path's calls over one client. All raise WebexError."""

    def __init__(self, client: WebexClient) -> None:
        self._client = client
        self._clusters: dict[str, str] = {}

    async def me(self) -> Me:
        answer = await self._client.get("/people/me")
        display_name = str(answer.get("displayName", ""))
        # In a group space Webex may show the nickname, or only the first word of the name.
        first_word = display_name.split()[0] if display_name.split() else ""
        names = dict.fromkeys([display_name, str(answer.get("nickName", "")), first_word])
        return Me(canonical_id(str(answer["id"])) or str(answer["id"]), tuple(filter(None, names)))

    async def typed(self, arrival: Arrival) -> Typed:
        return typed(await self._fetch(arrival, "/messages", "MESSAGE"))

    async def pressed(self, arrival: Arrival) -> Pressed:
        return pressed(await self._fetch(arrival, "/attachment/actions", "ATTACHMENT_ACTION"))

    async def thread_of(self, message_id: str) -> str:
        """The id of the root of the thread that a message stands in; its own where Webex does not tell."""
        try:
            message = await self._client.get(f"/messages/{message_id}")
        except WebexNotFound:
            return message_id
        return str(message.get("parentId") or message_id)

    async def email_of(self, person_id: str) -> str:
        """Of a person by id in either form; empty when Webex does not tell."""
        answer = await self._client.get(f"/people/{person_id}")
        emails = answer.get("emails") or [""]
        return str(emails[0]).lower()

    async def is_member(self, space_id: str, email: str) -> bool:
        try:
            answer = await self._client.get("/memberships", {"roomId": space_id, "personEmail": email})
        except WebexNotFound:
            return False
        return bool(answer.get("items"))

    async def rooms(self) -> list[Mapping[str, Any]]:
        answer = await self._client.get("/rooms", {"max": "100", "sortBy": "lastactivity"})
        return list(answer.get("items", ()))

    async def send(self, space_id: str, text: str, card: Mapping[str, Any] | None, thread_id: str = "") -> None:
        """Post `text`, in as many messages as it takes, with `card` on the first; in a thread where given.

        Where the thread's root is gone, the answer comes outside of it rather than not at all.
        """
        for index, piece in enumerate(split_text(text) or ["…"]):
            body: dict[str, Any] = {"roomId": space_id, "text": piece}
            if card is not None and index == 0:
                body["attachments"] = [{"contentType": CARD_TYPE, "content": dict(card)}]
            if thread_id:
                try:
                    await self._client.post("/messages", {**body, "parentId": thread_id})
                    continue
                except WebexError as error:
                    if error.status not in (400, 404):
                        raise
                    log.warning("thread refused, answering outside of it", tracking_id=error.tracking_id)
            await self._client.post("/messages", body)

    async def _fetch(self, arrival: Arrival, path: str, id_type: str) -> Mapping[str, Any]:
        """What happened, by REST. The id is asked of the host that told us, once for each of Webex's clusters."""
        host = urlsplit(arrival.id_url).netloc
        if known := self._clusters.get(host):
            # The UUID is the activity's own and the cluster its host's: the id is known without asking.
            identifier = _encoded(f"ciscospark://{known}/{id_type}/{arrival.uuid}")
            try:
                return await self._client.get(f"{path}/{identifier}")
            except WebexNotFound:
                log.info("id not known by its cluster, asking for it", kind=arrival.kind)
        identifier = str((await self._client.get(arrival.id_url))["id"])
        found = await self._client.get(f"{path}/{identifier}")
        if canonical_id(identifier) == arrival.uuid and (told := cluster(identifier)):
            self._clusters[host] = told
        return found


def _encoded(uri: str) -> str:
    return base64.b64encode(uri.encode()).decode().rstrip("=")
