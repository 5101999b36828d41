"""What comes back to our bounce address, handed to us over LMTP by the mail server on this machine.

It is answered 250 whatever it is: what a mail server cannot hand over it sends back, and that would be to somebody
whose address was forged.
"""

import asyncio
from typing import Any, cast

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from helpdesk.dsn import LARGEST
from helpdesk.dsn.intake import Intake
from helpdesk.errors import HelpdeskError
from helpdesk.language import Text
from helpdesk.store import StoreUnavailable

log = structlog.get_logger()

OK = "250 2.0.0 OK"
TRY_AGAIN = "451 4.3.0 try again later"
IDLE_SECONDS = 60
TAKE_SECONDS = 10


class LmtpPortRefused(HelpdeskError):
    def __init__(self, port: int) -> None:
        super().__init__(
            Text("Port {port} cannot be used.", port=str(port)),
            Text("Set HELPDESK_LMTP_PORT to a free port above 1023, or to 0 for any."),
        )


# A mail server opens a few; each holds a mail at most.
MOST_CONNECTIONS = 20


class _Lmtp(LMTP):
    # For longer lines than this aiosmtpd refuses a mail for good; it is the mail server's to be strict.
    line_length_limit = LARGEST

    def __init__(self, *args: Any, connected: set[LMTP], **options: Any) -> None:
        super().__init__(*args, **options)
        self._connected = connected

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connected.add(self)
        if len(self._connected) > MOST_CONNECTIONS:
            # The mail server comes again with what it could not hand over.
            cast(asyncio.Transport, transport).abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._connected.discard(self)
        super().connection_lost(error)


class LmtpServer:
    """On loopback only. `port` is the one it listens on, once started."""

    def __init__(self, intake: Intake, port: int) -> None:
        self.port = port
        self._intake = intake
        self._server: asyncio.Server | None = None
        self._connected: set[LMTP] = set()

    async def start(self) -> None:
        """Raises LmtpPortRefused."""
        try:
            self._server = await asyncio.get_running_loop().create_server(self._protocol, "127.0.0.1", self.port)
        except OSError:
            raise LmtpPortRefused(self.port) from None
        self.port = self._server.sockets[0].getsockname()[1]
        log.info("LMTP server listens", port=self.port)

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
            connected=self._connected,
        )

    # The next three names are aiosmtpd's.

    async def handle_RCPT(  # noqa: N802
        self, server: LMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            # LMTP wants an answer for each, of which aiosmtpd knows nothing.
            return "452 4.5.3 one recipient at a time"
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if envelope.mail_from != "<>" or not isinstance(envelope.content, bytes):
            log.info("a mail to the bounce address was dropped", why="not from a mail server")
            return OK
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                await self._intake.take(envelope.content, envelope.rcpt_tos)
        except (StoreUnavailable, TimeoutError):
            return TRY_AGAIN
        return OK

    async def handle_exception(self, error: Exception) -> str:
        """Else aiosmtpd would tell the mail server the words of the error, and that it is for good."""
        log.warning("a mail to the bounce address could not be taken in", exc_info=error)
        return TRY_AGAIN
