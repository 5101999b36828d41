"""How old what only an import file tells is, once Webex tells the rest"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE organizations SET imported_at = synced_at WHERE source = 'import'")
