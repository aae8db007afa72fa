"""A set that was measured and then could not be measured again shows its result once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SETS = sa.table("sets", sa.column("id", sa.String), sa.column("status", sa.String))
REPORTS = sa.table("reports", sa.column("set_id", sa.String))


def upgrade() -> None:
    """Forward. What went wrong stays beside the result, as it does from now on."""
    has_report = sa.exists().where(REPORTS.c.set_id == SETS.c.id)
    op.execute(sa.update(SETS).where(SETS.c.status == "failed", has_report).values(status="ready"))
