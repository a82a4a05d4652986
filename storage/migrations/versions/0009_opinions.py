"""Second opinions: what was said of each setup, and each day's scoreboard."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    checks = [sa.CheckConstraint("decision IN ('BUY', 'SELL', 'HOLD', '')", name=op.f("ck_opinions_decision"))]
    op.create_table(
        "opinions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("ts", BIG, nullable=False),
        sa.Column("known_at", BIG, nullable=False),
        sa.Column("acting", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("waited", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("p", NUMBER),
        sa.Column("silence", sa.Text(), nullable=False),
        sa.Column("p_win", NUMBER),
        sa.Column("threshold", NUMBER, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tokens_in", BIG, nullable=False),
        sa.Column("tokens_out", BIG, nullable=False),
        sa.Column("latency_ms", BIG, nullable=False),
        sa.Column("reading_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        *checks,
        *_json("opinions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinions")),
        sa.UniqueConstraint("decision_id", "prompt", "model", name=op.f("uq_opinions_decision_id_prompt_model")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_opinions_known_at"), "opinions", ["known_at"], unique=False)
    op.create_table(
        "opinion_boards",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        *_json("opinion_boards"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_boards")),
        sqlite_strict=True,
    )


def _json(table: str) -> list[sa.CheckConstraint]:
    if op.get_bind().dialect.name != "sqlite":
        return []
    return [sa.CheckConstraint("document IS NULL OR json_valid(document)", name=op.f(f"ck_{table}_document_json"))]


def downgrade() -> None:
    op.drop_table("opinion_boards")
    op.drop_table("opinions")
