"""From a mail that came back to what it says, in whatever format; little of it is read, and none of it believed.

A machine's part (RFC 3464) is read first, then the server's line in the notice, then its words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from itertools import islice

from helpdesk.mail.delivery.codes import enhanced_code, is_specific
from helpdesk.mail.delivery.refusal_words import About
from helpdesk.mail.delivery.refusals import Refusal, judge
from helpdesk.mail.dsn.fields import (
    LONGEST_VALUE,
    Fields,
    addresses_of,
    answer_in,
    plain_address,
    read_blocks,
    spellings,
)
from helpdesk.mail.dsn.parsing import NotAMail, TooElaborate, parse_mail
from helpdesk.mail.dsn.prose import failures, has_server_line, read_prose
from helpdesk.mail.dsn.returned import came_back, is_delayed, is_report, says_for_good, subject_of
from helpdesk.mail.dsn.texts import own_text, status_texts
from helpdesk.mail.moments import mail_time
from helpdesk.platform.store.tables.mail import DeliveryStatus, Reason
from helpdesk.platform.text.address import address_spellings

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
_MACHINES_PART = re.compile(r"^(?:original|final)-recipient:", re.IGNORECASE | re.MULTILINE)
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
        return False if self.status is DeliveryStatus.IN_PROGRESS else self.refusal.is_permanent

    @property
    def held(self) -> Reason | None:
        """Why the address is to be held back."""
        return self.refusal.held if self.status is DeliveryStatus.ERROR else None


@dataclass(frozen=True, slots=True)
class Report:
    """`sent_to` are all addresses that it may have been sent to, and `envelope_id` what we called the mail.

    `blocks` are the fields of each recipient in its machine's part, of which there may be none; `text` is the notice.
    """

    sent_to: tuple[str, ...]
    envelope_id: str | None
    at: datetime | None
    blocks: tuple[Fields, ...]
    text: str
    message: Message

    @property
    def fates(self) -> tuple[Fate, ...]:
        """Those that the machine's part tells."""
        return tuple(filter(None, (_fate(block, self.text) for block in self.blocks)))

    def fate_of(self, address: str, is_its_own: bool) -> Fate | None:
        """What became of our mail to `address`; None where this is about somebody else.

        `is_its_own` says that the return address names the mail: then a recipient need not be named.
        """
        blocks = self.blocks or blocks_within(self.text)
        if not blocks:
            return self._fate_in_prose(address) if is_its_own else None
        # Only the one that counts is judged: there may be many.
        block = next((block for block in blocks if spellings(address) & addresses_of(block)), None)
        if block is None and is_its_own and len(blocks) == 1 and self._may_mean(address, blocks[0]):
            block = blocks[0]
        fate = _fate(block, self.text) if block else None
        return self._explained(fate, address) if fate else None

    def _may_mean(self, address: str, block: Fields) -> bool:
        """Nobody is named, the mailbox under another domain of its server, or an address it was passed on from."""
        named, local = addresses_of(block), address.rpartition("@")[0].lower()
        is_same_mailbox = any(other.rpartition("@")[0] == local for other in named)
        return not named or is_same_mailbox or self._spelled(address) in self.text.lower()

    def _spelled(self, address: str) -> str:
        """As the notice names it: servers write international domains in ASCII or in Unicode."""
        text = self.text.lower()
        return next((each.lower() for each in address_spellings(address) if each.lower() in text), address.lower())

    def _explained(self, fate: Fate, address: str) -> Fate:
        """With the words of the notice, where the machine's part gives no reason."""
        if fate.status is not DeliveryStatus.ERROR or fate.refusal.about is not About.UNCLEAR:
            return fate
        has_code = fate.code is not None and is_specific(fate.code)
        if has_code and fate.answer:
            return fate
        words = read_prose(self.text, self._spelled(address))
        if words is None or words.refusal.about is About.UNCLEAR:
            return fate
        answer = f"{fate.answer} {words.answer}" if fate.answer else words.answer
        explained = replace(fate, answer=answer, code=judge(answer, fate.code).code)
        # What filters and signatures add to a notice is no reason that a code yields to.
        return fate if has_code and explained.held != fate.held and not has_server_line(words.answer) else explained

    def _fate_in_prose(self, address: str) -> Fate:
        named = self._spelled(address)
        words = read_prose(self.text, named)
        subject = subject_of(self.message)
        is_still_tried = is_delayed(subject, self.text)
        has_failed = False
        if words is None:
            temporary, permanent = failures(self.message, self.text)
            is_still_tried = is_still_tried or plain_address(address) in temporary - permanent
            has_failed = plain_address(address) in permanent or says_for_good(subject, self.text, named)
        answer = words.answer if words else " ".join(self.text.split())[:_FIRST_LINES]
        code = words.refusal.code if words else judge(answer).code
        if is_still_tried:
            return Fate(frozenset({address.lower()}), DeliveryStatus.IN_PROGRESS, _passing(code), answer or None)
        code = code or ("5.0.0" if has_failed else None)
        return Fate(frozenset({address.lower()}), DeliveryStatus.ERROR, code, answer or None)


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
    blocks: tuple[Fields, ...] = ()
    # The first only: another may lie within the mail that came back.
    for status in status_texts(message)[:1]:
        about, recipients = read_blocks(status)
        blocks = tuple(block for block in recipients if _tells(block))
    if not blocks and (inside := _passed_on(message)):
        report = report_of(inside)
        return replace(report, sent_to=_addressees(message)) if report else None
    if not blocks and not came_back(message, text, has_server_line(text)):
        return None
    return Report(
        sent_to=_addressees(message),
        envelope_id=about.get("original-envelope-id") or None,
        at=mail_time(_value(message, "Date")),
        blocks=blocks,
        text=text,
        message=message,
    )


