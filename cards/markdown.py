"""Text from outside, made safe to show: nothing in it is active, nothing in it is hidden.

Cards render a subset of Markdown in TextBlock and FactSet, so a name such as `[pay](http://x)` would
become a link. Characters that cannot be seen (control, bidirectional marks) are written out, since
they can make one name look like another.
"""

import re
import unicodedata

_SPECIAL = re.compile(r"([\\`*\[\]<>~|])")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\s*)([#+\-=])|^(\s*\d+)([.)])")
# Not every blank: no-break spaces belong where French typography puts them.
_LINE_BREAKS = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
# Joiners that words in several scripts, and emoji, cannot be written without.
_JOINERS = {"\u200c", "\u200d"}


def escape(text: str) -> str:
    """One line that Markdown shows letter by letter as `text`, with what cannot be seen made visible."""
    line = _SPECIAL.sub(r"\\\1", visible(text))
    line = _UNDERSCORE.sub(r"\\_", line)
    line = _ENTITY.sub(r"\\&", line)
    line = line.replace("{{", "{\\{")  # the card's own date function
    return _LINE_START.sub(
        lambda match: f"{match[1] or ''}\\{match[2]}" if match[2] else f"{match[3]}\\{match[4]}", line
    )


def visible(text: str) -> str:
    """`text` on one line; an invisible character as its code point: `⟨U+202E⟩`."""
    one_line = _LINE_BREAKS.sub(" ", text).strip()
    return "".join(_shown(letter) for letter in one_line)


def _shown(letter: str) -> str:
    if letter in _JOINERS or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}:
        return letter
    return f"⟨U+{ord(letter):04X}⟩"
