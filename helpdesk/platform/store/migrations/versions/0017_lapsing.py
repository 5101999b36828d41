"""What lapses by its time is found by its time"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_email_events_sent_at", "email_events", ["sent_at"])
    op.create_index("ix_verifications_created_at", "verifications", ["created_at"])
    op.create_index("ix_verification_failures_at", "verification_failures", ["at"])
