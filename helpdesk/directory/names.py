"""Names as the search sees them: without case, accents and punctuation, word by word."""

import re
import unicodedata
from collections.abc import Iterable

from helpdesk.pasted import clean

# Letters that have no base letter to fall back to when accents are taken off.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"})
_APOSTROPHES = re.compile("['’ʼ`´]")
_WORD = re.compile(r"[^\W_]+")


def name_words(text: str) -> list[str]:
    """`"Zoë O'Brien-Łuk"` -> `["zoe", "obrien", "luk"]`."""
    plain = _APOSTROPHES.sub("", clean(text))
    folded = unicodedata.normalize("NFKD", plain).casefold().translate(_LETTERS)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _WORD.findall(unicodedata.normalize("NFC", bare))


def search_name(names: Iterable[str | None]) -> str:
    """The words of all `names`, each once, each with a blank before it: ` zoe obrien luk`."""
    words = dict.fromkeys(word for name in names if name for word in name_words(name))
    return "".join(f" {word}" for word in words)
