"""What a sync needs to know of each record: where it comes from, since when, and whether it changed"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RECORDS = ("organizations", "licenses", "people", "devices", "numbers")


def upgrade() -> None:
    # All there was came from import files.
    for table in (*RECORDS, "domains", "sites"):
        op.add_column(table, sa.Column("source", sa.String(), nullable=False, server_default="import"))
    for table in RECORDS:
        op.add_column(table, sa.Column("synced_at", sa.DateTime(timezone=True)))
        op.add_column(table, sa.Column("digest", sa.String()))
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("holder", sa.String()),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "synced_organizations",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "organization_id"),
    )
