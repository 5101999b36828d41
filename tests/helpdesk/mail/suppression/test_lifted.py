"""What was cleared can be put back for a day, once, by one of all who try, as it was."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from cards import cleared
from helpdesk.mail.provider_errors import ProviderUnavailable
from helpdesk.mail.suppression import CannotRestore, SuppressionEntry
from helpdesk.mail.suppression.clearing import clear
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.mail.suppression.lifted import NothingToUndo, UndoneAlready, last_lifting, undo
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import LiftedSuppression, Reason, Suppression
from helpdesk.services import Helpdesk
from tests.commands.desks import open_desk
from tests.helpdesk.files import ACME, bring_in, organization, person
from tests.sessions import rows, writing

PAT, ANA, BO = "person1@acme.example", "ana.ruiz@partner.example", "bo.larsen@partner.example"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
DETAIL = "550 5.1.1 no such mailbox"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Helpdesk]:
    """PAT, a user of Acme, bounced and complained; both were cleared by Ana's press."""
    await bring_in(store, organizations=[organization()], people=[person(1, "Pat")])
    async with writing(store) as session:
        session.add(Suppression(address=PAT, reason=Reason.BOUNCE, since=SINCE, detail=DETAIL))
        session.add(Suppression(address=PAT, reason=Reason.COMPLAINT))
    async with open_desk(store) as desk:
        await clear(desk, PAT, (), "a press", ANA)
        yield desk


class NoWayBack(EmbeddedSuppressionList):
    """A provider that takes back nothing, or only complaints."""

    takes: frozenset[Reason] = frozenset()

    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        if entry.reason not in self.takes:
            raise CannotRestore("SomeMail")
        return await super().restore(entry, event_id)


class OnlyComplaints(NoWayBack):
    takes = frozenset({Reason.COMPLAINT})


class OneReasonForAll(EmbeddedSuppressionList):
    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        return await super().restore(SuppressionEntry(entry.address, Reason.UNSUBSCRIBE), event_id)


class Away(EmbeddedSuppressionList):
    async def restore(self, entry: SuppressionEntry, event_id: str) -> SuppressionEntry:
        raise ProviderUnavailable("SomeMail")


async def test_every_entry_is_back_with_its_reason_date_and_words(desk: Helpdesk) -> None:
    undone = await undo(desk, PAT, "a press", "an undo", BO)
    assert undone.gone == ()
    assert set(undone.listed) == set(await desk.suppression.find(PAT))
    assert SuppressionEntry(PAT, Reason.BOUNCE, SINCE, DETAIL) in undone.listed


async def test_of_many_who_undo_at_once_one_does_and_the_others_learn_who(desk: Helpdesk) -> None:
    tries = (undo(desk, PAT, "a press", f"undo {n}", BO) for n in range(6))
    ended = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each for each in ended if isinstance(each, UndoneAlready)]
    assert len(refused) == 5
    assert ENGLISH(refused[0].text) == f"This was put back already, by {BO}."


async def test_the_same_event_undoes_once_and_is_told_the_same(desk: Helpdesk) -> None:
    first = await undo(desk, PAT, "a press", "an undo", BO)
    await clear(desk, PAT, (), "a later press", ANA)
    assert await undo(desk, PAT, "a press", "an undo", BO) == first
    assert await desk.suppression.find(PAT) == []


@pytest.mark.parametrize("order", range(4))
async def test_an_undo_that_meets_a_clearing_has_one_outcome_as_if_one_came_first(desk: Helpdesk, order: int) -> None:
    work = [undo(desk, PAT, "a press", "an undo", BO), clear(desk, PAT, (), "a later press", ANA)]
    results = await asyncio.gather(*(work if order % 2 else reversed(work)))
    (cleared,) = [each for each in results if hasattr(each, "removal")]
    listed = {each.reason for each in await desk.suppression.find(PAT)}
    removed = {each.reason for each in cleared.removal.removed}
    assert listed | removed == {Reason.BOUNCE, Reason.COMPLAINT}
    assert not listed & removed


async def test_what_was_listed_anew_since_stays_as_it_is(desk: Helpdesk) -> None:
    newer = SINCE + timedelta(days=30)
    async with writing(desk.store) as session:
        session.add(Suppression(address=PAT, reason=Reason.BOUNCE, since=newer, detail="552 full"))
    await undo(desk, PAT, "a press", "an undo", BO)
    assert SuppressionEntry(PAT, Reason.BOUNCE, newer, "552 full") in await desk.suppression.find(PAT)


async def test_a_provider_that_cannot_says_so_and_the_undo_is_not_used_up(desk: Helpdesk) -> None:
    with pytest.raises(CannotRestore):
        await undo(replace(desk, suppression=NoWayBack(desk.store)), PAT, "a press", "an undo", BO)
    assert await undo(desk, PAT, "a press", "another undo", BO)


async def test_what_a_provider_cannot_put_back_is_named_beside_what_it_can(desk: Helpdesk) -> None:
    undone = await undo(replace(desk, suppression=OnlyComplaints(desk.store)), PAT, "a press", "an undo", BO)
    assert [each.reason for each in undone.listed] == [Reason.COMPLAINT]
    assert [each.reason for each in undone.gone] == [Reason.BOUNCE]


async def test_old_reasons_that_a_provider_does_not_keep_are_named(desk: Helpdesk) -> None:
    undone = await undo(replace(desk, suppression=OneReasonForAll(desk.store)), PAT, "a press", "an undo", BO)
    assert [each.reason for each in undone.listed] == [Reason.UNSUBSCRIBE]
    assert {each.reason for each in undone.reworded} == {Reason.BOUNCE, Reason.COMPLAINT}
    shown = cleared.undone(PAT, undone, ENGLISH).plain
    assert "The provider cannot keep the old reason: " in shown
    assert "The user unsubscribed" not in shown


async def test_while_the_provider_is_away_nothing_is_used_up(desk: Helpdesk) -> None:
    with pytest.raises(ProviderUnavailable):
        await undo(replace(desk, suppression=Away(desk.store)), PAT, "a press", "an undo", BO)
    (first, *_) = await rows(desk.store, select(LiftedSuppression))
    assert first.undone_event_id is None


async def test_after_a_day_and_for_what_was_never_cleared_there_is_nothing(desk: Helpdesk) -> None:
    tomorrow = replace(desk, now=lambda: datetime.now(UTC) + timedelta(hours=24, seconds=1))
    assert await last_lifting(tomorrow, PAT) is None
    for late, lifting in ((tomorrow, "a press"), (desk, "no press")):
        with pytest.raises(NothingToUndo):
            await undo(late, PAT, lifting, "an undo", BO)


async def test_an_agent_of_other_customers_finds_nothing_to_undo(desk: Helpdesk) -> None:
    limited = replace(desk, directory=desk.directory.scoped_to(frozenset({"another"})))
    assert await last_lifting(limited, PAT) is None
    with pytest.raises(NothingToUndo):
        await undo(limited, PAT, "a press", "an undo", BO)
    theirs = replace(desk, directory=desk.directory.scoped_to(frozenset({ACME})))
    assert await last_lifting(theirs, PAT) is not None
