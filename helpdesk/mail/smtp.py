"""Mail over SMTP: TLS unless the URL says none, one recipient, a limit on the whole exchange."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from helpdesk.mail import Accepted, Mail, MailRefused, MailUnavailable, MailUnsendable, Reports
from helpdesk.mail.bounces import envelope_options, recipient_options, return_address
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import address_spellings, exact_address

# Servers that offer the first have to offer the second (RFC 6531).
_IN_UTF8 = ("SMTPUTF8", "BODY=8BITMIME")
STEP_SECONDS = 10
TOTAL_SECONDS = 30
_PORTS = {"smtp": 587, "smtps": 465}
_WRONG_URL = (
    "must look like smtp://user:password@host:587 or smtps://user:password@host:465, "
    "with %23 for # and %2F for / in a password"
)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: str  # "starttls", "implicit" or "none"


def parse_smtp_url(url: str) -> SmtpServer:
    """`smtp://user:password@host:587` (STARTTLS), `smtps://...:465`, `smtp://127.0.0.1:1025?tls=none`.

    Raises ValueError, whose text never repeats the URL: it holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # Python's own words repeat what it could not read, such as the end of a password with a # in it.
        raise ValueError(_WRONG_URL) from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(_WRONG_URL)
    tls = parse_qs(parts.query).get("tls", ["implicit" if parts.scheme == "smtps" else "starttls"])[0]
    if tls not in {"implicit", "starttls", "none"} or (tls == "none" and parts.scheme == "smtps"):
        raise ValueError("has an unknown tls=; leave it out, or tls=none for a local server")
    return SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


