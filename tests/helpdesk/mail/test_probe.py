"""A test mail is sent once for each press, few a day, and says who asked and in whose language."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select

from bot.settings import Settings
from helpdesk.directory import PersonDetails
from helpdesk.mail import Accepted, Mail, MailError, NoMailer, Reports
from helpdesk.mail.delivery import REPORT, LastDelivery, MailEvent
from helpdesk.mail.delivery.events import record
from helpdesk.mail.probe import ProbeOutcome, TooManyTrials, TrialTooSoon, fate, send_trial, subject_for, was_sent
from helpdesk.platform.language import ENGLISH
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import DeliveryStatus, EmailEvent
from helpdesk.services import Helpdesk
from playground.mailbox import Mailbox
from tests.commands.desks import open_desk
from tests.helpdesk.files import bring_in, organization, person
from tests.sessions import rows

PAT, ANA = "person1@acme.example", "ana.ruiz@partner.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def desk(store: Store, mailbox: Mailbox) -> AsyncIterator[Helpdesk]:
    user = person(1, "Pat <b>Léa</b>", preferredLanguage="fr_FR")
    await bring_in(store, organizations=[organization(name="Acme")], people=[user])
    async with mailbox.serve():
        settings = Settings(smtp_url=SecretStr(mailbox.url), mail_from="desk@partner.example")
        async with open_desk(store, settings) as desk:
            yield desk


@pytest.fixture
async def pat(desk: Helpdesk) -> PersonDetails:
    found = await desk.directory.person_with(PAT)
    assert found
    return found


class Dying:
    """A mail server's client in a process that dies before the answer."""

    async def send(self, mail: Mail) -> Accepted:
        raise asyncio.CancelledError


class Telling:
    def __init__(self, accepted: Accepted) -> None:
        self._accepted = accepted

    async def send(self, mail: Mail) -> Accepted:
        return self._accepted


async def test_it_names_the_user_the_customer_and_the_agent_in_the_users_language(
    desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox
) -> None:
    trial = await send_trial(desk, pat, ANA, "press")
    (mail,) = mailbox.mails
    assert mail.recipients == [PAT]
    assert trial.outcome is ProbeOutcome.TAKEN_TELLS_NOTHING
    for words in ("Bonjour Pat <b>Léa</b>", "Acme", ANA, "personne du support ne vous demandera de transférer"):
        assert words in mail.text
    assert "Pat &lt;b&gt;Léa&lt;/b&gt;" in mail.html
    assert "<b>Léa" not in mail.html


async def test_the_same_event_sends_once_even_when_worked_on_by_several(
    desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox
) -> None:
    await asyncio.gather(*(send_trial(desk, pat, ANA, "press") for _ in range(4)))
    assert len(mailbox.mails) == 1
    assert (await send_trial(desk, pat, ANA, "press")).outcome is ProbeOutcome.TAKEN_TELLS_NOTHING


async def test_of_two_agents_at_once_one_sends(desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox) -> None:
    tries = (send_trial(desk, pat, ANA, f"press {n}") for n in range(4))
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, TrialTooSoon) for each in ended) == 3
    assert len(mailbox.mails) == 1


async def test_the_sixth_of_a_day_waits_for_the_next(desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox) -> None:
    for hour in range(5):
        now = NOON + timedelta(hours=hour)
        await send_trial(replace(desk, now=lambda now=now: now), pat, ANA, f"press {hour}")
    later = replace(desk, now=lambda: NOON + timedelta(hours=5))
    with pytest.raises(TooManyTrials) as refused:
        await send_trial(later, pat, ANA, "press 6")
    assert refused.value.advice
    assert ENGLISH(refused.value.advice) == "The next one can go out at 2 Mar 2026, 12:00 UTC."
    await send_trial(replace(desk, now=lambda: NOON + timedelta(days=1, seconds=1)), pat, ANA, "press 7")
    assert len(mailbox.mails) == 6


async def test_what_no_server_took_is_not_counted_and_can_be_tried_again(
    desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox
) -> None:
    with pytest.raises(MailError):
        await send_trial(replace(desk, mailer=NoMailer()), pat, ANA, "press")
    assert not await was_sent(desk, "press")
    await send_trial(desk, pat, ANA, "press")
    assert len(mailbox.mails) == 1


async def test_after_a_crash_it_may_be_out_and_is_not_sent_again(
    desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox
) -> None:
    with pytest.raises(asyncio.CancelledError):
        await send_trial(replace(desk, mailer=Dying()), pat, ANA, "press")
    assert (await send_trial(desk, pat, ANA, "press")).outcome is ProbeOutcome.UNCERTAIN
    assert mailbox.mails == []


async def test_a_refusal_is_given_with_the_servers_words(desk: Helpdesk, pat: PersonDetails, mailbox: Mailbox) -> None:
    mailbox.refuse(PAT, "550 5.1.1 no such mailbox")
    trial = await send_trial(desk, pat, ANA, "press")
    assert (trial.outcome, trial.answer) == (ProbeOutcome.REFUSED, "550 5.1.1 no such mailbox")


@pytest.mark.parametrize(
    ("accepted", "outcome"),
    [
        (Accepted("250", reports=Reports.EVERYTHING), ProbeOutcome.TAKEN),
        (Accepted("250", reports=Reports.FAILURES), ProbeOutcome.TAKEN_TELLS_FAILURES),
        (Accepted("250"), ProbeOutcome.TAKEN_TELLS_NOTHING),
        (Accepted("", is_certain=False, reports=Reports.EVERYTHING), ProbeOutcome.UNCERTAIN),
    ],
)
async def test_what_will_be_told_of_it_is_known_at_once(
    desk: Helpdesk, pat: PersonDetails, accepted: Accepted, outcome: ProbeOutcome
) -> None:
    assert (await send_trial(replace(desk, mailer=Telling(accepted)), pat, ANA, "press")).outcome is outcome


async def test_a_mail_that_goes_out_later_does_not_hide_what_becomes_of_it(desk: Helpdesk, pat: PersonDetails) -> None:
    trial = await send_trial(desk, pat, ANA, "press")
    subject = subject_for(pat)
    (sent,) = await rows(desk.store, select(EmailEvent).where(EmailEvent.subject == subject))
    await desk.mailer.send(Mail(PAT, "Your code", "text", "<p>html</p>"))
    assert (await fate(desk, PAT, subject, trial.at)).status is DeliveryStatus.IN_PROGRESS
    told = MailEvent("a report", PAT, DeliveryStatus.DELIVERED, datetime.now(UTC), sent.token, answer="250 OK")
    await record(desk.store, [told], REPORT)
    found = await fate(desk, PAT, subject, trial.at)
    assert (found.status, found.answer) == (DeliveryStatus.DELIVERED, "250 OK")


@pytest.mark.parametrize(
    ("seconds", "status"), [(-60, DeliveryStatus.IN_PROGRESS), (-1, DeliveryStatus.ERROR), (5, DeliveryStatus.ERROR)]
)
async def test_a_provider_that_is_asked_tells_of_it_and_not_of_an_older_mail(
    desk: Helpdesk, pat: PersonDetails, seconds: int, status: DeliveryStatus
) -> None:
    class Asked:
        async def last(self, address: str) -> LastDelivery:
            return LastDelivery(DeliveryStatus.ERROR, NOON + timedelta(seconds=seconds), answer="550 5.1.1")

    asked = replace(desk, delivery=Asked())
    assert (await fate(asked, PAT, subject_for(pat), NOON)).status is status