def blocks_within(text: str) -> tuple[Fields, ...]:
    """Those of a machine's part that stands in the notice itself, as some gateways leave it."""
    start = _MACHINES_PART.search(text)
    return tuple(filter(_tells, read_blocks(text[start.start() :])[1])) if start else ()


def _tells(block: Fields) -> bool:
    """Whether it says what became of the mail."""
    return _named_status(block) is not None or enhanced_code(block.get("status", "")) is not None


def _fate(block: Fields, text: str) -> Fate | None:
    status = _status(block, text)
    if status is None:
        return None
    answer = _answer(block)
    refusal = judge(answer, block.get("status", ""))
    code = refusal.code or ("5.0.0" if status is DeliveryStatus.ERROR else None)
    if status is not DeliveryStatus.ERROR:
        code = enhanced_code(block.get("status", "")) or code
    return Fate(addresses=addresses_of(block), status=status, code=code, answer=answer or None)


def _status(block: Fields, text: str) -> DeliveryStatus | None:
    if (named := _named_status(block)) is not None:
        return named
    match (enhanced_code(block.get("status", "")) or "")[:1]:
        case "2":
            return DeliveryStatus.DELIVERED
        case "4" if is_delayed("", text):
            return DeliveryStatus.IN_PROGRESS
        case "4" | "5":
            return DeliveryStatus.ERROR
    return None


def _named_status(block: Fields) -> DeliveryStatus | None:
    action = block.get("action", "").strip("\"'( ").lower()
    return next((status for name, status in _ACTIONS if action.startswith(name)), None)


def _answer(block: Fields) -> str:
    """The first that gives a reason, else the first there is."""
    answers = [answer for name in _ANSWERS if (answer := answer_in(block.get(name, "")))]
    clear = (answer for answer in answers if judge(answer).about is not About.UNCLEAR)
    return next(clear, answers[0] if answers else "")


def _passing(code: str | None) -> str:
    """The code of a mail that is still tried: a reason that is for good elsewhere may pass."""
    return f"4{code[1:]}" if code else "4.0.0"


def _passed_on(message: Message) -> Message | None:
    """The report that a gateway wrapped into a mail of its own; a mail that came back is none."""
    parts = message.get_payload()
    for part in parts if isinstance(parts, list) and message.get_content_type() == "multipart/mixed" else []:
        inside = part.get_payload() if isinstance(part, Message) and part.get_content_type() == "message/rfc822" else 0
        if isinstance(inside, list) and inside and isinstance(inside[0], Message) and is_report(inside[0]):
            return inside[0]
    return None


def _addressees(message: Message) -> tuple[str, ...]:
    return tuple(islice(_sent_to(message), _MOST_ADDRESSEES))


def _sent_to(message: Message) -> Iterator[str]:
    for name in _ADDRESSEES:
        for value in message.get_all(name, []):
            yield from (word for word in _BETWEEN.split(str(value)[:LONGEST_VALUE]) if "@" in word)


def _value(message: Message, name: str) -> str | None:
    """On one line, whatever lines it came on; an unknown byte is shown as such."""
    value = message.get(name)
    return " ".join(str(value)[:LONGEST_VALUE].split()) if value is not None else None
