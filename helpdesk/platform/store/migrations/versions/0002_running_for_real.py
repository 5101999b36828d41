"""Events that wait, acts that happen once, processes that say they are alive"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "name"),
    )
    op.create_index("ix_acts_at", "acts", ["at"])
    op.create_table(
        "processes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    # What the first release told twice of one event stays, told apart by its number.
    op.execute(
        "UPDATE audit SET event_id = event_id || '#' || id"
        " WHERE id NOT IN (SELECT min(id) FROM audit GROUP BY event_id, action, subject, outcome)"
    )
    op.create_index("ix_audit_once", "audit", ["event_id", "action", "subject", "outcome"], unique=True)
    with op.batch_alter_table("verifications") as verifications:
        verifications.drop_column("replaced_at")
        verifications.drop_column("last_try_event_id")
    with op.batch_alter_table("claimed_events") as events:
        events.drop_index("ix_claimed_events_done_at_lease_until")
        # What was left open by the first release is in no lane: it waits for nothing.
        events.add_column(sa.Column("lane", sa.String(), nullable=False, server_default=""))
        events.alter_column("claimed_by", existing_type=sa.String(), nullable=True)
        events.alter_column("lease_until", existing_type=sa.DateTime(timezone=True), nullable=True)
    with op.batch_alter_table("claimed_events") as events:
        events.alter_column("lane", existing_type=sa.String(), existing_nullable=False, server_default=None)
        events.create_index("ix_claimed_events_open", ["lane"], sqlite_where=OPEN, postgresql_where=OPEN)
        events.create_index("ix_claimed_events_received_at", ["received_at"])
