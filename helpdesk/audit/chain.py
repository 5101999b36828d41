"""How a row of the audit is tied to the one before it: its hash covers all that it says, and that one's hash.

The hash is keyed (helpdesk.audit.keys), and covers people by their pseudonyms, so that they can be blinded.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from helpdesk.audit.keys import Key
from helpdesk.audit.names import blinded

# What stands for the hash of a row before the first.
NOTHING = ""
# All that a row says; the order is part of the encoding.
SAID = ("id", "at", "actor", "action", "subject", "organization_id", "reason", "outcome", "event_id")

# 1 was without a key: the migration that sealed the rows of that time knows it.
VERSION = 2
_encoded = json.JSONEncoder(separators=(",", ":")).encode


def link(row: Mapping[str, Any], before: str, key: Key) -> tuple[str, str]:
    """The pseudonyms and the hash of `row`, which follows one whose hash is `before`."""
    return link_said([row[name] for name in SAID], before, key)


def link_said(said: Sequence[Any], before: str, key: Key) -> tuple[str, str]:
    """The same, of what a row says in the order of SAID.

    It begins with the version of its encoding, so that another can follow one day: rows in between stay as they are.
    Version 2 is HMAC-SHA256 of a JSON array in ASCII without blanks: the version, the key's id, `before`, what is in
    SAID, in this order, the time in UTC with microseconds and addresses by their pseudonyms, and the pseudonyms.
    """
    number, at, actor, action, subject, organization_id, reason, outcome, event_id = said
    (actor, subject, reason, outcome), pseudonyms = blinded((actor, subject, reason, outcome), key)
    told = [actor, action, subject, organization_id, reason, outcome, event_id, pseudonyms]
    digest = _digest(key.rows, [VERSION, key.id, before, number, spelled(at), *told])
    return pseudonyms, f"{VERSION}:{digest}"


def signature(key: Key, what: str, said: Sequence[Any]) -> str:
    """Of a head, `what` kind of whichever: one is not good for the other."""
    return _digest(key.heads, [what, key.id, *said])


def spelled(at: datetime) -> str:
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")


def _digest(key: bytes, said: Sequence[Any]) -> str:
    return hmac.digest(key, _encoded(said).encode(), "sha256").hex()
