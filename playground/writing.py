"""What may be written in a space, by whom, and in which size; each change is told to the listeners.

The limits are Webex's own: 7439 bytes of text, one card of about 80 KB a message, ten edits, and
none at all for a message with a card or a file.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playground import markup
from playground.refusals import Refusal, bad, forbidden, not_found
from playground.rooms import Account, Action, Change, File, Json, Message, Rooms, Space, now

TEXT_BYTES = 7439
CARD_BYTES = 80 * 1024
CARD_IMAGES = 10
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
CARD_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
# A card with one of these is turned down or shown as its text only: both are failures to a bot.
NOT_IN_WEBEX = ("Media", "Action.Execute", "Table")
EDITS = 10


@dataclass
class Draft:
    """A message about to be sent; `html` is what a client itself wrote, never given over REST."""

    text: str | None = None
    markdown: str | None = None
    html: str | None = None
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    parent_id: str | None = None


def post(rooms: Rooms, sender: Account, space: Space, draft: Draft) -> Message:
    """Send a message. Raises Refusal (400, 404) as Webex would."""
    if not rooms.is_member(sender, space):
        raise not_found("a room with the provided ID")
    if space.type == "direct" and any((one, sender) in rooms.blocked for one in rooms.members(space)):
        raise forbidden("This person has blocked you.")
    _check_words(draft)
    _check_attachments(draft.attachments)
    parent = _root(rooms, space, draft.parent_id)
    html, text, mentioned = _rendered(rooms, space, draft)
    message = Message(
        person=sender,
        space=space,
        text=text,
        markdown=draft.markdown,
        html=html,
        attachments=draft.attachments,
        files=draft.files,
        parent_id=parent.id if parent else None,
        mentioned=mentioned,
    )
    rooms.add_message(message)
    rooms.tell(Change("messages", "created", message, sender))
    return message


def edit(rooms: Rooms, editor: Account, message: Message, draft: Draft) -> Message:
    """Change the words of an own message. Raises Refusal (400, 403)."""
    if message.person is not editor:
        raise forbidden("Only the author of a message may edit it.")
    if message.attachments or message.files:
        raise bad("Messages with files or attachments cannot be edited.")
    if message.edits >= EDITS:
        raise bad(f"A message cannot be edited more than {EDITS} times.")
    if draft.text is None and draft.markdown is None:
        raise bad("The request must contain text or markdown.")
    _check_words(draft)
    message.html, message.text, message.mentioned = _rendered(rooms, message.space, draft)
    message.markdown = draft.markdown
    message.edits += 1
    message.updated = now()
    rooms.tell(Change("messages", "updated", message, editor))
    return message


def delete(rooms: Rooms, person: Account, message: Message) -> None:
    """Take an own message away. Raises Refusal (403)."""
    if message.person is not person:
        raise forbidden("Only the author of a message may delete it.")
    message.is_deleted = True
    rooms.tell(Change("messages", "deleted", message, person))


def press(rooms: Rooms, person: Account, message_id: str, inputs: Json) -> Action:
    """Submit a card. Anyone in the space may, with any inputs, as often as they like: as in Webex.

    Raises Refusal (400, 403, 404).
    """
    if person.type == "bot":
        raise forbidden("Bots cannot submit cards.")
    message = rooms.message(message_id)
    if message is None or not rooms.may_see(person, message):
        raise not_found("a message with the provided ID")
    if not message.attachments:
        raise bad("The message has no attachment to act on.")
    action = Action(person, message, inputs, number=rooms.next_number())
    rooms.actions[action.uuid] = action
    rooms.tell(Change("attachmentActions", "created", action, person))
    return action


def _check_words(draft: Draft) -> None:
    if not (draft.text or draft.markdown or draft.html or draft.files):
        raise bad("The request must contain text, markdown or files; a card needs text to fall back on.")
    for name, value in (("text", draft.text), ("markdown", draft.markdown)):
        if value is not None and len(value.encode()) > TEXT_BYTES:
            raise bad(f"{name} is longer than the maximum of {TEXT_BYTES} bytes.")


def _check_attachments(attachments: list[Json]) -> None:
    if len(attachments) > 1:
        raise bad("A message may have one attachment.")
    for one in attachments:
        if one.get("contentType") != CARD_TYPE:
            raise bad(f"contentType must be {CARD_TYPE}.")
        _check_card(one.get("content"))


def _check_card(card: Any) -> None:
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        raise bad("content must be an object of type AdaptiveCard.")
    if card.get("version") not in CARD_VERSIONS:
        raise bad(f"Unsupported card version: {card.get('version')}.")
    if len(json.dumps(card, ensure_ascii=False).encode()) > CARD_BYTES:
        raise bad(f"The card is larger than the maximum of {CARD_BYTES} bytes.")
    kinds = [one.get("type") for one in _elements(card)]
    for kind in NOT_IN_WEBEX:
        if kind in kinds:
            raise bad(f"Unsupported card element: {kind}.")
    if kinds.count("Image") > CARD_IMAGES:
        raise bad(f"A card may hold {CARD_IMAGES} images.")


def _elements(card: Json) -> Iterator[Json]:
    """All objects within a card, and the card. Without recursion, which takes several times as long."""
    left: list[Any] = [card]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            yield node
            left += node.values()
        elif isinstance(node, list):
            left += node


def _root(rooms: Rooms, space: Space, parent_id: str | None) -> Message | None:
    if parent_id is None:
        return None
    parent = rooms.message(parent_id)
    if parent is None or parent.space is not space:
        raise not_found("a message with the provided parentId in this room")
    if parent.parent_id:
        raise bad("parentId must be a message that is no reply itself.")
    return parent


def _rendered(rooms: Rooms, space: Space, draft: Draft) -> tuple[str | None, str, list[Account]]:
    """HTML, plain text and who is mentioned."""

    def mention(who: str, name: str | None) -> str | None:
        person = rooms.account(who)
        return markup.spark_mention(person.id, name or person.nickname) if person else None

    html = markup.to_html(draft.markdown, mention) if draft.markdown else draft.html
    text = draft.text if draft.text is not None else markup.to_text(html or "")
    found = [rooms.account(one) for one in markup.mentioned_ids(html or "")]
    mentioned = [one for one in dict.fromkeys(found) if one is not None and rooms.is_member(one, space)]
    return html, text, mentioned


def space_for(rooms: Rooms, sender: Account, other: Account) -> Space:
    """The 1:1 space of two accounts, made by the first message. Raises Refusal for oneself and between bots."""
    if other is sender:
        raise bad("You cannot write to yourself.")
    if sender.type == other.type == "bot":
        raise Refusal(403, "Bots cannot write to bots.")
    found = rooms.direct(sender, other)
    return found or rooms.add_space(Space("direct", "", sender), [sender, other])
