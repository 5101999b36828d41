"""What Amazon SES tells of mails, on a topic of Amazon SNS.

It comes in two spellings (`eventType` from a configuration set, `notificationType` from an identity), in any order, and
one event may speak of many recipients. SES keeps its own suppression list, so no event asks us to hold an address back.
Source: SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from helpdesk.mail.delivery import MailEvent
from helpdesk.mail.delivery.codes import enhanced_code
from helpdesk.mail.providers.ses.shapes import Bounce, Complaint, Event, Recipient, SesMail
from helpdesk.mail.providers.ses.sns import SnsNotice, Topics
from helpdesk.platform.store.tables.mail import DeliveryStatus
from helpdesk.platform.text.address import read_address

# The tag that our mails carry; SES gives it back as a list of one.
TAG = "helpdesk"
_NO_EVENT = "Successfully validated SNS topic"
# SES held the mail back itself, because of its own list or of that of all its customers: no mail server was asked.
_HELD_BACK = {"OnAccountSuppressionList", "Suppressed"}


class SesEvents:
    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    async def read(self, headers: Mapping[str, str], body: bytes) -> Sequence[MailEvent]:
        notice = await self._topics.read(body)
        return mail_events(notice) if notice else []


@dataclass(frozen=True, slots=True)
class _Fate:
    address: str
    status: DeliveryStatus
    at: datetime
    answer: str | None = None
    code: str | None = None


def mail_events(notice: SnsNotice) -> Sequence[MailEvent]:
    """One event a recipient. Raises ValueError, whose words repeat nothing of the event."""
    if notice.message.startswith(_NO_EVENT):
        return []
    try:
        event = Event.model_validate_json(notice.message)
    except ValidationError:
        raise ValueError("no event of Amazon SES") from None
    token = next(iter(event.mail.tags.get(TAG, ())), None)
    return [
        MailEvent(
            f"{notice.id} {number}",
            address,
            fate.status,
            fate.at,
            token=token,
            message_id=event.mail.message_id,
            subject=event.mail.common_headers.subject,
            answer=fate.answer or None,
            code=fate.code,
        )
        for number, fate in enumerate(_fates(event))
        if (address := read_address(fate.address))
    ]


def _fates(event: Event) -> Iterator[_Fate]:
    mail = event.mail
    if event.bounce:
        yield from _bounced(event.bounce)
    elif event.complaint:
        yield from _complained(event.complaint, mail.timestamp)
    elif delivery := event.delivery:
        code = enhanced_code(delivery.answer or "")
        for address in delivery.recipients:
            yield _Fate(address, DeliveryStatus.DELIVERED, delivery.timestamp, delivery.answer, code)
    elif delay := event.delay:
        for each in delay.recipients:
            yield _Fate(each.address, DeliveryStatus.IN_PROGRESS, delay.timestamp, _answer(each), _code(each))
    elif event.reject:
        yield from _everyone(mail, DeliveryStatus.ERROR, event.reject.reason)
    elif event.failure:
        yield from _everyone(mail, DeliveryStatus.ERROR, event.failure.message)
    elif event.kind == "Send":
        yield from _everyone(mail, DeliveryStatus.IN_PROGRESS)
    # That a mail was opened or a link followed says nothing that Delivery did not.


def _everyone(mail: SesMail, status: DeliveryStatus, answer: str | None = None) -> Iterator[_Fate]:
    return (_Fate(address, status, mail.timestamp, answer) for address in mail.destination)


def _bounced(bounce: Bounce) -> Iterator[_Fate]:
    for each in bounce.recipients:
        if bounce.sub_type in _HELD_BACK:
            # It comes with 5.1.1, as though the mailbox did not exist; what is known is that nobody asked.
            yield _Fate(each.address, DeliveryStatus.ERROR, bounce.timestamp, _answer(each))
        elif bounce.type != "Transient" or each.diagnostic:
            yield _Fate(each.address, DeliveryStatus.ERROR, bounce.timestamp, _answer(each), _code(each))
        # Otherwise it may be an out-of-office reply, which SES calls a bounce too.


def _complained(complaint: Complaint, sent_at: datetime) -> Iterator[_Fate]:
    for each in complaint.recipients:
        if complaint.sub_type in _HELD_BACK:
            yield _Fate(each.address, DeliveryStatus.ERROR, complaint.timestamp)
        else:
            # Who complains has the mail. It says nothing else, so a Delivery with the server's words stays the newest.
            yield _Fate(each.address, DeliveryStatus.DELIVERED, complaint.arrived_at or sent_at)


def _answer(recipient: Recipient) -> str:
    """`smtp; 550 5.1.1 user unknown` -> `550 5.1.1 user unknown`."""
    return re.sub(r"^\s*smtp;\s*", "", recipient.diagnostic or "", flags=re.IGNORECASE)


def _code(recipient: Recipient) -> str | None:
    status = enhanced_code(recipient.status or "")
    if status is None or status.endswith(".0.0"):
        return enhanced_code(recipient.diagnostic or "") or status
    return status
