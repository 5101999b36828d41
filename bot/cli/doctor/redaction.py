"""Takes every secret of the settings out of a line, in whatever form a server may have sent it back."""

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from pydantic import SecretStr
from sqlalchemy import make_url

from bot.settings import Settings
from bot.transports.webhook.transport import secret_of
from helpdesk.mail.smtp import parse_smtp_url
from helpdesk.platform.text.showing import visible

HIDDEN = "***"
# Less than this is found in ordinary words, and hides nothing.
SHORTEST = 3
# A line is for a terminal: what a server says at length is not read there.
LONGEST_LINE = 400
# user:password@ in any URL, ours or one that a library put together.
# Our own advice, which shows the form of a URL, holds nobody's.
_CREDENTIALS = re.compile(r"(?<=://)(?!user:password@)[^\s/@]*:[^\s/]*@")


class Redaction:
    """Called with a text, gives one printable line without any of the secrets."""

    def __init__(self, settings: Settings) -> None:
        forms = {form for secret in _secrets(settings) for form in _forms(secret)}
        # Longest first: what is left of a long one must not be mistaken for harmless.
        found = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._secrets = re.compile(found or r"(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        # Once as it came, and once more as it will be read: unprintable characters can split a secret.
        printable = (letter if letter.isprintable() else " " for letter in self._without(text))
        line = " ".join("".join(printable).split())
        line = visible(self._without(line))
        return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"

    def _without(self, text: str) -> str:
        return _CREDENTIALS.sub(f"{HIDDEN}@", self._secrets.sub(HIDDEN, text))


_PROXIES = ("https_proxy", "http_proxy")


def _secrets(settings: Settings) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and name not in _PROXIES:
            yield value.get_secret_value()
    yield secret_of(settings.secret_key.get_secret_value())
    yield from (proxy.password for proxy in (settings.proxies.secure, settings.proxies.plain) if proxy)
    yield str(make_url(settings.database_url.get_secret_value()).password or "")
    if settings.smtp_url is not None:
        yield parse_smtp_url(settings.smtp_url.get_secret_value()).password or ""


def _forms(secret: str) -> Iterable[str]:
    """As it is, as a URL or a program writes it, in hexadecimal and in base64."""
    raw = secret.encode()
    in_urls = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    forms = {secret, " ".join(secret.split()), repr(secret)[1:-1], raw.hex(), *in_urls, *_in_base64(raw)}
    return {form for form in forms if len(form) >= SHORTEST}


def _in_base64(raw: bytes) -> Iterator[str]:
    """As it stands within any longer text in base64, such as a login: three places in a group, two alphabets."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        # Without the letters at both ends that share their bits with a neighbour.
        own = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield own
        yield own.translate(str.maketrans("+/", "-_"))
