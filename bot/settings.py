"""The environment, read once into one frozen Settings; every variable that is wrong is named at once."""

import os
import re
from collections.abc import Iterable
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from helpdesk.address import is_address
from helpdesk.mail.smtp import parse_smtp_url

SHORTEST_SECRET = 32
LARGEST_PORT = 65_535
MOST_SYNC_HOURS = 168
TRANSPORTS = ("websocket", "webhook")
_DRIVERS = {"sqlite+aiosqlite", "postgresql+asyncpg"}


def _list(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(is_address, values)):
        raise ValueError("must be email addresses, comma separated")
    return tuple(value.lower() for value in values)


def _http_url(value: str) -> str:
    if not re.match(r"https?://[^\s/]", value):
        raise ValueError("must start with https:// (or http:// for a server on this machine)")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    # What comes out of a file ends with a line end, which no header takes.
    return SecretStr(value.get_secret_value().strip())


def _database_url(value: SecretStr) -> SecretStr:
    try:
        driver = make_url(value.get_secret_value()).drivername
    except (ArgumentError, ValueError):  # their texts repeat parts of the URL, which holds a password
        driver = ""
    if driver not in _DRIVERS:
        raise ValueError("must be sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME")
    return value


def _secret_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters; make one with: openssl rand -hex 32")
    return value


def _smtp_url(value: SecretStr) -> SecretStr:
    try:
        urlsplit(value.get_secret_value()).port  # noqa: B018  (reading it is what checks it)
    except ValueError:  # its text repeats a part of the URL, which holds a password
        raise ValueError("has a port that is no number, or an unescaped / or @ in its password") from None
    parse_smtp_url(value.get_secret_value())
    return value


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError("must be one email address")
    return value


def _embedded_only(value: str) -> str:
    if value != "embedded":
        raise ValueError("must be embedded, the only mail provider of this release")
    return value


def _transport(value: str) -> str:
    if value not in TRANSPORTS:
        raise ValueError(f"must be {' or '.join(TRANSPORTS)}")
    return value


def _port(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_PORT):
        raise ValueError(f"must be a port: a number from 1 to {LARGEST_PORT}, or 0 for any free one")
    return int(text)


def _hours(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_SYNC_HOURS):
        raise ValueError(f"must be a number of hours from 1 to {MOST_SYNC_HOURS}, or 0 for never")
    return int(text)


_ADMIN = AfterValidator(lambda v: _token(v) if v else v)
List = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


class SettingsError(Exception):
    """`problems` holds a line for each variable: its name, what is wrong, how to fix it. No values."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
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

    webex_access_token: Annotated[SecretStr, AfterValidator(_token), Field(validation_alias="WEBEX_ACCESS_TOKEN")] = (
        SecretStr("")
    )
    webex_client_id: Annotated[SecretStr | None, _ADMIN, Field(validation_alias="WEBEX_CLIENT_ID")] = None
    webex_client_secret: Annotated[SecretStr | None, _ADMIN, Field(validation_alias="WEBEX_CLIENT_SECRET")] = None
    webex_refresh_token: Annotated[SecretStr | None, _ADMIN, Field(validation_alias="WEBEX_REFRESH_TOKEN")] = None
    webex_admin_token: Annotated[SecretStr | None, _ADMIN, Field(validation_alias="WEBEX_ADMIN_TOKEN")] = None
    sync_hours: Annotated[int, BeforeValidator(_hours), Field(validation_alias="HELPDESK_SYNC_HOURS")] = 6
    webex_url: Annotated[HttpUrl, Field(validation_alias="HELPDESK_WEBEX_URL")] = "https://webexapis.com/v1"
    webex_catalog_url: Annotated[HttpUrl, Field(validation_alias="HELPDESK_WEBEX_CATALOG_URL")] = (
        "https://u2c.wbx2.com/u2c/api/v1/catalog"
    )
    transport: Annotated[str, AfterValidator(_transport), Field(validation_alias="HELPDESK_TRANSPORT")] = "websocket"
    public_url: Annotated[HttpUrl | None, Field(validation_alias="HELPDESK_PUBLIC_URL")] = None
    port: Annotated[int, BeforeValidator(_port), Field(validation_alias="PORT")] = 8080
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key), Field(validation_alias="HELPDESK_SECRET_KEY")] = (
        SecretStr("")
    )
    database_url: Annotated[
        SecretStr, AfterValidator(_database_url), Field(validation_alias="HELPDESK_DATABASE_URL")
    ] = SecretStr("sqlite+aiosqlite:///helpdesk.db")
    partner_admins: Annotated[List, AfterValidator(_addresses), Field(validation_alias="HELPDESK_PARTNER_ADMINS")] = ()
    desk_spaces: Annotated[List, Field(validation_alias="HELPDESK_DESK_SPACES")] = ()
    smtp_url: Annotated[
        SecretStr | None,
        AfterValidator(lambda v: _smtp_url(v) if v else v),
        Field(validation_alias="HELPDESK_SMTP_URL"),
    ] = None
    mail_from: Annotated[
        str | None, AfterValidator(lambda v: _address(v) if v else v), Field(validation_alias="HELPDESK_MAIL_FROM")
    ] = None
    mail_provider: Annotated[str, AfterValidator(_embedded_only), Field(validation_alias="HELPDESK_MAIL_PROVIDER")] = (
        "embedded"
    )
    ca_file: Annotated[str | None, Field(validation_alias="SSL_CERT_FILE")] = None

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
    "HELPDESK_SMTP_URL": "codes are mailed only when HELPDESK_MAIL_FROM and this are both set",
    "HELPDESK_MAIL_FROM": "codes are mailed only when HELPDESK_SMTP_URL and this are both set",
}


def _missing(required: Iterable[str]) -> Iterable[str]:
    yield from (name for name in required if not os.environ.get(name, "").strip())
    given = [name for name in _INTEGRATION if os.environ.get(name, "").strip()]
    if given:
        yield from (name for name in _INTEGRATION if name not in given)
    mail = ("HELPDESK_SMTP_URL", "HELPDESK_MAIL_FROM")
    absent = [name for name in mail if not os.environ.get(name)]
    if len(absent) == 1:
        yield absent[0]
    if os.environ.get("HELPDESK_TRANSPORT") == "webhook" and not os.environ.get("HELPDESK_PUBLIC_URL"):
        yield "HELPDESK_PUBLIC_URL"
