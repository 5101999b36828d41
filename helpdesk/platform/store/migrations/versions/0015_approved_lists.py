"""A second agent approves a long list of addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bulk_runs", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("bulk_runs", sa.Column("lines_hash", sa.String(), nullable=True))
    op.add_column("bulk_runs", sa.Column("approved_by", sa.String(), nullable=True))
