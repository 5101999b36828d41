"""How a row of the audit is tied to the one before it: its hash covers all that it says, and that one's hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

# What stands for the hash of a row before the first.
NOTHING = ""
# All that a row says; the order is part of the encoding.
SAID = ("id", "at", "actor", "action", "subject", "organization_id", "reason", "outcome", "event_id")

_VERSION = 1
_encoded = json.JSONEncoder(separators=(",", ":")).encode


def link(row: Mapping[str, Any], before: str) -> str:
    """The hash of `row`, which follows one whose hash is `before`."""
    return link_said([row[name] for name in SAID], before)


def link_said(said: Sequence[Any], before: str) -> str:
    """The same, of what a row says in the order of SAID.

    It begins with the version of its encoding, so that another can follow one day: rows in between stay as they are.
    Version 1 is SHA-256 of a JSON array in ASCII without blanks: the version, `before`, and what is in SAID, in this
    order, the time in UTC with microseconds.
    """
    number, at, *rest = said
    moment = (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")
    digest = hashlib.sha256(_encoded([_VERSION, before, number, moment, *rest]).encode()).hexdigest()
    return f"{_VERSION}:{digest}"
