"""What is known is shown at once, and again where Webex says otherwise; a long list is shown in pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from sqlmodel import Session, col, delete, update

from cards.elements import Card
from cards.rest import PAGE, SHOW
from commands import find
from commands.command import Renewable
from commands.details import rest
from helpdesk.directory import NotFound
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.directory import Person
from helpdesk.search import HitKind
from helpdesk.services import Helpdesk
from tests.chat import PAT
from tests.commands.asking import pressed, typed
from tests.helpdesk.files import ACME, bring_in, organization, person, person_key

ROLE = "d0000000-0000-4000-8000-000000000001"


@dataclass
class Webex:
    """Says that everybody is called `name` now; None when it says nothing new."""

    store: Store
    name: str | None

    async def person(self, person_id: str) -> bool:
        return await self.store.write(self._rename, person_id)

    async def organization(self, organization_id: str) -> bool:
        return False

    def _rename(self, session: Session, person_id: str) -> bool:
        if self.name is not None:
            session.execute(update(Person).where(col(Person.id) == person_id).values(display_name=self.name))
        return self.name is not None


async def test_what_changed_since_is_shown_on_a_second_card(desk: Helpdesk) -> None:
    shown = await find.look_up(typed(PAT), replace(desk, refresh=Webex(desk.store, "Pat Berg")))
    assert isinstance(shown, Renewable)
    assert shown.card.plain.startswith("Pat Lindqvist")
    newer = await shown.later()
    assert newer is not None
    assert newer.plain.startswith("Pat Berg")


@pytest.mark.parametrize("text", [PAT, "acme corporation"])
async def test_what_did_not_change_is_shown_once(desk: Helpdesk, text: str) -> None:
    shown = await find.look_up(typed(text), replace(desk, refresh=Webex(desk.store, None)))
    assert isinstance(shown, Renewable)
    assert await shown.later() is None


async def test_where_webex_may_not_be_asked_there_is_one_card(desk: Helpdesk) -> None:
    assert isinstance(await find.look_up(typed(PAT), desk), Card)


def abouts(card: Card, action: str) -> Mapping[str, dict[str, object]]:
    made = [each.model.to_dict() for each in card.buttons]
    return {one["title"]: one["data"]["about"] for one in made if one["data"]["action"] == action}


async def every_line(about: dict[str, object], desk: Helpdesk) -> list[str]:
    lines: list[str] = []
    while True:
        page = await rest(pressed(about), desk)
        lines += [element.plain for element in page.elements[2:]]
        following = abouts(page, SHOW)
        if not following:
            return lines
        (about,) = following.values()


async def test_two_thousand_administrators_are_shown_in_part_and_told_in_full(desk: Helpdesk) -> None:
    count = 2 * PAGE + 1
    people = [person(n, f"Admin {n:04}", roles=[ROLE]) for n in range(1, count + 1)]
    await bring_in(
        desk.store,
        organizations=[organization(name="Huge")],
        roles=[{"id": ROLE, "name": "Full Administrator"}],
        people=people,
    )
    card = await find.open_hit(pressed({"kind": "organization", "id": ACME}), desk)
    assert isinstance(card, Card)
    assert card.plain.count("Full Administrator") == 10
    lines = await every_line(abouts(card, SHOW)[f"Administrators: all {count}"], desk)
    assert lines == [f"Full Administrator: Admin {n:04}, person{n}@acme.example" for n in range(1, count + 1)]


async def test_five_hundred_licenses_of_a_user_are_shown_in_part_and_told_in_full(desk: Helpdesk) -> None:
    ids = [f"c0000000-0000-4000-8000-{n:012}" for n in range(500)]
    await bring_in(
        desk.store,
        organizations=[organization()],
        licenses=[{"id": each, "orgId": ACME, "name": f"L{n:03}"} for n, each in enumerate(ids)],
        people=[person(1, "Rich", licenses=ids)],
    )
    card = await find.open_hit(pressed({"kind": "person", "id": person_key(1)}), desk)
    assert isinstance(card, Card)
    assert "and 492 more" in card.plain
    lines = await every_line(abouts(card, SHOW)["Licenses: all 500"], desk)
    assert lines == [f"L{n:03}" for n in range(500)]


@pytest.mark.parametrize("came", [[], [3, 4], [900]])
@pytest.mark.parametrize("went", [[], [5], [5, 6, 7]])
async def test_who_comes_or_goes_between_two_pages_makes_nobody_shown_twice_or_left_out(
    desk: Helpdesk, came: list[int], went: list[int]
) -> None:
    count = 2 * PAGE

    def people(numbers: list[int]) -> list[dict[str, object]]:
        return [person(n, f"Admin {n:04}", roles=[ROLE]) for n in numbers]

    there = [n for n in range(1, count + 1) if n not in came]
    files = {"organizations": [organization(name="Huge")], "roles": [{"id": ROLE, "name": "Full Administrator"}]}
    await bring_in(desk.store, **files, people=people(there))
    first = await rest(
        pressed({"kind": "organization", "id": ACME, "part": "administrators", "from": 0, "after": ""}), desk
    )
    await bring_in(desk.store, **files, people=people(came))
    await desk.store.write(_remove, [person_key(n) for n in went])
    (following,) = abouts(first, SHOW).values()
    lines = await every_line(following, desk)
    behind = [n for n in sorted({*there, *came} - {*went}) if n > there[PAGE - 1]]
    assert lines == [f"Full Administrator: Admin {n:04}, person{n}@acme.example" for n in behind]


def _remove(session: Session, people: list[str]) -> None:
    session.execute(delete(Person).where(col(Person.id).in_(people)))


async def test_a_list_of_what_is_gone_is_not_found(desk: Helpdesk) -> None:
    for kind in HitKind:
        with pytest.raises(NotFound):
            await rest(pressed({"kind": kind.value, "id": "gone", "part": "licenses", "from": 0}), desk)
