"""What happened, as the websocket tells it.

Words and card inputs are encrypted there in reality, so activities carry neither; whoever wants
them reads them over REST.
"""

from playground.identifiers import new_uuid
from playground.rest.answers import moment
from playground.rooms import Account, Action, Change, Json, Membership, Message, Rooms, Space, now


def activity(change: Change, rooms: Rooms, base_url: str) -> Json:
    """The activity of a change. An edit has a new id of its own."""
    subject = change.subject
    if isinstance(subject, Action):
        return _press(subject, base_url)
    if isinstance(subject, Membership):
        return _coming_or_going(change.event, subject, change.actor, base_url)
    common = {"actor": _actor(change.actor), "target": _target(subject.space, base_url)}
    if change.event == "deleted":
        gone = {"objectType": "activity", "id": subject.uuid}
        return {**_head("delete", new_uuid(), moment(subject.created)), **common, "object": gone}
    if change.event == "updated":
        unique = new_uuid()
        rooms.edits[unique] = subject.uuid
        when = moment(subject.updated or subject.created)
        parent = {"type": "edit", "id": subject.uuid}
        return {**_head("post", unique, when), **common, "object": {"objectType": "comment"}, "parent": parent}
    return {**_head(*_verb(subject), moment(subject.created)), **common, **_content(subject, rooms)}


def audience(change: Change, rooms: Rooms) -> list[Account]:
    """The bots that are told: all that may see the message; of a press, the author; of who comes and goes, all.

    That somebody moderates a room is told to webhooks alone.
    """
    if isinstance(change.subject, Action):
        return [change.subject.message.person]
    if isinstance(change.subject, Membership) and change.event == "updated":
        return []
    if isinstance(change.subject, Membership):
        return [one for one in rooms.members(change.subject.space) if one.type == "bot"]
    message = change.subject
    members = rooms.members(message.space)
    return [one for one in members if one.type == "bot" and rooms.may_see(one, message)]


def _head(verb: str, unique: str, published: str) -> Json:
    return {"objectType": "activity", "id": unique, "verb": verb, "published": published}


def _verb(message: Message) -> tuple[str, str]:
    return ("share" if message.files else "post"), message.uuid


def _content(message: Message, rooms: Rooms) -> Json:
    parent = rooms.message(message.parent_id) if message.parent_id else None
    thread = {"parent": {"type": "reply", "id": parent.uuid}} if parent else {}
    if message.files:
        return {"object": {"objectType": "content", "contentCategory": "documents"}, **thread}
    return {"object": {"objectType": "comment"}, **thread}


def scanned(message: Message, base_url: str) -> Json:
    """The update that follows a shared file once it was found harmless."""
    items = [{"objectType": "file", "malwareQuarantineState": "safe"} for _ in message.files]
    return {
        **_head("update", new_uuid(), moment(message.created)),
        "actor": _actor(message.person),
        "target": _target(message.space, base_url),
        "object": {
            "objectType": "content",
            "contentCategory": "documents",
            "id": message.uuid,
            "files": {"items": items},
        },
    }


def _press(action: Action, base_url: str) -> Json:
    return {
        **_head("cardAction", action.uuid, moment(action.created)),
        "actor": _actor(action.person),
        "object": {"objectType": "submit"},
        "target": _target(action.space, base_url),
        "parent": {"type": "cardAction", "id": action.message.uuid},
    }


def _coming_or_going(event: str, membership: Membership, actor: Account, base_url: str) -> Json:
    return {
        **_head("add" if event == "created" else "leave", new_uuid(), moment(now())),
        "actor": _actor(actor),
        "object": _actor(membership.person),
        "target": _target(membership.space, base_url),
    }


def _actor(account: Account) -> Json:
    return {
        "objectType": "person",
        "type": "PERSON" if account.type == "person" else "BOT",
        "id": account.uuid,
        "entryUUID": account.uuid,
        "emailAddress": account.email,
        "displayName": account.display_name,
    }


def _target(space: Space, base_url: str) -> Json:
    return {
        "objectType": "conversation",
        "id": space.uuid,
        "url": f"{base_url}/conversation/api/v1/conversations/{space.uuid}",
        "tags": ["ONE_ON_ONE"] if space.type == "direct" else [],
    }
