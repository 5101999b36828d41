"""Webex's message calls: who we are, what was written or pressed, and what we answer."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.webex.events import Arrival, Pressed, Typed, pressed, typed
from bot.webex.files import form
from helpdesk.people.accounts import Account
from helpdesk.people.members import Members
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.identifiers import canonical_id, cluster, id_key
from helpdesk.platform.text.address import canonical_address
from helpdesk.platform.webex.client import ForeignLink, Ready, WebexClient, WebexNotFound

log = structlog.get_logger()

BOT_DOMAIN = "@webex.bot"
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
# What ids of most tenants name; others are learned from the ids that Webex gives.
USUAL_CLUSTER = "us"
# Webex may give fewer to a page than it is asked for.
MOST_SPACES, MOST_MEMBERS, PAGE, MOST_LISTED = "1000", "1000", "100", 2_000
# Webex may tell of a message before it lets us read it, and of a file before that is looked through.
UNREADABLE_SECONDS = (0.5, 1.5, 3.0)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself; `id` is a key, `names` what people may call it."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Space:
    id: str
    is_direct: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as it stands in a space; `mark` is what its card was marked with, empty for none.

    `created` is ISO 8601 as Webex writes it, so that two can be compared.
    """

    id: str
    actor_id: str
    thread_id: str
    text: str
    created: str
    mark: str = ""


