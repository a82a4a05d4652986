"""What the learner concluded: nights, looks between them, and people's choices."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    checks = [sa.CheckConstraint("kind IN ('night', 'watch', 'hand')", name=op.f("ck_nights_kind"))]
    if op.get_bind().dialect.name == "sqlite":
        checks.append(
            sa.CheckConstraint("document IS NULL OR json_valid(document)", name=op.f("ck_nights_document_json"))
        )
    op.create_table(
        "nights",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cut", BIG, nullable=False),
        sa.Column("effective_at", BIG, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        *checks,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nights")),
        sa.UniqueConstraint("kind", "cut", name=op.f("uq_nights_kind_cut")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_nights_effective_at"), "nights", ["effective_at"], unique=False)


def downgrade() -> None:
    op.drop_table("nights")
