"""From a delivery status notification as it arrived to what it says; little of it is read, and none of it believed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import islice

from helpdesk.address import canonical_address
from helpdesk.delivery.codes import enhanced_code
from helpdesk.dsn.parsing import NotAMail, TooElaborate, parse_mail
from helpdesk.store.tables import DeliveryStatus

_LONGEST_VALUE = 2000
_MOST_ADDRESSEES = 20
_STATUS = {
    "failed": DeliveryStatus.ERROR,
    "delayed": DeliveryStatus.IN_PROGRESS,
    "delivered": DeliveryStatus.DELIVERED,
    "relayed": DeliveryStatus.DELIVERED,
    # To all members of a list, of whom nobody will hear more.
    "expanded": DeliveryStatus.UNKNOWN,
}
_ADDRESSEES = ("Delivered-To", "X-Original-To", "To")
_BETWEEN = re.compile(r"[\s<>,;:\"]+")


@dataclass(frozen=True, slots=True)
class Fate:
    """Of one recipient: `addresses` are the one that the mail was for and the one it ended at, in lower case.

    `answer` is the remote server's, verbatim.
    """

    addresses: frozenset[str]
    status: DeliveryStatus
    code: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """`sent_to` are all addresses that it may have been sent to, and `envelope_id` what we called the mail."""

    sent_to: tuple[str, ...]
    envelope_id: str | None
    at: datetime | None
    fates: tuple[Fate, ...]


def read(raw: bytes) -> Report | None:
    """None for what is no report; that may be any mail, or no mail at all."""
    try:
        message = parse_mail(raw)
    except (TooElaborate, NotAMail):
        return None
    return report_of(message)


def report_of(message: Message) -> Report | None:
    """None where there is no delivery-status part in it."""
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    blocks = status.get_payload() if status else None
    if not isinstance(blocks, list) or not blocks:
        return None
    about, *recipients = (block for block in blocks if isinstance(block, Message))
    return Report(
        sent_to=tuple(islice(_sent_to(message), _MOST_ADDRESSEES)),
        envelope_id=_value(about, "Original-Envelope-Id"),
        at=_date(_value(message, "Date")),
        fates=tuple(fate for block in recipients if (fate := _fate(block))),
    )


def _fate(block: Message) -> Fate | None:
    status = _STATUS.get((_value(block, "Action") or "").lower())
    if status is None:
        return None
    _, _, answer = (_value(block, "Diagnostic-Code") or "").partition(";")
    addresses = (canonical_address(_typed(_value(block, name))) for name in ("Original-Recipient", "Final-Recipient"))
    return Fate(
        addresses=frozenset(filter(None, addresses)),
        status=status,
        code=_code(_value(block, "Status") or "", answer),
        answer=answer.strip() or None,
    )


def _code(status: str, answer: str) -> str | None:
    """That of the report itself, unless it only says "failed" and the server's answer says more."""
    reported = enhanced_code(status)
    if reported is None or reported.endswith(".0.0"):
        return enhanced_code(answer) or reported
    return reported


def _typed(value: str | None) -> str:
    """`rfc822; a@x.example` -> `a@x.example`."""
    kind, _, address = (value or "").partition(";")
    return address.strip().strip("<>") if kind.strip().lower() in {"rfc822", "utf-8"} else ""


def _sent_to(message: Message) -> Iterator[str]:
    for name in _ADDRESSEES:
        for value in message.get_all(name, []):
            yield from (word for word in _BETWEEN.split(str(value)[:_LONGEST_VALUE]) if "@" in word)


def _value(message: Message, name: str) -> str | None:
    """On one line, whatever lines it came on; an unknown byte is shown as such."""
    value = message.get(name)
    return " ".join(str(value)[:_LONGEST_VALUE].split()) if value is not None else None


def _date(value: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
