"""How many people a clip shows, and who of them is measured."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Of sets that were measured before it is not known; measuring them again tells."""
    op.add_column("sets", sa.Column("person_wanted", sa.Integer(), nullable=True))
    op.add_column("sets", sa.Column("n_people", sa.Integer(), nullable=True))
