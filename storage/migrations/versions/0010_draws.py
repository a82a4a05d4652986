"""What the paper arm did with a setup, with its verdict: whether a draw decided, whether it took it, and the chance."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    op.add_column("decisions", sa.Column("explored", sa.Integer()))
    op.add_column("decisions", sa.Column("taken", sa.Integer()))
    op.add_column("decisions", sa.Column("propensity", NUMBER))


def downgrade() -> None:
    for name in ("propensity", "taken", "explored"):
        op.drop_column("decisions", name)
