"""Notices of Gmail, Yahoo, Domino, GroupWise, and of filters in front of servers."""

from tests.helpdesk.mail.dsn.notice import PAT, Notice, failed_fields, made_notice, made_report

GMAIL = """** Address not found **

{reason}

Learn more here: https://support.google.com/mail/?p=NoSuchUser

----- Original message -----
"""
GMAIL_AND_FILTERS: dict[str, Notice] = {
    # Gmail
    "Gmail, not found": made_report(
        failed_fields(
            "5.1.1",
            "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
            " 550-5.1.1 double-checking the recipient's email address for typos or\n 550-5.1.1 unnecessary spaces. - "
            "gsmtp",
        ),
        True,
        True,
    ),
    "Gmail, page": made_notice(
        GMAIL.format(
            reason="Your message wasn't delivered to pat@acme.example because the address couldn't be found, "
            "or is unable to receive mail."
        ),
        True,
        True,
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        subject="Delivery Status Notification (Failure)",
        more="X-Failed-Recipients: pat@acme.example\n",
    ),
    "Gmail, before 2016": made_notice(
        "Delivery to the following recipient failed permanently:\n\n     pat@acme.example\n\nTechnical details of "
        "permanent "
        "failure: \nGoogle tried to deliver your message, but it was rejected by the recipient domain. The error that "
        "the "
        "other server returned was: 550 550 5.1.1 No such user - psmtp (state 14).\n\n----- Original message -----\n",
        True,
        True,
        more="X-Failed-Recipients: pat@acme.example\n",
    ),
    "Gmail, pace": made_report(
        failed_fields(
            "5.2.1",
            "smtp; 550-5.2.1 The user you are trying to contact is receiving mail at a rate that 550 5.2.1 prevents "
            "additional messages from being delivered.",
        ),
        True,
        False,
    ),
    "Gmail, over quota": made_report(
        failed_fields(
            "5.2.2", "smtp; 552-5.2.2 The email account that you tried to reach is over quota. Please direct"
        ),
        True,
        False,
    ),
    "Gmail, unauthenticated": made_report(
        failed_fields(
            "5.7.26",
            "smtp; 550-5.7.26 Unauthenticated email from partner.example is not accepted due to domain's DMARC policy",
        ),
        True,
        False,
    ),
    "Gmail, delay": made_report(
        failed_fields(
            "4.4.1",
            "smtp; The recipient server did not accept our requests to connect. [mx.acme.example: timed out]",
            "delayed",
        ),
        False,
        False,
        outcome="delayed",
    ),
    # Yahoo and AOL
    "Yahoo, text": made_notice(
        "Message from yahoo.example.\nUnable to deliver message to the following address(es).\n\n<pat@acme.example>:\n"
        "This user doesn't have a yahoo.example account (pat@acme.example) [0]\n\n--- Original message follows.\n",
        True,
        True,
        sender="MAILER-DAEMON@yahoo.example",
        subject="failure delivery",
    ),
    "Yahoo, delivery error dd": made_report(
        failed_fields(
            "5.0.0",
            "smtp; 554 delivery error: dd This user doesn't have a yahoo.example account (pat@acme.example) [-5]",
        ),
        True,
        True,
    ),
    "Yahoo, not accepting": made_report(
        failed_fields("5.0.0", "smtp; 554 Message not allowed - [PH01] Email not accepted for policy reasons."),
        True,
        False,
    ),
    "AOL": made_report(
        failed_fields("5.1.1", "SMTP; 550 5.1.1 <pat@acme.example>: Recipient address rejected: aol.example"),
        True,
        True,
    ),
    "AOL, text": made_notice(
        "Your mail to the following recipients could not be delivered because they are not accepting mail from "
        "desk@partner.example:\n\tpat",
        True,
        False,
        subject="Mail Delivery Problem",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@aol.example>",
    ),
    # Lotus Domino, Novell
    "Domino": made_report(
        failed_fields("5.1.1", "X-Notes; User pat (pat@acme.example) not listed in public Name & Address Book"),
        True,
        True,
    ),
    "Domino, no status": made_report(
        f"Final-Recipient: rfc822;{PAT}\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: X-Notes; User pat (pat@acme.example) not listed in Domino Directory",
        True,
        True,
    ),
    "Notes, text": made_notice(
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\npat@acme.example\n\n"
        "------- Returned Message --------\n",
        True,
        True,
        subject="DELIVERY FAILURE: User pat not listed in public Name & Address Book",
        sender="Postmaster@acme.example",
    ),
    "GroupWise": made_notice(
        "The message that you sent was undeliverable to the following:\n\tpat@acme.example (user not found)\n",
        True,
        True,
        sender="Mailer-Daemon@acme.example",
        subject="Message status - undeliverable",
    ),
    "GroupWise, full": made_notice(
        "The message that you sent was undeliverable to the following:\n\tpat@acme.example (mailbox full)\n",
        None,
        False,
    ),
    # Filters in front of servers
    "Mimecast": made_report(
        failed_fields(
            "5.1.1", "smtp; 550 Invalid Recipient - https://community.mimecast.example/docs/DOC-1369#550 [x.uk2]"
        ),
        True,
        True,
    ),
    "Mimecast, envelope blocked": made_report(
        failed_fields("5.0.0", "smtp; 550 Rejected by header based Blocked Senders - https://x.example"), True, False
    ),
    "MessageLabs": made_notice(
        "This is the Symantec.cloud service at mail.example.\nI'm afraid I was not able to deliver your message.\n\n"
        "<pat@acme.example>:\n192.0.2.25 does not like recipient.\nRemote host said: 550 Invalid recipient "
        "<pat@acme.example>\n",
        True,
        True,
        sender="MAILER-DAEMON@messagelabs.example",
    ),
    "IronPort": made_report(
        failed_fields(
            "5.1.0", "smtp; 5.1.0 - Unknown address error 550-'#5.1.0 Address rejected.' (delivery attempts: 0)"
        ),
        True,
        True,
    ),
    "Proofpoint, user unknown": made_report(failed_fields("5.0.0", "smtp; 550 5.1.1 User Unknown"), True, True),
    "Barracuda": made_report(
        failed_fields("5.1.1", "smtp; 550 permanent failure for one or more recipients (pat@acme.example:blocked)"),
        True,
        False,
    ),
    "McAfee": made_notice(
        "Your message was not delivered to:\n    <pat@acme.example>   550 No such user here\n",
        True,
        True,
        sender="Postmaster <postmaster@acme.example>",
    ),
    "InterScan": made_notice(
        "Message from InterScan Messaging Security Suite.\nUnable to deliver message to <pat@acme.example>.\nReason: "
        "<<< 550 5.1.1 unknown or illegal alias: pat@acme.example\n",
        True,
        True,
    ),
}
