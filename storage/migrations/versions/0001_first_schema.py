"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBER: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("active", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_chats")),
        sqlite_strict=True,
    )
    op.create_table(
        "claims",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("claimed_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_claims")),
        sqlite_strict=True,
    )
    op.create_table(
        "decisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("ts", BIG, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("timeframe", sa.Text(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("setup_model", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("signal_id", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.CheckConstraint("verdict IN ('publish', 'monitor', 'refuse')", name=op.f("ck_decisions_verdict")),
        sa.CheckConstraint("features IS NULL OR json_valid(features)", name=op.f("ck_decisions_features_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("plan IS NULL OR json_valid(plan)", name=op.f("ck_decisions_plan_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("reasons IS NULL OR json_valid(reasons)", name=op.f("ck_decisions_reasons_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint(
            "decision_id", "timeframe", "ts", "verdict", name=op.f("uq_decisions_decision_id_timeframe_ts_verdict")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_decisions_ts"), "decisions", ["ts"], unique=False)
    op.create_table(
        "demo_signals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint(
            "document IS NULL OR json_valid(document)", name=op.f("ck_demo_signals_document_json")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_signals")),
        sqlite_strict=True,
    )
    op.create_table(
        "engine_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("last_ts", BIG, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_engine_state_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engine_state")),
        sqlite_strict=True,
    )
    op.create_table(
        "feedback_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("truncated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("demo", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("kind IN ('up', 'down', 'nofill', 'note')", name=op.f("ck_feedback_events_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_events")),
        sa.UniqueConstraint("channel", "event_id", name=op.f("uq_feedback_events_channel_event_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_feedback_events_channel_user_id"), "feedback_events", ["channel", "user_id"], unique=False)
    op.create_index(
        op.f("ix_feedback_events_demo_number_kind"), "feedback_events", ["demo", "number", "kind"], unique=False
    )
    op.create_table(
        "inbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("update_id", sa.Text(), nullable=False),
        sa.Column("update_number", BIG, nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "update_id", name=op.f("uq_inbox_source_update_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_inbox_pending",
        "inbox",
        ["source", "id"],
        unique=False,
        sqlite_where=sa.text("done = 0"),
        postgresql_where=sa.text("done = 0"),
    )
    op.create_index(op.f("ix_inbox_source_update_number"), "inbox", ["source", "update_number"], unique=False)
    op.create_table(
        "labels",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("closed_at", BIG, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("exit_reason", sa.Text(), nullable=False),
        sa.Column("win", sa.Integer(), nullable=True),
        sa.Column("rr", NUMBER, nullable=True),
        sa.Column("result_theoretical", sa.Text(), nullable=False),
        sa.Column("win_theoretical", sa.Integer(), nullable=True),
        sa.Column("rr_theoretical", NUMBER, nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("ambiguous", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_labels")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_labels_closed_at"), "labels", ["closed_at"], unique=False)
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_heads",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("length", BIG, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_ledger_heads")),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("queued_at", BIG, nullable=False),
        sa.Column("not_before", BIG, nullable=False),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("leased_until", BIG, nullable=True),
        sa.Column("leased_rev", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("sent_at", BIG, nullable=True),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("kind IN ('signal', 'edit', 'reply', 'notice')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("status IN ('pending', 'sent', 'dead', 'dropped')", name=op.f("ck_outbox_status")),
        sa.CheckConstraint("payload IS NULL OR json_valid(payload)", name=op.f("ck_outbox_payload_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("channel", "address", "dedupe_key", name=op.f("uq_outbox_channel_address_dedupe_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_outbox_channel_address_message_id"), "outbox", ["channel", "address", "message_id"], unique=False
    )
    op.create_index(
        "ix_outbox_failed",
        "outbox",
        ["status"],
        unique=False,
        sqlite_where=sa.text("status IN ('dead', 'dropped')"),
        postgresql_where=sa.text("status IN ('dead', 'dropped')"),
    )
    op.create_index(
        "ix_outbox_flying",
        "outbox",
        ["channel", "address", "leased_until"],
        unique=False,
        sqlite_where=sa.text("status = 'pending' AND leased_until IS NOT NULL"),
        postgresql_where=sa.text("status = 'pending' AND leased_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_outbox_number_kind"), "outbox", ["number", "kind"], unique=False)
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["channel", "address", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_outbox_story",
        "outbox",
        ["channel", "address", "number", "kind", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "people",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("'none'"), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'member', 'pending', 'none')", name=op.f("ck_people_role")),
        sa.PrimaryKeyConstraint("channel", "user_id", name=op.f("pk_people")),
        sqlite_strict=True,
    )
    op.create_table(
        "policies",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("document IS NULL OR json_valid(document)", name=op.f("ck_policies_document_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
        sqlite_strict=True,
    )
    op.create_table(
        "prompts",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("demo", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", "message_id", name=op.f("pk_prompts")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_prompts_channel_address_user_id"), "prompts", ["channel", "address", "user_id"], unique=False
    )
    op.create_table(
        "signals",
        sa.Column("position", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("signal_id", sa.Text(), nullable=False),
        sa.Column("ts", BIG, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("timeframe", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('long', 'short')", name=op.f("ck_signals_side")),
        sa.CheckConstraint("state IN ('waiting', 'filled', 'tp1', 'closed')", name=op.f("ck_signals_state")),
        sa.CheckConstraint("line IS NULL OR json_valid(line)", name=op.f("ck_signals_line_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_signals")),
        sa.UniqueConstraint("number", name=op.f("uq_signals_number")),
        sa.UniqueConstraint("signal_id", name=op.f("uq_signals_signal_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_signals_active",
        "signals",
        ["number"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(op.f("ix_signals_ts"), "signals", ["ts"], unique=False)
    op.create_table(
        "votes",
        sa.Column("demo", sa.Integer(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("slot IN ('opinion', 'nofill')", name=op.f("ck_votes_slot")),
        sa.PrimaryKeyConstraint("demo", "number", "channel", "user_id", "slot", name=op.f("pk_votes")),
        sqlite_strict=True,
    )
    op.create_table(
        "web_messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("force_reply", sa.Text(), nullable=True),
        sa.Column("reply_to", BIG, nullable=True),
        sa.Column("rev", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint(
            "attachments IS NULL OR json_valid(attachments)", name=op.f("ck_web_messages_attachments_json")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("buttons IS NULL OR json_valid(buttons)", name=op.f("ck_web_messages_buttons_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_messages")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_web_messages_address_rev"), "web_messages", ["address", "rev"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("position", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("signal_id", sa.Text(), nullable=False),
        sa.Column("closed_at", BIG, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("rr_realized", NUMBER, nullable=True),
        sa.Column("followable_result", sa.Text(), nullable=False),
        sa.Column("followable_r", NUMBER, nullable=True),
        sa.Column("win", sa.Integer(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("line IS NULL OR json_valid(line)", name=op.f("ck_outcomes_line_json")).ddl_if(
            dialect="sqlite"
        ),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.signal_id"], name=op.f("fk_outcomes_signal_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("number", name=op.f("uq_outcomes_number")),
        sa.UniqueConstraint("signal_id", name=op.f("uq_outcomes_signal_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_outcomes_closed_at"), "outcomes", ["closed_at"], unique=False)
    op.create_table(
        "policy_turns",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("effective_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["version"], ["policies.version"], name=op.f("fk_policy_turns_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_turns")),
        sqlite_strict=True,
    )
    op.create_table(
        "progress",
        sa.Column("id", BIG, nullable=False),
        sa.Column("signal_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ts", BIG, nullable=False),
        sa.Column("price", NUMBER, nullable=False),
        sa.Column("r", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.signal_id"], name=op.f("fk_progress_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress")),
        sa.UniqueConstraint("signal_id", "state", name=op.f("uq_progress_signal_id_state")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    raise NotImplementedError("the first schema has nothing before it")
