"""Frames and answers become what dispatch works on; nothing in them, however odd, raises."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.webex import events
from bot.webex.events import LONGEST_INPUT, Arrival, EventKind
from playground.identifiers import identifier, new_uuid

ACTIVITY, ACTOR, SPACE = new_uuid(), new_uuid(), new_uuid()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PARTS = ["id", "verb", "actor", "target", "parent", "object", "objectType"]


def frame(**changed: Any) -> dict[str, Any]:
    """A frame as Webex sends it, with parts of its activity changed; a part that is `...` is left out."""
    activity = {
        "id": ACTIVITY,
        "verb": "post",
        "actor": {"type": "PERSON", "id": ACTOR, "emailAddress": "Ana@Partner.example"},
        "object": {"objectType": "comment"},
        "target": {"id": SPACE, "url": f"https://conv-a.example/api/v1/conversations/{SPACE}", "tags": ["ONE_ON_ONE"]},
        **changed,
    }
    activity = {name: value for name, value in activity.items() if value is not ...}
    return {"id": new_uuid(), "data": {"eventType": "conversation.activity", "activity": activity}}


def read(**changed: Any) -> Arrival | None:
    return events.arrival(frame(**changed))


def test_a_post_tells_who_wrote_where() -> None:
    assert read() == Arrival(
        event_id=f"message:{ACTIVITY}",
        kind=EventKind.MESSAGE,
        uuid=ACTIVITY,
        actor_id=ACTOR,
        actor_email="ana@partner.example",
        is_direct=True,
        space=SPACE,
        id_url=f"https://conv-a.example/api/v1/messages/{ACTIVITY}",
    )


def test_a_press_tells_who_pressed() -> None:
    found = read(verb="cardAction", parent={"type": "cardAction", "id": new_uuid()})
    assert found
    assert (found.kind, found.event_id) == (EventKind.SUBMISSION, f"submission:{ACTIVITY}")
    assert found.id_url.endswith(f"/attachment/actions/{ACTIVITY}")


def test_a_text_that_comes_with_a_file_is_a_message() -> None:
    found = read(verb="share", object={"objectType": "content", "contentCategory": "documents"})
    assert found
    assert found.kind is EventKind.MESSAGE


def test_the_same_activity_is_the_same_event_however_it_is_spelled() -> None:
    one, other = read(), read(id=ACTIVITY.upper(), actor={"id": identifier("PEOPLE", ACTOR)})
    assert one
    assert other
    assert (one.event_id, one.uuid, one.actor_id) == (other.event_id, other.uuid, other.actor_id)


def test_a_reply_in_a_thread_is_a_message_and_a_group_space_is_not_direct() -> None:
    found = read(parent={"type": "reply", "id": new_uuid()}, target={"id": SPACE, "url": "https://x", "tags": []})
    assert found
    assert not found.is_direct


@pytest.mark.parametrize("verb", ["update", "delete", "acknowledge", "add", "lock", "POST", "", None, 7, ["post"], ...])
def test_what_nobody_wrote_or_pressed_is_none_of_ours(verb: Any) -> None:
    assert read(verb=verb) is None


@pytest.mark.parametrize("kind", ["reaction", "", 7, ["reply"]])
def test_what_stands_under_something_else_is_no_message(kind: Any) -> None:
    assert read(parent={"type": kind, "id": new_uuid()}) is None


EDITED = new_uuid()


@pytest.mark.parametrize(
    "told",
    [
        {"parent": {"type": "edit", "id": EDITED}},
        {"verb": "update", "parent": {"type": "edit", "id": EDITED.upper()}},
        {"verb": "update", "object": {"objectType": "comment", "id": EDITED}},
        {"verb": "update", "object": {"objectType": "activity", "id": EDITED}},
    ],
)
def test_an_edit_is_an_event_of_its_own_about_the_message_that_was_edited(told: dict[str, Any]) -> None:
    found = read(**told)
    assert found
    assert (found.uuid, found.event_id) == (EDITED, f"message:{EDITED}:{ACTIVITY}")
    assert found.edit == told.get("verb", "post")
    assert found.id_url.endswith(f"/messages/{EDITED}")


def test_an_edit_is_delivered_as_an_event_of_its_own() -> None:
    one, other = (events.arrival_of_webhook(delivery("messages", "updated", updated=time)) for time in ("1", "2"))
    assert one
    assert other
    assert (one.event_id, one.uuid, one.edit) == (f"message:{ACTIVITY}:1", ACTIVITY, "post")
    assert other.event_id != one.event_id


@pytest.mark.parametrize("odd", [None, 7, {}, "", "x"])
def test_an_edit_of_nothing_is_none_of_ours(odd: Any) -> None:
    assert read(parent={"type": "edit", "id": odd}) is None
    assert read(verb="update", object={"objectType": "comment", "id": odd}) is None


REACTIONS: list[dict[str, Any]] = [
    {"verb": "post", "object": {"objectType": "reaction2", "displayName": "celebrate"}},
    {"verb": "add", "object": {"objectType": "reaction2"}, "parent": {"type": "reaction", "id": ACTIVITY}},
    {"verb": "post", "object": {"objectType": "comment"}, "parent": {"activityType": "reaction", "id": ACTIVITY}},
    {"verb": "add", "object": {"objectType": "reaction2Summary"}},
    {"verb": "post", "object": {"objectType": "reaction2SelfSummary"}},
]


@pytest.mark.parametrize("told", REACTIONS)
def test_a_reaction_is_no_message_and_brings_nobody_into_a_space(told: dict[str, Any]) -> None:
    assert read(**told) is None
    assert events.changed_space(frame(**told)) == ""
    assert events.own_message(frame(**told), ACTOR) is None


@pytest.mark.parametrize(
    "actor",
    [
        {"type": "PERSON", "entryUUID": ACTOR},
        {"entryUUID": ACTOR.upper(), "id": None, "objectType": "person"},
        {"type": "PERSON", "id": "ana@partner.example", "entryUUID": ACTOR},
        {"type": "PERSON", "id": ACTOR, "entryUUID": new_uuid()},
    ],
)
@pytest.mark.parametrize("verb", ["post", "cardAction"])
def test_who_did_it_may_be_told_by_an_entry_uuid_alone(actor: dict[str, Any], verb: str) -> None:
    found = read(actor=actor, verb=verb)
    assert found
    assert found.actor_id == ACTOR
    assert events.own_message(frame(actor=actor), ACTOR) is not None


@pytest.mark.parametrize("kind", ["BOT", "MACHINE", "", None, 7])
def test_only_people_are_served(kind: Any) -> None:
    assert read(actor={"type": kind, "id": ACTOR}) is None


@pytest.mark.parametrize("part", ["id", "actor", "target"])
@pytest.mark.parametrize("odd", [..., None, "", 7, [], {}, {"id": None}, {"id": {}, "url": []}])
def test_without_what_every_activity_has_it_is_none_of_ours(part: str, odd: Any) -> None:
    assert read(**{part: odd}) is None


@pytest.mark.parametrize("email", [None, 7, {}, [], ...])
def test_an_address_that_is_not_told_is_empty(email: Any) -> None:
    actor = {"type": "PERSON", "id": ACTOR, "emailAddress": email}
    found = read(actor={name: value for name, value in actor.items() if value is not ...})
    assert found
    assert found.actor_email == ""


@pytest.mark.parametrize("event_type", ["mercury.buffer_state", "status.start_typing", "", None])
def test_events_about_the_link_itself_are_none_of_ours(event_type: Any) -> None:
    whole = frame()
    whole["data"]["eventType"] = event_type
    assert events.arrival(whole) is None


@given(st.dictionaries(st.sampled_from(["id", "data", "type"]), JSON))
def test_no_frame_is_too_odd(odd: dict[str, Any]) -> None:
    assert events.arrival(odd) is None


@given(st.dictionaries(st.sampled_from(PARTS), JSON))
def test_no_activity_is_too_odd(parts: dict[str, Any]) -> None:
    found = read(**parts)
    assert found is None or found.event_id.startswith(("message:", "submission:"))


def test_an_arrival_survives_the_way_through_the_store() -> None:
    found = read()
    assert found
    assert Arrival.from_json(json.loads(json.dumps(found.as_json()))) == found


def delivery(resource: str = "messages", event: Any = "created", **changed: Any) -> dict[str, Any]:
    """The body of a webhook's delivery, with parts of its data changed; a part that is `...` is left out."""
    data = {
        "id": identifier("MESSAGE", ACTIVITY),
        "roomId": identifier("ROOM", SPACE),
        "roomType": "direct",
        "personId": identifier("PEOPLE", ACTOR),
        "personEmail": "Ana@Partner.example",
        **changed,
    }
    return {
        "resource": resource,
        "event": event,
        "data": {name: value for name, value in data.items() if value is not ...},
    }


