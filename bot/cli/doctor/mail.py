"""The mail server: reached over TLS as configured, logged in to, our sender accepted; no mail is sent."""

from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok, skipped
from helpdesk.mail import MailUnavailable
from helpdesk.mail.smtp import SmtpMailer, parse_smtp_url
from helpdesk.platform.language import ENGLISH

_TLS = {
    "implicit": "TLS from the start",
    "starttls": "STARTTLS",
    "none": "no TLS: for a server on this machine only",
}


async def mail(setup: Setup) -> Finding:
    settings = setup.settings
    if settings.smtp_url is None or settings.mail_from is None:
        return skipped("HELPDESK_SMTP_URL and HELPDESK_MAIL_FROM are not set: no code can be mailed")
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    where = f"{server.host}:{server.port}"
    try:
        await SmtpMailer(server, settings.mail_from).rehearse()
    except MailUnavailable as error:
        raise CheckFailed(
            f"{where} takes no mail from {settings.mail_from}: {ENGLISH(error.cause)}.",
            "Check HELPDESK_SMTP_URL (smtp:// for STARTTLS, smtps:// for TLS from the start; user, password) "
            "and that the server lets this user send as HELPDESK_MAIL_FROM.",
        ) from None
    login = f"logged in as {server.user}" if server.user else "no login"
    return ok(f"{where}, {_TLS[server.tls]}, {login}")
