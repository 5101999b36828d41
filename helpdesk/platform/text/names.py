"""Names as the search sees them: without case, accents and punctuation, word by word."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from helpdesk.platform.text.pasted import clean

# Words of one name that are looked at, other spellings included; what is longer is no name of anybody.
MOST_WORDS = 12
# Letters that have no base letter to fall back to when accents are taken off.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"})
# How the same letters are written where the keyboard has none of them.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Not at the end of a word: Zoe and Joe are no Zö and Jö.
_WRITTEN_AS_TWO = re.compile(r"(?:(a)[ae]|([ou])e)(?=\w)")
_APOSTROPHES = re.compile("['’ʼ`´]")
_HYPHENS = re.compile("[-‐‑–]")
_WORD = re.compile(r"[^\W_]+")
# Scripts that put no blank between words: kana, Han, Hangul.
_WITHOUT_BLANKS = re.compile(r"[぀-ヿ㐀-鿿가-힯豈-﫿\U00020000-\U0003ffff]+")


def name_words(text: str) -> list[str]:
    """`"Zoë O'Brien-Łuk"` -> `["zoe", "obrien", "luk"]`."""
    if text.isascii():
        # The same, at a tenth of the cost: most names are.
        return _WORD.findall(_APOSTROPHES.sub("", clean(text)).lower())
    plain = _APOSTROPHES.sub("", clean(text))
    folded = unicodedata.normalize("NFKD", plain).casefold().translate(_LETTERS)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _WORD.findall(unicodedata.normalize("NFC", bare))


def search_name(names: Iterable[str | None]) -> str:
    """The words of all `names`, then how else they may be typed, each once, each with a blank before it.

    `Zoë O'Brien` -> ` zoe obrien brien`. What is typed is not spelled anew: it meets one of these.
    """
    given = [name for name in names if name]
    words = dict.fromkeys(word for name in given for word in name_words(name))
    words |= dict.fromkeys(word for name in given for word in _spelled_otherwise(name))
    return "".join(f" {word}" for word in list(words)[:MOST_WORDS])


def _spelled_otherwise(name: str) -> Iterator[str]:
    words = name_words(name)
    plain = clean(name)
    if not plain.isascii():
        # Müller -> mueller
        yield from name_words(unicodedata.normalize("NFC", plain).casefold().translate(_WRITTEN_OUT))
        yield from _runs(words)
    for word in words:
        # Mueller -> muller
        yield _WRITTEN_AS_TWO.sub(r"\1\2", word)
    for part in plain.split():
        if _HYPHENS.search(part):
            # Anne-Marie -> annemarie
            yield from name_words(_HYPHENS.sub("", part))
        if _APOSTROPHES.search(part):
            # O'Brien -> brien
            yield from (word for word in name_words(_APOSTROPHES.sub(" ", part)) if len(word) > 1)


def _runs(words: list[str]) -> Iterator[str]:
    """Whatever a run of letters can begin with in a script without blanks: 山本 太郎 -> 山本太郎, 本太郎, 太郎, 郎."""
    whole = "".join(words)
    if _WITHOUT_BLANKS.fullmatch(whole):
        yield from (whole[start:] for start in range(len(whole)))
