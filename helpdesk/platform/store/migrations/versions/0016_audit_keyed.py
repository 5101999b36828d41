"""The audit, keyed: rows are tied under a key, people in them can be blinded, heads are told and refusals counted.

Rows from before are held against their old chain, tied anew under the key, and sealed by a row that tells what was
found. A later migration that has SQLite make the table anew must make its triggers anew, too.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BATCH = 5_000
SAID = ("id", "at", "actor", "action", "subject", "organization_id", "reason", "outcome", "event_id")
AUDIT = sa.table(
    "audit",
    sa.column("id"),
    sa.column("at", sa.DateTime(timezone=True)),
    *map(sa.column, (*SAID[2:], "hash", "key_id", "pseudonyms")),
)
HEAD = sa.table(
    "audit_head", *map(sa.column, ("last_id", "last_hash", "removed_to", "removed_hash", "key_id", "signature"))
)
TIE = sa.text("UPDATE audit SET hash = :hash, key_id = :key_id, pseudonyms = :pseudonyms WHERE id = :id")

TEXTS = ("actor", "subject", "reason", "outcome")
NEVER = ("id", "at", "action", "organization_id", "event_id", "hash", "key_id", "pseudonyms")
REFUSE = "SELECT RAISE(ABORT, 'the audit is only ever appended to')"
RAISE = "RAISE EXCEPTION 'the audit is only ever appended to'"
# What may change of a text: an address becomes the pseudonym that its row has for it; what stands before it stays.
SQLITE_CHANGE = " OR ".join(
    [f"NEW.{name} IS NOT OLD.{name}" for name in NEVER]
    + [
        f"(NEW.{name} IS NOT OLD.{name} AND NOT (instr(OLD.{name}, '@') > 0 AND instr(NEW.{name}, 'person-') > 0"
        f" AND instr(OLD.pseudonyms, substr(NEW.{name}, instr(NEW.{name}, 'person-'), 27)) > 0"
        f" AND substr(NEW.{name}, 1, instr(NEW.{name}, 'person-') - 1)"
        f" = substr(OLD.{name}, 1, instr(NEW.{name}, 'person-') - 1)))"
        for name in TEXTS
    ]
)
POSTGRESQL_CHANGE = " OR ".join(
    [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in NEVER]
    + [
        f"(NEW.{name} IS DISTINCT FROM OLD.{name} AND NOT coalesce(strpos(OLD.{name}, '@') > 0"
        f" AND strpos(NEW.{name}, 'person-') > 0"
        f" AND strpos(OLD.pseudonyms, substr(NEW.{name}, strpos(NEW.{name}, 'person-'), 27)) > 0"
        f" AND left(NEW.{name}, strpos(NEW.{name}, 'person-') - 1)"
        f" = left(OLD.{name}, strpos(NEW.{name}, 'person-') - 1), false))"
        for name in TEXTS
    ]
)
# ruff: noqa: S608 - all of it stands here
SQLITE = (
    "DROP TRIGGER audit_stays_as_it_is",
    f"CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit WHEN coalesce({SQLITE_CHANGE}, 1) BEGIN {REFUSE}; END",
    # SQLite's INSERT OR REPLACE removes a row without a trigger of DELETE.
    "CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit"
    " WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"
    f" BEGIN {REFUSE}; END",
    # An act is told once; here, too, since the conflict clause of who inserts may say otherwise.
    "CREATE TRIGGER audit_is_told_once BEFORE INSERT ON audit"
    " WHEN EXISTS (SELECT 1 FROM audit WHERE event_id = NEW.event_id AND action = NEW.action"
    " AND subject = NEW.subject AND outcome = NEW.outcome)"
    " BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER audit_head_is_not_replaced BEFORE INSERT ON audit_head"
    " WHEN EXISTS (SELECT 1 FROM audit_head)"
    f" BEGIN {REFUSE}; END",
    f"CREATE TRIGGER audit_heads_told_stay_as_they_are BEFORE UPDATE ON audit_heads_told BEGIN {REFUSE}; END",
    "CREATE TRIGGER audit_heads_told_stay BEFORE DELETE ON audit_heads_told"
    " WHEN OLD.last_id > (SELECT removed_to FROM audit_head)"
    f" BEGIN {REFUSE}; END",
    "CREATE TRIGGER audit_heads_told_are_not_replaced BEFORE INSERT ON audit_heads_told"
    " WHEN EXISTS (SELECT 1 FROM audit_heads_told WHERE last_id = NEW.last_id)"
    " BEGIN SELECT RAISE(IGNORE); END",
)
POSTGRESQL = (
    "DROP TRIGGER audit_stays_as_it_is ON audit",
    "CREATE FUNCTION audit_is_only_blinded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF {POSTGRESQL_CHANGE} THEN {RAISE}; END IF; RETURN NEW; END $$",
    "CREATE FUNCTION audit_head_told_is_removed_by_policy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF OLD.last_id <= (SELECT removed_to FROM audit_head) THEN RETURN OLD; END IF;"
    f" {RAISE}; END $$",
    "CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_only_blinded()",
    "CREATE TRIGGER audit_heads_told_stay_as_they_are BEFORE UPDATE OR TRUNCATE ON audit_heads_told"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended_to()",
    "CREATE TRIGGER audit_heads_told_stay BEFORE DELETE ON audit_heads_told"
    " FOR EACH ROW EXECUTE FUNCTION audit_head_told_is_removed_by_policy()",
)


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        op.execute("DROP TRIGGER audit_stays_as_it_is")
        op.execute("CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit WHEN 0 BEGIN SELECT 1; END")
    else:
        op.execute("ALTER TABLE audit DISABLE TRIGGER audit_stays_as_it_is")
    for table, columns in (("audit", ("key_id", "pseudonyms")), ("audit_head", ("key_id", "signature"))):
        for name in columns:
            op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
    _new_tables()
    if connection.scalar(sa.select(sa.func.count()).select_from(sa.select(AUDIT.c.id).limit(1).subquery())):
        _seal(connection)
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)


def _new_tables() -> None:
    op.create_table(
        "audit_heads_told",
        sa.Column("last_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
    )
    op.create_table(
        "refused_tries",
        sa.Column("hour", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("who", sa.String(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_verification_failures_agent_id_at", "verification_failures", ["agent_id", "at"])


def _seal(connection: sa.Connection) -> None:
    secret = context.config.attributes.get("secret", "")
    if not secret:
        raise RuntimeError("the audit has rows, and no key was given to seal them with")
    key = Key(secret)
    head = connection.execute(sa.select(HEAD)).one()
    last, old, new, fault = head.removed_to, head.removed_hash, head.removed_hash, ""
    rows_in_order = sa.select(AUDIT).order_by(AUDIT.c.id).limit(BATCH)
    while rows := connection.execute(rows_in_order.where(AUDIT.c.id > last)).mappings().all():
        tied = []
        for each in rows:
            row = dict(each)
            if not fault and row["id"] != last + 1:
                fault = f"rows are missing before row {row['id']}"
            elif not fault and (row["id"] > head.last_id or row["hash"] != link_of_old(row, old)):
                fault = f"row {row['id']} is altered, inserted or moved"
            last, old = row["id"], row["hash"]
            names, new = key.link(row, new)
            tied.append({"id": last, "hash": new, "key_id": key.id, "pseudonyms": names})
        connection.execute(TIE, tied)
    if not fault and (last, old) != (head.last_id, head.last_hash):
        fault = f"the rows after row {last} are cut off, or the head is not theirs"
    seal: dict[str, Any] = {
        "id": last + 1,
        "at": datetime.now(UTC),
        "actor": "the desk",
        "action": "audit.seal",
        "subject": f"rows {head.removed_to + 1} to {last}",
        "organization_id": None,
        "reason": fault or None,
        "outcome": f"head {head.last_id}/{head.last_hash}",
        "event_id": f"audit.seal:{last}",
        "key_id": key.id,
    }
    seal["pseudonyms"], seal["hash"] = key.link(seal, new)
    connection.execute(AUDIT.insert().values(seal))
    ends = {"last_id": seal["id"], "last_hash": seal["hash"]}
    ends |= {"removed_to": head.removed_to, "removed_hash": head.removed_hash}
    signed = key.signature("head", list(ends.values()))
    connection.execute(HEAD.update().values(ends | {"key_id": key.id, "signature": signed}))


def link_of_old(row: Mapping[str, Any], before: str) -> str:
    """The hash of `row` as releases before this one made it."""
    number, at, *rest = (row[name] for name in SAID)
    return "1:" + hashlib.sha256(encoded([1, before, number, spelled(at), *rest])).hexdigest()


class Key:
    """The key of rows, and what is made with it, as helpdesk/audit has it at this release."""

    def __init__(self, secret: str) -> None:
        self._rows, self._names, self._heads = (_derived(secret, use) for use in ("rows", "names", "heads"))
        self.id = hashlib.sha256(b"id\n" + self._rows).hexdigest()[:16]

    def link(self, row: Mapping[str, Any], before: str) -> tuple[str, str]:
        """The pseudonyms and the hash of `row`."""
        used: list[str] = []
        actor, subject, reason, outcome = (self._blinded(row[name], used) for name in TEXTS)
        told = [actor, row["action"], subject, row["organization_id"], reason, outcome, row["event_id"], " ".join(used)]
        said = encoded([2, self.id, before, row["id"], spelled(row["at"]), *told])
        return " ".join(used), "2:" + hmac.digest(self._rows, said, "sha256").hex()

    def signature(self, what: str, said: Sequence[Any]) -> str:
        return hmac.digest(self._heads, encoded([what, self.id, *said]), "sha256").hex()

    def _blinded(self, text: str | None, used: list[str]) -> str | None:
        if text is None or ("@" not in text and "person-" not in text):
            return text

        def stand_in(name: str) -> str:
            is_pseudonym = PSEUDONYM.fullmatch(name)
            used.append(
                name if is_pseudonym else "person-" + hmac.digest(self._names, name.encode(), "sha256").hex()[:20]
            )
            return used[-1]

        return stand_in(text) if is_address(text) else NAME.sub(lambda found: stand_in(found[0]), text)


PSEUDONYM = re.compile(r"person-[0-9a-f]{20}")
NAME = re.compile(
    PSEUDONYM.pattern + r"|(?<![A-Za-z0-9_.+%~-])[A-Za-z0-9_][A-Za-z0-9_.+%~'-]{0,63}"
    r"@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*")
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    is_short = len(text) <= 254 and len(local) <= 64 and len(labels) > 1
    return bool(at) and is_short and bool(LOCAL.fullmatch(local)) and all(map(LABEL.fullmatch, labels))


def encoded(said: Sequence[Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def spelled(at: datetime) -> str:
    # SQLite knows no zone; what lies there is UTC.
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"helpdesk audit {purpose}".encode(), "sha256")
