"""Webex ids, which come in two forms: a UUID, and base64 of `ciscospark://<cluster>/<TYPE>/<uuid>`.

The cluster differs between customers, so a base64 id is only ever taken apart, never built. We keep
the last part (the UUID, in lower case) as the key and the id as it came for calls to Webex.
"""

import base64
import binascii
import re

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BASE64 = re.compile(r"[A-Za-z0-9_\-+/]{20,}={0,2}")


def canonical_id(text: str) -> str | None:
    """The key within a Webex id in either form, or None when `text` is neither.

    A UUID is given in lower case. Ids of licenses and roles end in more than a UUID; they are given as they stand.
    """
    text = text.strip()
    parts = _decoded(text)
    last = parts[-1] if parts else text
    if last.isascii() and _UUID.fullmatch(last.lower()):
        return last.lower()
    # What is decoded may hold anything, NUL characters too.
    return last if parts and last and last.isprintable() else None


def id_key(identifier: str) -> str:
    """As canonical_id, of what is known to be an id: in neither form, it is its own key."""
    return canonical_id(identifier) or identifier


def id_type(text: str) -> str | None:
    """`PEOPLE`, `ORGANIZATION` and so on for a base64 id; None for a bare UUID or anything else."""
    parts = _decoded(text.strip())
    return parts[-2].upper() if len(parts) > 1 else None


def cluster(text: str) -> str | None:
    """The part of Webex's cloud that a base64 id belongs to, such as `us`; None for anything else."""
    parts = _decoded(text.strip())
    return parts[0] if len(parts) > 2 else None


def _decoded(text: str) -> list[str]:
    """The parts of a base64 id behind `ciscospark://`; empty when it is none."""
    if not _BASE64.fullmatch(text):
        return []
    try:
        padded = text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
        plain = base64.b64decode(padded, altchars=b"-_" if "-" in text or "_" in text else None).decode()
    except (binascii.Error, ValueError):
        return []
    if not plain.startswith("ciscospark://"):
        return []
    return plain.removeprefix("ciscospark://").split("/")
