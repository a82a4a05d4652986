"""Why a position that people could follow was left, with the step that tells it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("progress", sa.Column("reason", sa.Text()))


def downgrade() -> None:
    op.drop_column("progress", "reason")
