"""Heads of the chain that are told outside: signed, so that what comes back is known to be ours.

Who owns the database may put an older copy of it back, or remove everything; only a head from elsewhere tells that.
"""

import hmac
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from helpdesk.audit.chain import signature, spelled
from helpdesk.audit.keys import Keys
from helpdesk.platform.store import insert_once
from helpdesk.platform.store.tables.audit import AuditHead, ToldHead

EVENT = "audit_head"
_KIND = "told head"
_HEADS: Any = AuditHead.__table__  # type: ignore[attr-defined]
_TOLD: Any = ToldHead.__table__  # type: ignore[attr-defined]
_BARE = re.compile(r"(?:head )?(\d{1,15})[/ ](\d+:[0-9a-f]{64})")
_LONGEST_LINE = 4_000


class NotOurs(ValueError):
    """A head that is no head, or whose signature is not ours."""


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A row's id and hash, as they were told; `source` says by what, for who reads the verdict."""

    id: int
    hash: str
    source: str = "--kept"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A signed head."""

    id: int
    hash: str
    at: datetime
    key_id: str
    signature: str

    @property
    def fields(self) -> dict[str, str | int]:
        """As a line of the log has it, beside its event."""
        return {
            "id": self.id,
            "hash": self.hash,
            "at": spelled(self.at),
            "key_id": self.key_id,
            "signature": self.signature,
        }

    @property
    def line(self) -> str:
        return json.dumps({"event": EVENT, **self.fields})


def tell(session: Session, keys: Keys, now: datetime) -> SignedHead | None:
    """The head as it is now, signed, which the database remembers, too; None where there is no row yet."""
    last_id, last_hash = session.connection().execute(select(_HEADS.c.last_id, _HEADS.c.last_hash)).one()
    if not last_id:
        return None
    told = SignedHead(last_id, last_hash, now, keys.current.id, _signed(keys, keys.current.id, last_id, last_hash, now))
    row = {"last_id": last_id, "last_hash": last_hash, "at": now, "key_id": told.key_id, "signature": told.signature}
    insert_once(session, ToldHead, row)
    return told


def known(session: Session, keys: Keys) -> Sequence[tuple[KeptHead, bool]]:
    """The heads that the database remembers, oldest first, and of each whether it is ours."""
    rows = session.connection().execute(select(_TOLD).order_by(_TOLD.c.last_id)).all()
    return [
        (KeptHead(row.last_id, row.last_hash, f"told on {row.at:%Y-%m-%d}"), _is_ours(keys, SignedHead(*row)))
        for row in rows
    ]


def read_heads(lines: Iterable[str], source: str, keys: Keys) -> Iterator[KeptHead]:
    """The heads in a file: lines of `helpdesk audit head`, of the log (others are skipped), or `ID/HASH`.

    Raises NotOurs for one that claims to be signed and is not.
    """
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if len(line) > _LONGEST_LINE:
            continue
        where = f"{source}, line {number}"
        if bare := _BARE.fullmatch(line):
            yield KeptHead(int(bare[1]), bare[2], where)
        elif EVENT in line and line.startswith("{"):
            told = _parsed(line, where)
            if told is None:
                continue
            if not _is_ours(keys, told):
                raise NotOurs(where)
            yield KeptHead(told.id, told.hash, where)


def parse_kept(text: str) -> KeptHead | None:
    """`<id>/<hash>`, as the last line of an earlier verification has it."""
    found = _BARE.fullmatch(text.strip())
    return KeptHead(int(found[1]), found[2]) if found else None


def _parsed(line: str, where: str) -> SignedHead | None:
    """None for a line of another event."""
    try:
        said = json.loads(line)
        if said.get("event") != EVENT:
            return None
        at = datetime.fromisoformat(said["at"])
        if at.tzinfo is None:
            raise NotOurs(where)
        return SignedHead(int(said["id"]), str(said["hash"]), at, str(said["key_id"]), str(said["signature"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotOurs(where) from None


def _is_ours(keys: Keys, told: SignedHead) -> bool:
    if told.key_id not in keys.known or not told.signature.isascii():
        return False
    return hmac.compare_digest(_signed(keys, told.key_id, told.id, told.hash, told.at), told.signature)


def _signed(keys: Keys, key_id: str, last_id: int, last_hash: str, at: datetime) -> str:
    return signature(keys.known[key_id], _KIND, [last_id, last_hash, spelled(at)])
