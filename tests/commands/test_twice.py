"""An event that is worked on again, by a process that knows nothing of the first, changes nothing more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from bot.settings import Settings
from cards import bulk as bulk_card
from cards.elements import Card, Json, pages
from commands import agents, audit, bulk, consent, email, find, language, resend, unsuppress, verify, view, vouching
from commands.command import Elsewhere, Renewable, Reply
from helpdesk.audit_questions import AuditQuestion, Scope
from helpdesk.bulk.runs import Dropped
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import add_agent
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.audit import AuditRow
from helpdesk.platform.store.tables.bulk import BulkRun
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.store.tables.mail import Suppression
from helpdesk.platform.store.tables.proof import Consent, Verification
from helpdesk.proof.verification import Asker, Proof
from helpdesk.services import Helpdesk
from playground.mailbox import Mailbox
from tests.chat import PAT, SAM, another_code, code_in
from tests.commands.asking import ANA, BO, LEE, SPACE, pressed, typed
from tests.commands.desks import open_desk
from tests.databases import Databases
from tests.helpdesk.bulk.started import Started
from tests.helpdesk.files import contents
from tests.sessions import rows, writing

pytestmark = pytest.mark.long

LONG = "\n".join([PAT, SAM, *(f"nobody{number}@acme.example" for number in range(9))])
WHY = "Known to me from the site visit"
MUELLER = "Müller & Söhne Maschinenbau"
NAMED = "lou.fischer@partner.example"
CHIEF = Sender("chief", "chief@partner.example", Role.PARTNER_ADMINISTRATOR)


@dataclass
class Desks:
    """One database and one mailbox, and as many processes as are wanted."""

    url: str
    mailbox: Mailbox
    jobs: Started = field(default_factory=Started)

    @asynccontextmanager
    async def another(self) -> AsyncIterator[Helpdesk]:
        store = Store(self.url)
        settings = Settings(
            smtp_url=SecretStr(self.mailbox.url),
            mail_from="desk@partner.example",
            public_url="https://desk.example",
            partner_admins=(CHIEF.email,),
        )
        try:
            async with open_desk(store, settings) as desk:
                # Begun, and run nowhere: what a job does is told where it is tested.
                yield replace(desk, jobs=self.jobs)
        finally:
            await store.close()

    async def rows(self) -> dict[str, list[tuple[object, ...]]]:
        async with self.another() as desk:
            return await contents(desk.store)


@pytest.fixture
async def desks(databases: Databases) -> AsyncIterator[Desks]:
    """Mail to PAT bounced; SAM was sent a code; NAMED is an agent."""
    mailbox = Mailbox()
    async with databases.fresh("demo") as url, mailbox.serve():
        desks = Desks(url, mailbox)
        async with desks.another() as desk:
            await verify.start(typed(SAM), desk)
            await add_agent(desk.store, NAMED, Role.AGENT, "a test")
            await add_agent(desk.store, ANA.email, Role.ADVANCED, "a test")
        yield desks


def seen(reply: Reply) -> list[Json]:
    """What the agent is shown, and who else is."""
    assert not isinstance(reply, Renewable)
    replies = [reply] if isinstance(reply, Card) else reply
    cards = [each.card if isinstance(each, Elsewhere) else each for each in replies]
    return [page.json for each in cards for page in pages(each)]


Handler = Callable[[Helpdesk, Mailbox], Awaitable[Reply]]


async def clear(desk: Helpdesk, _: Mailbox) -> Reply:
    return await unsuppress.lift(pressed({"address": PAT}, event="press"), desk)


async def clear_complaint(desk: Helpdesk, _: Mailbox) -> Reply:
    return await unsuppress.lift_complaint(pressed({"address": PAT}, event="press", reason=WHY), desk)


async def put_back(desk: Helpdesk, _: Mailbox) -> Reply:
    await unsuppress.lift(pressed({"address": PAT}, event="an earlier press"), desk)
    return await unsuppress.put_back(pressed({"address": PAT, "lifting": "an earlier press"}, event="press"), desk)


async def send_test_mail(desk: Helpdesk, _: Mailbox) -> Reply:
    return await resend.send(pressed({"person": await _sam(desk)}, event="press"), desk)


async def send(desk: Helpdesk, _: Mailbox) -> Reply:
    about = {"person": (await somebody_else(desk)).id, "proof": Proof.MAILBOX.value}
    return await verify.send(pressed(about, event="press"), desk)


async def somebody_else(desk: Helpdesk) -> Person:
    """Mail to whom flows, and who was sent no code yet."""
    found: list[Person] = await rows(
        desk.store, select(Person).where(col(Person.email).not_in([PAT, SAM])).order_by(Person.id).limit(1)
    )
    return found[0]


async def enter_right(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    return await _enter(desk, code_in(mailbox.mails[0].text))


async def enter_wrong(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    return await _enter(desk, another_code(code_in(mailbox.mails[0].text)))


async def _enter(desk: Helpdesk, code: str) -> Reply:
    (sent,) = await rows(desk.store, select(Verification))
    return await verify.check(pressed({"verification": sent.id}, event="press", code=code), desk)


async def ask(desk: Helpdesk, _: Mailbox) -> Reply:
    return await vouching.request(pressed({"person": await _sam(desk)}, event="press", reason=WHY), desk)


async def approve(desk: Helpdesk, _: Mailbox) -> Reply:
    about = {"person": await _sam(desk), "agent": ANA.person_id, "agent_email": ANA.email, "space": SPACE}
    return await vouching.approve(pressed({**about, "reason": WHY}, BO, event="press"), desk)


async def _sam(desk: Helpdesk) -> str:
    found = await desk.directory.person_with(SAM)
    assert found
    return found.person.id


async def choose_language(desk: Helpdesk, _: Mailbox) -> Reply:
    return await language.choose(typed("fr"), desk)


async def list_addresses(desk: Helpdesk, _: Mailbox) -> Reply:
    return await bulk.show_pasted(pressed({}, event="press", list=f"{PAT}\n{SAM}"), desk)


async def begin_list(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    await vouch_once(desk)
    run = await _list(desk, mailbox)
    return await bulk.clear(pressed({bulk_card.RUN: run}, event="a press", reason=WHY), desk)


async def ask_to_approve(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    run = await _list(desk, mailbox, LONG)
    return await bulk.clear(pressed({bulk_card.RUN: run}, event="a press", reason=WHY), desk)


async def approve_list(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    await ask_to_approve(desk, mailbox)
    return await bulk.approve_list(pressed(await _shown(desk), BO, event="another press"), desk)


async def decline_list(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    with suppress(Dropped):  # the second time
        await ask_to_approve(desk, mailbox)
    return await bulk.decline_list(pressed(await _shown(desk), BO, event="another press"), desk)


async def _shown(desk: Helpdesk) -> dict[str, str]:
    (run,) = await rows(desk.store, select(BulkRun))
    return {bulk_card.RUN: run.id, bulk_card.SHOWN: run.lines_hash}


async def drop_list(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    return await bulk.drop(pressed({bulk_card.RUN: await _list(desk, mailbox)}, event="a press"), desk)


async def vouch_once(desk: Helpdesk) -> None:
    """By one event, whoever works on it."""
    user = await desk.directory.person_with(PAT)
    assert user
    asker = Asker(ANA.person_id, ANA.email, SPACE)
    await desk.verification.approve(user.person.id, asker, BO.person_id, WHY, "vouched before")


async def _list(desk: Helpdesk, mailbox: Mailbox, text: str = f"{PAT}\n{SAM}") -> str:
    """The same one whoever asks for it: its id comes from the event."""
    await bulk.show_pasted(pressed({}, event="press", list=text), desk)
    (run,) = await rows(desk.store, select(BulkRun.id))
    return str(run)


async def ask_consent(desk: Helpdesk, _: Mailbox) -> Reply:
    (mueller,) = await rows(desk.store, select(Organization.id).where(Organization.display_name == MUELLER))
    return await consent.request(pressed({"organization": mueller}, event="press", reason=WHY), desk)


async def withdraw_consent(desk: Helpdesk, mailbox: Mailbox) -> Reply:
    await ask_consent(desk, mailbox)
    (asked,) = await rows(desk.store, select(Consent.id))
    return await consent.end(pressed({"consent": asked}, event="another press"), desk)


async def ask_for_file(desk: Helpdesk, _: Mailbox) -> Reply:
    return await audit.file(pressed(AuditQuestion(Scope.USER, SAM).about, event="press", is_direct=True), desk)


async def name_agent(desk: Helpdesk, _: Mailbox) -> Reply:
    return await agents.typed(typed(f"add {LEE.email} advanced", CHIEF), desk)


async def remove_agent(desk: Helpdesk, _: Mailbox) -> Reply:
    return await agents.remove(pressed({"email": NAMED}, CHIEF, event="press"), desk)


async def view_without_consent(desk: Helpdesk, _: Mailbox) -> Reply:
    return await view.ask(typed(MUELLER), desk)


async def look_up(desk: Helpdesk, _: Mailbox) -> Reply:
    return await find.look_up(typed(PAT), desk)


async def ask_status(desk: Helpdesk, _: Mailbox) -> Reply:
    return await email.show(typed(PAT), desk)


HANDLERS: list[Handler] = [
    clear,
    clear_complaint,
    put_back,
    send_test_mail,
    send,
    enter_right,
    enter_wrong,
    ask,
    approve,
    choose_language,
    list_addresses,
    begin_list,
    ask_to_approve,
    approve_list,
    decline_list,
    drop_list,
    ask_consent,
    withdraw_consent,
    ask_for_file,
    name_agent,
    remove_agent,
    view_without_consent,
    look_up,
    ask_status,
]


@pytest.mark.parametrize("handler", HANDLERS)
async def test_worked_on_again_an_event_is_answered_the_same_and_changes_nothing(
    desks: Desks, handler: Handler
) -> None:
    before = await desks.rows()
    async with desks.another() as desk:
        answer = await handler(desk, desks.mailbox)
    once, mails = await desks.rows(), len(desks.mailbox.mails)
    async with desks.another() as desk:
        again = await handler(desk, desks.mailbox)
    assert seen(again) == seen(answer)
    assert (await desks.rows(), len(desks.mailbox.mails)) == (once, mails)
    assert once != before, "what changes nothing the first time proves nothing"


@pytest.mark.parametrize("handler", [one for one in HANDLERS if one not in (send, send_test_mail)])
async def test_worked_on_by_two_at_once_an_event_is_answered_the_same_and_audited_once(
    desks: Desks, handler: Handler
) -> None:
    answers = [seen(each) for each in await _at_once(desks, handler)]
    assert answers == [answers[0]] * 4
    async with desks.another() as desk:
        acts = [(row.action, row.outcome) for row in await rows(desk.store, select(AuditRow))]
    assert len(acts) == len(set(acts))


@pytest.mark.parametrize("handler", [send, send_test_mail])
async def test_worked_on_by_two_at_once_it_is_mailed_once(desks: Desks, handler: Handler) -> None:
    await _at_once(desks, handler)
    assert len(desks.mailbox.mails) == 2  # with the one that SAM was sent


async def _at_once(desks: Desks, handler: Handler) -> list[Reply]:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(desks.another()) for _ in range(4)]
        return await asyncio.gather(*(handler(desk, desks.mailbox) for desk in opened))


async def test_a_code_that_bounced_before_its_answer_went_out_is_answered_as_sent(desks: Desks) -> None:
    async with desks.another() as desk:
        answer = await send(desk, desks.mailbox)
        address = (await somebody_else(desk)).email
        async with writing(desk.store) as session:
            session.add(Suppression(address=address, reason="bounce"))
    async with desks.another() as desk:
        assert seen(await send(desk, desks.mailbox)) == seen(answer)
        assert [row.outcome for row in await desk.audit.about(address)] == ["sent"]
