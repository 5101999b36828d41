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


def _notice(
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


def _report(
    fields: str, is_permanent: bool | None, is_held: bool, text: str = "It was not delivered.", outcome: str = "failed"
) -> Notice:
    return _notice(
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.acme.example\n\n{fields}\n\n--b\nContent-Type: text/rfc822-headers\n\n{COPY}\n--b--",
        is_permanent,
        is_held,
        kind='multipart/report; report-type=delivery-status; boundary="b"',
        outcome=outcome,
    )


def _failed(status: str, diagnostic: str, action: str = "failed") -> str:
    return f"Final-Recipient: rfc822; {PAT}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}"


QMAIL = """Hi. This is the qmail-send program at mx.acme.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<pat@acme.example>:
{reason}

--- Below this line is a copy of the message.

Return-Path: <desk@partner.example>
Subject: 550 5.7.1 spam
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  pat@acme.example
    {reason}

------ This is a copy of the message, including all the headers. ------

Return-path: <desk@partner.example>
"""
SENDMAIL = """The original message was received at Mon, 23 Nov 2026 10:00:00 GMT
from desk.partner.example [192.0.2.9]

   ----- The following addresses had permanent fatal errors -----
<pat@acme.example>

   ----- Transcript of session follows -----
... while talking to mx.acme.example.:
>>> RCPT To:<pat@acme.example>
<<< {reason}

   ----- Original message follows -----
Subject: Your code
"""
GMAIL = """** Address not found **

{reason}

Learn more here: https://support.google.com/mail/?p=NoSuchUser

----- Original message -----
"""
POSTFIX = """This is the mail system at host mx.acme.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

                   The mail system

<pat@acme.example>: {reason}
"""
EXCHANGE_55 = """Your message

  To:      pat@acme.example
  Subject: Your code
  Sent:    Mon, 23 Nov 2026 10:00:00 +0100

did not reach the following recipient(s):

pat@acme.example on Mon, 23 Nov 2026 10:00:01 +0100
    {reason}
"""

NOTICES: dict[str, Notice] = {
    # qmail and its kin
    "qmail, no mailbox": _notice(
        QMAIL.format(reason="Sorry, no mailbox here by that name. (#5.1.1)"), True, True, subject="failure notice"
    ),
    "qmail, no mailbox, vpopmail": _notice(
        QMAIL.format(reason="Sorry, no mailbox here by that name. vpopmail (#5.1.1)"), True, True
    ),
    "qmail, remote does not like recipient": _notice(
        QMAIL.format(
            reason="192.0.2.25 does not like recipient.\nRemote host said: 550 5.1.1 "
            "<pat@acme.example>... User unknown\nGiving up on 192.0.2.25."
        ),
        True,
        True,
    ),
    "qmail, over quota": _notice(
        QMAIL.format(reason="The users mailfolder is over the allowed quota (size). (#5.2.2)"), True, False
    ),
    "qmail, connection": _notice(
        QMAIL.format(
            reason="Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; "
            "this message has been in the queue too long."
        ),
        False,
        False,
    ),
    "qmail, no host": _notice(
        QMAIL.format(reason="Sorry, I couldn't find any host named acme.example. (#5.1.2)"), True, True
    ),
    "qmail, account suspended": _notice(
        QMAIL.format(reason="Sorry, this account has been temporarily suspended. (#4.2.1)"), False, False
    ),
    "qmail, content refused": _notice(
        QMAIL.format(reason="192.0.2.25 failed after I sent the message.\nRemote host said: 554 5.7.1 Message is spam"),
        True,
        False,
    ),
    # Exim
    "Exim, remote refused": _notice(
        EXIM.format(
            reason="SMTP error from remote mail server after RCPT TO:<pat@acme.example>:\n"
            "    host mx.acme.example [192.0.2.25]: 550 5.1.1 <pat@acme.example>: Recipient address rejected:\n"
            "    User unknown in virtual mailbox table"
        ),
        True,
        True,
        more="X-Failed-Recipients: pat@acme.example\n",
        subject="Mail delivery failed: returning message to sender",
    ),
    "Exim, unknown here": _notice(EXIM.format(reason="unknown user: pat"), True, True),
    "Exim, over quota": _notice(
        EXIM.format(reason="mailbox is full: retry timeout exceeded"), None, False, more=f"X-Failed-Recipients: {PAT}\n"
    ),
    "Exim, retry timeout": _notice(
        EXIM.format(reason="host mx.acme.example [192.0.2.25]: connection timed out: retry timeout exceeded"),
        False,
        False,
    ),
    "Exim, blocked": _notice(
        EXIM.format(
            reason="SMTP error from remote mail server after MAIL FROM:<desk@partner.example>:\n"
            "    host mx.acme.example [192.0.2.25]: 554 5.7.1 Service unavailable; Client host [192.0.2.9]\n"
            "    blocked using rbl.example"
        ),
        True,
        False,
    ),
    "Exim, sender verify": _notice(
        EXIM.format(
            reason="SMTP error from remote mail server after RCPT TO:<pat@acme.example>:\n"
            "    host mx.acme.example [192.0.2.25]: 550 Sender verify failed: no such user"
        ),
        True,
        False,
    ),
    "Exim, delayed": _notice(
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
        "delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.acme.example.\n\n"
        "The address to which the message has not yet been delivered is:\n\n  pat@acme.example\n    Delay reason: "
        "Connection timed out\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.",
        False,
        False,
        subject="Warning: message 1k5 delayed 24 hours",
        outcome="delayed",
    ),
    # Sendmail
    "Sendmail, text only": _notice(
        SENDMAIL.format(reason="550 5.1.1 <pat@acme.example>... User unknown"),
        True,
        True,
        subject="Returned mail: User unknown",
    ),
    "Sendmail 8.6": _notice(
        "   ----- Transcript of session follows -----\n550 <pat@acme.example>... User unknown\n\n"
        "   ----- Unsent message follows -----\nSubject: x",
        True,
        True,
        subject="Returned mail: User unknown",
    ),
    "Sendmail, host unknown": _notice(
        SENDMAIL.format(
            reason="550 5.1.2 <pat@acme.example>... Host unknown (Name server: acme.example: host not found)"
        ),
        True,
        True,
    ),
    "Sendmail, still tried": _notice(
        "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n"
        "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\nThe original message was received ...\n\n"
        "   ----- The following addresses had transient non-fatal errors -----\n<pat@acme.example>\n\n"
        "   ----- Transcript of session follows -----\n451 4.4.1 <pat@acme.example>... mx.acme.example: Connection "
        "timed out\n"
        "Warning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old",
        False,
        False,
        subject="Warning: could not send message for past 4 hours",
        outcome="delayed",
    ),
    "Sendmail, reports 5.1.1 for a black list": _report(
        _failed("5.1.1", "SMTP; 550 5.7.1 Mail from 192.0.2.9 refused by blackhole site rbl.example"), True, False
    ),
    "Sendmail, reports 5.1.1 for quota": _report(
        _failed("5.1.1", "SMTP; 552 5.2.2 Mailbox size limit exceeded"), True, False
    ),
    "Sendmail, data format": _report(_failed("5.6.0", "SMTP; 554 5.6.0 Data format error"), True, False),
    "Sendmail, expired": _report(
        f"Final-Recipient: RFC822; {PAT}\nAction: failed\nStatus: 4.4.7\nRemote-MTA: DNS; mx.acme.example\n"
        "Last-Attempt-Date: Mon, 23 Nov 2026 10:00:00 GMT",
        False,
        False,
    ),
    # Postfix
    "Postfix, text only": _notice(
        POSTFIX.format(
            reason="host mx.acme.example[192.0.2.25] said: 550 5.1.1\n    <pat@acme.example>: Recipient address "
            "rejected: User unknown in local\n    recipient table (in reply to RCPT TO command)"
        ),
        True,
        True,
        sender="MAILER-DAEMON@mx.acme.example (Mail Delivery System)",
        subject="Undelivered Mail Returned to Sender",
    ),
    "Postfix, unknown user": _notice(POSTFIX.format(reason='unknown user: "pat"'), True, True),
    "Postfix, mail for loops": _notice(
        POSTFIX.format(reason="mail for acme.example loops back to myself"), None, False
    ),
    "Postfix, greylisted until it expired": _report(
        _failed(
            "4.2.0", "smtp; 450 4.2.0 <pat@acme.example>: Recipient address rejected: Greylisted, see http://x.example"
        ),
        False,
        False,
    ),
    "Postfix, host not found": _report(
        _failed("5.4.4", "X-Postfix; Host or domain name not found. Name service error for name=acme.example type=A"),
        True,
        False,
    ),
    "Postfix, delayed": _report(
        _failed("4.4.1", "X-Postfix; connect to mx.acme.example[192.0.2.25]:25: Connection timed out", "delayed"),
        False,
        False,
        outcome="delayed",
    ),
    "Postfix, sender address rejected": _report(
        _failed("5.1.8", "smtp; 553 5.1.8 <desk@partner.example>: Sender address rejected: Domain not found"),
        True,
        False,
    ),
    "Postfix, relay": _report(_failed("5.7.1", "smtp; 554 5.7.1 <pat@acme.example>: Relay access denied"), True, False),
    "Postfix, unverified": _report(
        _failed(
            "4.1.1",
            "smtp; 450 4.1.1 <pat@acme.example>: Recipient address rejected: unverified address: 550 no such user",
        ),
        False,
        False,
    ),
    # Exchange and Microsoft 365
    "Exchange 5.5, not recognized": _notice(
        EXCHANGE_55.format(
            reason="The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=acme;l=X"
            "\n    MSEXCH:IMS:acme:SITE:MX 0 (000C05A6) Unknown Recipient"
        ),
        True,
        True,
        sender="System Administrator <postmaster@acme.example>",
        subject="Undeliverable: Your code",
    ),
    "Exchange 2003, text": _notice(
        EXCHANGE_55.format(
            reason="The e-mail account does not exist at the organization this message was sent to.  Check the e-mail "
            "address, or contact the recipient directly to find out the correct address.\n            "
            "<mx.acme.example #5.1.1>"
        ),
        True,
        True,
        subject="Undeliverable: Your code",
    ),
    "Exchange 2003, mailbox full": _notice(
        EXCHANGE_55.format(reason="The recipient's mailbox is full <mx.acme.example #5.2.2>"), True, False
    ),
    "Exchange 2010, not found": _report(
        _failed("5.1.1", "smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"), True, True
    ),
    "Exchange 2016, 5.1.10": _report(
        _failed("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
        True,
        True,
    ),
    "Exchange, authentication required": _report(
        _failed("5.7.1", "smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"), True, False
    ),
    "Exchange, mailbox full": _report(
        _failed(
            "5.2.2",
            "smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoff",
        ),
        True,
        False,
    ),
    "Microsoft 365, 5.1.351": _report(
        _failed("5.1.351", "smtp;550 5.1.351 Remote server returned unknown recipient or mailbox unavailable"),
        True,
        True,
    ),
    "Microsoft 365, access denied by lookup": _report(
        _failed("5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [x.prod.example]"),
        True,
        True,
    ),
    "Microsoft 365, 5.4.316": _report(
        _failed("4.4.316", "smtp;450 4.4.316 Connection refused [Message=Socket error code 10061]"), False, False
    ),
    "Microsoft 365, tenant throttled": _report(
        _failed("5.7.705", "smtp;550 5.7.705 Service unavailable. Tenant has exceeded threshold"), True, False
    ),
    "Microsoft 365, page alone": _notice(
        "<html><body><p>Your message to <a href='mailto:pat@acme.example'>pat@acme.example</a> couldn't be "
        "delivered.</p>"
        "<p><b>pat</b> wasn't found at <b>acme.example</b>.</p><p>Remote Server returned '550 5.1.10 "
        "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'</p></body></html>",
        True,
        True,
        sender="Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@acme.example>",
        subject="Undeliverable: Your code",
        kind="text/html; charset=utf-8",
    ),
    "Outlook.com": _report(
        _failed("5.5.0", "smtp;550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."), True, True
    ),
    "Hotmail, blocked": _report(
        _failed(
            "5.7.1",
            "smtp;550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your ISP (S3140)",
        ),
        True,
        False,
    ),
    # Gmail
    "Gmail, not found": _report(
        _failed(
            "5.1.1",
            "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
            " 550-5.1.1 double-checking the recipient's email address for typos or\n 550-5.1.1 unnecessary spaces. - "
            "gsmtp",
        ),
        True,
        True,
    ),
    "Gmail, page": _notice(
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
    "Gmail, before 2016": _notice(
        "Delivery to the following recipient failed permanently:\n\n     pat@acme.example\n\nTechnical details of "
        "permanent "
        "failure: \nGoogle tried to deliver your message, but it was rejected by the recipient domain. The error that "
        "the "
        "other server returned was: 550 550 5.1.1 No such user - psmtp (state 14).\n\n----- Original message -----\n",
        True,
        True,
        more="X-Failed-Recipients: pat@acme.example\n",
    ),
    "Gmail, pace": _report(
        _failed(
            "5.2.1",
            "smtp; 550-5.2.1 The user you are trying to contact is receiving mail at a rate that 550 5.2.1 prevents "
            "additional messages from being delivered.",
        ),
        True,
        False,
    ),
    "Gmail, over quota": _report(
        _failed("5.2.2", "smtp; 552-5.2.2 The email account that you tried to reach is over quota. Please direct"),
        True,
        False,
    ),
    "Gmail, unauthenticated": _report(
        _failed(
            "5.7.26",
            "smtp; 550-5.7.26 Unauthenticated email from partner.example is not accepted due to domain's DMARC policy",
        ),
        True,
        False,
    ),
    "Gmail, delay": _report(
        _failed(
            "4.4.1",
            "smtp; The recipient server did not accept our requests to connect. [mx.acme.example: timed out]",
            "delayed",
        ),
        False,
        False,
        outcome="delayed",
    ),
    # Yahoo and AOL
    "Yahoo, text": _notice(
        "Message from yahoo.example.\nUnable to deliver message to the following address(es).\n\n<pat@acme.example>:\n"
        "This user doesn't have a yahoo.example account (pat@acme.example) [0]\n\n--- Original message follows.\n",
        True,
        True,
        sender="MAILER-DAEMON@yahoo.example",
        subject="failure delivery",
    ),
    "Yahoo, delivery error dd": _report(
        _failed(
            "5.0.0",
            "smtp; 554 delivery error: dd This user doesn't have a yahoo.example account (pat@acme.example) [-5]",
        ),
        True,
        True,
    ),
    "Yahoo, not accepting": _report(
        _failed("5.0.0", "smtp; 554 Message not allowed - [PH01] Email not accepted for policy reasons."), True, False
    ),
    "AOL": _report(
        _failed("5.1.1", "SMTP; 550 5.1.1 <pat@acme.example>: Recipient address rejected: aol.example"), True, True
    ),
    "AOL, text": _notice(
        "Your mail to the following recipients could not be delivered because they are not accepting mail from "
        "desk@partner.example:\n\tpat",
        True,
        False,
        subject="Mail Delivery Problem",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@aol.example>",
    ),
    # Lotus Domino, Novell
    "Domino": _report(
        _failed("5.1.1", "X-Notes; User pat (pat@acme.example) not listed in public Name & Address Book"), True, True
    ),
    "Domino, no status": _report(
        f"Final-Recipient: rfc822;{PAT}\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: X-Notes; User pat (pat@acme.example) not listed in Domino Directory",
        True,
        True,
    ),
    "Notes, text": _notice(
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\npat@acme.example\n\n"
        "------- Returned Message --------\n",
        True,
        True,
        subject="DELIVERY FAILURE: User pat not listed in public Name & Address Book",
        sender="Postmaster@acme.example",
    ),
    "GroupWise": _notice(
        "The message that you sent was undeliverable to the following:\n\tpat@acme.example (user not found)\n",
        True,
        True,
        sender="Mailer-Daemon@acme.example",
        subject="Message status - undeliverable",
    ),
    "GroupWise, full": _notice(
        "The message that you sent was undeliverable to the following:\n\tpat@acme.example (mailbox full)\n",
        None,
        False,
    ),
    # Filters in front of servers
    "Mimecast": _report(
        _failed("5.1.1", "smtp; 550 Invalid Recipient - https://community.mimecast.example/docs/DOC-1369#550 [x.uk2]"),
        True,
        True,
    ),
    "Mimecast, envelope blocked": _report(
        _failed("5.0.0", "smtp; 550 Rejected by header based Blocked Senders - https://x.example"), True, False
    ),
    "MessageLabs": _notice(
        "This is the Symantec.cloud service at mail.example.\nI'm afraid I was not able to deliver your message.\n\n"
        "<pat@acme.example>:\n192.0.2.25 does not like recipient.\nRemote host said: 550 Invalid recipient "
        "<pat@acme.example>\n",
        True,
        True,
        sender="MAILER-DAEMON@messagelabs.example",
    ),
    "IronPort": _report(
        _failed("5.1.0", "smtp; 5.1.0 - Unknown address error 550-'#5.1.0 Address rejected.' (delivery attempts: 0)"),
        True,
        True,
    ),
    "Proofpoint, user unknown": _report(_failed("5.0.0", "smtp; 550 5.1.1 User Unknown"), True, True),
    "Barracuda": _report(
        _failed("5.1.1", "smtp; 550 permanent failure for one or more recipients (pat@acme.example:blocked)"),
        True,
        False,
    ),
    "McAfee": _notice(
        "Your message was not delivered to:\n    <pat@acme.example>   550 No such user here\n",
        True,
        True,
        sender="Postmaster <postmaster@acme.example>",
    ),
    "InterScan": _notice(
        "Message from InterScan Messaging Security Suite.\nUnable to deliver message to <pat@acme.example>.\nReason: "
        "<<< 550 5.1.1 unknown or illegal alias: pat@acme.example\n",
        True,
        True,
    ),
    # Others
    "MDaemon": _notice(
        "The following message had delivery problems:\n\nFailed address: pat@acme.example\n\n--- Session Transcript "
        "---\n"
        " <-- 550 pat@acme.example, Recipient unknown\n --> QUIT\n",
        True,
        True,
        sender="MDaemon@acme.example",
        subject="Permanent Delivery Failure",
    ),
    "MailEnable": _notice(
        "MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be "
        "reached:\n\n"
        "Recipient: [SMTP:pat@acme.example]\nReason: 550 No such recipient\n",
        True,
        True,
        subject="Message Delivery Failure",
    ),
    "hMailServer": _notice(
        "Your message did not reach some or all of the intended recipients.\n\n   Subject: Your code\n\nThe following "
        "recipient(s) could not be reached:\n\npat@acme.example\n   Error Type: SMTP\n   Remote server (192.0.2.25) "
        "issued an "
        "error.\n   hMailServer sent: RCPT TO:<pat@acme.example>\n   Remote server replied: 550 Unknown user\n",
        True,
        True,
        subject="Message undeliverable: Your code",
    ),
    "CommuniGate": _report(_failed("5.1.1", "smtp; 550 pat account does not exist"), True, True),
    "Zimbra": _report(_failed("5.2.1", "smtp; 550 5.2.1 mailbox disabled"), True, True),
    "Courier": _report(_failed("5.0.0", "unknown; 550 User unknown."), True, True),
    "SurgeMail": _notice(
        "Your message cannot be delivered to the following recipients:\n\n"
        "Recipient address: pat@acme.example\nReason: Unknown user, no such mailbox\n",
        True,
        True,
    ),
    "Sun Messaging Server": _notice(
        "This report relates to a message you sent with the following header fields:\n\n  Subject: Your code\n\nYour "
        "message "
        "cannot be delivered to the following recipients:\n\n  Recipient address: pat@acme.example\n  Reason: Illegal "
        "host/domain "
        "name found\n",
        True,
        False,
    ),
    "PowerMTA": _report(
        _failed("5.1.1 (bad destination mailbox address)", "smtp;550 5.1.1 Mailbox unknown"), True, True
    ),
    "OpenSMTPD": _notice(
        "Hi!\n\nThis is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\nAn error has occurred while "
        "attempting to deliver a message for\nthe following list of recipients:\n\npat@acme.example: 550 Invalid "
        "recipient: <pat@acme.example>\n\nBelow is a copy of the original message:\n",
        True,
        True,
    ),
    "Amazon SES": _report(
        _failed("5.1.1", "smtp; 550 5.1.1 user unknown"),
        True,
        True,
        text="An error occurred while trying to deliver the mail to the following recipients:\npat@acme.example",
    ),
    "SES, suppressed": _report(
        _failed(
            "5.1.1",
            "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an "
            "invalid address.",
        ),
        True,
        True,
    ),
    "docomo": _notice(
        "The following addresses had delivery problems:\n\n<pat@acme.example>\n    550 Unknown user pat@acme.example\n",
        True,
        True,
        sender="mail-daemon@docomo.example",
    ),
    "ezweb": _notice(
        "The user(s) account is disabled.\n\n<pat@acme.example>: 550 user unknown\n",
        True,
        True,
        sender="Postmaster@ezweb.example",
        subject="Mail System Error - Returned Mail",
    ),
    "KDDI": _notice(
        "Your mail sent on: Mon, 23 Nov 2026 10:00:00\n\nCould not be delivered to: pat@acme.example\n\nAs their "
        "mailbox is full.\n",
        None,
        False,
        sender="no-reply@app.auone-net.example",
        subject="Mail System Error - Returned Mail",
    ),
    # Other languages
    "German": _notice(
        "Ihre Nachricht konnte nicht zugestellt werden:\n\npat@acme.example: Der Empfänger ist unbekannt.\n",
        True,
        True,
        subject="Unzustellbar: Ihr Code",
        sender="postmaster@acme.example",
    ),
    "French": _notice(
        "Votre message n'a pas pu être remis à pat@acme.example : la boîte aux lettres du destinataire est pleine.\n",
        None,
        False,
        subject="Non remis : Votre code",
        sender="postmaster@acme.example",
    ),
    "Spanish": _notice(
        "Su mensaje no se pudo entregar a pat@acme.example: el usuario no existe.\n",
        True,
        True,
        subject="No se puede entregar: Su código",
        sender="postmaster@acme.example",
    ),
    "Italian": _notice(
        "Il messaggio non è stato recapitato a pat@acme.example: utente sconosciuto.\n",
        True,
        True,
        subject="Mancata consegna",
        sender="postmaster@acme.example",
    ),
    "Russian": _notice(
        "Письмо не доставлено: pat@acme.example\nТакой пользователь не существует.\n",
        True,
        True,
        subject="Недоставленное сообщение",
        sender="mailer-daemon@mail.example",
    ),
    "Japanese": _notice(
        "次の宛先にメールを配信できませんでした。\n\npat@acme.example\n\n宛先のメールアドレスは存在しません。\n",
        True,
        True,
        subject="配信エラー",
        sender="postmaster@acme.example",
    ),
    "Chinese": _notice(
        "很抱歉，您发送的邮件被退回。\n收件人：pat@acme.example\n原因：收件人邮箱不存在 550 User not found\n",
        True,
        True,
        subject="系统退信",
        sender="postmaster@acme.example",
    ),
    "Portuguese, full": _notice(
        "Sua mensagem para pat@acme.example não foi entregue: a caixa postal está cheia.\n",
        None,
        False,
        subject="Falha na entrega",
        sender="postmaster@acme.example",
    ),
    # Nobody knows why
    "only that it came back": _notice("Your mail to pat@acme.example came back.", None, False),
    "nothing at all": _notice("", None, False, subject="Returned mail"),
}
