"""The audit, chained: each row's hash covers the row before it; rows are neither changed nor removed by hand.

A later migration that has SQLite make the table anew must make its triggers anew, too.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOTHING = ""
SAID = ("id", "at", "actor", "action", "subject", "organization_id", "reason", "outcome", "event_id")
BATCH = 5_000
AUDIT = sa.table("audit", sa.column("id"), sa.column("at", sa.DateTime(timezone=True)), *map(sa.column, SAID[2:]))
HEAD = sa.table("audit_head", *map(sa.column, ("id", "last_id", "last_hash", "removed_to", "removed_hash")))
# Rows from before the chain get ids without gaps: a gap is how a row that is missing shows from now on.
TIE = sa.text("UPDATE audit SET id = :id, hash = :hash WHERE id = :old_id")

SQLITE = (
    "CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended to'); END",
    # What policy removes, the head has noted before.
    "CREATE TRIGGER audit_stays BEFORE DELETE ON audit WHEN OLD.id > (SELECT removed_to FROM audit_head)"
    " BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended to'); END",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head"
    " BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended to'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_is_only_appended_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'the audit is only ever appended to'; END $$",
    "CREATE FUNCTION audit_is_removed_by_policy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF OLD.id <= (SELECT removed_to FROM audit_head) THEN RETURN OLD; END IF;"
    " RAISE EXCEPTION 'the audit is only ever appended to'; END $$",
    "CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit"
    " FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended_to()",
    "CREATE TRIGGER audit_stays BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_removed_by_policy()",
    "CREATE TRIGGER audit_stays_whole BEFORE TRUNCATE ON audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended_to()",
    "CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended_to()",
)


def upgrade() -> None:
    op.add_column("audit", sa.Column("hash", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.Column("removed_to", sa.Integer(), nullable=False),
        sa.Column("removed_hash", sa.String(), nullable=False),
    )
    last_id, last_hash = _tie_all()
    empty = {"removed_to": 0, "removed_hash": NOTHING}
    op.get_bind().execute(HEAD.insert().values(id=1, last_id=last_id, last_hash=last_hash, **empty))
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _tie_all() -> tuple[int, str]:
    """Id and hash of the last row."""
    connection = op.get_bind()
    old_id, number, before = 0, 0, NOTHING
    while rows := connection.execute(
        sa.select(AUDIT).where(AUDIT.c.id > old_id).order_by(AUDIT.c.id).limit(BATCH)
    ).all():
        tied = []
        for row in rows:
            number += 1
            # SQLite has no zones: all times are in UTC.
            at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at
            before = link({**row._mapping, "id": number, "at": at}, before)
            tied.append({"old_id": row.id, "id": number, "hash": before})
        connection.execute(TIE, tied)
        old_id = rows[-1].id
    return number, before


def link(row: Mapping[str, Any], before: str) -> str:
    """The hash of `row`, as the releases of that time made it."""
    number, at, *rest = (row[name] for name in SAID)
    said = [1, before, number, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return "1:" + hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
