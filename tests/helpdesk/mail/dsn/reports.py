"""Reports as mail servers write them, made of the lines that differ."""

from datetime import UTC, datetime

from helpdesk.mail.bounces import return_address

PAT = "pat.lindqvist@acme.example"
BOUNCES = "bounce@desk.example.com"
TOKEN = "0123456789abcdef" * 2
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NO_SUCH_USER = "550 5.1.1 <pat.lindqvist@acme.example>: no such user"
FAILED = (
    f"Final-Recipient: rfc822; {PAT}",
    "Action: failed",
    "Status: 5.1.1",
    "Remote-MTA: dns; mx.acme.example",
    f"Diagnostic-Code: smtp; {NO_SUCH_USER}",
)


def report(
    *recipients: tuple[str, ...],
    to: str = return_address(BOUNCES, TOKEN),
    about: tuple[str, ...] = ("Reporting-MTA: dns; mail.partner.example",),
    date: str = "Sun, 01 Mar 2026 12:00:00 +0000",
    returned: str = "Subject: Your code\n",
) -> bytes:
    """A report of FAILED, or of other `recipients`, each the lines of its block."""
    blocks = "\n\n".join("\n".join(block) for block in (about, *(recipients or (FAILED,))))
    return f"""\
From: MAILER-DAEMON@mail.partner.example (Mail Delivery System)
To: {to}
Date: {date}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

{blocks}

--b1
Content-Type: text/rfc822-headers

{returned}
--b1--
""".encode(errors="surrogateescape")