def test_a_delivery_tells_the_same_event_as_the_frame() -> None:
    told, heard = read(), events.arrival_of_webhook(delivery())
    assert told
    assert heard == replace(told, id_url="", rest_id=identifier("MESSAGE", ACTIVITY))


def test_a_delivered_press_tells_the_same_event_as_the_frame() -> None:
    told = read(verb="cardAction")
    action = identifier("ATTACHMENT_ACTION", ACTIVITY)
    heard = events.arrival_of_webhook(delivery("attachmentActions", id=action, personEmail=..., roomType=...))
    assert told
    assert heard == replace(told, id_url="", rest_id=action, actor_email="", is_direct=False)


@pytest.mark.parametrize(
    ("resource", "event"),
    [
        ("messages", "deleted"),
        ("attachmentActions", "deleted"),
        ("memberships", "created"),
        ("rooms", "created"),
        ("messages created", ""),
        ("messages", None),
        ("messages", ["created"]),
    ],
)
def test_a_delivery_that_nobody_asked_for_is_none_of_ours(resource: str, event: Any) -> None:
    assert events.arrival_of_webhook(delivery(resource, event)) is None


@pytest.mark.parametrize("part", ["id", "roomId", "personId"])
@pytest.mark.parametrize("odd", [..., None, "", 7, [], {}, "../people/me", "?x"])
def test_a_delivery_without_the_ids_every_one_has_is_none_of_ours(part: str, odd: Any) -> None:
    assert events.arrival_of_webhook(delivery(**{part: odd})) is None