class Webex:
    """The message path's calls over one client. All raise WebexError."""

    def __init__(self, client: WebexClient) -> None:
        self._client = client
        self._clusters: dict[str, str] = {}
        self._my_id = ""
        self._my_organization = ""

    async def me(self) -> Me:
        answer = await self._client.get("/people/me")
        self._my_id = id_key(str(answer["id"]))
        self._my_organization = id_key(str(answer.get("orgId") or ""))
        display_name = str(answer.get("displayName", ""))
        # In a group space Webex may show the nickname, or only the first word of the name.
        first_word = display_name.split()[0] if display_name.split() else ""
        names = dict.fromkeys([display_name, str(answer.get("nickName", "")), first_word])
        return Me(self._my_id, tuple(filter(None, names)))

    async def typed(self, arrival: Arrival) -> Typed:
        return typed(await _patiently(lambda: self._fetch(arrival, "/messages", "MESSAGE")))

    async def pressed(self, arrival: Arrival) -> Pressed:
        path, id_type = "/attachment/actions", "ATTACHMENT_ACTION"
        return pressed(await _patiently(lambda: self._fetch(arrival, path, id_type)))

    async def thread_of(self, message_id: str) -> str:
        """The id of the root of the thread that a message stands in; its own where Webex does not tell."""
        try:
            message = await self._client.get(f"/messages/{message_id}")
        except WebexNotFound:
            return message_id
        return str(message.get("parentId") or message_id)

    async def space_of(self, message_id: str) -> str:
        """The id of the space that a message stands in; empty where Webex does not know it."""
        try:
            return str((await self._client.get(f"/messages/{message_id}")).get("roomId", ""))
        except WebexNotFound:
            return ""

    async def email_of(self, person_id: str) -> str:
        """Of a person by id in either form; empty when Webex does not tell, or knows them no more."""
        try:
            answer = await self._client.get(f"/people/{person_id}")
        except WebexNotFound:
            return ""
        emails = answer.get("emails") or [""]
        return canonical_address(str(emails[0]))

    async def own_organization(self) -> str:
        """The key of the organization of this bot, which is its maker's; empty where Webex does not tell."""
        if not self._my_id:
            await self.me()
        return self._my_organization

    async def organization_of(self, person_id: str) -> str:
        """The key of a person's organization; empty where Webex does not tell. Takes ids in either form."""
        try:
            answer = await self._client.get(f"/people/{person_id}")
        except WebexNotFound:
            return ""
        return id_key(str(answer.get("orgId") or ""))

    async def person_with(self, email: str) -> str:
        """The key of the account that has this address now; empty where Webex knows none."""
        answer = await self._client.get("/people", {"email": email})
        found = [each for each in answer.get("items", ()) if isinstance(each, Mapping)]
        return id_key(str(found[0].get("id") or "")) if len(found) == 1 else ""

    async def members(self, space_id: str) -> Members:
        """Who is in a space besides this bot; where this bot is not in it, nobody knows."""
        me, emails, accounts = self._my_id or (await self.me()).id, dict[str, str](), dict[str, Account]()
        with suppress(WebexNotFound):
            async for page in self._client.pages("/memberships", {"roomId": space_id, "max": MOST_MEMBERS}):
                for each in page.get("items", ()):
                    person, email = (
                        id_key(str(each.get("personId", ""))),
                        canonical_address(str(each.get("personEmail") or "")),
                    )
                    emails[person] = email
                    accounts[email] = Account(person, id_key(str(each.get("personOrgId") or "")))
        am_there = emails.pop(me, None) is not None
        people = frozenset(email for email in emails.values() if email and not email.endswith(BOT_DOMAIN))
        return Members(people, has_others=not am_there or len(people) < len(emails), accounts=accounts)

    async def direct_space(self, email: str) -> str:
        """The id of our conversation of two with this person; empty where there is none yet."""
        try:
            answer = await self._client.get("/messages/direct", {"personEmail": email})
        except WebexNotFound:
            return ""
        direct = [each for each in answer.get("items", ()) if each.get("roomType") == "direct"]
        return str(direct[0].get("roomId", "")) if direct else ""

    async def write_to(self, email: str, text: str) -> str:
        """Begin a conversation of two, or go on with it; gives the id of its space."""
        return str((await self._client.post("/messages", {"toPersonEmail": email, "text": text})).get("roomId", ""))

    async def rooms(self) -> list[Mapping[str, Any]]:
        answer = await self._client.get("/rooms", {"max": "100", "sortBy": "lastactivity"})
        return list(answer.get("items", ()))

    async def spaces_active_since(self, moment: str) -> list[Space]:
        """Spaces of this bot where something was said since `moment`, the latest first."""
        listed: list[Mapping[str, Any]] = []
        with suppress(ForeignLink):  # what this Webex lists by itself is better than nothing
            async for page in self._client.pages("/rooms", {"max": MOST_SPACES, "sortBy": "lastactivity"}):
                listed += page.get("items", ())
        # Not cut where the order says so: of bots in thousands of spaces Webex does not keep it well.
        active = [each for each in listed if str(each.get("lastActivity") or moment) >= moment]
        return [Space(str(each["id"]), each.get("type") == "direct") for each in active]

    async def messages_since(self, space: Space, moment: str) -> list[Mapping[str, Any]]:
        """What this bot may list of a space since `moment`: of a conversation of two all, else what mentions it.

        With what was edited since, among those that are listed anyhow.
        """
        listed: list[Mapping[str, Any]] = []
        mentions = {} if space.is_direct else {"mentionedPeople": "me"}
        before: dict[str, str] = {}
        while len(listed) < MOST_LISTED:
            answer = await self._client.get("/messages", {"roomId": space.id, "max": PAGE, **mentions, **before})
            page = list(answer.get("items", ()))
            listed += page
            if not page or str(page[-1].get("created", "")) < moment:
                break
            before = {"beforeMessage": str(page[-1]["id"])}
        return [each for each in listed if str(each.get("updated") or each.get("created", "")) >= moment]

    async def post(self, space_id: str, text: str, card: Mapping[str, Any] | None, thread_id: str, ready: Ready) -> str:
        """The id of the message. Raises OutcomeUnknown where it may have been posted.

        `ready` is awaited right before every try, and may end it: whoever posts says who sees to it that this may be
        read there.
        """
        body: dict[str, Any] = {"roomId": space_id, "text": text}
        if card is not None:
            body["attachments"] = [{"contentType": CARD_TYPE, "content": card}]
        if thread_id:
            body["parentId"] = thread_id
        return str((await self._client.post("/messages", body, ready)).get("id", ""))

    async def post_file(self, space_id: str, text: str, file: Attachment, thread_id: str, ready: Ready) -> str:
        """As `post`: the id of the message that carries `file`."""
        parent = {"parentId": thread_id} if thread_id else {}
        fields = {"roomId": space_id, "text": text, **parent}
        return str((await self._client.post_form("/messages", lambda: form(fields, file), ready)).get("id", ""))

    async def edit(self, message_id: str, space_id: str, text: str, ready: Ready) -> None:
        """Other words for a message of ours; Webex takes ten edits of one, and none where a card or a file is."""
        await self._client.put(f"/messages/{message_id}", {"roomId": space_id, "text": text}, ready)

    async def posted(self, uuid: str, space_id: str) -> Posted | None:
        """A message of a space that this bot may read, by its UUID; None where Webex does not know it."""
        for known in self._clusters_of(space_id):
            try:
                return _posted(await self._client.get(f"/messages/{_encoded(known, 'MESSAGE', uuid)}"))
            except WebexNotFound:
                continue
        return None

    async def posted_in(self, space_id: str, thread_id: str) -> list[Posted]:
        """The newest messages of a conversation of two, or of one of its threads; newest first."""
        of_thread = {"parentId": thread_id} if thread_id else {}
        answer = await self._client.get("/messages", {"roomId": space_id, "max": "50", **of_thread})
        return [_posted(each) for each in answer.get("items", ())]

    async def _fetch(self, arrival: Arrival, path: str, id_type: str) -> Mapping[str, Any]:
        """What happened, by REST. The id is asked of the host that told us, once for each of Webex's clusters."""
        if arrival.rest_id:
            return await self._client.get(f"{path}/{arrival.rest_id}")
        host = urlsplit(arrival.id_url).netloc
        if known := self._clusters.get(host):
            # The UUID is the activity's own and the cluster its host's: the id is known without asking.
            try:
                return await self._client.get(f"{path}/{_encoded(known, id_type, arrival.uuid)}")
            except WebexNotFound:
                log.info("cluster_looked_up", kind=arrival.kind)
        identifier = str((await self._client.get(arrival.id_url))["id"])
        found = await self._client.get(f"{path}/{identifier}")
        if canonical_id(identifier) == arrival.uuid and (told := cluster(identifier)):
            self._clusters[host] = told
        return found

    def _clusters_of(self, space_id: str) -> list[str]:
        """Where a message of a space may lie, the likeliest first."""
        return list(filter(None, dict.fromkeys([cluster(space_id), *self._clusters.values(), USUAL_CLUSTER])))


