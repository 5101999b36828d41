"""An agent sees what they did; a partner administrator what everybody did; nobody reads along."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from cards import audit as card
from cards.elements import Card
from commands import audit
from helpdesk.audit import Audit
from helpdesk.audit.outcomes import AuditOutcome
from helpdesk.audit_questions import AuditQuestion, Scope
from helpdesk.directory import NotFound
from helpdesk.people.access import Role, Sender
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.directory import Organization
from helpdesk.scoped import scoped_to
from helpdesk.services import Helpdesk
from tests.chat import PAT, SAM
from tests.commands.asking import LEE, pressed, typed
from tests.helpdesk.audit.chains import KEYS
from tests.sessions import rows

BOSS = Sender("boss", "boss@partner.example", Role.PARTNER_ADMINISTRATOR)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
YESTERDAY = NOW.replace(day=1)


@pytest.fixture
def desk(desk: Helpdesk) -> Helpdesk:
    return replace(desk, now=lambda: NOW)


@dataclass
class Jobs:
    """What was started: this is where a process of its own would go on."""

    started: list[tuple[str, dict[str, Any]]]

    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        self.started.append((name, arguments))

    async def status(self, name: str, key: str) -> None:
        raise AssertionError


async def act(desk: Helpdesk, who: Sender, subject: str, event: str, when: datetime = NOW, **more: Any) -> None:
    told = {"action": "find", "outcome": "shown", **more}
    await Audit(desk.store, lambda: when, keys=KEYS).record(actor=who.email, subject=subject, event_id=event, **told)


async def customer(desk: Helpdesk, name: str) -> str:
    (found,) = await rows(desk.store, select(Organization.id).where(Organization.display_name == name))
    return str(found)


async def asks(text: str, who: Sender, desk: Helpdesk) -> Card:
    return await audit.show(replace(typed(text, who), event_id=f"audit {text}"), desk)


def buttons(shown: Card) -> dict[str, dict[str, Any]]:
    made = [each.model.to_dict() for each in shown.buttons]
    return {each["title"]: each["data"] for each in made}


async def test_an_agent_is_shown_what_they_did_today(desk: Helpdesk) -> None:
    await act(desk, LEE, "yesterday@acme.example", "1", YESTERDAY)
    await act(desk, LEE, SAM, "2", reason="they called in")
    await act(desk, BOSS, PAT, "3")
    shown = await asks("", LEE, desk)
    assert shown.plain.splitlines() == [
        "What you did today",
        f"2 Mar 2026, 09:00 UTC · find · {SAM}",
        "shown · “they called in”",
    ]


async def test_about_a_user_an_agent_sees_their_own_acts_and_an_administrator_all(desk: Helpdesk) -> None:
    await act(desk, LEE, SAM, "1", YESTERDAY)
    await act(desk, BOSS, SAM, "2", YESTERDAY)
    await act(desk, BOSS, PAT, "3", YESTERDAY)
    mine, all_ = await asks(f"<{SAM.upper()}>", LEE, desk), await asks(SAM, BOSS, desk)
    assert mine.plain.splitlines()[0] == f"What you did about {SAM}"
    assert mine.plain.count(" · find · ") == 1
    assert all_.plain.splitlines()[0] == f"What was done about {SAM}"
    assert ("shown · by lee.novak@partner.example" in all_.plain, all_.plain.count(" · find · ")) == (True, 2)


async def test_about_a_customer_there_is_what_was_done_there_alone(desk: Helpdesk) -> None:
    acme = await customer(desk, "Acme Corporation")
    await act(desk, BOSS, SAM, "1", organization_id=acme)
    await act(desk, BOSS, "else@mueller.example", "2", organization_id="another")
    await act(desk, LEE, "nobody", "3")
    shown = await asks("acme corporation", BOSS, desk)
    assert shown.plain.splitlines()[0] == "What was done in Acme Corporation"
    assert shown.plain.count(" · find · ") == 1


async def test_everybodys_acts_are_an_administrators_button(desk: Helpdesk) -> None:
    await act(desk, LEE, SAM, "1", YESTERDAY)
    shown = await asks("", BOSS, desk)
    assert buttons(shown)["Everybody’s"]["action"] == card.ALL
    assert "Everybody’s" not in buttons(await asks("", LEE, desk))
    opened = await audit.open_question(pressed(AuditQuestion(Scope.ALL).about, BOSS), desk)
    assert SAM in opened.plain


async def test_who_is_an_administrator_no_longer_gets_their_own_acts_from_an_old_button(desk: Helpdesk) -> None:
    await act(desk, LEE, SAM, "1")
    once = replace(BOSS, role=Role.AGENT)
    opened = await audit.next_page(pressed({**AuditQuestion(Scope.ALL).about, "before": 99}, once), desk)
    assert SAM not in opened.plain


async def test_older_acts_follow_page_by_page_each_once(desk: Helpdesk) -> None:
    for number in range(2 * card.PAGE + 1):
        await act(desk, LEE, f"user{number}@acme.example", str(number))
    shown = await asks("", LEE, desk)
    seen = [line for line in shown.plain.splitlines() if "find" in line]
    while "Older" in buttons(shown):
        shown = await audit.next_page(pressed(buttons(shown)["Older"]["about"], LEE), desk)
        seen += [line for line in shown.plain.splitlines() if " find " in line]
    assert [line.split(" · ")[2] for line in seen] == [
        f"user{number}@acme.example" for number in reversed(range(2 * card.PAGE + 1))
    ]


async def test_who_is_limited_finds_no_other_customer_and_no_sign_of_one(desk: Helpdesk) -> None:
    acme, mueller = await customer(desk, "Acme Corporation"), await customer(desk, "Müller & Söhne Maschinenbau")
    limited = replace(LEE, customers=frozenset({acme}))
    await act(desk, LEE, SAM, "1", organization_id=acme)
    await act(desk, LEE, "theirs@mueller.example", "2", organization_id=mueller)
    await act(desk, LEE, "known@mueller.example", "3", organization_id=mueller, outcome=AuditOutcome.BEYOND_SCOPE)
    await act(desk, LEE, "unknown@nowhere.example", "4", outcome=AuditOutcome.BEYOND_SCOPE)
    await act(desk, LEE, "before@nowhere.example", "5", outcome=AuditOutcome.EARLIER_BEYOND_SCOPE)
    async with scoped_to(limited, desk, "event", "audit") as seen:
        today = await asks("", limited, seen)
        hidden = await asks("Müller & Söhne Maschinenbau", limited, seen)
        unheard = await asks("Nobody & Co", limited, seen)
        with pytest.raises(NotFound):
            await audit.open_question(pressed(AuditQuestion(Scope.CUSTOMER, mueller).about, limited), seen)
    assert today.plain.count(" find ") == 1
    assert hidden.plain.replace("Müller & Söhne Maschinenbau", "…") == unheard.plain.replace("Nobody & Co", "…")


async def test_that_somebody_read_it_is_in_it(desk: Helpdesk) -> None:
    await asks(SAM, BOSS, desk)
    (told,) = await rows(desk.store, select(AuditRow))
    acme = await customer(desk, "Acme Corporation")
    assert (told.actor, told.action, told.subject, told.organization_id) == (BOSS.email, "audit", SAM, acme)


async def test_a_file_is_made_by_a_job_and_that_it_was_asked_for_is_told(desk: Helpdesk) -> None:
    jobs = Jobs([])
    shown = await audit.file(pressed(AuditQuestion(Scope.USER, SAM).about, BOSS), replace(desk, jobs=jobs))
    assert shown.plain == "The file follows in a moment"
    ((name, arguments),) = jobs.started
    assert (name, arguments["question"]) == (audit.FILE_JOB, {"scope": "user", "of": SAM})
    (told,) = await rows(desk.store, select(AuditRow))
    assert (told.action, told.subject) == ("audit.file", SAM)


async def test_a_button_of_mine_today_means_the_day_it_was_made_on() -> None:
    question = AuditQuestion(Scope.MINE, since=YESTERDAY)
    assert AuditQuestion.read(question.about) == question
