"""Phone numbers in any spelling, national or international, as E.164."""

import re
from dataclasses import dataclass

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    parse,
)

# In whose country a number was written without its code is not known: it is read as one of each of these.
LIKELY = (
    *("US", "GB", "FR", "DE", "CA", "NL", "BE", "CH", "AT", "ES", "IT", "PT", "IE", "DK", "NO", "SE", "FI", "PL"),
    *("CZ", "HU", "RO", "GR", "TR", "UA", "RU", "IL", "AE", "SA", "ZA", "IN", "CN", "JP", "KR", "HK", "SG", "AU"),
    *("NZ", "BR", "MX", "AR", "CL", "CO"),
)
LONGEST_EXTENSION = 10
_SHORTEST, _LONGEST = 5, 17
_SHORTEST_WHOLE = 7
_DIALLED = re.compile(r"\+?[\d(][\d\s()./\-–]*")
# `1-800-FLOWERS`: a number that spells a word on the keys.
_SPELLED = re.compile(r"\+?[\d\s()-]*\d-[A-Za-z]{4,9}")
_EXTENSION = re.compile(r"(?:;\s*ext=|,?\s*(?:\bextn?\b|\bextension\b|\bposte\b|x|#)[.:\s]*)(\d{1,10})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phone:
    """What a text may mean: numbers in E.164, likeliest first, and the extension behind it."""

    numbers: tuple[str, ...]
    extension: str | None = None


def is_dialled(text: str) -> bool:
    """Written as a whole number is; which one, and whether it can be, is not asked."""
    return bool(_DIALLED.fullmatch(text)) and sum(map(str.isdecimal, text)) >= _SHORTEST_WHOLE


def read_phone(text: str, country: str | None = None) -> Phone | None:
    """The phone number that `text` is; None when it is none. `country` (ISO 3166) is the likeliest one."""
    found = _EXTENSION.search(text)
    main = (text[: found.start()] if found else text).strip()
    digits = sum(letter.isdecimal() for letter in main)
    is_spelled = bool(_SPELLED.fullmatch(main))
    if not is_spelled and not (_DIALLED.fullmatch(main) and _SHORTEST <= digits <= _LONGEST):
        return None
    regions = [None] if main.startswith("+") else [country, *LIKELY] if country else LIKELY
    numbers = dict.fromkeys(number for region in regions if (number := _in_region(main, region)))
    return Phone(tuple(numbers), found[1] if found else None) if numbers else None


def e164(text: str) -> str | None:
    """A number as Webex gives it in the form it is looked for; None for one without a country's code."""
    return _in_region(text, None) if text.strip().startswith("+") else None


def shown(number: str) -> str:
    """`+12125550112` -> `+1 212-555-0112`; other text as it stands."""
    parsed = _parsed(number, None)
    return format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else number


def _in_region(text: str, region: str | None) -> str | None:
    parsed = _parsed(text, region)
    return format_number(parsed, PhoneNumberFormat.E164) if parsed else None


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = parse(text, region)
    except NumberParseException:
        return None
    return number if is_possible_number(number) else None