async def _patiently(fetch: Callable[[], Awaitable[Mapping[str, Any]]]) -> Mapping[str, Any]:
    """What Webex does not know yet is asked for again."""
    for wait in UNREADABLE_SECONDS:
        with suppress(WebexNotFound):
            return await fetch()
        await asyncio.sleep(wait)
    return await fetch()


def _encoded(known: str, id_type: str, uuid: str) -> str:
    return base64.b64encode(f"ciscospark://{known}/{id_type}/{uuid}".encode()).decode().rstrip("=")


def _posted(message: Mapping[str, Any]) -> Posted:
    return Posted(
        id=str(message.get("id", "")),
        actor_id=id_key(str(message.get("personId", ""))),
        thread_id=str(message.get("parentId") or ""),
        text=str(message.get("text") or ""),
        created=str(message.get("created", "")),
        mark=_mark(message),
    )


def marked(card: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """`card` with something to find its message by, which nobody sees: the id of its first element."""
    first, *others = card["body"]
    return {**card, "body": [{**first, "id": mark}, *others]}


def _mark(message: Mapping[str, Any]) -> str:
    try:
        return str(message["attachments"][0]["content"]["body"][0].get("id", ""))
    except (LookupError, TypeError, AttributeError):  # no card, or one that is not ours
        return ""
