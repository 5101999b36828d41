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
    op.create_table(
        "lifted_suppressions",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("list_name", sa.String(), nullable=False),
        sa.Column("is_blocking", sa.Boolean(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("undone_event_id", sa.String(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "address", "number"),
    )
    op.create_index("ix_lifted_suppressions_address", "lifted_suppressions", ["address"])
    op.create_index("ix_lifted_suppressions_lifted_at", "lifted_suppressions", ["lifted_at"])
    op.create_table(
        "trial_mails",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("ix_trial_mails_address", "trial_mails", ["address"])
    op.create_index("ix_trial_mails_asked_at", "trial_mails", ["asked_at"])
