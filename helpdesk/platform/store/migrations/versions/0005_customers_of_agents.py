"""Agents who are limited to some customers"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_customers",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["email"], ["agents.email"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("email", "organization_id"),
    )
