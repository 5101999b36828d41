"""A person who is to be forgotten stays in the audit under a pseudonym, and the chain stays whole."""

from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlmodel import Session, col

from helpdesk.audit.names import TEXTS, without
from helpdesk.platform.store.tables.audit import AuditRow, RefusedTry
from helpdesk.platform.text.address import canonical_address

BATCH = 2_000
_ROWS: Any = AuditRow.__table__  # type: ignore[attr-defined]
_BLIND = (
    update(_ROWS).where(_ROWS.c.id == bindparam("row_id")).values({name: bindparam(f"new_{name}") for name in TEXTS})
)


def blind(session: Session, address: str) -> int:
    """Put the pseudonym in the place of `address`, in whatever case, in every row; says how many rows had it.

    No key is needed: each row has its pseudonyms with it. Anything else that a row says stays as it is. A row whose
    pseudonyms do not fit its texts was tampered with, and is left for the verification to name.
    """
    address = canonical_address(address.strip())
    connection, last, blinded = session.connection(), 0, 0
    # Not in the audit yet, and never to be.
    session.exec(delete(RefusedTry).where(func.lower(col(RefusedTry.who)) == address))
    columns = [_ROWS.c[name] for name in ("id", "pseudonyms", *TEXTS)]
    has_it = or_(*(_ROWS.c[name].icontains(address, autoescape=True) for name in TEXTS))
    query = select(*columns).where(has_it).order_by(_ROWS.c.id).limit(BATCH)
    while rows := connection.execute(query.where(_ROWS.c.id > last)).mappings().all():
        last = rows[-1]["id"]
        for row in rows:
            texts = without(address, dict(row))
            if texts is None or all(texts[name] == row[name] for name in TEXTS):
                continue
            connection.execute(_BLIND, {"row_id": row["id"], **{f"new_{name}": texts[name] for name in TEXTS}})
            blinded += 1
    return blinded
