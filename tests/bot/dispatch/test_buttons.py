"""Only a button that we made, for this person, here, now and not yet used opens; whatever else is posted is refused."""

import asyncio
import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from bot.dispatch.buttons import LONGEST_TOKEN, Button, Buttons, Forged, SomeoneElses, Stale, Thread, Used
from cards.elements import Element, button, card, heading, line
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store
from playground.identifiers import identifier, new_uuid
from tests.chat import SECRET
from tests.nodes import nodes

SPACE = identifier("ROOM", new_uuid())
PLACE = Thread(SPACE, "the thread", is_direct=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


def buttons(secret: str = SECRET, store: Any = None, now: Clock = utc_now) -> Buttons:
    """Only spending asks the store."""
    return Buttons(secret, store, now)


def token_of(made: Element, by: Buttons, place: Thread = PLACE) -> str:
    sealed = by.seal(card(heading("x"), buttons=[made]).json, place)
    return str(sealed["actions"][0]["data"]["token"])


def press(by: Buttons, token: str, action: str = "find.open", presser: str = "ana", space: str = SPACE) -> Button:
    return by.open(action, token, presser_id=presser, space_id=space)


OPEN = button("Open", "find.open", {"id": "7"})
TOKEN = token_of(OPEN, buttons())


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), JSON, max_size=4), st.booleans(), st.booleans())
def test_a_button_tells_what_it_was_made_about(about: dict[str, Any], once: bool, is_direct: bool) -> None:
    by, place = buttons(), Thread(SPACE, "the thread", is_direct)
    opened = press(by, token_of(button("Open", "find.open", about, only_for="ana", once=once), by, place))
    assert (opened.about, opened.place, opened.only_for) == (about, place, "ana")
    assert (opened.nonce is not None) == once


def test_a_button_of_a_card_that_had_to_go_elsewhere_names_the_space_its_work_began_in() -> None:
    by, made = buttons(), card(heading("x"), buttons=[OPEN]).json
    for began_in in ("", SPACE, "the space it was asked in"):
        token = by.seal(made, PLACE, began_in)["actions"][0]["data"]["token"]
        assert press(by, token).began_in == (began_in or SPACE)


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="utf-8"))
def test_a_token_with_any_character_changed_is_forged(index: int, letter: str) -> None:
    altered = TOKEN[:index] + letter + TOKEN[index + 1 :]
    if altered != TOKEN:
        with pytest.raises(Forged):
            press(buttons(), altered)


@given(st.integers(0, len(TOKEN) - 1))
def test_a_token_cut_short_is_forged(length: int) -> None:
    with pytest.raises(Forged):
        press(buttons(), TOKEN[:length])


@given(st.text() | st.from_regex(r"[\w.-]{1,80}") | st.sampled_from(["\ud800", ".", "..", "a.b", ".x.y", "\x00"]))
def test_anything_else_posted_as_a_token_is_forged(token: str) -> None:
    with pytest.raises(Forged):
        press(buttons(), token)


@pytest.mark.parametrize("action", ["find.next", "verify.send", "", "find", "FIND.OPEN", "\ud800"])
def test_a_token_for_another_button_is_forged(action: str) -> None:
    with pytest.raises(Forged):
        press(buttons(), TOKEN, action)


def test_a_token_of_another_secret_is_forged() -> None:
    with pytest.raises(Forged):
        press(buttons("another secret of the tests, long enough"), TOKEN)


def test_a_token_made_with_our_secret_for_something_else_is_forged() -> None:
    for salt in ("itsdangerous", "helpdesk link", ""):
        other = URLSafeSerializer(SECRET, salt=salt).dumps({"action": "find.open"})
        with pytest.raises(Forged):
            press(buttons(), str(other))


@pytest.mark.parametrize(
    "content", [None, 7, "x", [], {}, {"action": "find.open"}, {"action": "find.open", "space": 5}, ["action"]]
)
def test_a_token_of_an_earlier_release_with_other_content_is_forged(content: Any) -> None:
    by = buttons()
    with pytest.raises(Forged):
        press(by, str(by._serializer.dumps(content)))


