"""Notices of other servers and in other languages."""

from tests.helpdesk.mail.dsn.notice import Notice, failed_fields, made_notice, made_report

OTHERS: dict[str, Notice] = {
    "MDaemon": made_notice(
        "The following message had delivery problems:\n\nFailed address: pat@acme.example\n\n--- Session Transcript "
        "---\n"
        " <-- 550 pat@acme.example, Recipient unknown\n --> QUIT\n",
        True,
        True,
        sender="MDaemon@acme.example",
        subject="Permanent Delivery Failure",
    ),
    "MailEnable": made_notice(
        "MailEnable: Message could not be delivered to some recipients.\nThe following recipient(s) could not be "
        "reached:\n\n"
        "Recipient: [SMTP:pat@acme.example]\nReason: 550 No such recipient\n",
        True,
        True,
        subject="Message Delivery Failure",
    ),
    "hMailServer": made_notice(
        "Your message did not reach some or all of the intended recipients.\n\n   Subject: Your code\n\nThe following "
        "recipient(s) could not be reached:\n\npat@acme.example\n   Error Type: SMTP\n   Remote server (192.0.2.25) "
        "issued an "
        "error.\n   hMailServer sent: RCPT TO:<pat@acme.example>\n   Remote server replied: 550 Unknown user\n",
        True,
        True,
        subject="Message undeliverable: Your code",
    ),
    "CommuniGate": made_report(failed_fields("5.1.1", "smtp; 550 pat account does not exist"), True, True),
    "Zimbra": made_report(failed_fields("5.2.1", "smtp; 550 5.2.1 mailbox disabled"), True, True),
    "Courier": made_report(failed_fields("5.0.0", "unknown; 550 User unknown."), True, True),
    "SurgeMail": made_notice(
        "Your message cannot be delivered to the following recipients:\n\n"
        "Recipient address: pat@acme.example\nReason: Unknown user, no such mailbox\n",
        True,
        True,
    ),
    "Sun Messaging Server": made_notice(
        "This report relates to a message you sent with the following header fields:\n\n  Subject: Your code\n\nYour "
        "message "
        "cannot be delivered to the following recipients:\n\n  Recipient address: pat@acme.example\n  Reason: Illegal "
        "host/domain "
        "name found\n",
        True,
        False,
    ),
    "PowerMTA": made_report(
        failed_fields("5.1.1 (bad destination mailbox address)", "smtp;550 5.1.1 Mailbox unknown"), True, True
    ),
    "OpenSMTPD": made_notice(
        "Hi!\n\nThis is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\nAn error has occurred while "
        "attempting to deliver a message for\nthe following list of recipients:\n\npat@acme.example: 550 Invalid "
        "recipient: <pat@acme.example>\n\nBelow is a copy of the original message:\n",
        True,
        True,
    ),
    "Amazon SES": made_report(
        failed_fields("5.1.1", "smtp; 550 5.1.1 user unknown"),
        True,
        True,
        text="An error occurred while trying to deliver the mail to the following recipients:\npat@acme.example",
    ),
    "SES, suppressed": made_report(
        failed_fields(
            "5.1.1",
            "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an "
            "invalid address.",
        ),
        True,
        True,
    ),
    "docomo": made_notice(
        "The following addresses had delivery problems:\n\n<pat@acme.example>\n    550 Unknown user pat@acme.example\n",
        True,
        True,
        sender="mail-daemon@docomo.example",
    ),
    "ezweb": made_notice(
        "The user(s) account is disabled.\n\n<pat@acme.example>: 550 user unknown\n",
        True,
        True,
        sender="Postmaster@ezweb.example",
        subject="Mail System Error - Returned Mail",
    ),
    "KDDI": made_notice(
        "Your mail sent on: Mon, 23 Nov 2026 10:00:00\n\nCould not be delivered to: pat@acme.example\n\nAs their "
        "mailbox is full.\n",
        None,
        False,
        sender="no-reply@app.auone-net.example",
        subject="Mail System Error - Returned Mail",
    ),
    # Other languages
    "German": made_notice(
        "Ihre Nachricht konnte nicht zugestellt werden:\n\npat@acme.example: Der Empfänger ist unbekannt.\n",
        True,
        True,
        subject="Unzustellbar: Ihr Code",
        sender="postmaster@acme.example",
    ),
    "French": made_notice(
        "Votre message n'a pas pu être remis à pat@acme.example : la boîte aux lettres du destinataire est pleine.\n",
        None,
        False,
        subject="Non remis : Votre code",
        sender="postmaster@acme.example",
    ),
    "Spanish": made_notice(
        "Su mensaje no se pudo entregar a pat@acme.example: el usuario no existe.\n",
        True,
        True,
        subject="No se puede entregar: Su código",
        sender="postmaster@acme.example",
    ),
    "Italian": made_notice(
        "Il messaggio non è stato recapitato a pat@acme.example: utente sconosciuto.\n",
        True,
        True,
        subject="Mancata consegna",
        sender="postmaster@acme.example",
    ),
    "Russian": made_notice(
        "Письмо не доставлено: pat@acme.example\nТакой пользователь не существует.\n",
        True,
        True,
        subject="Недоставленное сообщение",
        sender="mailer-daemon@mail.example",
    ),
    "Japanese": made_notice(
        "次の宛先にメールを配信できませんでした。\n\npat@acme.example\n\n宛先のメールアドレスは存在しません。\n",
        True,
        True,
        subject="配信エラー",
        sender="postmaster@acme.example",
    ),
    "Chinese": made_notice(
        "很抱歉，您发送的邮件被退回。\n收件人：pat@acme.example\n原因：收件人邮箱不存在 550 User not found\n",
        True,
        True,
        subject="系统退信",
        sender="postmaster@acme.example",
    ),
    "Portuguese, full": made_notice(
        "Sua mensagem para pat@acme.example não foi entregue: a caixa postal está cheia.\n",
        None,
        False,
        subject="Falha na entrega",
        sender="postmaster@acme.example",
    ),
    # Nobody knows why
    "only that it came back": made_notice("Your mail to pat@acme.example came back.", None, False),
    "nothing at all": made_notice("", None, False, subject="Returned mail"),
}
