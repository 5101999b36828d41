"""Runs the migrations on the connection that helpdesk.platform.store.schema hands over."""

from alembic import context
from sqlmodel import SQLModel

import helpdesk.platform.store.tables  # noqa: F401  (fills SQLModel.metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
context.run_migrations()
