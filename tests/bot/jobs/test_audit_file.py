"""A file of the audit holds what who asked may see by then, and nothing goes to who is no agent any more."""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dispatch.buttons import Thread
from bot.jobs import audit_file
from bot.jobs.services import Services
from bot.outgoing.notifier import JobRequester
from commands.command import Shows
from helpdesk.audit import Audit
from helpdesk.audit_questions import AuditQuestion, Scope
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.attachments import Attachment
from helpdesk.platform.store import Store
from helpdesk.services import Helpdesk
from tests.commands.desks import open_desk
from tests.helpdesk.audit.chains import KEYS

LEE, BOSS = "lee.novak@partner.example", "boss@partner.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Posted:
    """Where the announcer writes."""

    written: list[tuple[str, JobRequester, Attachment]] = field(default_factory=list)

    async def write(self, text: str, to: JobRequester, key: str, file: Attachment, shows: Shows) -> str:
        assert shows is Shows.FOR_ASKER_ALONE
        self.written.append((text, to, file))
        return key


async def acts(store: Store, who: str, count: int) -> None:
    for number in range(count):
        await Audit(store, lambda: NOW, keys=KEYS).record(
            actor=who, action="find", subject="=1+1", outcome="shown", event_id=f"{who} {number}"
        )


async def sent(desk: Helpdesk, who: str, question: AuditQuestion) -> Posted:
    thread = Posted()
    asked: dict[str, Any] = {
        **{"event_id": "press", "person_id": who, "email": who},
        **{"space_id": "s", "thread_id": "t", "is_direct": True},
    }
    services = Services(desk, announcer=thread)  # type: ignore[arg-type]
    await audit_file.send(services, asked, question.about)
    return thread


def table(thread: Posted) -> list[dict[str, str]]:
    ((_, _, file),) = thread.written
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


async def test_it_goes_to_the_thread_with_every_row_in_reach(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_file, "PIECE", 2)
    await add_agent(demo_store, LEE, Role.AGENT, BOSS)
    await add_agent(demo_store, BOSS, Role.PARTNER_ADMINISTRATOR, BOSS)
    await acts(demo_store, LEE, 5)
    await acts(demo_store, BOSS, 2)
    async with open_desk(demo_store) as desk:
        own = await sent(desk, LEE, AuditQuestion(Scope.ALL))
        everybodys = await sent(desk, BOSS, AuditQuestion(Scope.ALL))
    assert own.written[0][1] == JobRequester(LEE, LEE, Thread("s", "t", is_direct=True))
    assert [row["id"] for row in table(own)] == ["5", "4", "3", "2", "1"]
    assert {row["subject"] for row in table(own)} == {"'=1+1"}
    assert len(table(everybodys)) == 7


async def test_what_is_too_much_is_cut_off_and_said_so(demo_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_file, "PIECE", 2)
    monkeypatch.setattr(audit_file, "MOST", 4)
    await add_agent(demo_store, LEE, Role.AGENT, BOSS)
    await acts(demo_store, LEE, 5)
    async with open_desk(demo_store) as desk:
        thread = await sent(desk, LEE, AuditQuestion(Scope.MINE))
    assert len(table(thread)) == 4
    assert "4 acts" in thread.written[0][0]
    assert "helpdesk audit export" in thread.written[0][0]


async def test_who_was_removed_meanwhile_gets_nothing(demo_store: Store) -> None:
    await add_agent(demo_store, LEE, Role.AGENT, BOSS)
    await acts(demo_store, LEE, 1)
    await remove_agent(demo_store, LEE)
    async with open_desk(demo_store) as desk:
        assert (await sent(desk, LEE, AuditQuestion(Scope.MINE))).written == []
