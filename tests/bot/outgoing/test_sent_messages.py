"""A message of our own that no call is known to have posted may be the one whose call broke."""

import pytest

from bot.outgoing import sent_messages as own
from bot.outgoing.sent_messages import Attempt, OwnMessages
from playground.identifiers import identifier, new_uuid

SPACE, OTHER = new_uuid(), new_uuid()
FIRST = Attempt("message:1", "2026-01-01T00:00:00.000Z")
AGAIN = Attempt("message:1", "2026-01-01T00:00:00.000Z", 2)
OF_ANOTHER = Attempt("message:2", "2026-01-01T00:00:00.000Z", 2)


def room(space: str = SPACE) -> str:
    return identifier("ROOM", space)


def message(uuid: str) -> str:
    return identifier("MESSAGE", uuid)


def heard(messages: OwnMessages, count: int, space: str = SPACE) -> list[str]:
    uuids = [new_uuid() for _ in range(count)]
    for uuid in uuids:
        messages.heard(uuid, space)
    return uuids


def test_what_was_heard_in_a_space_is_a_candidate_there_newest_first() -> None:
    messages = OwnMessages()
    first, second = heard(messages, 2)
    heard(messages, 1, OTHER)
    assert messages.candidates(FIRST, room()) == [second, first]


def test_what_a_call_posted_is_nobody_elses_whichever_was_heard_first() -> None:
    messages = OwnMessages()
    (early,) = heard(messages, 1)
    messages.account(message(early), FIRST)
    late = new_uuid()
    messages.account(message(late), FIRST)
    messages.heard(late, SPACE)
    for attempt in (FIRST, OF_ANOTHER):
        assert messages.candidates(attempt, room()) == []
        assert not messages.may_be_of(attempt, message(early))


def test_a_later_attempt_finds_what_an_earlier_one_posted_once_in_its_order() -> None:
    messages = OwnMessages()
    pages = [new_uuid() for _ in range(3)]
    for each in pages:
        messages.account(message(each), FIRST)
    assert messages.candidates(AGAIN, room()) == pages
    messages.account(message(pages[0]), AGAIN)
    assert messages.candidates(AGAIN, room()) == pages[1:]
    assert not messages.may_be_of(AGAIN, message(pages[0]))
    assert messages.may_be_of(AGAIN, message(pages[1]))


def test_webhooks_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    messages, uuid = OwnMessages(), new_uuid()
    messages.heard_by_webhook({"id": message(uuid), "roomId": room()})
    assert messages.candidates(FIRST, room()) == [uuid]


@pytest.mark.parametrize("odd", [{}, {"id": 5, "roomId": None}, {"id": "", "roomId": room()}])
def test_what_webhooks_tell_without_ids_is_nothing(odd: dict[str, object]) -> None:
    messages = OwnMessages()
    messages.heard_by_webhook(odd)
    assert messages.candidates(FIRST, room()) == []


def test_what_was_heard_long_ago_is_no_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = OwnMessages()
    heard(messages, 1)
    monkeypatch.setattr(own, "REMEMBERED_SECONDS", 0)
    assert messages.candidates(FIRST, room()) == []


def test_however_much_is_heard_and_posted_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_REMEMBERED", 3)
    messages = OwnMessages()
    uuids = heard(messages, 5)
    assert messages.candidates(FIRST, room()) == uuids[:1:-1]
    posted = [new_uuid() for _ in range(5)]
    for each in posted:
        messages.account(message(each), FIRST)
    assert messages.candidates(AGAIN, room())[:3] == posted[2:]
