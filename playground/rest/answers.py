"""Objects of the playground as the JSON objects of Webex's REST API, field for field."""

from datetime import datetime

from playground.markup import mentions_all
from playground.rooms import Account, Action, File, Json, Membership, Message, Rooms, Space


def moment(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def person(one: Account) -> Json:
    first, _, last = one.display_name.partition(" ")
    # Every bot has a picture, since none can be made without; people may have one.
    picture = {"avatar": f"https://avatars.example/{one.uuid}.png"} if one.type == "bot" else {}
    return {
        "id": one.id,
        "emails": [one.email],
        "phoneNumbers": [],
        "displayName": one.display_name,
        "nickName": one.nickname,
        "firstName": first,
        "lastName": last,
        "orgId": one.org_id,
        "created": moment(one.created),
        "lastActivity": moment(one.created),
        "status": "active",
        "type": one.type,
        **picture,
    }


def space(one: Space, reader: Account, rooms: Rooms) -> Json:
    """A direct space carries the name of the other one in it."""
    others = [each.display_name for each in rooms.members(one) if each is not reader]
    return {
        "id": one.id,
        "title": one.title if one.type == "group" else "".join(others),
        "type": one.type,
        "isLocked": one.is_locked,
        "lastActivity": moment(one.last_activity),
        "creatorId": one.creator.id,
        "created": moment(one.created),
        "ownerId": one.creator.org_id,
        "isPublic": False,
        "isReadOnly": False,
    }


def membership(one: Membership) -> Json:
    return {
        "id": one.id,
        "roomId": one.space.id,
        "personId": one.person.id,
        "personEmail": one.person.email,
        "personDisplayName": one.person.display_name,
        "personOrgId": one.person.org_id,
        "isModerator": one.is_moderator,
        "isRoomHidden": False,
        "roomType": one.space.type,
        "isMonitor": False,
        "created": moment(one.created),
    }


def message(one: Message, base_url: str) -> Json:
    """As `GET /messages/{id}` gives it; what is empty is left out."""
    full = {
        "id": one.id,
        "parentId": one.parent_id,
        "roomId": one.space.id,
        "roomType": one.space.type,
        "text": one.text,
        "markdown": one.markdown,
        "html": one.html,
        "files": [file_url(each, base_url) for each in one.files],
        "personId": one.person.id,
        "personEmail": one.person.email,
        "mentionedPeople": [each.id for each in one.mentioned],
        "mentionedGroups": ["all"] if mentions_all(one.html or "") else [],
        "attachments": one.attachments,
        "created": moment(one.created),
        "updated": moment(one.updated) if one.updated else None,
    }
    return {key: value for key, value in full.items() if value not in (None, [])}


def posted(one: Message, base_url: str) -> Json:
    """As the answer to `POST /messages` gives it: `html` comes back on reads only."""
    return {key: value for key, value in message(one, base_url).items() if key != "html"}


DIRECT_FIELDS = ("id", "roomId", "roomType", "text", "markdown", "files", "personId", "personEmail", "created")


def direct(one: Message, base_url: str) -> Json:
    """As `/messages/direct` lists it: its documented fields have no card, thread or HTML."""
    full = message(one, base_url)
    return {key: full[key] for key in DIRECT_FIELDS if key in full}


def action(one: Action) -> Json:
    return {
        "id": one.id,
        "type": "submit",
        "messageId": one.message.id,
        "inputs": one.inputs,
        "personId": one.person.id,
        "roomId": one.space.id,
        "created": moment(one.created),
    }


def file_url(one: File, base_url: str) -> str:
    return f"{base_url}/v1/contents/{one.id}"
