"""The mail provider: whether it takes the desk's key, and whether its events are heard."""

from bot.doctor.finding import Finding, Setup, ok
from bot.mail_hooks import PATH
from bot.mail_provider import mail_provider
from bot.mail_settings import MailSettings
from helpdesk.clock import utc_now

_OF_THE_SERVER = {"smtp_url", "mail_from"}
VARIABLES = tuple(
    str(field.validation_alias) for name, field in MailSettings.model_fields.items() if name not in _OF_THE_SERVER
)


async def provider(setup: Setup) -> Finding:
    """Raises MailProviderError in its own words, as every HelpdeskError is told."""
    configured = mail_provider(setup.settings, setup.session, setup.store, utc_now)
    if configured.key == "embedded":
        return ok("the desk's own database keeps the suppression list")
    await configured.check()
    if configured.events is None:
        return ok(f"{configured.name} answers; what becomes of mails is not heard from it: see docs/mail.md")
    return ok(f"{configured.name} answers; what it tells is heard at {PATH}/{configured.key}")
