"""A real SMTP server that keeps what it is sent, for people and tests to read."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from playground.bell import Bell


@dataclass(eq=False)
class Mail:
    """One mail as it arrived; `text` and `html` are its bodies, empty when it has none of that kind."""

    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str
    raw: bytes
    received: datetime = field(default_factory=lambda: datetime.now(UTC))


class Mailbox:
    """Every address has a mailbox here, unless `refuse` says otherwise."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.delay_seconds = 0.0
        self.listeners: list[Callable[[Mail], None]] = []
        self._refused: dict[str, str] = {}
        self._bell = Bell()
        self._url: str | None = None

    @property
    def url(self) -> str:
        """Where to send, such as `smtp://127.0.0.1:1025?tls=none`; known while served."""
        if self._url is None:
            raise RuntimeError("the mailbox is not being served")
        return self._url

    def refuse(self, address: str, answer: str = "550 5.1.1 no such mailbox") -> None:
        """From now on answer `RCPT TO` of this address with `answer`."""
        self._refused[address.lower()] = answer

    def accept(self, address: str) -> None:
        """Take mail for this address again."""
        self._refused.pop(address.lower(), None)

    async def next_mail(self, to: str, timeout: float = 10, after: Mail | None = None) -> Mail:  # noqa: ASYNC109 - the tests' own words
        """The first mail to this address, or the first one since `after`. Raises TimeoutError."""

        def look() -> Mail | None:
            start = self.mails.index(after) + 1 if after else 0
            wanted = to.lower()
            return next((one for one in self.mails[start:] if wanted in map(str.lower, one.recipients)), None)

        try:
            return await self._bell.until(look, timeout)
        except TimeoutError:
            got = [(one.recipients, one.subject) for one in self.mails]
            raise TimeoutError(f"no mail to {to} in {timeout} s; arrived: {got}") from None

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator["Mailbox"]:
        """Listen on 127.0.0.1; port 0 takes any free one. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        # Without a hostname aiosmtpd asks the resolver for one, which can take seconds.
        server = await loop.create_server(lambda: SMTP(self, hostname="mailbox.example"), "127.0.0.1", port)
        self._url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?tls=none"
        try:
            yield self
        finally:
            self._url = None
            server.close()

    # The next two names are aiosmtpd's.
    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[Any]
    ) -> str:
        if refused := self._refused.get(address.lower()):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay_seconds)
        mail = _read(envelope)
        self.mails.append(mail)
        self._bell.ring()
        for listener in self.listeners:
            listener(mail)
        return "250 2.0.0 OK"


def _read(envelope: Envelope) -> Mail:
    raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)  # noqa: S101 - what policy.default makes
    return Mail(
        sender=envelope.mail_from or "",
        recipients=list(envelope.rcpt_tos),
        subject=str(parsed.get("Subject", "")),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        raw=raw,
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part else ""
