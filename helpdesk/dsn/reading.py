"""From a mail that came back to what it says, in whatever format; little of it is read, and none of it believed.

A machine's part (RFC 3464) is read first, then the server's line in the notice, then its words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import islice

from helpdesk.delivery.codes import enhanced_code, is_specific
from helpdesk.delivery.refusal_words import About
from helpdesk.delivery.refusals import Refusal, judge
from helpdesk.dsn.fields import LONGEST_VALUE, Fields, addresses_of, answer_in, plain_address, read_blocks
from helpdesk.dsn.parsing import NotAMail, TooElaborate, parse_mail
from helpdesk.dsn.prose import failures, has_server_line, read_prose
from helpdesk.dsn.returned import came_back, is_delayed, subject_of
from helpdesk.dsn.texts import own_text, status_texts
from helpdesk.store.tables import DeliveryStatus, Reason

_MOST_ADDRESSEES = 20
_FIRST_LINES = 300
_ACTIONS = (
    ("fail", DeliveryStatus.ERROR),
    ("error", DeliveryStatus.ERROR),
    ("expired", DeliveryStatus.ERROR),
    ("undeliver", DeliveryStatus.ERROR),
    ("bounce", DeliveryStatus.ERROR),
    ("reject", DeliveryStatus.ERROR),
    ("delay", DeliveryStatus.IN_PROGRESS),
    ("deliver", DeliveryStatus.DELIVERED),
    ("relay", DeliveryStatus.DELIVERED),
    # To all members of a list, of whom nobody will hear more.
    ("expand", DeliveryStatus.UNKNOWN),
)
# Where a server puts its answer, the most telling first.
_ANSWERS = ("diagnostic-code", "x-supplementary-info", "x-postfix-reason", "x-notes-diagnostic", "x-reason")
_ADDRESSEES = ("Delivered-To", "X-Original-To", "To")
_BETWEEN = re.compile(r"[\s<>,;:\"]+")


@dataclass(frozen=True, slots=True)
class Fate:
    """Of one recipient: `addresses` are the one that the mail was for and the one it ended at, in lower case.

    `answer` is the remote server's, verbatim; where it is in no known form, the first lines of the notice.
    """

    addresses: frozenset[str]
    status: DeliveryStatus
    code: str | None
    answer: str | None

    @property
    def refusal(self) -> Refusal:
        return judge(self.answer or "", self.code)

    @property
    def is_permanent(self) -> bool | None:
        """None where nobody said."""
        return self.refusal.is_permanent

    @property
    def held(self) -> Reason | None:
        """Why the address is to be held back."""
        return self.refusal.held if self.status is DeliveryStatus.ERROR else None


@dataclass(frozen=True)
class Report:
    """`sent_to` are all addresses that it may have been sent to, and `envelope_id` what we called the mail.

    `fates` are those of its machine's part; there may be none.
    """

    sent_to: tuple[str, ...]
    envelope_id: str | None
    at: datetime | None
    fates: tuple[Fate, ...]
    text: str
    message: Message

    def fate_of(self, address: str, is_its_own: bool) -> Fate | None:
        """What became of our mail to `address`; None where this is about somebody else.

        `is_its_own` says that the return address names the mail: then a recipient need not be named.
        """
        if not self.fates:
            return self._fate_in_prose(address) if is_its_own else None
        fate = next((fate for fate in self.fates if plain_address(address) in fate.addresses), None)
        if fate is None and is_its_own and len(self.fates) == 1 and self._may_mean(address, self.fates[0]):
            fate = self.fates[0]
        return self._explained(fate, address) if fate else None

    def _may_mean(self, address: str, fate: Fate) -> bool:
        """Nobody is named, the mailbox under another domain of its server, or an address it was passed on from."""
        local = address.rpartition("@")[0].lower()
        same = any(other.rpartition("@")[0] == local for other in fate.addresses)
        return not fate.addresses or same or address.lower() in self.text.lower()

    def _explained(self, fate: Fate, address: str) -> Fate:
        """With the words of the notice, where the machine's part gives no reason."""
        if fate.status is not DeliveryStatus.ERROR or fate.refusal.about is not About.UNCLEAR:
            return fate
        if fate.code and is_specific(fate.code) and fate.answer:
            return fate
        words = read_prose(self.text, address.lower())
        if words is None or words.refusal.about is About.UNCLEAR:
            return fate
        answer = f"{fate.answer} {words.answer}" if fate.answer else words.answer
        return replace(fate, answer=answer, code=judge(answer, fate.code).code)

    def _fate_in_prose(self, address: str) -> Fate:
        words = read_prose(self.text, address.lower())
        temporary, permanent = self._failures
        is_delayed_still = is_delayed(subject_of(self.message), self.text)
        if words is None and plain_address(address) in temporary - permanent:
            is_delayed_still = True
        answer = words.answer if words else " ".join(self.text.split())[:_FIRST_LINES]
        code = words.refusal.code if words else judge(answer).code
        status = DeliveryStatus.IN_PROGRESS if is_delayed_still else DeliveryStatus.ERROR
        return Fate(frozenset({address.lower()}), status, code, answer or None)

    @cached_property
    def _failures(self) -> tuple[frozenset[str], frozenset[str]]:
        return failures(self.message, self.text)


