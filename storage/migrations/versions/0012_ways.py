"""What each way of entering a setup that waited came to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ways",
        sa.Column("decision_id", sa.Text(), primary_key=True),
        sa.Column("way", sa.Text(), primary_key=True),
        sa.Column("closed_at", BIG, nullable=False),
        sa.Column("entered_at", BIG),
        sa.Column("result", sa.Text()),
        sa.Column("exit_reason", sa.Text()),
        sa.Column("rr", NUMBER),
        sa.CheckConstraint("way IN ('full', 'now', 'choch', 'reclaim')", name=op.f("ck_ways_way")),
        sqlite_strict=True,
    )
    op.create_index("ix_ways_closed_at", "ways", ["closed_at"])


def downgrade() -> None:
    op.drop_table("ways")
