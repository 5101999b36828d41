"""Mail to a user flows again: cleared, looked at again, sent again, watched until somebody tells what became of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlmodel import select

from bot import background
from bot.jobs import watch
from helpdesk.audit import Audit
from helpdesk.mail.delivery import REPORT, MailEvent
from helpdesk.mail.delivery.events import record
from helpdesk.mail.probe import SUBJECT
from helpdesk.people.access import Role
from helpdesk.people.agents import add_agent, remove_agent
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent, LiftedSuppression, Reason, Suppression
from tests.chat import PAT, SAM, Chat, Seen, open_chat, open_stage
from tests.databases import Databases
from tests.processes import BotProcess
from tests.sessions import rows, writing

WHY = "Known to me from the site visit today"
BOUNCES = "bounce@desk.partner.example"


@pytest.fixture
async def chat(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """Mails that come back are told of; what is watched is looked at often."""
    monkeypatch.setattr(background, "JOBS_AFTER_SECONDS", 0)
    monkeypatch.setattr(watch, "PAUSES", (0.2,) * 100)
    async with databases.fresh("demo") as url, open_stage(url) as chat:
        chat.settings = chat.settings.model_copy(update={"bounce_address": BOUNCES})
        await chat.start()
        yield chat
        await chat.stop()


async def vouched(chat: Chat, address: str) -> None:
    """A second agent knows the caller: no code would arrive."""
    form = await chat.presses(await chat.says(f"verify {address}"), "Ask a second agent")
    asked = await chat.presses(form, "Ask an agent", reason=WHY)
    await chat.presses(asked, "Approve", who=chat.bo)


async def cleared(chat: Chat, address: str = PAT) -> Seen:
    await vouched(chat, address)
    return await chat.presses(await chat.says(f"unsuppress {address}"), "Clear it")


async def told(
    chat: Chat, status: DeliveryStatus, answer: str, suppress: Reason | None = None, address: str = PAT
) -> None:
    """What a mail server reports of the test mail."""
    mails = await rows(chat.store, select(EmailEvent).where(EmailEvent.address == address))
    (trial,) = [each for each in mails if each.subject == SUBJECT.message]
    now = datetime.now(UTC)
    event = MailEvent(f"a report of {now}", address, status, now, trial.token, answer=answer, suppress=suppress)
    await record(chat.store, [event], REPORT)


async def said_next(chat: Chat, after: Seen) -> Seen:
    return Seen(await chat.cloud.next_message(chat.space, after=after.message, by=chat.bot, timeout=20))


async def test_from_error_to_delivered_in_one_thread(chat: Chat) -> None:
    user = await chat.says(PAT)
    assert "Last email: Error" in user.text
    await vouched(chat, PAT)
    why = await chat.presses(user, "Clear suppression")
    assert "Reason: bounce" in why.text
    gone = await chat.presses(why, "Clear it")
    assert gone.heading == f"{PAT} is off the suppression list"
    assert "The list was asked again and does not hold mail back." in gone.text

    sent = await chat.presses(gone, "Send test mail")
    assert sent.heading == f"Test mail sent to {PAT}"
    mail = await chat.mailbox.next_mail(to=PAT)
    for body in (mail.text, mail.html):
        assert "Pat Lindqvist" in body
        assert "Acme Corporation" in body
        assert "nobody from support will ask you to forward this mail" in body
    await told(chat, DeliveryStatus.DELIVERED, "250 2.0.0 stored as 77")
    arrived = await said_next(chat, sent)
    assert arrived.heading == f"Delivered to {PAT}"
    assert "250 2.0.0 stored as 77" in arrived.text
    assert {each.message.parent_id for each in (why, gone, sent, arrived)} == {user.message.parent_id}
    outcomes = [row.outcome for row in await Audit(chat.store).about(PAT) if row.action in ("unsuppress", "resend")]
    assert outcomes == ["cleared: bounce", "test mail: taken, only a failure will be told"]


async def test_a_mail_that_comes_back_is_said_with_the_servers_words(chat: Chat) -> None:
    sent = await chat.presses(await cleared(chat), "Send test mail")
    await told(chat, DeliveryStatus.ERROR, "550 5.1.1 no such mailbox", suppress=Reason.BOUNCE)
    failed = await said_next(chat, sent)
    assert failed.heading == f"Not delivered to {PAT}"
    assert "550 5.1.1 no such mailbox" in failed.text
    assert "Reason: bounce" in (await chat.presses(failed, "Clear suppression")).text


async def test_without_a_word_the_watch_ends_and_says_so(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSES", (0.1,))
    sent = await chat.presses(await cleared(chat), "Send test mail")
    silent = await said_next(chat, sent)
    assert silent.heading == f"No word yet about the mail to {PAT}"
    assert (await chat.presses(silent, "Look again")).heading == "Last email: In progress"


async def test_what_is_told_of_an_older_mail_ends_no_watch(chat: Chat) -> None:
    sent = await chat.presses(await cleared(chat), "Send test mail")
    async with writing(chat.store) as session:
        session.add(EmailEvent(id="old", address=PAT, sent_at=datetime(2026, 1, 1, tzinfo=UTC), status="delivered"))
    with pytest.raises(TimeoutError):
        await chat.cloud.next_message(chat.space, after=sent.message, by=chat.bot, timeout=1)


async def test_whoever_is_no_agent_any_more_is_told_nothing(chat: Chat) -> None:
    lee = chat.cloud.add_person("Lee Novak", "lee.novak@partner.example")
    chat.cloud.join(lee, chat.space)
    await add_agent(chat.store, lee.email, Role.AGENT, "a test")
    sent = await chat.presses(await cleared(chat), "Send test mail", who=lee)
    await remove_agent(chat.store, lee.email)
    await told(chat, DeliveryStatus.DELIVERED, "250 2.0.0 OK")
    with pytest.raises(TimeoutError):
        await chat.cloud.next_message(chat.space, after=sent.message, by=chat.bot, timeout=1.5)


async def test_where_nothing_is_reported_the_desk_says_so_at_once(databases: Databases) -> None:
    async with databases.fresh("demo") as url, open_chat(url) as chat:
        ways = await chat.says(f"resend {SAM}")
        assert ways.heading == "Send mail to Sam Okafor again"
        sent = await chat.presses(ways, "Send test mail")
        assert "This mail server does not report delivery." in sent.text


async def test_a_refused_mail_is_said_at_once(chat: Chat) -> None:
    chat.mailbox.refuse(SAM, "550 5.1.1 no such mailbox here")
    refused = await chat.presses(await chat.says(f"resend {SAM}"), "Send test mail")
    assert refused.heading == f"The test mail to {SAM} was refused"
    assert "550 5.1.1 no such mailbox here" in refused.text


async def test_no_test_mail_goes_where_it_cannot_arrive_or_to_nobody(chat: Chat) -> None:
    held = await chat.presses(await chat.says(f"resend {PAT}"), "Send test mail")
    assert held.heading == f"No mail was sent: mail to {PAT} is held back"
    nobody = await chat.says("resend nobody@acme.example")
    assert nobody.heading == "There is nothing like that here, or it is gone."
    assert chat.mailbox.mails == []


async def test_a_second_test_mail_waits_and_a_used_card_sends_none(chat: Chat) -> None:
    ways = await chat.says(f"resend {SAM}")
    await chat.presses(ways, "Send test mail")
    assert (await chat.presses(ways, "Send test mail")).heading == "This button was used already"
    soon = await chat.presses(await chat.says(f"resend {SAM}"), "Send test mail")
    assert soon.heading == "A test mail was sent to this user a moment ago."
    assert len(chat.mailbox.mails) == 1


async def test_any_agent_undoes_a_clearing_once_and_the_old_entry_is_back(chat: Chat) -> None:
    of_pat = select(Suppression).where(Suppression.address == PAT)
    before = [each.model_dump() for each in await rows(chat.store, of_pat)]
    gone = await cleared(chat)
    offered = await chat.says(f"unsuppress undo {PAT}", who=chat.bo)
    assert "Cleared by ana.ruiz@partner.example" in offered.text
    undone = await chat.presses(offered, "Undo", who=chat.bo)
    assert undone.heading == f"{PAT} is on the suppression list again"
    assert [each.model_dump() for each in await rows(chat.store, of_pat)] == before
    again = await chat.presses(gone, "Undo")
    assert again.heading == "This was put back already, by bo.larsen@partner.example."
    acts = [(row.actor, row.outcome) for row in await Audit(chat.store).about(PAT) if row.action == "unsuppress.undo"]
    assert acts == [(chat.bo.email, "put back: bounce")]


async def test_after_a_day_nothing_can_be_undone(chat: Chat) -> None:
    await cleared(chat)
    chat.clock.passes(hours=24, seconds=1)
    late = await chat.says(f"unsuppress undo {PAT}")
    assert late.heading == "There is no clearing to undo for this address."
    assert "Undo" not in (await chat.says(f"unsuppress {PAT}")).buttons
    assert len(await rows(chat.store, select(LiftedSuppression))) == 1


async def test_an_address_that_was_cleared_offers_what_comes_next(chat: Chat) -> None:
    await cleared(chat)
    free = await chat.says(f"unsuppress {PAT}", who=chat.bo)
    assert free.heading == f"{PAT} is not on the suppression list"
    assert list(free.buttons) == ["Send test mail", "Send code", "More ways", "Undo"]


async def test_a_watch_outlives_the_process_that_began_it_and_speaks_once(chat: Chat) -> None:
    await chat.stop()
    secret = SecretStr("a secret of the mail server's, long enough")
    settings = chat.settings.model_copy(update={"dsn_token": secret})
    first = await BotProcess.start(settings)
    await chat.cloud.connected(chat.bot, timeout=20)
    sent = await chat.presses(await chat.says(f"resend {SAM}"), "Send test mail")
    assert "if it comes back within 30 min, the desk says so here" in sent.text
    await first.kill()
    await told(chat, DeliveryStatus.DELIVERED, "250 2.0.0 OK", address=SAM)
    second = await BotProcess.start(settings)
    assert (await said_next(chat, sent)).heading == f"Delivered to {SAM}"
    await chat.says("whoami")
    status, logged = await second.end()
    said = [Seen(one).heading for one in chat.cloud.messages(chat.space) if one.person is chat.bot]
    assert said.count(f"Delivered to {SAM}") == 1
    assert (status, SAM in logged) == (0, False)
