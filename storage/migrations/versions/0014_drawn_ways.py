"""By which way the paper arm enters a setup that waits, and the chance of that."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    op.add_column("waits", sa.Column("drawn", sa.Text(), nullable=True))
    op.add_column("waits", sa.Column("propensity", NUMBER, nullable=True))


def downgrade() -> None:
    op.drop_column("waits", "propensity")
    op.drop_column("waits", "drawn")
