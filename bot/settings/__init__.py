"""The environment, read once into one frozen Settings; every variable that is wrong is named at once."""

import os
import re
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.settings import mail as mail_settings
from bot.settings.mail import MailSettings
from bot.settings.variables import (
    SHORTEST_SECRET,
    Bind,
    BindAndPort,
    HttpUrl,
    List,
    Networks,
    Port,
    ProxyUrl,
    SecretKey,
    Token,
)
from helpdesk.platform.identifiers import canonical_id, id_type
from helpdesk.platform.proxies import Proxies, parse_proxy
from helpdesk.platform.text.address import exact_address
from helpdesk.platform.text.domains import canonical_domain

MOST_SYNC_HOURS = 168
MOST_AUDIT_DAYS = 36_500
MOST_EMAIL_DAYS = 3_650
TRANSPORTS = ("websocket", "webhook")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_DRIVERS = {"sqlite+aiosqlite", "postgresql+asyncpg"}


def _addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    addresses = tuple(address for value in values if (address := exact_address(value)))
    if len(addresses) < len(values):
        raise ValueError("must be email addresses, comma separated")
    return addresses


def _organizations(values: tuple[str, ...]) -> tuple[str, ...]:
    keys = [canonical_id(value) or "" for value in values]
    if not all(map(_UUID.fullmatch, keys)) or any(id_type(value) not in (None, "ORGANIZATION") for value in values):
        raise ValueError("must be ids of organizations, comma separated, as Webex or Control Hub shows them")
    return tuple(keys)


