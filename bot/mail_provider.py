"""The mail provider that the settings name: who keeps the suppression list, and who knows what became of a mail."""

import aiohttp
from pydantic import SecretStr

from bot.settings import Settings
from helpdesk.mail.delivery.embedded import EmbeddedDeliveryLog
from helpdesk.mail.providers import Provider, postmark, sendgrid
from helpdesk.mail.suppression.embedded import EmbeddedSuppressionList
from helpdesk.personal.pseudonyms import Pseudonyms
from helpdesk.platform.clock import Clock
from helpdesk.platform.store import Store


def mail_provider(settings: Settings, session: aiohttp.ClientSession, store: Store, now: Clock) -> Provider:
    match settings.mail_provider:
        case "sendgrid":
            key = _plain(settings.sendgrid_api_key)
            return sendgrid.provider(session, settings.sendgrid_url, key, settings.sendgrid_webhook_key, store, now)
        case "postmark":
            token, password = _plain(settings.postmark_server_token), _plain(settings.postmark_webhook_password)
            return postmark.provider(
                session, settings.postmark_url, token, settings.postmark_stream, password or None, store
            )
        case "ses":
            return _amazon(settings, session, store, now)
        case _:
            secret, earlier = settings.secret_key.get_secret_value(), settings.earlier_secrets
            return _embedded(store, Pseudonyms(secret, tuple(earlier)), now)


def _amazon(settings: Settings, session: aiohttp.ClientSession, store: Store, now: Clock) -> Provider:
    # Imported where it is used: it needs a library for certificates, which takes 0.1 s to load.
    from helpdesk.mail.providers import ses
    from helpdesk.mail.providers.ses.credentials import FoundByBotocore, fixed
    from helpdesk.mail.providers.ses.sigv4 import Credentials

    secret, lent = _plain(settings.aws_secret_access_key), _plain(settings.aws_session_token)
    key_id = settings.aws_access_key_id
    account = ses.SesAccount(
        region=settings.aws_region or "",
        credentials=fixed(Credentials(key_id, secret, lent or None)) if key_id else FoundByBotocore(),
        url=settings.ses_url,
        topics=settings.ses_topics,
        configuration_set=settings.ses_configuration_set,
    )
    return ses.provider(account, session, store, now)


def _embedded(store: Store, pseudonyms: Pseudonyms, now: Clock) -> Provider:
    async def check() -> None:
        """The database has a check of its own."""

    return Provider(
        key="embedded",
        name="The desk itself",
        suppression=EmbeddedSuppressionList(store, pseudonyms.all_of),
        delivery=EmbeddedDeliveryLog(store, now),
        check=check,
    )


def _plain(secret: SecretStr | None) -> str:
    """Empty where it is not set: what a provider cannot do without, the settings have asked for."""
    return secret.get_secret_value() if secret else ""
