"""The clip of a set by its hash, so that an import knows it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SETS = sa.table("sets", sa.column("id", sa.String), sa.column("video_sha256", sa.String))
REPORTS = sa.table("reports", sa.column("set_id", sa.String), sa.column("document", sa.JSON))


def upgrade() -> None:
    """Forward. The table is altered where it is: a copy in its place would take everything that refers to it along."""
    op.add_column("sets", sa.Column("video_sha256", sa.String(length=64), nullable=True))
    op.create_index("ix_sets_video_sha256", "sets", ["video_sha256"])
    measured = REPORTS.c.document["provenance"]["video_sha256"].as_string()
    told = sa.select(measured).where(REPORTS.c.set_id == SETS.c.id).scalar_subquery()
    op.execute(sa.update(SETS).values(video_sha256=told))