def test_a_token_longer_than_any_of_ours_is_forged() -> None:
    by = buttons()
    long = token_of(button("Open", "find.open", {"id": [new_uuid() for _ in range(400)]}), by)
    assert len(long) > LONGEST_TOKEN
    with pytest.raises(Forged):
        press(by, long)


def test_a_button_is_good_to_the_end_of_its_life_and_stale_afterwards() -> None:
    now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    token = token_of(button("Open", "find.open", life=timedelta(minutes=5)), buttons(now=lambda: now))
    assert press(buttons(now=lambda: now + timedelta(minutes=5)), token)
    with pytest.raises(Stale):
        press(buttons(now=lambda: now + timedelta(minutes=5, seconds=1)), token)


def test_a_button_made_for_one_person_is_nobody_elses() -> None:
    token = token_of(button("Open", "find.open", only_for="ana"), buttons())
    assert press(buttons(), token, presser="ana")
    for presser in ("bo", "", "Ana", "an"):
        with pytest.raises(SomeoneElses):
            press(buttons(), token, presser=presser)


def test_a_button_for_all_may_be_pressed_by_anyone() -> None:
    assert press(buttons(), TOKEN, presser="bo").only_for is None


def test_a_button_does_not_work_in_another_space() -> None:
    for space in (identifier("ROOM", new_uuid()), "", SPACE[:-3]):
        with pytest.raises(SomeoneElses):
            press(buttons(), TOKEN, space=space)


def test_an_id_of_the_space_is_the_same_padded_or_not() -> None:
    assert press(buttons(), TOKEN, space=SPACE + "=" * (-len(SPACE) % 4))


def test_sealing_leaves_the_card_as_it_was_and_no_clear_content_in_what_is_sent() -> None:
    made = button("Open", "find.open", {"id": "the-private-id"}, only_for="ana", once=True)
    plain = card(heading("x"), line("a", "b", made), buttons=[made]).json
    before = copy.deepcopy(plain)
    sealed = buttons().seal(plain, PLACE)
    assert plain == before
    assert "the-private-id" not in json.dumps(sealed)
    data = [node["data"] for node in nodes(sealed) if "data" in node]
    assert [set(each) for each in data] == [{"action", "token"}] * 2


def test_each_sealed_button_is_used_up_for_itself() -> None:
    by, made = buttons(), button("Open", "find.open", once=True)
    assert press(by, token_of(made, by)).nonce != press(by, token_of(made, by)).nonce


@pytest.fixture
def by(store: Store) -> Buttons:
    return buttons(store=store)


@pytest.fixture
def once(by: Buttons) -> Button:
    return press(by, token_of(button("Open", "find.open", once=True), by))


async def test_a_button_for_one_use_is_used_once_but_the_same_event_may_again(by: Buttons, once: Button) -> None:
    await by.spend(once, "one press")
    await by.spend(once, "one press")
    with pytest.raises(Used):
        await by.spend(once, "another press")


async def test_a_button_for_any_number_of_uses_is_never_used_up(by: Buttons) -> None:
    opened = press(by, token_of(OPEN, by))
    for event in ("one", "two", "three"):
        await by.spend(opened, event)
        await by.give_back(opened)


async def test_of_many_presses_at_once_exactly_one_counts(by: Buttons, once: Button) -> None:
    outcomes = await asyncio.gather(*(by.spend(once, f"press {n}") for n in range(8)), return_exceptions=True)
    assert sorted(map(type, outcomes), key=str) == sorted([type(None)] + [Used] * 7, key=str)


async def test_what_is_given_back_can_be_used_again(by: Buttons, once: Button) -> None:
    await by.spend(once, "one press")
    await by.give_back(once)
    await by.give_back(once)
    await by.spend(once, "another press")
    with pytest.raises(Used):
        await by.spend(once, "one press")
