"""Notices that say little, or in a form that is not made for it."""

from tests.helpdesk.mail.dsn.notice import PAT, Notice, failed_fields, made_notice, made_report

_REPORT = 'multipart/report; report-type=delivery-status; boundary="b"'
_NO_REASON = made_report(failed_fields("5.0.0", "smtp; 550 Unknown user"), True, True).raw.decode()

ODD_FORMS: dict[str, Notice] = {
    "a report without fields": made_notice(
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{PAT}\nCette adresse n'existe pas.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.acme.example\n\n--b--",
        True,
        True,
        sender="",
        subject="Adresse",
        kind=_REPORT,
    ),
    "a report that says failed and no more": made_report(
        f"Final-Recipient: rfc822; {PAT}\nAction: failed", True, False, text="It failed."
    ),
    "a report wrapped by a gateway": made_notice(
        f"--w\nContent-Type: text/plain\n\nScanned by our gateway.\n\n--w\nContent-Type: message/rfc822\n\n"
        f"{_NO_REASON}\n--w--",
        True,
        True,
        subject="FW",
        sender="Gateway <gate@acme.example>",
        kind='multipart/mixed; boundary="w"',
    ),
    "a report whose boundary was lost": made_notice(
        f"--other\nContent-Type: message/delivery-status\n\n{failed_fields('5.1.1', 'smtp; 550 5.1.1 unknown')}\n",
        True,
        True,
        kind='multipart/report; report-type=delivery-status; boundary="b"',
    ),
    "a filter's footer beside a code": made_report(
        f"Final-Recipient: rfc822; {PAT}\nAction: failed\nStatus: 5.1.1",
        True,
        True,
        text=f"Delivery failed.\n{PAT}\n\nThis mail was scanned for viruses and offensive content.",
    ),
    "a reason with a name": made_notice(f"<{PAT}>:\n550 BAD_RECIPIENT", True, True),
    "no match": made_notice(f"{PAT}\nNo matches to the directory query", True, True),
    "a mailbox's filter refuses (RFC 5429)": made_notice(
        f"--b\nContent-Type: text/plain\n\nYour message to <{PAT}> was automatically rejected:\nQuota exceeded\n"
        "--b\nContent-Type: message/disposition-notification\n\n"
        f"Final-Recipient: rfc822; {PAT}\nDisposition: automatic-action/MDN-sent-automatically; deleted\n\n--b--",
        True,
        False,
        subject="Automatically rejected mail",
        more="Auto-Submitted: auto-replied (rejected)\n",
        kind='multipart/report; report-type=disposition-notification; boundary="b"',
    ),
    "from nobody, marked as an answer": made_notice(
        f"You wrote to {PAT}. That is not a valid user here.",
        True,
        True,
        sender="<>",
        subject="Your mail",
        more="Auto-Submitted: auto-replied\n",
    ),
    "failed, without a reason": made_notice(f"Delivery failed 20 attempts: {PAT}", True, False),
    "failed for good, without a reason": made_notice(
        f"Delivery to the following recipient failed permanently:\n\n  {PAT}", True, False
    ),
    "an address that is not disclosed": made_notice(
        f"The following address(es) failed:\n\n  an undisclosed address\n    (generated from {PAT})", True, False
    ),
    "postponed for a full mailbox": made_notice(
        f"This is a warning message only. Delivery to {PAT} is delayed:\nthe mailbox is full.",
        False,
        False,
        subject="Warning: message delayed",
        outcome="delayed",
    ),
    "still tried, without a reason": made_notice(
        f"Your message to {PAT} has not yet been delivered. It will be retried.",
        False,
        False,
        subject="Warning: message delayed",
        outcome="delayed",
    ),
}
