"""What comes back to our bounce address, handed to us over LMTP by the mail server on this machine.

A recipient that names no mail of ours is refused before the mail is sent, where a mail server sent it: nobody is told.
What anybody else sent is answered 250 whatever it is: what a mail server cannot hand over it sends back, and that would
be to somebody whose address was forged.
"""

import asyncio
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from helpdesk.mail.dsn import LARGEST
from helpdesk.mail.dsn.intake import Intake
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Text
from helpdesk.platform.store import StoreUnavailable

log = structlog.get_logger()

OK = "250 2.0.0 OK"
# The sender of what mail servers send by themselves.
NOBODY = "<>"
_DAEMONS = {"mailer-daemon", "postmaster", "mail-daemon"}
TRY_AGAIN = "451 4.3.0 try again later"
NOT_OURS = "550 5.1.1 not the return address of a mail of ours"
BUSY = b"421 4.3.2 busy, try again later\r\n"
IDLE_SECONDS = 60
# More than mail servers open to one place by themselves; each takes a descriptor, and the memory of a mail.
MOST_CONNECTIONS = 32
# aiosmtpd reads what is too large to its end, and keeps a line that does not end in memory.
_MOST_RECEIVED = 8 * LARGEST
TAKE_SECONDS = 10


def _is_mail_server(sender: str | None) -> bool:
    """Some send what came back in a name of their own, where the standard wants none."""
    return sender == NOBODY or (sender or "").lower().strip("<>").partition("@")[0] in _DAEMONS


class LmtpPortRefused(HelpdeskError):
    def __init__(self, port: int) -> None:
        super().__init__(
            Text("Port {port} cannot be used.", port=str(port)),
            Text("Set HELPDESK_LMTP_PORT to a free port above 1023, or to 0 for any."),
        )


class _Lmtp(LMTP):
    # For longer lines than this aiosmtpd refuses a mail for good; it is the mail server's to be strict.
    line_length_limit = LARGEST

    def __init__(self, server: "LmtpServer", **options: Any) -> None:
        super().__init__(server, **options)
        self._server = server
        self._received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._server.connections) >= MOST_CONNECTIONS and isinstance(transport, asyncio.Transport):
            transport.write(BUSY)
            transport.close()
            return
        self._server.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._server.connections:
            self._server.connections.remove(self)
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self not in self._server.connections:
            return
        self._received += len(data)
        if self._received > _MOST_RECEIVED and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
            return
        super().data_received(data)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self in self._server.connections else None

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  (aiosmtpd's name)
        self._received = 0
        await super().smtp_DATA(arg)


class LmtpServer:
    """On loopback only. `port` is the one it listens on, once started."""

    def __init__(self, intake: Intake, port: int) -> None:
        self.port = port
        self._intake = intake
        self._server: asyncio.Server | None = None
        self.connections: set[LMTP] = set()

    async def start(self) -> None:
        """Raises LmtpPortRefused."""
        try:
            self._server = await asyncio.get_running_loop().create_server(self._protocol, "127.0.0.1", self.port)
        except OSError:
            raise LmtpPortRefused(self.port) from None
        self.port = self._server.sockets[0].getsockname()[1]
        log.info("lmtp_listening", port=self.port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def _protocol(self) -> _Lmtp:
        # Without a hostname aiosmtpd asks the resolver for one, which can take seconds.
        return _Lmtp(
            self,
            data_size_limit=LARGEST,
            hostname="localhost",
            ident="bounces",
            timeout=IDLE_SECONDS,
            enable_SMTPUTF8=True,
        )

    # The next three names are aiosmtpd's.

    async def handle_RCPT(  # noqa: N802
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            # LMTP wants an answer for each, of which aiosmtpd knows nothing.
            return "452 4.5.3 one recipient at a time"
        if envelope.mail_from == NOBODY and (refusal := await self._refusal(address)):
            return refusal
        envelope.rcpt_tos.append(address)
        return OK

    async def _refusal(self, address: str) -> str | None:
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                return None if await self._intake.expects(address) else NOT_OURS
        except (StoreUnavailable, TimeoutError):
            return TRY_AGAIN

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not _is_mail_server(envelope.mail_from) or not isinstance(envelope.content, bytes):
            log.info("bounce_dropped", why="not from a mail server")
            return OK
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                await self._intake.take(envelope.content, envelope.rcpt_tos)
        except (StoreUnavailable, TimeoutError):
            return TRY_AGAIN
        return OK

    async def handle_exception(self, error: Exception) -> str:
        """Else aiosmtpd would tell the mail server the words of the error, and that it is for good."""
        log.warning("bounce_not_taken", exc_info=error)
        return TRY_AGAIN
