"""Notices as mail servers of many makes write them, each the answer to a mail of ours to pat@acme.example.

Written for these tests after the formats; each says what is right: the outcome, whether it is for good, and whether
the mailbox does not exist.
"""

from dataclasses import dataclass

PAT = "pat@acme.example"
RETURN = "bounce+0123456789abcdef0123456789abcdef@bounces.partner.example"
COPY = "Received: from desk.partner.example by mx.acme.example\nFrom: desk@partner.example\nSubject: Your code\n"


@dataclass(frozen=True)
class Notice:
    """`outcome` is `failed` or `delayed`; `is_permanent` is None where the notice does not say."""

    raw: bytes
    outcome: str
    is_permanent: bool | None
    is_held: bool


def made_notice(
    body: str,
    is_permanent: bool | None,
    is_held: bool,
    *,
    sender: str = "Mail Delivery Subsystem <MAILER-DAEMON@mx.acme.example>",
    subject: str = "Undelivered Mail",
    more: str = "",
    kind: str = "text/plain; charset=utf-8",
    outcome: str = "failed",
) -> Notice:
    head = f"From: {sender}\nTo: {RETURN}\nSubject: {subject}\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n{more}"
    return Notice(f"{head}Content-Type: {kind}\n\n{body}\n".encode(), outcome, is_permanent, is_held)


def made_report(
    fields: str, is_permanent: bool | None, is_held: bool, text: str = "It was not delivered.", outcome: str = "failed"
) -> Notice:
    return made_notice(
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.acme.example\n\n{fields}\n\n--b\nContent-Type: text/rfc822-headers\n\n{COPY}\n--b--",
        is_permanent,
        is_held,
        kind='multipart/report; report-type=delivery-status; boundary="b"',
        outcome=outcome,
    )


def failed_fields(status: str, diagnostic: str, action: str = "failed") -> str:
    return f"Final-Recipient: rfc822; {PAT}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}"
