"""The variables of mail: the server it is sent through, and the provider that knows what became of it."""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from bot.settings.variables import Address, HttpUrl, List, Port, SecretKey, Token
from helpdesk.mail.providers.sendgrid.events import parse_key
from helpdesk.mail.smtp import parse_smtp_url

AWS_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# The variables that each provider cannot do without.
NEEDS = {
    "embedded": (),
    "sendgrid": ("SENDGRID_API_KEY",),
    "ses": ("AWS_REGION", *AWS_KEYS),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
}
MEANING = {
    "HELPDESK_SMTP_URL": "codes are mailed only when HELPDESK_MAIL_FROM and this are both set",
    "HELPDESK_MAIL_FROM": "codes are mailed only when HELPDESK_SMTP_URL and this are both set",
    "SENDGRID_API_KEY": "with HELPDESK_MAIL_PROVIDER=sendgrid, a key from SendGrid, Settings, API Keys",
    "POSTMARK_SERVER_TOKEN": "with HELPDESK_MAIL_PROVIDER=postmark, a token from Postmark, your server, API Tokens",
    "HELPDESK_BOUNCE_ADDRESS": "the sender of our mails that bounces come back to, for those that are taken in",
    "HELPDESK_DSN_TOKEN": "bounces to HELPDESK_BOUNCE_ADDRESS are taken in with this or with HELPDESK_LMTP_PORT",
    "AWS_REGION": "with HELPDESK_MAIL_PROVIDER=ses, the region whose suppression list it is, such as eu-west-1",
    "AWS_ACCESS_KEY_ID": "with HELPDESK_MAIL_PROVIDER=ses, the id of an access key from AWS IAM",
    "AWS_SECRET_ACCESS_KEY": "with HELPDESK_MAIL_PROVIDER=ses, the secret that came with AWS_ACCESS_KEY_ID",
}


def _provider(value: str) -> str:
    if value not in NEEDS:
        raise ValueError(f"must be one of {', '.join(NEEDS)}")
    return value


def _smtp_url(value: SecretStr) -> SecretStr:
    try:
        urlsplit(value.get_secret_value()).port  # noqa: B018  (reading it is what checks it)
    except ValueError:  # its text repeats a part of the URL, which holds a password
        raise ValueError("has a port that is no number, or an unescaped / or @ in its password") from None
    parse_smtp_url(value.get_secret_value())
    return value


def _webhook_key(value: str) -> str:
    parse_key(value)
    return value


def _matching(pattern: str, words: str) -> AfterValidator:
    """What becomes part of an address or a header of ours; `words` say what it must be."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"must be {words}")
        return value

    return AfterValidator(check)


def _topics(values: tuple[str, ...]) -> tuple[str, ...]:
    # The region leads to the host that is believed, so it must look like one.
    arn = r"arn:aws[a-z-]*:sns:[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}:\d{12}:[A-Za-z0-9_-]{1,256}"
    if not all(re.fullmatch(arn, value) for value in values):
        raise ValueError("must be ARNs of SNS topics, comma separated: arn:aws:sns:eu-west-1:123456789012:mail")
    return values


Provider = Annotated[str, AfterValidator(_provider)]
SmtpUrl = Annotated[SecretStr, AfterValidator(_smtp_url)]
WebhookKey = Annotated[str, AfterValidator(_webhook_key)]
Stream = Annotated[str, _matching(r"[a-z0-9_-]{1,100}", "the ID of a message stream, such as outbound")]
Region = Annotated[str, _matching(r"[a-z]{2,}(-[a-z]+)+-\d", "a region, such as eu-west-1")]
AccessKeyId = Annotated[str, _matching(r"[A-Za-z0-9]{16,128}", "the id of an access key")]
Topics = Annotated[List, AfterValidator(_topics)]
ConfigurationSet = Annotated[str, _matching(r"[A-Za-z0-9_-]{1,64}", "the name of a configuration set")]


class MailSettings(BaseSettings):
    """Of each provider only what HELPDESK_MAIL_PROVIDER names is used. A webhook's key is public: it signs nothing."""

    smtp_url: SmtpUrl | None = Field(default=None, validation_alias="HELPDESK_SMTP_URL")
    mail_from: Address | None = Field(default=None, validation_alias="HELPDESK_MAIL_FROM")
    mail_provider: Provider = Field(default="embedded", validation_alias="HELPDESK_MAIL_PROVIDER")

    bounce_address: Address | None = Field(default=None, validation_alias="HELPDESK_BOUNCE_ADDRESS")
    dsn_token: SecretKey | None = Field(default=None, validation_alias="HELPDESK_DSN_TOKEN")
    lmtp_port: Port | None = Field(default=None, validation_alias="HELPDESK_LMTP_PORT")

    sendgrid_api_key: Token | None = Field(default=None, validation_alias="SENDGRID_API_KEY")
    sendgrid_webhook_key: WebhookKey | None = Field(default=None, validation_alias="SENDGRID_WEBHOOK_KEY")
    sendgrid_url: HttpUrl = Field(default="https://api.sendgrid.com", validation_alias="HELPDESK_SENDGRID_URL")

    postmark_server_token: Token | None = Field(default=None, validation_alias="POSTMARK_SERVER_TOKEN")
    postmark_webhook_password: SecretKey | None = Field(default=None, validation_alias="POSTMARK_WEBHOOK_PASSWORD")
    postmark_stream: Stream = Field(default="outbound", validation_alias="HELPDESK_POSTMARK_STREAM")
    postmark_url: HttpUrl = Field(default="https://api.postmarkapp.com", validation_alias="HELPDESK_POSTMARK_URL")

    aws_region: Region | None = Field(default=None, validation_alias="AWS_REGION")
    aws_access_key_id: AccessKeyId | None = Field(default=None, validation_alias="AWS_ACCESS_KEY_ID")
    aws_secret_access_key: Token | None = Field(default=None, validation_alias="AWS_SECRET_ACCESS_KEY")
    aws_session_token: Token | None = Field(default=None, validation_alias="AWS_SESSION_TOKEN")
    ses_url: HttpUrl | None = Field(default=None, validation_alias="HELPDESK_SES_URL")
    ses_topics: Topics = Field(default=(), validation_alias="HELPDESK_SES_TOPICS")
    ses_configuration_set: ConfigurationSet | None = Field(
        default=None, validation_alias="HELPDESK_SES_CONFIGURATION_SET"
    )


def missing() -> Iterator[str]:
    """The variables of mail that those which are set cannot do without."""
    yield from (name for name in _needed(os.environ.get("HELPDESK_MAIL_PROVIDER", "")) if not _is_set(name))
    sending = ("HELPDESK_SMTP_URL", "HELPDESK_MAIL_FROM")
    absent = [name for name in sending if not _is_set(name)]
    if len(absent) == 1:
        yield absent[0]
    takes_bounces = _is_set("HELPDESK_DSN_TOKEN") or _is_set("HELPDESK_LMTP_PORT")
    if takes_bounces and not _is_set("HELPDESK_BOUNCE_ADDRESS"):
        yield "HELPDESK_BOUNCE_ADDRESS"
    if _is_set("HELPDESK_BOUNCE_ADDRESS") and not takes_bounces:
        yield "HELPDESK_DSN_TOKEN"


def _needed(provider: str) -> tuple[str, ...]:
    names = NEEDS.get(provider, ())
    # Amazon's own library finds keys elsewhere too, such as in the role of the machine.
    if provider == "ses" and not any(map(_is_set, AWS_KEYS)) and find_spec("botocore"):
        return tuple(name for name in names if name not in AWS_KEYS)
    return names


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name, "").strip())
