"""Notices of Postfix and of Microsoft's servers."""

from tests.helpdesk.mail.dsn.notice import Notice, failed_fields, made_notice, made_report

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

POSTFIX_AND_EXCHANGE: dict[str, Notice] = {
    # Postfix
    "Postfix, text only": made_notice(
        POSTFIX.format(
            reason="host mx.acme.example[192.0.2.25] said: 550 5.1.1\n    <pat@acme.example>: Recipient address "
            "rejected: User unknown in local\n    recipient table (in reply to RCPT TO command)"
        ),
        True,
        True,
        sender="MAILER-DAEMON@mx.acme.example (Mail Delivery System)",
        subject="Undelivered Mail Returned to Sender",
    ),
    "Postfix, unknown user": made_notice(POSTFIX.format(reason='unknown user: "pat"'), True, True),
    "Postfix, mail for loops": made_notice(
        POSTFIX.format(reason="mail for acme.example loops back to myself"), None, False
    ),
    "Postfix, greylisted until it expired": made_report(
        failed_fields(
            "4.2.0", "smtp; 450 4.2.0 <pat@acme.example>: Recipient address rejected: Greylisted, see http://x.example"
        ),
        False,
        False,
    ),
    "Postfix, host not found": made_report(
        failed_fields(
            "5.4.4", "X-Postfix; Host or domain name not found. Name service error for name=acme.example type=A"
        ),
        True,
        False,
    ),
    "Postfix, delayed": made_report(
        failed_fields("4.4.1", "X-Postfix; connect to mx.acme.example[192.0.2.25]:25: Connection timed out", "delayed"),
        False,
        False,
        outcome="delayed",
    ),
    "Postfix, sender address rejected": made_report(
        failed_fields("5.1.8", "smtp; 553 5.1.8 <desk@partner.example>: Sender address rejected: Domain not found"),
        True,
        False,
    ),
    "Postfix, relay": made_report(
        failed_fields("5.7.1", "smtp; 554 5.7.1 <pat@acme.example>: Relay access denied"), True, False
    ),
    "Postfix, unverified": made_report(
        failed_fields(
            "4.1.1",
            "smtp; 450 4.1.1 <pat@acme.example>: Recipient address rejected: unverified address: 550 no such user",
        ),
        False,
        False,
    ),
    # Exchange and Microsoft 365
    "Exchange 5.5, not recognized": made_notice(
        EXCHANGE_55.format(
            reason="The recipient name is not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=acme;l=X"
            "\n    MSEXCH:IMS:acme:SITE:MX 0 (000C05A6) Unknown Recipient"
        ),
        True,
        True,
        sender="System Administrator <postmaster@acme.example>",
        subject="Undeliverable: Your code",
    ),
    "Exchange 2003, text": made_notice(
        EXCHANGE_55.format(
            reason="The e-mail account does not exist at the organization this message was sent to.  Check the e-mail "
            "address, or contact the recipient directly to find out the correct address.\n            "
            "<mx.acme.example #5.1.1>"
        ),
        True,
        True,
        subject="Undeliverable: Your code",
    ),
    "Exchange 2003, mailbox full": made_notice(
        EXCHANGE_55.format(reason="The recipient's mailbox is full <mx.acme.example #5.2.2>"), True, False
    ),
    "Exchange 2010, not found": made_report(
        failed_fields("5.1.1", "smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"), True, True
    ),
    "Exchange 2016, 5.1.10": made_report(
        failed_fields(
            "5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
        ),
        True,
        True,
    ),
    "Exchange, authentication required": made_report(
        failed_fields("5.7.1", "smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"), True, False
    ),
    "Exchange, mailbox full": made_report(
        failed_fields(
            "5.2.2",
            "smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoff",
        ),
        True,
        False,
    ),
    "Microsoft 365, 5.1.351": made_report(
        failed_fields("5.1.351", "smtp;550 5.1.351 Remote server returned unknown recipient or mailbox unavailable"),
        True,
        True,
    ),
    "Microsoft 365, access denied by lookup": made_report(
        failed_fields(
            "5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [x.prod.example]"
        ),
        True,
        True,
    ),
    "Microsoft 365, 5.4.316": made_report(
        failed_fields("4.4.316", "smtp;450 4.4.316 Connection refused [Message=Socket error code 10061]"), False, False
    ),
    "Microsoft 365, tenant throttled": made_report(
        failed_fields("5.7.705", "smtp;550 5.7.705 Service unavailable. Tenant has exceeded threshold"), True, False
    ),
    "Microsoft 365, page alone": made_notice(
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
    "Outlook.com": made_report(
        failed_fields("5.5.0", "smtp;550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."),
        True,
        True,
    ),
    "Hotmail, blocked": made_report(
        failed_fields(
            "5.7.1",
            "smtp;550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your ISP (S3140)",
        ),
        True,
        False,
    ),
}