@given(JSON)
def test_no_delivery_is_too_odd(odd: Any) -> None:
    assert events.arrival_of_webhook({"resource": "messages", "event": "created", "data": odd}) is None
    assert events.arrival_of_webhook({"resource": odd, "event": odd, "data": {}}) is None


MESSAGE = {"id": "m", "roomId": "r", "personId": identifier("PEOPLE", ACTOR)}


def test_a_message_is_answered_under_its_root() -> None:
    assert events.typed(MESSAGE).thread_id == "m"
    assert events.typed({**MESSAGE, "parentId": "root"}).thread_id == "root"


def test_a_message_without_words_is_empty() -> None:
    found = events.typed({**MESSAGE, "text": None, "html": None})
    assert (found.text, found.html, found.actor_id, found.actor_email) == ("", "", ACTOR, "")


@pytest.mark.parametrize("missing", MESSAGE)
def test_a_message_without_what_every_message_has_is_an_error(missing: str) -> None:
    with pytest.raises(KeyError):
        events.typed({name: value for name, value in MESSAGE.items() if name != missing})


def press(inputs: Any) -> events.Pressed:
    return events.pressed({"id": "a", "roomId": "r", "messageId": "m", "personId": ACTOR, "inputs": inputs})


def test_what_the_button_carried_is_told_apart_from_what_was_filled_in() -> None:
    found = press({"action": "a.b", "token": "t", "code": "123456"})
    assert (found.action, found.token, found.inputs) == ("a.b", "t", {"code": "123456"})


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (7, "7"), (1.5, "1.5"), ("x", "x")])
def test_inputs_are_texts(value: Any, text: str) -> None:
    assert press({"field": value}).inputs == {"field": text}


@pytest.mark.parametrize("odd", [None, [], {}, ["x"], {"x": "y"}])
def test_inputs_that_are_not_flat_are_left_out(odd: Any) -> None:
    assert press({"field": odd, "action": odd, "token": odd}) == press({})


def test_an_endless_input_is_cut() -> None:
    assert len(press({"field": "x" * 1_000_000}).inputs["field"]) == LONGEST_INPUT


@given(JSON)
def test_no_inputs_are_too_odd(inputs: Any) -> None:
    found = press(inputs)
    assert all(isinstance(text, str) for text in (found.action, found.token, *found.inputs.values()))
