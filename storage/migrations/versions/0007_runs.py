"""How far the market of a setup ran for and against it (R), with its label."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
NAMES = ("mfe_r", "mae_r")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("labels", sa.Column(name, NUMBER))


def downgrade() -> None:
    for name in reversed(NAMES):
        op.drop_column("labels", name)
