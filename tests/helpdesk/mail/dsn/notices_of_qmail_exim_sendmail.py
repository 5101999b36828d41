"""Notices of qmail, Exim and Sendmail."""

from tests.helpdesk.mail.dsn.notice import PAT, Notice, failed_fields, made_notice, made_report

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
UNIX: dict[str, Notice] = {
    # qmail and its kin
    "qmail, no mailbox": made_notice(
        QMAIL.format(reason="Sorry, no mailbox here by that name. (#5.1.1)"), True, True, subject="failure notice"
    ),
    "qmail, no mailbox, vpopmail": made_notice(
        QMAIL.format(reason="Sorry, no mailbox here by that name. vpopmail (#5.1.1)"), True, True
    ),
    "qmail, remote does not like recipient": made_notice(
        QMAIL.format(
            reason="192.0.2.25 does not like recipient.\nRemote host said: 550 5.1.1 "
            "<pat@acme.example>... User unknown\nGiving up on 192.0.2.25."
        ),
        True,
        True,
    ),
    "qmail, over quota": made_notice(
        QMAIL.format(reason="The users mailfolder is over the allowed quota (size). (#5.2.2)"), True, False
    ),
    "qmail, connection": made_notice(
        QMAIL.format(
            reason="Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; "
            "this message has been in the queue too long."
        ),
        False,
        False,
    ),
    "qmail, no host": made_notice(
        QMAIL.format(reason="Sorry, I couldn't find any host named acme.example. (#5.1.2)"), True, True
    ),
    "qmail, account suspended": made_notice(
        QMAIL.format(reason="Sorry, this account has been temporarily suspended. (#4.2.1)"), False, False
    ),
    "qmail, content refused": made_notice(
        QMAIL.format(reason="192.0.2.25 failed after I sent the message.\nRemote host said: 554 5.7.1 Message is spam"),
        True,
        False,
    ),
    # Exim
    "Exim, remote refused": made_notice(
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
    "Exim, unknown here": made_notice(EXIM.format(reason="unknown user: pat"), True, True),
    "Exim, over quota": made_notice(
        EXIM.format(reason="mailbox is full: retry timeout exceeded"), None, False, more=f"X-Failed-Recipients: {PAT}\n"
    ),
    "Exim, retry timeout": made_notice(
        EXIM.format(reason="host mx.acme.example [192.0.2.25]: connection timed out: retry timeout exceeded"),
        False,
        False,
    ),
    "Exim, blocked": made_notice(
        EXIM.format(
            reason="SMTP error from remote mail server after MAIL FROM:<desk@partner.example>:\n"
            "    host mx.acme.example [192.0.2.25]: 554 5.7.1 Service unavailable; Client host [192.0.2.9]\n"
            "    blocked using rbl.example"
        ),
        True,
        False,
    ),
    "Exim, sender verify": made_notice(
        EXIM.format(
            reason="SMTP error from remote mail server after RCPT TO:<pat@acme.example>:\n"
            "    host mx.acme.example [192.0.2.25]: 550 Sender verify failed: no such user"
        ),
        True,
        False,
    ),
    "Exim, delayed": made_notice(
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
    "Sendmail, text only": made_notice(
        SENDMAIL.format(reason="550 5.1.1 <pat@acme.example>... User unknown"),
        True,
        True,
        subject="Returned mail: User unknown",
    ),
    "Sendmail 8.6": made_notice(
        "   ----- Transcript of session follows -----\n550 <pat@acme.example>... User unknown\n\n"
        "   ----- Unsent message follows -----\nSubject: x",
        True,
        True,
        subject="Returned mail: User unknown",
    ),
    "Sendmail, host unknown": made_notice(
        SENDMAIL.format(
            reason="550 5.1.2 <pat@acme.example>... Host unknown (Name server: acme.example: host not found)"
        ),
        True,
        True,
    ),
    "Sendmail, still tried": made_notice(
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
    "Sendmail, reports 5.1.1 for a black list": made_report(
        failed_fields("5.1.1", "SMTP; 550 5.7.1 Mail from 192.0.2.9 refused by blackhole site rbl.example"), True, False
    ),
    "Sendmail, reports 5.1.1 for quota": made_report(
        failed_fields("5.1.1", "SMTP; 552 5.2.2 Mailbox size limit exceeded"), True, False
    ),
    "Sendmail, data format": made_report(failed_fields("5.6.0", "SMTP; 554 5.6.0 Data format error"), True, False),
    "Sendmail, expired": made_report(
        f"Final-Recipient: RFC822; {PAT}\nAction: failed\nStatus: 4.4.7\nRemote-MTA: DNS; mx.acme.example\n"
        "Last-Attempt-Date: Mon, 23 Nov 2026 10:00:00 GMT",
        False,
        False,
    ),
}
