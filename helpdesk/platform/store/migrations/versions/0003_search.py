"""Search index over names: its tables.

Names are put in when all tables are as the release has them (helpdesk.upgrade).
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NAME = sa.String().with_variant(sa.String(collation="C"), "postgresql")


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
