"""Search index over names"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from helpdesk.directory.names import search_name
from helpdesk.directory.search_index import entries_of_organization, entries_of_person, near_rows, words_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BATCH = 1000

ORGANIZATIONS = sa.table("organizations", *map(sa.column, ("id", "display_name", "search_name")))
PEOPLE = sa.table(
    "people",
    *map(sa.column, ("id", "organization_id", "display_name", "first_name", "last_name", "search_name")),
    sa.column("login_enabled", sa.Boolean),
    sa.column("account_status"),
)
KEYS = sa.table("name_keys", *map(sa.column, ("shelf", "key", "name", "id", "organization_id")))
WORDS = sa.table("near_words", *map(sa.column, ("key", "word")))


def upgrade() -> None:
    op.create_table(
        "name_keys",
        sa.Column("shelf", sa.SmallInteger(), nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("shelf", "key", "name", "id", "organization_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_keys_within", "name_keys", ["organization_id", "shelf", "key", "name", "id"])
    op.create_table(
        "near_words",
        sa.Column("key", NAME, nullable=False),
        sa.Column("word", NAME, nullable=False),
        sa.PrimaryKeyConstraint("key", "word"),
        sqlite_with_rowid=False,
    )
    # Its place is taken by name_keys.
    op.drop_index("ix_people_search_name", "people")
    op.drop_index("ix_organizations_search_name", "organizations")
    known: set[str] = set()
    for rows in _batches(ORGANIZATIONS):
        _index(ORGANIZATIONS, rows, ["display_name"], known)
    for rows in _batches(PEOPLE):
        _index(PEOPLE, rows, ["display_name", "first_name", "last_name"], known)


def _batches(table: Any) -> Iterator[Sequence[Any]]:
    behind = ""
    query = sa.select(table).order_by(table.c.id).limit(BATCH)
    while rows := op.get_bind().execute(query.where(table.c.id > behind)).mappings().all():
        yield rows
        behind = rows[-1]["id"]


def _index(table: Any, rows: Sequence[Any], names: Sequence[str], known: set[str]) -> None:
    """Names are normalised anew, and stand under their keys; `known` are the words learnt so far."""
    entries = entries_of_organization if table is ORGANIZATIONS else entries_of_person
    renamed = [dict(row) | {"search_name": search_name(row[name] for name in names)} for row in rows]
    _many(
        sa.update(table).where(table.c.id == sa.bindparam("its_id")).values(search_name=sa.bindparam("its_name")),
        [{"its_id": row["id"], "its_name": row["search_name"]} for row in renamed],
    )
    keys = [entry for row in renamed for entry in entries(row)]
    _many(sa.insert(KEYS), [entry._asdict() for entry in keys])
    words = words_of(keys) - known
    known |= words
    _many(sa.insert(WORDS), [{"key": key, "word": word} for word in sorted(words) for key in near_rows(word)])


def _many(statement: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(statement, rows)
