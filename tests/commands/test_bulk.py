"""Nothing of a list is cleared before it is confirmed with a reason; who may not, and what is no list, is told so."""

import json
from dataclasses import replace

import pytest

from cards import bulk as card
from cards.elements import Card, pages
from commands import bulk, unsuppress
from commands.bulk import COMMAND
from commands.command import Renewable
from helpdesk.bulk import MOST_LINES
from helpdesk.bulk.reading import TooManyLines
from helpdesk.bulk.runs import Dropped, NoSuchRun, Runs
from helpdesk.people.access import Permission
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.errors import BadInput, Refused
from helpdesk.platform.jobs import JobsUnavailable, NoJobs
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.services import Helpdesk
from tests.chat import PAT, SAM
from tests.commands.asking import ANA, BO, LEE, pressed, typed
from tests.helpdesk.bulk.started import Started
from tests.sessions import writing
from tests.vouching import vouch_for

WHY = "The user asked for it in writing"
CARD_BYTES = 22_000


class OneFile:
    """What was attached, whatever it is called by."""

    async def read(self, address: str, most_bytes: int) -> Attachment:
        return Attachment("people.csv", f"mail\n{PAT}\n{SAM}\n".encode())


@pytest.fixture
async def started(desk: Helpdesk) -> tuple[Helpdesk, Started]:
    jobs = Started()
    return replace(desk, jobs=jobs, attachments=OneFile()), jobs


async def preview(desk: Helpdesk, text: str = f"{PAT}, {SAM}") -> tuple[Card, str]:
    """The card, and which list its buttons are about."""
    shown = await bulk.show(typed(text), desk)
    if isinstance(shown, Renewable):
        shown = await shown.later() or shown.card
    assert isinstance(shown, Card)
    return shown, next(str(each.model.data["about"][card.RUN]) for each in shown.buttons)


def test_it_takes_an_advanced_agent() -> None:
    assert COMMAND.permission is Permission.CLEAR_MANY
    assert ANA.may(Permission.CLEAR_MANY)
    assert not LEE.may(Permission.CLEAR_MANY)


async def test_an_agent_who_gives_unsuppress_several_addresses_is_told_to_ask(desk: Helpdesk) -> None:
    with pytest.raises(Refused) as refused:
        await unsuppress.show(typed(f"{PAT}\n{SAM}", LEE), desk)
    assert str(refused.value.text) == "Several addresses at once take an advanced agent."


async def test_unsuppress_with_a_file_leads_to_the_list(started: tuple[Helpdesk, Started]) -> None:
    shown = await unsuppress.show(replace(typed(""), files=("an address",)), started[0])
    assert isinstance(shown, Card)
    assert shown.plain.startswith("1 of 2 lines can be cleared")


async def test_the_form_leads_to_the_same_list(desk: Helpdesk) -> None:
    form = await bulk.show(typed(""), desk)
    assert isinstance(form, Card)
    shown = await bulk.show_pasted(pressed({}, list=f"{PAT}\n{SAM}"), desk)
    assert isinstance(shown, Card)
    assert shown.plain.startswith("1 of 2 lines can be cleared")


async def test_what_was_cut_off_on_its_way_is_not_taken_for_a_list(desk: Helpdesk) -> None:
    with pytest.raises(TooManyLines):
        await bulk.show_pasted(pressed({}, list="user@acme.example\n" * 600), desk)


async def test_the_longest_list_fits_a_card_and_every_line_can_be_shown(desk: Helpdesk) -> None:
    text = "\n".join(f"{'long' * 12}{number}@{'acme' * 10}.example" for number in range(MOST_LINES))
    shown, run = await preview(desk, text)
    assert [len(json.dumps(page.json)) < CARD_BYTES for page in pages(shown)] == [True]
    start, seen = 0, 0
    while start < MOST_LINES:
        page = await bulk.show_lines(pressed({card.RUN: run, card.FROM: start}), desk)
        assert len(json.dumps(page.json)) < CARD_BYTES
        start, seen = start + bulk.PAGE, seen + len(page.elements) - 2
    assert seen == MOST_LINES


async def test_a_confirmed_list_is_begun_once_and_audited_once(started: tuple[Helpdesk, Started]) -> None:
    desk, jobs = started
    await vouch_for(PAT, ANA.person_id, desk.store)
    _, run = await preview(desk)
    for event in ("a press", "a press", "another press"):
        begun = await bulk.clear(pressed({card.RUN: run}, event=event, reason=WHY), desk)
        assert isinstance(begun, Card)
        assert begun.plain.startswith("The addresses are being cleared")
    assert set(jobs.jobs) == {(bulk.JOB, run)}
    acts = await desk.audit.about(card.reference(await Runs(desk.store).get(run)))
    assert [(act.actor, act.outcome, act.reason) for act in acts] == [
        (ANA.email, "begun: 2 lines, complaints kept", WHY)
    ]


async def test_what_could_not_be_started_is_started_by_the_next_press(started: tuple[Helpdesk, Started]) -> None:
    desk, jobs = started
    await vouch_for(PAT, ANA.person_id, desk.store)
    _, run = await preview(desk)
    with pytest.raises(JobsUnavailable):
        await bulk.clear(pressed({card.RUN: run}, event="one", reason=WHY), replace(desk, jobs=NoJobs()))
    await bulk.clear(pressed({card.RUN: run}, event="two", reason=WHY), desk)
    assert jobs.jobs == [(bulk.JOB, run)]


@pytest.mark.parametrize("reason", ["", "because", " " * 30])
async def test_without_a_reason_nothing_is_begun(started: tuple[Helpdesk, Started], reason: str) -> None:
    desk, jobs = started
    _, run = await preview(desk)
    with pytest.raises(BadInput):
        await bulk.clear(pressed({card.RUN: run}, reason=reason), desk)
    assert jobs.jobs == []


async def test_a_list_of_complaints_alone_has_nothing_to_clear(started: tuple[Helpdesk, Started]) -> None:
    desk, _ = started
    async with writing(desk.store) as session:
        session.add(Suppression(address=SAM, reason="complaint"))
    shown = await bulk.show(typed(SAM), desk)
    assert isinstance(shown, Card)
    assert shown.plain.startswith("0 of 1 lines can be cleared")
    assert "no list clears it" in shown.plain
    assert shown.buttons == ()


async def test_a_list_is_its_authors_alone(desk: Helpdesk) -> None:
    _, run = await preview(desk)
    for handler in (bulk.show_lines, bulk.clear, bulk.drop):
        with pytest.raises(NoSuchRun):
            await handler(pressed({card.RUN: run, card.FROM: 0}, BO, reason=WHY), desk)


async def test_a_dropped_list_is_not_begun(started: tuple[Helpdesk, Started]) -> None:
    desk, jobs = started
    _, run = await preview(desk)
    assert (await bulk.drop(pressed({card.RUN: run}), desk)).plain.startswith("The list was dropped")
    with pytest.raises(Dropped):
        await bulk.clear(pressed({card.RUN: run}, reason=WHY), desk)
    assert jobs.jobs == []


async def test_a_list_with_nothing_to_clear_has_no_button_that_clears(desk: Helpdesk) -> None:
    shown = await bulk.show(typed(f"{SAM}, unknown@nowhere.example"), desk)
    assert isinstance(shown, Card)
    assert (shown.plain.partition("\n")[0], shown.buttons) == ("0 of 2 lines can be cleared", ())
