"""What was read of setups that wait for their triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waits",
        sa.Column("decision_id", sa.Text(), primary_key=True),
        sa.Column("ts", BIG, nullable=False),
        sa.Column("ema50_atr", NUMBER),
        sa.Column("cvd_slope", NUMBER),
        sqlite_strict=True,
    )
    op.create_index("ix_waits_ts", "waits", ["ts"])


def downgrade() -> None:
    op.drop_table("waits")
