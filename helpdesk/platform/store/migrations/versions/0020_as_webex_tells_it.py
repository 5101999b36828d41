"""SIP addresses of devices, names of their workspaces, and who Webex does not know any more"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("workspace", sa.String()))
    op.add_column("people", sa.Column("gone_at", sa.DateTime(timezone=True)))
    op.create_table(
        "device_sips",
        sa.Column("device_id", sa.String(), sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sip_url", sa.String(), primary_key=True),
        sa.Column("person_id", sa.String()),
    )
    op.create_index("ix_device_sips_sip_url", "device_sips", ["sip_url"])
    op.create_index("ix_device_sips_person_id", "device_sips", ["person_id"])
