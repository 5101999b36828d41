"""The reply shows what holds an address; its button lifts it and leaves a trace; a complaint takes more."""

import pytest

from cards import suppression as card
from cards.elements import Card
from commands import unsuppress
from commands.unsuppress import COMMAND
from helpdesk.people.access import Permission
from helpdesk.platform.errors import BadInput
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.services import Helpdesk
from tests.chat import PAT
from tests.commands.asking import ANA, LEE, pressed, typed
from tests.sessions import writing

WHY = "The user asked for it in writing"


@pytest.fixture
async def both(desk: Helpdesk) -> str:
    """An address that bounced and complained."""
    address = "both@acme.example"
    async with writing(desk.store) as session:
        session.add(Suppression(address=address, reason="bounce"))
        session.add(Suppression(address=address, reason="complaint"))
    return address


async def reasons(desk: Helpdesk, address: str) -> set[str]:
    return {each.reason for each in await desk.suppression.find(address)}


async def acts(desk: Helpdesk, address: str) -> list[tuple[str, str, str | None]]:
    rows: list[AuditRow] = [*await desk.audit.about(address)]
    return [(row.actor, row.outcome, row.reason) for row in rows]


def titles(found: Card) -> list[str]:
    return [each.model.title for each in found.buttons]


async def test_looking_lifts_nothing(desk: Helpdesk) -> None:
    await unsuppress.show(typed(PAT), desk)
    await unsuppress.show_from_card(pressed({"address": PAT}), desk)
    assert await reasons(desk, PAT) == {"bounce"}
    assert await acts(desk, PAT) == []


async def test_the_button_lifts_all_but_a_complaint_and_is_audited(desk: Helpdesk, both: str) -> None:
    found = await unsuppress.lift(pressed({"address": both}, reason=WHY), desk)
    assert found.plain.startswith(f"{both} is still on the suppression list")
    assert await reasons(desk, both) == {"complaint"}
    assert await acts(desk, both) == [(ANA.email, "cleared: bounce", None)]


async def test_a_complaint_is_lifted_with_a_reason_that_is_kept(desk: Helpdesk, both: str) -> None:
    await unsuppress.lift_complaint(pressed({"address": both}, reason=f" {WHY}\n"), desk)
    assert await reasons(desk, both) == set()
    ((_, outcome, reason),) = await acts(desk, both)
    assert (sorted(outcome.removeprefix("cleared: ").split(", ")), reason) == (["bounce", "complaint"], WHY)


@pytest.mark.parametrize("inputs", [{}, {"reason": "because"}, {"reason": " " * 30}])
async def test_without_a_reason_a_complaint_stays(desk: Helpdesk, both: str, inputs: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        await unsuppress.lift_complaint(pressed({"address": both}, **inputs), desk)
    assert await reasons(desk, both) == {"bounce", "complaint"}
    assert await acts(desk, both) == []


def test_lifting_a_complaint_takes_a_permission_that_agents_lack() -> None:
    assert COMMAND.permission_for(card.OVERRIDE) is Permission.CLEAR_COMPLAINT
    assert not LEE.may(COMMAND.permission_for(card.OVERRIDE))
    assert ANA.may(COMMAND.permission_for(card.OVERRIDE))


async def test_only_who_may_lift_a_complaint_sees_the_button(desk: Helpdesk, both: str) -> None:
    assert titles(await unsuppress.show(typed(both), desk)) == ["Clear it", "Clear the complaint too"]
    assert titles(await unsuppress.show(typed(both, LEE), desk)) == ["Clear it"]


async def test_lifting_twice_says_that_nothing_was_listed(desk: Helpdesk) -> None:
    await unsuppress.lift(pressed({"address": PAT}), desk)
    again = await unsuppress.lift(pressed({"address": PAT}, event="another"), desk)
    assert again.plain.startswith(f"{PAT} was not on the suppression list")
    assert [outcome for _, outcome, _ in await acts(desk, PAT)] == ["cleared: bounce", "cleared: nothing"]


async def test_an_address_posted_with_the_press_lifts_nothing_of_its_own(desk: Helpdesk, both: str) -> None:
    await unsuppress.lift(pressed({"address": PAT}, address=both), desk)
    assert await reasons(desk, both) == {"bounce", "complaint"}
