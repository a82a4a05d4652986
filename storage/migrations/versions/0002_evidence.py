"""Why a verdict was taken, and what a signal was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json(table: str) -> sa.CheckConstraint:
    name = op.f(f"ck_{table}_document_json")
    return sa.CheckConstraint("document IS NULL OR json_valid(document)", name=name).ddl_if(dialect="sqlite")


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("ts", BIG, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        _json("evidence"),
        sa.PrimaryKeyConstraint("decision_id", "ts", "verdict", name=op.f("pk_evidence")),
        sqlite_strict=True,
    )
    op.create_table(
        "bases",
        sa.Column("signal_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        _json("bases"),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.signal_id"], name=op.f("fk_bases_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_bases")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_decisions_pair_side"), "decisions", ["pair", "side"])
    known = sa.text("signal_id IS NOT NULL")
    op.create_index("ix_decisions_signal_id", "decisions", ["signal_id"], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    op.drop_index("ix_decisions_signal_id", "decisions")
    op.drop_index(op.f("ix_decisions_pair_side"), "decisions")
    op.drop_table("bases")
    op.drop_table("evidence")
