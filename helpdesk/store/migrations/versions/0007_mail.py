"""What becomes of each mail, and suppressions that were lifted"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("email_events") as table:
        table.add_column(sa.Column("code", sa.String(), nullable=True))
        table.add_column(sa.Column("token", sa.String(), nullable=True))
        table.add_column(sa.Column("message_id", sa.String(), nullable=True))
        table.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("told_by", sa.String(), nullable=True))
        table.create_unique_constraint("uq_email_events_token", ["token"])
    op.create_index("ix_email_events_message_id", "email_events", ["message_id"])