class SmtpMailer:
    """Sends from `sender` through `server`, on a connection of its own for each mail.

    What becomes of a mail is reported to `bounce_address`, with the mail's token in it; without one, nobody is asked to
    report. `headers` makes those that the mail's provider wants, from its token;
    `is_told_of` says that this provider tells of each mail what becomes of it.
    """

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        bounce_address: str | None = None,
        headers: Callable[[str], Mapping[str, str]] = lambda token: {},
        is_told_of: bool = False,
    ) -> None:
        self._server = server
        self._sender = sender
        self._bounce_address = bounce_address
        self._headers = headers
        self._is_told_of = is_told_of
        self._domain = sender.rpartition("@")[2]
        self._tls = ssl.create_default_context() if server.tls != "none" else None

    async def send(self, mail: Mail) -> Accepted:
        to = exact_address(mail.to)
        if to is None:
            raise ValueError("not an address")  # a defect of the caller: input is checked before it gets here
        client = self._client()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                mail = replace(mail, to=await self._announce(client, to, mail))
            content = self._message(mail).as_bytes()
            return await self._hand_over(client, content, self._reports(client, mail.token))
        except TimeoutError:
            raise MailUnavailable(Text("it is too slow")) from None
        finally:
            client.close()

    async def rehearse(self) -> None:
        """Connect, log in, name our sender, and go: no mail. Raises MailUnavailable."""
        client = self._client()
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                await self._present(client)
        except TimeoutError:
            raise MailUnavailable(Text("it is too slow")) from None
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            timeout=STEP_SECONDS,
            use_tls=self._server.tls == "implicit",
            # Said outright: left open, a server that offers no STARTTLS would be sent everything in clear.
            start_tls=self._server.tls == "starttls",
            tls_context=self._tls,
            local_hostname=self._domain,
        )

    async def _announce(self, client: aiosmtplib.SMTP, address: str, mail: Mail) -> str:
        """All that comes before the mail itself: whatever fails here, nothing was taken.

        Returns `address` as the server was told it.
        """
        to = await self._present(client, mail.token, address, is_ascii_wanted=mail.in_ascii)
        options = recipient_options(to) if self._is_reported(client, mail.token) else ()
        try:
            await client.rcpt(to, options=options, encoding="utf-8")
            return to
        except aiosmtplib.SMTPResponseException as error:
            raise MailRefused(_one_line(error.code, error.message)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _broken(error) from None

    async def _present(
        self, client: aiosmtplib.SMTP, token: str = "", address: str = "", is_ascii_wanted: bool = False
    ) -> str:
        """Who we are and whose mail it will be. Returns `address` in the form that this server takes.

        Raises MailUnsendable where there is none.
        """
        sender = self._sender
        if self._bounce_address is not None:
            sender = return_address(self._bounce_address, token)
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                # Old servers know no EHLO; they are greeted as they like it before the next command.
                with suppress(aiosmtplib.SMTPHeloError):
                    await client.ehlo()
            to = _on_the_wire(address, client.supports_extension("smtputf8"), is_ascii_wanted)
            options = envelope_options(token) if self._is_reported(client, token) else ()
            await client.mail(sender, options=(*options, *(() if to.isascii() else _IN_UTF8)))
            return to
        except aiosmtplib.SMTPAuthenticationError:
            raise MailUnavailable(Text("it refused the user name or password of this desk")) from None
        except aiosmtplib.SMTPResponseException as error:
            answer = _one_line(error.code, error.message)
            raise MailUnavailable(Text("it answered “{answer}”", answer=answer)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _broken(error) from None

    def _is_reported(self, client: aiosmtplib.SMTP, token: str) -> bool:
        """Whether the server can be asked to report on the mail, and its reports come to us."""
        return bool(token) and self._bounce_address is not None and client.supports_extension("dsn")

    def _reports(self, client: aiosmtplib.SMTP, token: str) -> Reports:
        if self._is_told_of or self._is_reported(client, token):
            return Reports.EVERYTHING
        return Reports.FAILURES if token and self._bounce_address is not None else Reports.NOTHING

    async def _hand_over(self, client: aiosmtplib.SMTP, content: bytes, reports: Reports) -> Accepted:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                reply = await client.data(content)
        except aiosmtplib.SMTPResponseException as error:
            raise MailRefused(_one_line(error.code, error.message)) from None
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as error:
            # All of it may have been taken before the line went dead.
            return Accepted(type(error).__name__, is_certain=False, reports=reports)
        return Accepted(_one_line(reply.code, reply.message), reports=reports)

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP_POLICY if mail.to.isascii() else SMTP_POLICY.clone(utf8=True))
        # As they stand: the library's own type for an address has no dots at both ends, and undoes quotes.
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=self._domain)
        message["Auto-Submitted"] = "auto-generated"
        for name, value in (self._headers(mail.token) if mail.token else {}).items():
            message[name] = value
        # Quoted-printable survives relays that would re-encode 8-bit text and so break its signature.
        message.set_content(mail.text, cte="quoted-printable")
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
        return message


def _on_the_wire(address: str, takes_utf8: bool, is_ascii_wanted: bool) -> str:
    """In Unicode where the server takes that (RFC 6531), else with the domain in ASCII, as where that is wanted.

    Raises MailUnsendable where letters before the @ need what it does not take.
    """
    if takes_utf8 and not (is_ascii_wanted and address.isascii()):
        return address_spellings(address)[-1]
    if not address.isascii():
        raise MailUnsendable
    return address


def _broken(error: Exception) -> MailUnavailable:
    if isinstance(error, aiosmtplib.SMTPTimeoutError | TimeoutError):
        return MailUnavailable(Text("it is too slow"))
    is_tls = isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)
    if isinstance(error, aiosmtplib.SMTPConnectError | OSError) and not is_tls:
        return MailUnavailable(Text("it cannot be reached"))
    # What is left: no STARTTLS where we ask for it, a certificate we do not trust, an answer out of order.
    return MailUnavailable(Text("it offers no connection that this desk trusts"))


def _one_line(code: int, message: str) -> str:
    return " ".join(f"{code} {message}".split())[:500]
