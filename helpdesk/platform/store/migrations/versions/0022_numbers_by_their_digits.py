"""Phone numbers have one form from this version on: helpdesk.upgrade puts those of before into it. No table changes."""

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
