"""Which acts need a proven caller"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gate_rules",
        sa.Column("act", sa.String(), primary_key=True),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
    )
