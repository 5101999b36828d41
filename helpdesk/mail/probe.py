"""A short mail of our own to one user, that shows whether mail reaches them: few a day, each sent once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlmodel import Session, col, select

from helpdesk.directory import PersonDetails
from helpdesk.mail import HasMailer, Mail, MailError, MailRefused, Reports
from helpdesk.mail.delivery import HasDelivery, LastDelivery
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.letter import letter
from helpdesk.platform.clock import HasClock
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text, language
from helpdesk.platform.store import HasStore, one_at_a_time
from helpdesk.platform.store.tables.mail import DeliveryStatus, TrialMail

SUBJECT = Text("Webex support checks that mail reaches you")
PAUSE = timedelta(seconds=30)
A_DAY = 5
_DAY = timedelta(hours=24)
# By so much a provider's clock may be behind ours; what is older is another mail.
SKEW = timedelta(seconds=10)
FINAL = (DeliveryStatus.DELIVERED, DeliveryStatus.ERROR)


class ProbeOutcome(StrEnum):
    """What the desk's own mail server said to the mail; and, where it took it, what it will tell of it."""

    TAKEN = "taken"
    TAKEN_TELLS_FAILURES = "taken, only a failure will be told"
    TAKEN_TELLS_NOTHING = "taken, nothing will be told"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    FAILED = "failed"


_TAKEN = {
    Reports.EVERYTHING: ProbeOutcome.TAKEN,
    Reports.FAILURES: ProbeOutcome.TAKEN_TELLS_FAILURES,
    Reports.NOTHING: ProbeOutcome.TAKEN_TELLS_NOTHING,
}


@dataclass(frozen=True, slots=True)
class ProbeMail:
    """`answer` is what the server said, verbatim. Of one that is uncertain nothing more is known."""

    address: str
    at: datetime
    outcome: ProbeOutcome
    answer: str = ""


class TrialTooSoon(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("A test mail was sent to this user a moment ago."), Text("Give it half a minute to arrive.")
        )


class TooManyTrials(Refused):
    def __init__(self, until: datetime) -> None:
        super().__init__(
            Text("This user was sent as many test mails as one day allows."),
            Text("The next one can go out at {time}.", time=until),
        )


class ProbeServices(HasStore, HasMailer, HasClock, Protocol):
    """Sending a probe mail needs these."""


class FateServices(HasStore, HasDelivery, HasClock, Protocol):
    """Finding out what became of it needs these."""


async def send_trial(desk: ProbeServices, to: PersonDetails, agent: str, event_id: str) -> ProbeMail:
    """Send `to` a test mail, in their language, that names `agent`. The same event sends once.

    Raises TrialTooSoon, TooManyTrials, and MailError where no server took the mail; none of these is counted.
    """
    address = to.person.email
    row, is_new = await desk.store.write(_open, address, agent, event_id, desk.now())
    if not is_new:
        return _trial(row)
    try:
        accepted = await desk.mailer.send(_mail(to, agent))
    except MailRefused as error:
        return _trial(await desk.store.write(_close, event_id, ProbeOutcome.REFUSED, error.answer))
    except MailError:
        await desk.store.write(_close, event_id, ProbeOutcome.FAILED, "")
        raise
    outcome = _TAKEN[accepted.reports] if accepted.is_certain else ProbeOutcome.UNCERTAIN
    return _trial(await desk.store.write(_close, event_id, outcome, accepted.answer))


async def fate(desk: FateServices, address: str, subject: str, at: datetime) -> LastDelivery:
    """What became of the test mail with this subject that was asked for at that time; in progress until it is known.

    Our own log knows each of our mails; a provider that is only asked knows the newest one. Raises MailProviderError.
    """
    own = await EmbeddedDeliveryLog(desk.store, desk.now).first_since(address, subject, at)
    if own.status in FINAL:
        return own
    last = await desk.delivery.last(address)
    is_later = last.at is not None and last.at >= at - SKEW
    return last if is_later and last.status in FINAL else replace(own, status=DeliveryStatus.IN_PROGRESS)


async def was_sent(desk: HasStore, event_id: str) -> bool:
    """Whether this event sent a test mail, or may have."""
    return await desk.store.read(_was_sent, event_id)


def subject_for(to: PersonDetails) -> str:
    return language(to.person.preferred_language)(SUBJECT)


def _mail(to: PersonDetails, agent: str) -> Mail:
    say = language(to.person.preferred_language)
    name, organization = to.person.display_name, to.organization.display_name
    return letter("trial", to.person.email, SUBJECT, say, name=name, organization=organization, agent=agent)


def _open(session: Session, address: str, agent: str, event_id: str, now: datetime) -> tuple[TrialMail, bool]:
    """A row for a new mail; or the one that this event has, for a mail that is out or may be."""
    one_at_a_time(session, f"trial mail {address}")
    row = session.get(TrialMail, event_id)
    if row is not None and row.outcome != ProbeOutcome.FAILED:
        return row, False
    _require_allowed(session, address, now)
    row = row or TrialMail(event_id=event_id, address=address, asked_by=agent, asked_at=now)
    row.asked_at, row.outcome = now, None
    session.add(row)
    return row, True


def _require_allowed(session: Session, address: str, now: datetime) -> None:
    asked = select(TrialMail.asked_at).where(
        TrialMail.address == address,
        TrialMail.asked_at > now - _DAY,
        col(TrialMail.outcome).is_distinct_from(ProbeOutcome.FAILED.value),
    )
    sent = sorted(session.exec(asked))
    if sent and now - sent[-1] < PAUSE:
        raise TrialTooSoon
    if len(sent) >= A_DAY:
        raise TooManyTrials(sent[-A_DAY] + _DAY)


def _was_sent(session: Session, event_id: str) -> bool:
    row = session.get(TrialMail, event_id)
    return row is not None and row.outcome != ProbeOutcome.FAILED


def _close(session: Session, event_id: str, outcome: ProbeOutcome, answer: str) -> TrialMail:
    row = session.get_one(TrialMail, event_id)
    row.outcome, row.answer = outcome.value, answer
    session.add(row)
    return row


def _trial(row: TrialMail) -> ProbeMail:
    return ProbeMail(row.address, row.asked_at, ProbeOutcome(row.outcome or ProbeOutcome.UNCERTAIN), row.answer or "")
