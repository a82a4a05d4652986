"""Rights, wishes, what people did with a signal, and how messages fared."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _rights()
    _deeds()
    _whatsapp()
    _posts()
    unknowns = sa.Column("unknowns", sa.Integer(), server_default=sa.text("0"), nullable=False)
    op.add_column("outbox", unknowns)


def _rights() -> None:
    op.create_table(
        "grants",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("role IN ('admin', 'analyst', 'subscriber', 'viewer')", name=op.f("ck_grants_role")),
        sa.PrimaryKeyConstraint("channel", "user_id", name=op.f("pk_grants")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_table(
        "preferences",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("scope IN ('person', 'chat')", name=op.f("ck_preferences_scope")),
        sa.PrimaryKeyConstraint("scope", "channel", "id", "name", name=op.f("pk_preferences")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_preferences_scope_name"), "preferences", ["scope", "name"])


def _deeds() -> None:
    op.create_table(
        "reasons",
        sa.Column("demo", sa.Integer(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("reason IN ('never', 'late', 'skipped')", name=op.f("ck_reasons_reason")),
        sa.PrimaryKeyConstraint("demo", "number", "channel", "user_id", name=op.f("pk_reasons")),
        sqlite_strict=True,
    )
    op.create_table(
        "takes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("demo", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("price", sa.Text()),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takes")),
        sa.UniqueConstraint("channel", "event_id", name=op.f("uq_takes_channel_event_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_takes_channel_user_id"), "takes", ["channel", "user_id"])
    op.create_index(op.f("ix_takes_demo_number"), "takes", ["demo", "number"])
    op.create_table(
        "identities",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "user_id", name=op.f("pk_identities")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_identities_person"), "identities", ["person"])


def _whatsapp() -> None:
    op.create_table(
        "windows",
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("last_inbound_at", BIG),
        sa.Column("opted_in_at", BIG),
        sa.Column("stopped_at", BIG),
        sa.Column("asked_at", BIG),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_windows")),
        sqlite_strict=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("outbox_id", BIG),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error_code", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("price", sa.Text()),
        sa.Column("currency", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_deliveries")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_deliveries_at"), "deliveries", ["at"])
    op.create_index(op.f("ix_deliveries_outbox_id"), "deliveries", ["outbox_id"])


def _posts() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("channel", "address", "number", "rev", name=op.f("uq_revisions_channel_address_number_rev")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_revisions_number"), "revisions", ["number"])
    op.create_table(
        "cards",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", "kind", name=op.f("pk_cards")),
        sqlite_strict=True,
    )
    op.create_table(
        "pace",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("held_until", BIG, nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name=op.f("pk_pace")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_column("outbox", "unknowns")
    for name in (
        "pace",
        "cards",
        "revisions",
        "deliveries",
        "windows",
        "identities",
        "takes",
        "reasons",
        "preferences",
        "audit",
        "grants",
    ):
        op.drop_table(name)
