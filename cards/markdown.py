"""Text from outside, made safe to show: nothing in it is active, nothing in it is hidden.

Cards render a subset of Markdown in TextBlock and FactSet, so a name such as `[pay](http://x)` would
become a link. Characters that cannot be seen (control, bidirectional marks) are written out, since
they can make one name look like another.
"""

import re
import unicodedata
from functools import lru_cache

_SPECIAL = re.compile(r"([\\`*\[\]<>~|])")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# What begins the card's own date function; three in a row begin it at the second.
_BRACES = re.compile(r"\{(?=\{)")
_LINE_START = re.compile(r"^(\s*)([#+\-=])|^(\s*\d+)([.)])")
# Not every blank: no-break spaces belong where French typography puts them.
_LINE_BREAKS = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
# Joiners that words in several scripts, and emoji, cannot be written without; beside an ASCII letter they only hide.
_JOINERS = {"\u200c", "\u200d"}
_HIDING_JOINER = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# Letters, marks and symbols by category that show nothing: grapheme joiner, fillers, the blank of Braille.
_BLANK = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

# Titles and words of status come again on every card, and each text is asked about more than once.
_REMEMBERED = 2_000


@lru_cache(_REMEMBERED)
def escape(text: str) -> str:
    """One line that Markdown shows letter by letter as `text`, with what cannot be seen made visible."""
    line = _SPECIAL.sub(r"\\\1", visible(text))
    line = _UNDERSCORE.sub(r"\\_", line)
    line = _ENTITY.sub(r"\\&", line)
    line = _BRACES.sub(r"{\\", line)
    return _LINE_START.sub(
        lambda match: f"{match[1] or ''}\\{match[2]}" if match[2] else f"{match[3]}\\{match[4]}", line
    )


@lru_cache(_REMEMBERED)
def visible(text: str) -> str:
    """`text` on one line; an invisible character as its code point: `⟨U+202E⟩`."""
    one_line = _LINE_BREAKS.sub(" ", text).strip()
    if one_line.isascii() and one_line.isprintable():
        return one_line
    one_line = _HIDING_JOINER.sub(lambda found: _code_point(found[0]), one_line)
    return "".join(_code_point(letter) if _is_hidden(letter) else letter for letter in one_line)


def _is_hidden(letter: str) -> bool:
    return letter in _BLANK or (letter not in _JOINERS and unicodedata.category(letter) in _INVISIBLE)


def _code_point(letter: str) -> str:
    return f"⟨U+{ord(letter):04X}⟩"
