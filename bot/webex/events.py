"""From Webex's JSON to what dispatch works on; no I/O.

An Arrival is what a transport tells: that somebody wrote or pressed. What was written or posted is
then fetched over REST: websocket frames carry it encrypted, webhooks not at all.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from helpdesk.platform.identifiers import canonical_id, id_key
from helpdesk.platform.text.address import canonical_address

Json = Mapping[str, Any]
LONGEST_INPUT = 10_000


class EventKind(StrEnum):
    MESSAGE = "message"
    SUBMISSION = "submission"


_WEBHOOKS = {
    "messages created": EventKind.MESSAGE,
    "messages updated": EventKind.MESSAGE,
    "attachmentActions created": EventKind.SUBMISSION,
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """That an activity happened. `event_id` is the same however often and over whatever way it is told.

    `rest_id` is the REST id where the transport tells it, else `id_url` gives it. `actor_email` is empty where
    the transport does not tell. `space` is the UUID of the space.
    """

    event_id: str
    kind: EventKind
    uuid: str
    actor_id: str
    actor_email: str
    is_direct: bool
    space: str = ""
    id_url: str = ""
    rest_id: str = ""
    edit: str = ""  # of an edit, how it was told: by a `post` or an `update`; `uuid` is the message's own

    @property
    def lane(self) -> str:
        """Events of one person in one space: these are handled in order."""
        return f"{self.actor_id} {self.space}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Json) -> "Arrival":
        # Another release may have written more, or less.
        known = {name: content[name] for name in cls.__slots__ if name in content}
        return cls(**{**known, "kind": EventKind(content["kind"])})


@dataclass(frozen=True, slots=True)
class Typed:
    """A message as REST gives it; ids as Webex gives them, `actor_id` as a key, `files` as addresses at Webex."""

    id: str
    space_id: str
    thread_id: str
    actor_id: str
    actor_email: str
    text: str
    html: str
    is_direct: bool
    created: str = ""
    updated: str = ""  # when it was edited last
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """An attachment action as REST gives it. `data` is what the button carried, `inputs` all else."""

    id: str
    space_id: str
    message_id: str
    actor_id: str
    action: str
    token: str
    inputs: dict[str, str]
    created: str = ""


def _actor_id(actor: Json) -> str:
    """The key of who did it; empty where it is not told. Some frames tell an address for an id, and some none."""
    return canonical_id(str(actor.get("id") or "")) or canonical_id(str(actor.get("entryUUID") or "")) or ""


def _is_reaction(activity: Json) -> bool:
    """Somebody's thumb under a message is neither a message, nor does it bring anybody into a space."""
    parent, target = _mapping(activity.get("parent")), _mapping(activity.get("object"))
    kinds = (str(parent.get("type")), str(parent.get("activityType")), str(target.get("objectType")))
    return any(kind.lower().startswith("reaction") for kind in kinds)


def _edited(activity: Json) -> str:
    """The UUID of the message that an activity is an edit of; empty for any other activity."""
    parent, target = _mapping(activity.get("parent")), _mapping(activity.get("object"))
    if activity.get("verb") in ("post", "update") and parent.get("type") == "edit":
        return canonical_id(str(parent.get("id"))) or ""
    is_update = activity.get("verb") == "update" and target.get("objectType") in ("comment", "activity")
    return (canonical_id(str(target.get("id"))) or "") if is_update else ""


def arrival(frame: Json) -> Arrival | None:
    """What a websocket frame tells, or None for anything that no person asked of us."""
    data = frame.get("data")
    activity = data.get("activity") if isinstance(data, Mapping) else None
    if not isinstance(activity, Mapping) or data is None or data.get("eventType") != "conversation.activity":
        return None
    actor, target, parent = (_mapping(activity.get(name)) for name in ("actor", "target", "parent"))
    # A text that comes with a file is a `share`. An edit is told as a post whose parent is an `edit`.
    edited = _edited(activity)
    kind = {
        "post": EventKind.MESSAGE,
        "update": EventKind.MESSAGE if edited else None,
        "share": EventKind.MESSAGE,
        "cardAction": EventKind.SUBMISSION,
    }.get(str(activity.get("verb")))
    if kind is None or actor.get("type", "PERSON") != "PERSON" or _is_reaction(activity):
        return None
    if kind is EventKind.MESSAGE and not edited and parent.get("type") not in (None, "reply"):
        return None
    uuid, conversation, url = activity.get("id"), target.get("id"), target.get("url")
    actor_id = _actor_id(actor)
    if not (isinstance(uuid, str) and uuid and isinstance(conversation, str) and isinstance(url, str) and actor_id):
        return None
    email = actor.get("emailAddress")
    path = "messages" if kind is EventKind.MESSAGE else "attachment/actions"
    tags = target.get("tags")
    event_id = f"{kind}:{edited}:{uuid.lower()}" if edited else f"{kind}:{uuid.lower()}"
    uuid = edited or uuid
    return Arrival(
        event_id=event_id,
        edit=str(activity.get("verb")) if edited else "",
        kind=kind,
        uuid=uuid.lower(),
        actor_id=actor_id,
        actor_email=canonical_address(email) if isinstance(email, str) else "",
        is_direct=isinstance(tags, list) and "ONE_ON_ONE" in tags,
        space=conversation.lower(),
        id_url=url.replace(f"conversations/{conversation}", f"{path}/{uuid}"),
    )


