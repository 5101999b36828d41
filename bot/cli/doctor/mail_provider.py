"""The mail provider: whether it takes the desk's key, and whether its events are heard."""

from bot.cli.doctor.finding import CheckFailed, Finding, Setup, ok
from bot.http.mail_hooks import PATH
from bot.mail_provider import mail_provider
from bot.settings.mail import MailSettings
from helpdesk.mail.provider_errors import ProviderUnavailable, ProviderUnreadable
from helpdesk.platform.clock import utc_now
from helpdesk.platform.language import ENGLISH

_OF_THE_SERVER = {"smtp_url", "mail_from"}
VARIABLES = tuple(
    str(field.validation_alias) for name, field in MailSettings.model_fields.items() if name not in _OF_THE_SERVER
)
# Where each is asked.
_WHERE = {
    "sendgrid": "HELPDESK_SENDGRID_URL",
    "postmark": "HELPDESK_POSTMARK_URL and HELPDESK_POSTMARK_STREAM",
    "ses": "AWS_REGION and HELPDESK_SES_URL",
}


async def provider(setup: Setup) -> Finding:
    """Raises Problem where nobody sensible answers; any other MailProviderError is told in its own words."""
    configured = mail_provider(setup.settings, setup.session, setup.store, utc_now)
    if configured.key == "embedded":
        return ok("the desk's own database keeps the suppression list")
    try:
        await configured.check()
    except (ProviderUnavailable, ProviderUnreadable) as error:
        raise CheckFailed(ENGLISH(error.text), f"Check {_WHERE[configured.key]}, and the firewall.") from None
    if configured.events is None:
        return ok(f"{configured.name} answers; what becomes of mails is not heard from it: see docs/mail.md")
    return ok(f"{configured.name} answers; what it tells is heard at {PATH}/{configured.key}")
