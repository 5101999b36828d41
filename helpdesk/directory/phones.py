"""Phone numbers in any spelling, national or international, as E.164.

The library knows today's numbers. What it calls impossible is taken by its digits: Webex and files hold such numbers,
and people type them from there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    normalize_digits_only,
    parse,
)

from helpdesk.directory.renumbered import renumbered

# In whose country a number was written without its code is not known: it is read as one of each of these.
LIKELY = (
    *("US", "GB", "FR", "DE", "CA", "NL", "BE", "CH", "AT", "ES", "IT", "PT", "IE", "DK", "NO", "SE", "FI", "PL"),
    *("CZ", "HU", "RO", "GR", "TR", "UA", "RU", "IL", "AE", "SA", "ZA", "IN", "CN", "JP", "KR", "HK", "SG", "AU"),
    *("NZ", "BR", "MX", "AR", "CL", "CO"),
)
_UNLIKELY = tuple(sorted(SUPPORTED_REGIONS - set(LIKELY)))
LONGEST_EXTENSION = 10
_SHORTEST, _LONGEST = 5, 17
_SHORTEST_WHOLE = 7
# From so many digits on, a number without a + may begin with its country's code.
_SHORTEST_WITH_CODE = 10
_DIALLED = re.compile(r"\+?[\d(][\d\s()./\-–]*")
# `1-800-FLOWERS`: a number that spells a word on the keys.
_SPELLED = re.compile(r"\+?[\d\s()-]*\d-[A-Za-z]{4,9}")
_EXTENSION = re.compile(r"(?:;\s*ext=|,?\s*(?:\bextn?\b|\bextension\b|\bposte\b|x|#)[.:\s]*)(\d{1,10})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone:
    """What a text may mean: numbers in E.164, likeliest first, and the extension behind it.

    The last one is the digits alone, where no country's code was written: a number may be stored like that.
    """

    numbers: tuple[str, ...]
    extension: str | None = None


def is_dialled(text: str) -> bool:
    """Written as a whole number is; which one, and whether it can be, is not asked."""
    return bool(_DIALLED.fullmatch(text)) and sum(map(str.isdecimal, text)) >= _SHORTEST_WHOLE


def read_phone(text: str, country: str | None = None) -> Phone | None:
    """The phone number that `text` is; None when it is none. `country` (ISO 3166) is the likeliest one."""
    main, extension = _parts(text)
    if not _is_number(main):
        return None
    regions = [None] if main.startswith("+") else [country, *LIKELY] if country else LIKELY
    numbers = dict.fromkeys(number for region in regions for number in _forms(main, region))
    if not _SPELLED.fullmatch(main):
        numbers |= dict.fromkeys(_by_digits(main))
    return Phone(tuple(numbers), extension) if numbers else None


def read_phone_elsewhere(text: str) -> Phone | None:
    """The same for a number without its country's code, of any country but LIKELY; None where one is written."""
    main, extension = _parts(text)
    if main.startswith("+") or not _is_number(main):
        return None
    numbers = dict.fromkeys(number for region in _UNLIKELY for number in _forms(main, region))
    return Phone(tuple(numbers), extension) if numbers else None


def e164(text: str, country: str | None = None) -> str | None:
    """A number as Webex gives it in the form it is looked for; None for one without a country's code.

    With `country`, one without a code is that country's.
    """
    plain = text.strip()
    if plain.startswith("+"):
        return _in_region(plain, None) or next(_by_digits(plain), None)
    return next(_forms(plain, country), None) if country else None


def stored_number(text: str, country: str | None = None) -> str:
    """The one form that a number is stored in: E.164, else its digits; what is no whole number stays as it stands."""
    if number := e164(text, country):
        return number
    return normalize_digits_only(text) if is_dialled(text.strip()) else text


def shown(number: str) -> str:
    """`+12125550112` -> `+1 212-555-0112`; other text as it stands."""
    parsed = _parsed(number, None)
    return format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else number


def _parts(text: str) -> tuple[str, str | None]:
    """The number, and the extension behind it."""
    found = _EXTENSION.search(text)
    return (text[: found.start()] if found else text).strip(), found[1] if found else None


def _is_number(text: str) -> bool:
    digits = sum(letter.isdecimal() for letter in text)
    return bool(_SPELLED.fullmatch(text) or (_DIALLED.fullmatch(text) and _SHORTEST <= digits <= _LONGEST))


def _forms(text: str, region: str | None) -> Iterator[str]:
    """As one of this region; where the library calls that impossible, what older form of another number it is."""
    parsed = _parsed_at_all(text, region)
    if parsed is None:
        return
    number = format_number(parsed, PhoneNumberFormat.E164)
    others = list(renumbered(number))
    if is_possible_number(parsed):
        yield number
    yield from others
    if others:
        yield number  # stored before it was known what it is today


def _by_digits(text: str) -> Iterator[str]:
    """What somebody may have stored by its digits alone, whether there can be such a number or not."""
    digits = normalize_digits_only(text)
    if not (_DIALLED.fullmatch(text) and _SHORTEST <= len(digits) <= _LONGEST):
        return
    if text.startswith("+"):
        # One that the library can read is not looked for beside its right form, such as +44 (0)20.
        if _in_region(text, None) is None:
            yield f"+{digits}"
        return
    international = digits.removeprefix("00")
    if len(international) >= _SHORTEST_WITH_CODE and not international.startswith("0"):
        yield from renumbered(f"+{international}")
        yield f"+{international}"
    yield digits


def _in_region(text: str, region: str | None) -> str | None:
    parsed = _parsed(text, region)
    return format_number(parsed, PhoneNumberFormat.E164) if parsed else None


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    number = _parsed_at_all(text, region)
    return number if number and is_possible_number(number) else None


def _parsed_at_all(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(text, region)
    except NumberParseException:
        return None