def read(raw: bytes) -> Report | None:
    """None for what tells of no mail that came back; that may be any mail, or no mail at all."""
    try:
        message = parse_mail(raw)
    except (TooElaborate, NotAMail):
        return None
    return report_of(message)


def report_of(message: Message) -> Report | None:
    text = own_text(message)
    about: Fields = {}
    fates: tuple[Fate, ...] = ()
    # The first only: another may lie within the mail that came back.
    for status in status_texts(message)[:1] or _status_within(text):
        about, recipients = read_blocks(status)
        fates = tuple(fate for block in recipients if (fate := _fate(block, text)))
    if not fates and not came_back(message, text, has_server_line(text)):
        return None
    return Report(
        sent_to=tuple(islice(_sent_to(message), _MOST_ADDRESSEES)),
        envelope_id=about.get("original-envelope-id") or None,
        at=_date(_value(message, "Date")),
        fates=fates,
        text=text,
        message=message,
    )


def _status_within(text: str) -> list[str]:
    """A machine's part that stands in the notice itself, as some gateways leave it."""
    start = re.search(r"^(?:original|final)-recipient:", text, re.IGNORECASE | re.MULTILINE)
    has_outcome = re.search(r"^status:\s{0,5}[245]\.", text, re.IGNORECASE | re.MULTILINE)
    return [text[start.start() :]] if start and has_outcome else []


def _fate(block: Fields, text: str) -> Fate | None:
    status = _status(block, text)
    if status is None:
        return None
    answer = _answer(block)
    refusal = judge(answer, block.get("status", ""))
    code = refusal.code
    if status is not DeliveryStatus.ERROR:
        code = enhanced_code(block.get("status", "")) or code
    return Fate(addresses=addresses_of(block), status=status, code=code, answer=answer or None)


def _status(block: Fields, text: str) -> DeliveryStatus | None:
    action = block.get("action", "").strip("\"'( ").lower()
    named = next((status for name, status in _ACTIONS if action.startswith(name)), None)
    if named is not None:
        return named
    match (enhanced_code(block.get("status", "")) or "")[:1]:
        case "2":
            return DeliveryStatus.DELIVERED
        case "4" if is_delayed("", text):
            return DeliveryStatus.IN_PROGRESS
        case "4" | "5":
            return DeliveryStatus.ERROR
    return None


def _answer(block: Fields) -> str:
    """The first that gives a reason, else the first there is."""
    answers = [answer for name in _ANSWERS if (answer := answer_in(block.get(name, "")))]
    clear = (answer for answer in answers if judge(answer).about is not About.UNCLEAR)
    return next(clear, answers[0] if answers else "")


def _sent_to(message: Message) -> Iterator[str]:
    for name in _ADDRESSEES:
        for value in message.get_all(name, []):
            yield from (word for word in _BETWEEN.split(str(value)[:LONGEST_VALUE]) if "@" in word)


def _value(message: Message, name: str) -> str | None:
    """On one line, whatever lines it came on; an unknown byte is shown as such."""
    value = message.get(name)
    return " ".join(str(value)[:LONGEST_VALUE].split()) if value is not None else None


def _date(value: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
