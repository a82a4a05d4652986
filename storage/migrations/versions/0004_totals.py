"""Running totals of outcomes, a row a UTC day and group; filled from the outcomes when the store is opened."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
COUNTS = ("closed", "win", "lose", "expire", "no_fill", "void", "ambiguous", "held", "theory", "asked", "days")
SUMS = ("r", "r_square", "gain", "loss", "high", "low", "fall", "hold_s", "theory_r", "p", "p_won", "p_square")
DAYS = ("day_rr", "day_rn", "day_nn")


def upgrade() -> None:
    zero = sa.text("0")
    op.create_table(
        "totals",
        sa.Column("day", BIG, nullable=False, autoincrement=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        *(sa.Column(name, sa.Integer(), server_default=zero, nullable=False) for name in COUNTS),
        *(sa.Column(name, NUMBER, server_default=zero, nullable=False) for name in (*SUMS, *DAYS)),
        sa.PrimaryKeyConstraint("day", "dimension", "name", name=op.f("pk_totals")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("totals")