def arrivals_of_message(message: Json, since: str) -> list[tuple[str, Arrival]]:
    """The events of a message from a list, the same as the transports', each with its time: written, and edited.

    Only those of `since` and later.
    """
    events = (("created", str(message.get("created", ""))), ("updated", str(message.get("updated") or "")))
    told = (
        (at, arrival_of_webhook({"resource": "messages", "event": event, "data": message}))
        for event, at in events
        if at and at >= since
    )
    return [(at, arrival) for at, arrival in told if arrival is not None]


def own_message(frame: Json, my_id: str) -> tuple[str, str, str] | None:
    """The UUIDs of a message of ours that a frame tells of, of its space and of its thread's root, which is empty
    outside of threads; None for any other frame."""
    activity = _mapping(_mapping(frame.get("data")).get("activity"))
    actor, target, parent = (_mapping(activity.get(name)) for name in ("actor", "target", "parent"))
    if activity.get("verb") not in ("post", "share") or _actor_id(actor) != my_id or _is_reaction(activity):
        return None
    message, space, thread = (str(each.get("id", "")).lower() for each in (activity, target, parent))
    return message, space, thread


def changed_space(frame: Json) -> str:
    """The UUID of a space that somebody came into or went from, as a frame tells it; empty for any other frame."""
    activity = _mapping(_mapping(frame.get("data")).get("activity"))
    is_change = activity.get("verb") in ("add", "leave") and not _is_reaction(activity)
    return str(_mapping(activity.get("target")).get("id", "")).lower() if is_change else ""


def changed_space_of_webhook(delivery: Json) -> str:
    """The same, as the body of a webhook's delivery tells it."""
    is_change = delivery.get("resource") == "memberships"
    return str(_mapping(delivery.get("data")).get("roomId", "")) if is_change else ""


def arrival_of_webhook(delivery: Json) -> Arrival | None:
    """What the body of a webhook's delivery tells, the same event as the websocket's; None for anything else.

    Of a press, it tells neither the address of the person nor the kind of space.
    """
    kind = _WEBHOOKS.get(f"{delivery.get('resource')} {delivery.get('event')}")
    data = _mapping(delivery.get("data"))
    rest_id = data.get("id")
    uuid, actor_id, space = (canonical_id(str(data.get(name, ""))) for name in ("id", "personId", "roomId"))
    if not (kind and isinstance(rest_id, str) and uuid and actor_id and space):
        return None
    email = data.get("personEmail")
    is_edit = delivery.get("event") == "updated"
    # Untold, it may be any edit: which wording it is shows when it is read (bot/events/edits.py).
    version = str(data.get("updated") or uuid4())[:40]
    return Arrival(
        event_id=f"{kind}:{uuid}:{version}" if is_edit else f"{kind}:{uuid}",
        edit="post" if is_edit else "",
        kind=kind,
        uuid=uuid,
        actor_id=actor_id,
        actor_email=canonical_address(email) if isinstance(email, str) else "",
        is_direct=data.get("roomType") == "direct",
        space=space,
        rest_id=rest_id,
    )


def typed(message: Json) -> Typed:
    """From `GET /messages/{id}`. Raises KeyError where the answer lacks what every message has."""
    return Typed(
        id=message["id"],
        space_id=message["roomId"],
        # Threads are one deep: an answer to a reply goes under the same root.
        thread_id=message.get("parentId") or message["id"],
        actor_id=id_key(message["personId"]),
        actor_email=canonical_address(str(message.get("personEmail", ""))),
        text=message.get("text") or "",
        html=message.get("html") or "",
        is_direct=message.get("roomType") == "direct",
        created=str(message.get("created", "")),
        updated=str(message.get("updated") or ""),
        files=tuple(map(str, message.get("files") or ())),
    )


def pressed(action: Json) -> Pressed:
    """From `GET /attachment/actions/{id}`. Anyone may have posted anything: only flat values are taken."""
    inputs = _mapping(action.get("inputs"))
    flat = {str(name): _flat(value) for name, value in inputs.items() if isinstance(value, str | int | float | bool)}
    return Pressed(
        id=action["id"],
        space_id=action["roomId"],
        message_id=action["messageId"],
        actor_id=id_key(action["personId"]),
        action=flat.pop("action", ""),
        token=flat.pop("token", ""),
        inputs=flat,
        created=str(action.get("created", "")),
    )


def _flat(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text[:LONGEST_INPUT]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
