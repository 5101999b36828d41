"""Several things pasted at once: lines, or addresses one after the other."""

import re

from helpdesk.address import bare_address, is_address
from helpdesk.pasted import clean

MOST = 20
_BETWEEN = re.compile(r"[\n\r\t]+")
_WORDS = re.compile(r"[\s,;]+")


def pieces(text: str) -> list[str]:
    """Each thing of `text`, without repetitions. One line is one thing, unless it holds several addresses."""
    lines = [line for each in _BETWEEN.split(text) if (line := clean(each))]
    if len(lines) > 1:
        return list(dict.fromkeys(lines))
    addresses = [bare for word in _WORDS.split(text) if is_address(bare := bare_address(word))]
    apart = list(dict.fromkeys(each.lower() for each in addresses))
    return apart if len(apart) > 1 else lines