def _domains(values: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(canonical_domain(value) or "" for value in values)
    if not all(map(_DOMAIN.fullmatch, names)):
        raise ValueError("must be domains such as partner.example, comma separated")
    return names


def _database_url(value: SecretStr) -> SecretStr:
    try:
        driver = make_url(value.get_secret_value()).drivername
    except (ArgumentError, ValueError):  # their texts repeat parts of the URL, which holds a password
        driver = ""
    if driver not in _DRIVERS:
        raise ValueError("must be sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME")
    return value


def _secret_keys(value: SecretStr) -> SecretStr:
    if value.get_secret_value().strip() and not _each_secret(value):
        raise ValueError(
            f"must be earlier values of HELPDESK_SECRET_KEY, comma separated ({SHORTEST_SECRET} characters)"
        )
    return value


def _each_secret(value: SecretStr) -> list[str]:
    """A key may have a comma in it: the whole is tried as one, too, which verifies nothing where it is none."""
    whole = value.get_secret_value().strip()
    parts = [part.strip() for part in whole.split(",") if part.strip()]
    if all(len(part) >= SHORTEST_SECRET for part in parts):
        return list(dict.fromkeys([*parts, whole])) if whole else []
    return [whole] if len(whole) >= SHORTEST_SECRET else []


def _transport(value: str) -> str:
    if value not in TRANSPORTS:
        raise ValueError(f"must be {' or '.join(TRANSPORTS)}")
    return value


def _hours(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_SYNC_HOURS):
        raise ValueError(f"must be a number of hours from 1 to {MOST_SYNC_HOURS}, or 0 for never")
    return int(text)


def _days(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_AUDIT_DAYS):
        raise ValueError(f"must be a number of days from 1 to {MOST_AUDIT_DAYS}, or 0 for ever")
    return int(text)


def _email_days(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_EMAIL_DAYS):
        raise ValueError(f"must be a number of days from 1 to {MOST_EMAIL_DAYS}")
    return int(text)


class SettingsError(Exception):
    """`problems` holds a line for each variable: its name, what is wrong, how to fix it. No values."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(MailSettings):
    """Secrets are SecretStr, which shows nothing of itself when printed or logged."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_ignore_empty=True,
        # Fields are looked up by name too: without the prefix, a host's own DATABASE_URL would be taken for ours.
        env_prefix="HELPDESK_",
        validate_default=False,
        populate_by_name=True,
        extra="ignore",
    )

    webex_access_token: Token = Field(default=SecretStr(""), validation_alias="WEBEX_ACCESS_TOKEN")
    webex_client_id: Token | None = Field(default=None, validation_alias="WEBEX_CLIENT_ID")
    webex_client_secret: Token | None = Field(default=None, validation_alias="WEBEX_CLIENT_SECRET")
    webex_refresh_token: Token | None = Field(default=None, validation_alias="WEBEX_REFRESH_TOKEN")
    webex_admin_token: Token | None = Field(default=None, validation_alias="WEBEX_ADMIN_TOKEN")
    sync_hours: Annotated[int, BeforeValidator(_hours)] = Field(default=6, validation_alias="HELPDESK_SYNC_HOURS")
    webex_url: HttpUrl = Field(default="https://webexapis.com/v1", validation_alias="HELPDESK_WEBEX_URL")
    webex_catalog_url: HttpUrl = Field(
        default="https://u2c.wbx2.com/u2c/api/v1/catalog", validation_alias="HELPDESK_WEBEX_CATALOG_URL"
    )
    transport: Annotated[str, AfterValidator(_transport)] = Field(
        default="websocket", validation_alias="HELPDESK_TRANSPORT"
    )
    public_url: HttpUrl | None = Field(default=None, validation_alias="HELPDESK_PUBLIC_URL")
    port: Port = Field(default=8080, validation_alias="PORT")
    bind: Bind | None = Field(default=None, validation_alias="HELPDESK_BIND")
    metrics_bind: BindAndPort | None = Field(default=None, validation_alias="HELPDESK_METRICS_BIND")
    trusted_proxies: Networks = Field(default=(), validation_alias="HELPDESK_TRUSTED_PROXIES")
    secret_key: SecretKey = Field(default=SecretStr(""), validation_alias="HELPDESK_SECRET_KEY")
    old_secret_keys: Annotated[SecretStr, AfterValidator(_secret_keys)] = Field(
        default=SecretStr(""), validation_alias="HELPDESK_OLD_SECRET_KEYS"
    )
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        default=SecretStr("sqlite+aiosqlite:///helpdesk.db"), validation_alias="HELPDESK_DATABASE_URL"
    )
    partner_admins: Annotated[List, AfterValidator(_addresses)] = Field(
        default=(), validation_alias="HELPDESK_PARTNER_ADMINS"
    )
    audit_days: Annotated[int, BeforeValidator(_days)] = Field(default=0, validation_alias="HELPDESK_AUDIT_DAYS")
    partner_orgs: Annotated[List, AfterValidator(_organizations)] = Field(
        default=(), validation_alias="HELPDESK_PARTNER_ORGS"
    )
    partner_domains: Annotated[List, AfterValidator(_domains)] = Field(
        default=(), validation_alias="HELPDESK_PARTNER_DOMAINS"
    )
    email_days: Annotated[int, BeforeValidator(_email_days)] = Field(default=90, validation_alias="HELPDESK_EMAIL_DAYS")
    desk_spaces: List = Field(default=(), validation_alias="HELPDESK_DESK_SPACES")
    ca_file: str | None = Field(default=None, validation_alias="SSL_CERT_FILE")
    https_proxy: ProxyUrl | None = Field(default=None, validation_alias="HTTPS_PROXY")
    http_proxy: ProxyUrl | None = Field(default=None, validation_alias="HTTP_PROXY")
    no_proxy: List = Field(default=(), validation_alias="NO_PROXY")

    @property
    def proxies(self) -> Proxies:
        secure, plain = (
            parse_proxy(each.get_secret_value()) if each else None for each in (self.https_proxy, self.http_proxy)
        )
        return Proxies(secure, plain, tuple(part for each in self.no_proxy for part in each.split()))

    @property
    def earlier_secrets(self) -> list[str]:
        """What HELPDESK_SECRET_KEY was before: the audit of that time is verified with it."""
        return _each_secret(self.old_secret_keys)

    @classmethod
    def load(cls, *, required: Iterable[str] = ()) -> Self:
        """The settings of this process. Raises SettingsError, which names everything that is wrong."""
        problems = {name: f"is missing: {_MEANING[name]}" for name in _missing(required)}
        if os.environ.get("WEBEX_ADMIN_TOKEN", "").strip() and any(map(os.environ.get, _INTEGRATION)):
            problems["WEBEX_ADMIN_TOKEN"] = f"is one token too many: customers are read with {_TOGETHER}"
        try:
            settings = cls()
        except ValidationError as error:
            for each in error.errors(include_input=False):
                problems[str(each["loc"][0])] = each["msg"].removeprefix("Value error, ")
        if problems:
            raise SettingsError([f"{name} {problem}" for name, problem in sorted(problems.items())])
        return settings


_INTEGRATION = ("WEBEX_CLIENT_ID", "WEBEX_CLIENT_SECRET", "WEBEX_REFRESH_TOKEN")
_TOGETHER = "WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN together, or with WEBEX_ADMIN_TOKEN alone"
_MEANING = {
    "WEBEX_ACCESS_TOKEN": "the bot's token, from developer.webex.com, My Webex Apps",
    "HELPDESK_SECRET_KEY": f"at least {SHORTEST_SECRET} characters; make one with: openssl rand -hex 32",
    "WEBEX_CLIENT_ID": f"customers are read with {_TOGETHER}",
    "WEBEX_CLIENT_SECRET": f"customers are read with {_TOGETHER}",
    "WEBEX_REFRESH_TOKEN": f"customers are read with {_TOGETHER}",
    "HELPDESK_PUBLIC_URL": "with HELPDESK_TRANSPORT=webhook, the https:// address that Webex reaches this process at",
    **mail_settings.MEANING,
}


def _missing(required: Iterable[str]) -> Iterable[str]:
    yield from (name for name in required if not os.environ.get(name, "").strip())
    given = [name for name in _INTEGRATION if os.environ.get(name, "").strip()]
    if given:
        yield from (name for name in _INTEGRATION if name not in given)
    yield from mail_settings.missing()
    if os.environ.get("HELPDESK_TRANSPORT") == "webhook" and not os.environ.get("HELPDESK_PUBLIC_URL"):
        yield "HELPDESK_PUBLIC_URL"
