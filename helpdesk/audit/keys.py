"""The keys of the audit, derived from the desk's secret: who may write to the database, but has none, adds no row.

One key ties rows, one makes pseudonyms, one signs heads, so that what one gives away is of no use for another.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """`id` tells keys apart and tells nothing of them: rows name it."""

    id: str
    rows: bytes
    names: bytes
    heads: bytes

    @classmethod
    def of(cls, secret: str) -> "Key":
        rows = _derived(secret, "rows")
        return cls(
            hashlib.sha256(b"id\n" + rows).hexdigest()[:16], rows, _derived(secret, "names"), _derived(secret, "heads")
        )


@dataclass(frozen=True, slots=True)
class Keys:
    """`current` writes; `known`, by their id, read what earlier ones wrote."""

    current: Key
    known: Mapping[str, Key]

    @classmethod
    def of(cls, secret: str, earlier: Iterable[str] = ()) -> "Keys":
        current = Key.of(secret)
        known = {key.id: key for key in map(Key.of, earlier)}
        return cls(current, known | {current.id: current})


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"helpdesk audit {purpose}".encode(), "sha256")
