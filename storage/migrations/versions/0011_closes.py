"""Prices at a setup's close and half an hour and an hour later."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")
BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "closes",
        sa.Column("pair", sa.Text(), primary_key=True),
        sa.Column("ts", BIG, primary_key=True, autoincrement=False),
        sa.Column("close", NUMBER, nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("closes")
