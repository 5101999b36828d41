"""The message catalogs: what people read, in their language.

English text is the key (gettext's way); `locale/<language>/helpdesk.po` holds the others and is read
as it stands, so there is no compiled file that could be out of date. `Text` names a message before
its reader is known; a `Language` says it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SOURCE = "en"
LANGUAGES = {"en": "English", "fr": "Français"}


@dataclass(frozen=True, slots=True)
class Text:
    """A message not yet said: the English text, with values by name for its `{placeholders}`."""

    message: str
    values: dict[str, Any] = field(repr=False, hash=False)

    def __init__(self, message: str, **values: object) -> None:
        object.__setattr__(self, "message", message)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        # Values may be personal data: this form and repr() are what logs and tracebacks see.
        return self.message


@dataclass(frozen=True, slots=True)
class Language:
    """One language, called with a message: `say("Code sent to {address}", address=address)`.

    Numbers, times and lengths of time among the values are written as that language does.
    """

    code: str

    def __call__(self, message: str | Text, /, **values: object) -> str:
        if isinstance(message, Text):
            return self(message.message, **{**message.values, **values})
        shown = {key: self._value(value) for key, value in values.items()}
        return _catalog(self.code).get(message, (message,))[0].format(**shown)

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """The form that fits `count`, which fills the placeholder `{count}`."""
        shown = {key: self._value(value) for key, value in values.items()}
        forms = _catalog(self.code).get(one, (one, several))
        is_one = self._locale.plural_form(count) == "one"
        return forms[0 if is_one else 1].format(count=self.number(count), **shown)

    def number(self, number: float) -> str:
        return format_decimal(number, locale=self._locale)

    def date(self, when: datetime) -> str:
        return _date(when.astimezone(UTC).date(), self._locale)

    def time(self, when: datetime) -> str:
        """A date and time of day in UTC, and says so: agents sit in several time zones."""
        return format_datetime(when.astimezone(UTC), "d MMM y, HH:mm", locale=self._locale) + " UTC"

    def minutes(self, length: timedelta) -> str:
        """A length of time in whole minutes, rounded up: `12 min`."""
        return f"{max(1, -(-int(length.total_seconds()) // 60))} min"

    def _value(self, value: object) -> object:
        match value:
            case Text():
                return self(value)
            case int():
                return self.number(value)
            case datetime():
                return self.time(value)
            case timedelta():
                return self.minutes(value)
        return value

    @property
    def _locale(self) -> Locale:
        # British English: day before month, like every other language of the desk.
        return _locale("en_GB" if self.code == "en" else self.code)


ENGLISH = Language("en")


def language(code: str | None) -> Language:
    """The language for a code such as `fr`, `fr-CA` or `fr_FR`; English when we do not speak it."""
    short = (code or SOURCE).replace("_", "-").split("-")[0].lower()
    return Language(short if short in LANGUAGES else SOURCE)


def warm_up() -> None:
    """Read every catalog and locale now, so that the first person asked in one does not wait for it."""
    for code in LANGUAGES:
        Language(code).time(datetime.now(UTC))
        _catalog(code)


@lru_cache(1_000)
def _date(day: date, locale: Locale) -> str:
    return format_date(day, "medium", locale=locale)


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


@cache
def _catalog(code: str) -> dict[str, tuple[str, ...]]:
    """English text -> its translation, or singular and plural."""
    if code == SOURCE:
        return {}
    with files("helpdesk").joinpath(f"locale/{code}/helpdesk.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    said: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if key and all(forms):
            said[key] = forms
    return said
