"""What the cards of users, customers, devices and numbers show, and where pasted numbers are looked for.

What is there gets its one form when all tables are as the release has them (helpdesk.upgrade).
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADDED = {
    "organizations": ("country",),
    "people": ("extension", "location"),
    "devices": ("location", "software", "ip"),
    "numbers": ("extension", "location", "owner_name", "owner_type"),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.String()))
    op.create_index("ix_people_extension", "people", ["extension"])
    op.create_index("ix_numbers_extension", "numbers", ["extension"])
    # A number's key begins with the number, a customer's numbers are counted by the other half.
    op.create_index("ix_numbers_organization_id", "numbers", ["organization_id"])
    op.create_table(
        "person_phones",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "number"),
    )
    op.create_index("ix_person_phones_number", "person_phones", ["number"])
