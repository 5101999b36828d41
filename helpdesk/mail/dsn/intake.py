"""Reports that came back are taken into the log, each for the one mail whose token it brings.

The token is looked for first, as bytes: what brings none is not taken apart at all.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice

import structlog
from sqlmodel import Session, col, select

from helpdesk.mail.bounces import token_in
from helpdesk.mail.delivery import REPORT, MailEvent
from helpdesk.mail.delivery.events import record
from helpdesk.mail.dsn import LARGEST
from helpdesk.mail.dsn.reading import Fate, read
from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.store import Store
from helpdesk.platform.store.tables.mail import EmailEvent

log = structlog.get_logger()

# Mail servers try for five days, and their own reports may be under way for as long.
TOKEN_LIVES = timedelta(days=10)
# A report names its mail's token in a few places, and no other's.
_MOST_TOKENS = 20
_ENVELOPE_ID = rb"original-envelope-id:\s{0,80}([0-9a-f]{32})\b"


@dataclass(frozen=True, slots=True)
class _Sent:
    token: str
    address: str
    at: datetime


class Intake:
    """For reports to `bounce_address`."""

    def __init__(self, store: Store, bounce_address: str, now: Clock = utc_now) -> None:
        self._store = store
        self._bounce_address = bounce_address
        self._now = now
        local, _, domain = (re.escape(part.encode()) for part in bounce_address.lower().rpartition("@"))
        self._tokens_within = re.compile(rb"%b\+([0-9a-f]{32})@%b\b|%b" % (local, domain, _ENVELOPE_ID))
        # One at a time: many at once would take the processor from whoever waits for an answer.
        self._reading = asyncio.Lock()

    async def expects(self, recipient: str) -> bool:
        """Whether this is the return address of a mail of ours that may still come back. Raises StoreUnavailable."""
        token = token_in(recipient, self._bounce_address)
        return token is not None and bool(await self._live([token]))

    async def take(self, raw: bytes, recipients: Sequence[str] = ()) -> bool:
        """Whether it told of a mail of ours; what does not is dropped. `recipients` are those of its envelope.

        Raises StoreUnavailable, and then it is to be told again.
        """
        told_to = self._tokens(recipients)
        live = await self._live(told_to or self._tokens_in(raw))
        if not live:
            return _dropped("no mail of ours, or one of long ago")
        if len(raw) > LARGEST:
            return _dropped("too large")
        async with self._reading:
            event = await asyncio.to_thread(self._event_in, raw, told_to, live)
        if isinstance(event, str):
            return _dropped(event)
        await record(self._store, [event], REPORT)
        return True

    def _event_in(self, raw: bytes, told_to: Sequence[str], live: Mapping[str, _Sent]) -> MailEvent | str:
        """What `raw` tells of one of the mails in `live`, or why it tells nothing."""
        report = read(raw)
        if report is None:
            return "no report"
        by_return_address = told_to or self._tokens(report.sent_to)
        # The envelope id is the token itself; where servers do not pass it on, it is in the return address.
        named = [*by_return_address, *([] if told_to else [report.envelope_id or ""])]
        sent = next((live[token] for token in named if token in live), None)
        if sent is None:
            return "the token stands where it means nothing"
        fate = report.fate_of(sent.address, is_its_own=sent.token in by_return_address)
        return self._event(sent, fate, report.at) if fate else "about somebody else"

    def _tokens(self, addresses: Iterable[str]) -> list[str]:
        return [token for address in addresses if (token := token_in(address, self._bounce_address))]

    def _tokens_in(self, raw: bytes) -> list[str]:
        """Whatever in it may be a token of ours, as it stands there: encoded parts are not looked into."""
        found = self._tokens_within.finditer(raw[:LARGEST].lower())
        tokens = ((match[1] or match[2]).decode() for match in islice(found, _MOST_TOKENS))
        return list(dict.fromkeys(tokens))

    async def _live(self, tokens: Sequence[str]) -> dict[str, _Sent]:
        return await self._store.read(_live, tokens, self._now() - TOKEN_LIVES) if tokens else {}

    def _event(self, sent: _Sent, fate: Fate, reported_at: datetime | None) -> MailEvent:
        told = f"{sent.token} {fate.status} {fate.code} {fate.answer} {reported_at}"
        return MailEvent(
            event_id=sha256(told.encode(errors="replace")).hexdigest(),
            address=sent.address,
            status=fate.status,
            # Its clock is not ours: a date from the future would hide all that is told later.
            at=max(sent.at, min(reported_at or self._now(), self._now())),
            token=sent.token,
            answer=fate.answer,
            code=fate.code,
            suppress=fate.held,
        )


def _live(session: Session, tokens: Sequence[str], since: datetime) -> dict[str, _Sent]:
    """By their token, the mails that may still come back."""
    mails = select(EmailEvent).where(col(EmailEvent.token).in_(tokens), col(EmailEvent.sent_at) > since)
    found = (_Sent(mail.token or "", mail.address, mail.sent_at) for mail in session.exec(mails.limit(_MOST_TOKENS)))
    return {sent.token: sent for sent in found}


def _dropped(why: str) -> bool:
    log.info("bounce_dropped", why=why)
    return False
