"""What a variable may hold: a value of another form is refused in words that never repeat it."""

import ipaddress
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from bot.settings.lists import parts_of
from helpdesk.platform.proxies import parse_proxy
from helpdesk.platform.text.address import ascii_domain, is_address

SHORTEST_SECRET = 32
LARGEST_PORT = 65_535


def _list(value: Any) -> Any:
    return parts_of(value) if isinstance(value, str) else value


def _http_url(value: str) -> str:
    if not re.match(r"https?://[^\s/]", value):
        raise ValueError("must start with https:// (or http:// for a server on this machine)")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    # What comes out of a file ends with a line end, which no header takes.
    return SecretStr(value.get_secret_value().strip())


def _proxy(value: SecretStr) -> SecretStr:
    value = _token(value)
    try:
        parse_proxy(value.get_secret_value())
    except ValueError:  # its text could repeat parts of the URL, which may hold a password
        raise ValueError("must be http://HOST:PORT or http://USER:PASSWORD@HOST:PORT of an HTTP proxy") from None
    return value


def _secret_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters; make one with: openssl rand -hex 32")
    return value


def _address(value: str) -> str:
    # Not every server takes other letters before the @, and all our mail comes from here.
    if not is_address(value) or not ascii_domain(value).isascii():
        raise ValueError("must be one email address, with letters from a to z before the @")
    return ascii_domain(value)


def _port(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_PORT):
        raise ValueError(f"must be a port: a number from 1 to {LARGEST_PORT}, or 0 for any free one")
    return int(text)


def _bind(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ValueError("must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 or :: for all") from None
    return value


def _bind_and_port(value: Any) -> tuple[str, int]:
    if isinstance(value, tuple):
        return value
    host, _, port = str(value).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        return _bind(host), _port(port)
    except ValueError:
        raise ValueError("must be an address of this machine and a port, such as 127.0.0.1:8081") from None


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    try:
        for value in values:
            ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError("must be addresses or networks, comma separated: 10.0.0.5, 10.1.0.0/16") from None
    return values


List = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Token = Annotated[SecretStr, AfterValidator(_token)]
SecretKey = Annotated[SecretStr, AfterValidator(_token), AfterValidator(_secret_key)]
ProxyUrl = Annotated[SecretStr, AfterValidator(_proxy)]
Address = Annotated[str, AfterValidator(_address)]
Port = Annotated[int, BeforeValidator(_port)]
Bind = Annotated[str, AfterValidator(_bind)]
BindAndPort = Annotated[tuple[str, int], NoDecode, BeforeValidator(_bind_and_port)]
Networks = Annotated[List, AfterValidator(_networks)]
