"""What alembic runs: the open connection enters, tables of the newest version leave."""

from __future__ import annotations

from alembic import context

from lookfeel.store.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
