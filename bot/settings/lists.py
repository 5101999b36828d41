"""A variable that holds a list, in the ways that people write one."""

import json
from typing import Any

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»"}
_WRONG = 'must be a list: one, two; or one a line; or JSON such as ["one", "two"]'


def parts_of(value: str) -> list[str]:
    """Between commas, semicolons or line ends, or the texts of a JSON list; quotes and `mailto:` taken off.

    Raises ValueError, which repeats nothing of it.
    """
    text = _without_quotes(value)
    given = _json(text) if text.startswith("[") else None
    if given is None:
        given = text.replace(";", ",").replace("\r", ",").replace("\n", ",").split(",")
    return [part for each in given if (part := _part(each))]


def _json(text: str) -> list[str] | None:
    """None for what is no JSON list: an address of IPv6 begins with a bracket as well."""
    within = text[1:].lstrip()
    if within and within[0] not in (*_QUOTES, "]"):
        return None
    if not text.endswith("]"):
        raise ValueError(_WRONG)
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        # As Python writes a list, or somebody by hand.
        return text[1:-1].replace(";", ",").replace("\n", ",").split(",")
    if not all(isinstance(each, str) for each in found):
        raise ValueError(_WRONG)
    return list(found)


def _part(text: str) -> str:
    part = _without_quotes(text)
    return part[len("mailto:") :].strip() if part[:7].lower() == "mailto:" else part


def _without_quotes(text: str) -> str:
    """Quotes around all of it; those of an address such as "john smith"@x.example are its own."""
    text = text.strip()
    closing = _QUOTES.get(text[:1])
    if closing and len(text) > 1 and text.endswith(closing) and closing not in text[1:-1]:
        return text[1:-1].strip()
    return text
