"""People in the audit: an address in a row's texts has a pseudonym, which can take its place and the chain stays whole.

A pseudonym is an HMAC of the address as it is spelled: without the key, nobody finds the address by trying.
"""

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from helpdesk.audit.keys import Key
from helpdesk.platform.text.address import LONGEST, canonical_address, is_address

# What may hold an address, in the order in which a row's pseudonyms are listed.
TEXTS = ("actor", "subject", "reason", "outcome")
_PSEUDONYM = r"person-[0-9a-f]{20}"
# Within a text, an address with a character that hardly any has would take in what stands before it.
_NAME = re.compile(
    _PSEUDONYM
    + r"|(?<![A-Za-z0-9_.+%~-])[A-Za-z0-9_][A-Za-z0-9_.+%~'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
_IS_PSEUDONYM = re.compile(_PSEUDONYM)

Replace = Callable[[str], str]


def pseudonym(names_key: bytes, address: str) -> str:
    return f"person-{hmac.digest(names_key, address.encode(), 'sha256').hex()[:20]}"


def replaced(text: str | None, by: Replace) -> str | None:
    """`text` with what `by` gives for each address or pseudonym in it."""
    if text is None or ("@" not in text and "person-" not in text):
        return text
    if is_address(text):
        return by(text)
    return _NAME.sub(lambda found: by(found[0]), text)


def blinded(texts: Sequence[str | None], key: Key) -> tuple[list[str | None], str]:
    """TEXTS without an address, and the pseudonyms that stand for names in them, in order, parted by blanks.

    They are the same before and after a row is blinded.
    """
    left: list[str | None] = []
    used: list[str] = []
    for text in texts:
        if text is not None and ("@" in text or "person-" in text):
            text, names = (_blinded if len(text) <= LONGEST else _blinded.__wrapped__)(text, key.names)
            used += names
        left.append(text)
    return left, " ".join(used)


# The same agents and users come again and again.
@lru_cache(maxsize=8_192)
def _blinded(text: str, names_key: bytes) -> tuple[str, tuple[str, ...]]:
    used: list[str] = []

    def stand_in(name: str) -> str:
        used.append(name if _IS_PSEUDONYM.fullmatch(name) else pseudonym(names_key, name))
        return used[-1]

    return replaced(text, stand_in) or "", tuple(used)


def without(address: str, row: Mapping[str, Any]) -> dict[str, str | None] | None:
    """TEXTS of `row` with the pseudonym for `address`, in whatever case; None where its pseudonyms do not fit them."""
    listed = iter(row["pseudonyms"].split())

    def stand_in(name: str) -> str:
        own = next(listed)
        return own if canonical_address(name) == address else name

    try:
        texts = {column: replaced(row[column], stand_in) for column in TEXTS}
    except StopIteration:
        return None
    return texts if next(listed, None) is None else None
