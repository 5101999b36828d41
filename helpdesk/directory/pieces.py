"""Several things pasted at once: lines, addresses one after the other, or numbers with a comma between them."""

import re

from helpdesk.directory.forms import canonical_mac, is_code
from helpdesk.directory.phones import is_dialled
from helpdesk.platform.identifiers import canonical_id
from helpdesk.platform.text.address import read_address
from helpdesk.platform.text.pasted import clean

MOST = 20
_BETWEEN = re.compile(r"[\n\r\t]+")
# Words; quoted text before an @ is within one: `"john smith"@acme.example`.
_WORDS = re.compile(r'(?:"[^"@]*"(?=@)|[^\s,;])+')
_LIST = re.compile(r"[,;]")


def pieces(text: str) -> list[str]:
    """Each thing of `text`, without repetitions. One line is one thing, unless it is a list of addresses or numbers."""
    lines = [line for each in _BETWEEN.split(text) if (line := clean(each))]
    if len(lines) > 1:
        return list(dict.fromkeys(lines))
    apart = list(dict.fromkeys(filter(None, map(read_address, _WORDS.findall(text)))))
    if len(apart) > 1:
        return apart
    listed = [clean(each) for each in _LIST.split(text)]
    # Not at a comma within a name or before an extension: each must be something by itself.
    return list(dict.fromkeys(listed)) if len(listed) > 1 and all(map(_has_a_form, listed)) else lines


def _has_a_form(text: str) -> bool:
    is_number = is_code(text) or is_dialled(text) or canonical_mac(text) or canonical_id(text)
    return bool(is_number) or bool(read_address(text))
