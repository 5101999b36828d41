"""Foreign text made safe to show (helpdesk.platform.text.showing), and for cards no Markdown either.

Cards render a subset of Markdown in TextBlock and FactSet, so a name such as `[pay](http://x)` would become a link.
"""

import re
from functools import lru_cache

from helpdesk.platform.text.showing import isolated

_SPECIAL = re.compile(r"([\\`*\[\]<>~|])")
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# What begins the card's own date function; three in a row begin it at the second.
_BRACES = re.compile(r"\{(?=\{)")
_LINE_START = re.compile(r"^(\s*)([#+\-=])|^(\s*\d+)([.)])")
# As in helpdesk.platform.text.showing: what is on every card is escaped once.
_REMEMBERED = 2_000


@lru_cache(_REMEMBERED)
def escape(text: str) -> str:
    """One line that Markdown shows letter by letter as `text`, with what cannot be seen made visible."""
    line = _SPECIAL.sub(r"\\\1", isolated(text))
    line = _UNDERSCORE.sub(r"\\_", line)
    line = _ENTITY.sub(r"\\&", line)
    line = _BRACES.sub(r"{\\", line)
    return _LINE_START.sub(
        lambda match: f"{match[1] or ''}\\{match[2]}" if match[2] else f"{match[3]}\\{match[4]}", line
    )
