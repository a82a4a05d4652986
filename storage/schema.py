"""Every table of the store. Columns are portable: integers, doubles and text; JSON and decimals are text.

Times are integer ms UTC. `migrations/` builds the same tables; a test holds both equal.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from storage.columns import BIG, NUMBER, flag, index_where, json_text, words
from storage.columns import METADATA as METADATA
from storage.nights_table import nights as nights
from storage.opinion_tables import opinion_boards as opinion_boards
from storage.opinion_tables import opinions as opinions
from storage.talk_tables import audit as audit
from storage.talk_tables import cards as cards
from storage.talk_tables import deliveries as deliveries
from storage.talk_tables import grants as grants
from storage.talk_tables import identities as identities
from storage.talk_tables import pace as pace
from storage.talk_tables import preferences as preferences
from storage.talk_tables import reasons as reasons
from storage.talk_tables import revisions as revisions
from storage.talk_tables import takes as takes
from storage.talk_tables import windows as windows
from storage.totals_table import totals as totals
from storage.ways_table import waits as waits
from storage.ways_table import ways as ways

signals = Table(
    "signals",
    METADATA,
    Column("position", BIG, primary_key=True),
    Column("number", BIG, nullable=False, unique=True),
    Column("signal_id", Text, nullable=False, unique=True),
    Column("ts", BIG, nullable=False),
    Column("pair", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("state", Text, nullable=False),
    flag("simulated"),
    Column("line", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("state IN ('waiting', 'filled', 'tp1', 'closed')", name="state"),
    CheckConstraint("side IN ('long', 'short')", name="side"),
    json_text("line"),
    Index(None, "ts"),
    index_where("state <> 'closed'", "ix_signals_active", "number"),
    sqlite_strict=True,
)

progress = Table(
    "progress",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("signal_id", Text, ForeignKey("signals.signal_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("ts", BIG, nullable=False),
    Column("price", NUMBER, nullable=False),
    Column("r", NUMBER),
    Column("reason", Text),
    UniqueConstraint("signal_id", "state"),
    sqlite_strict=True,
)

outcomes = Table(
    "outcomes",
    METADATA,
    Column("position", BIG, primary_key=True),
    Column("number", BIG, nullable=False, unique=True),
    Column("signal_id", Text, ForeignKey("signals.signal_id"), nullable=False, unique=True),
    Column("closed_at", BIG, nullable=False),
    Column("result", Text, nullable=False),
    Column("rr_realized", NUMBER),
    Column("followable_result", Text, nullable=False),
    Column("followable_r", NUMBER),
    Column("win", Integer),
    Column("line", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    json_text("line"),
    Index(None, "closed_at"),
    Index(None, "followable_r", "number", "closed_at"),
    sqlite_strict=True,
)

ledger_heads = Table(
    "ledger_heads",
    METADATA,
    Column("chain", Text, primary_key=True),
    Column("length", BIG, nullable=False),
    Column("hash", Text, nullable=False),
    sqlite_strict=True,
)

decisions = Table(
    "decisions",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("decision_id", Text, nullable=False),
    Column("ts", BIG, nullable=False),
    Column("pair", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("side", Integer, nullable=False),
    Column("setup_model", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("features", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("signal_id", Text),
    Column("plan", Text),
    Column("policy_version", Text, nullable=False),
    Column("explored", Integer),
    Column("taken", Integer),
    Column("propensity", NUMBER),
    CheckConstraint("verdict IN ('publish', 'monitor', 'refuse')", name="verdict"),
    json_text("reasons"),
    json_text("features"),
    json_text("plan"),
    UniqueConstraint("decision_id", "timeframe", "ts", "verdict"),
    Index(None, "ts"),
    Index(None, "pair", "side"),
    index_where("signal_id IS NOT NULL", "ix_decisions_signal_id", "signal_id"),
    sqlite_strict=True,
)

evidence = Table(
    "evidence",
    METADATA,
    Column("decision_id", Text, primary_key=True),
    Column("ts", BIG, primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("document", Text, nullable=False),
    json_text("document"),
    sqlite_strict=True,
)

bases = Table(
    "bases",
    METADATA,
    Column("signal_id", Text, ForeignKey("signals.signal_id"), primary_key=True),
    Column("document", Text, nullable=False),
    json_text("document"),
    sqlite_strict=True,
)

labels = Table(
    "labels",
    METADATA,
    Column("decision_id", Text, primary_key=True),
    Column("closed_at", BIG, nullable=False),
    Column("result", Text, nullable=False),
    Column("exit_reason", Text, nullable=False),
    Column("win", Integer),
    Column("rr", NUMBER),
    Column("result_theoretical", Text, nullable=False),
    Column("win_theoretical", Integer),
    Column("rr_theoretical", NUMBER),
    Column("resolution", Text, nullable=False),
    flag("ambiguous"),
    Column("mfe_r", NUMBER),
    Column("mae_r", NUMBER),
    Index(None, "closed_at"),
    sqlite_strict=True,
)

closes = Table(
    "closes",
    METADATA,
    Column("pair", Text, primary_key=True),
    Column("ts", BIG, primary_key=True, autoincrement=False),
    Column("close", NUMBER, nullable=False),
    sqlite_strict=True,
)

feedback_events = Table(
    "feedback_events",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("number", BIG, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("active", Integer, nullable=False),
    Column("at", BIG, nullable=False),
    Column("text", Text),
    flag("truncated"),
    flag("demo"),
    CheckConstraint("kind IN ('up', 'down', 'nofill', 'note')", name="kind"),
    UniqueConstraint("channel", "event_id"),
    Index(None, "demo", "number", "kind"),
    Index(None, "channel", "user_id"),
    sqlite_strict=True,
)

votes = Table(
    "votes",
    METADATA,
    Column("demo", Integer, primary_key=True),
    Column("number", BIG, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", BIG, nullable=False),
    CheckConstraint("slot IN ('opinion', 'nofill')", name="slot"),
    sqlite_strict=True,
)

demo_signals = Table(
    "demo_signals",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("document", Text, nullable=False),
    Column("at", BIG, nullable=False),
    json_text("document"),
    sqlite_strict=True,
)

chats = Table(
    "chats",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    words("title"),
    Column("topic", Text),
    Column("locale", Text),
    Column("timezone", Text),
    Column("active", Integer, nullable=False, server_default=text("1")),
    words("reason"),
    Column("at", BIG, nullable=False),
    sqlite_strict=True,
)

people = Table(
    "people",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    words("name"),
    Column("role", Text, nullable=False, server_default=text("'none'")),
    Column("locale", Text),
    Column("timezone", Text),
    Column("at", BIG, nullable=False),
    Column("decided_by", Text),
    CheckConstraint("role IN ('owner', 'member', 'pending', 'none')", name="role"),
    sqlite_strict=True,
)

claims = Table(
    "claims",
    METADATA,
    Column("nonce", Text, primary_key=True),
    Column("at", BIG, nullable=False),
    Column("channel", Text),
    Column("user_id", Text),
    Column("claimed_at", BIG),
    sqlite_strict=True,
)

prompts = Table(
    "prompts",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("number", BIG, nullable=False),
    flag("demo"),
    Column("at", BIG, nullable=False),
    Index(None, "channel", "address", "user_id"),
    sqlite_strict=True,
)

inbox = Table(
    "inbox",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("source", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("update_number", BIG),
    Column("payload", Text, nullable=False),
    Column("at", BIG, nullable=False),
    flag("done"),
    words("note"),
    UniqueConstraint("source", "update_id"),
    Index(None, "source", "update_number"),
    index_where("done = 0", "ix_inbox_pending", "source", "id"),
    sqlite_strict=True,
)

outbox = Table(
    "outbox",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", BIG),
    Column("state", Text, nullable=False),
    Column("dedupe_key", Text, nullable=False),
    Column("payload", Text),
    Column("priority", Integer, nullable=False),
    Column("rev", Integer, nullable=False, server_default=text("1")),
    Column("status", Text, nullable=False, server_default=text("'pending'")),
    Column("queued_at", BIG, nullable=False),
    Column("not_before", BIG, nullable=False),
    Column("expires_at", BIG),
    Column("leased_until", BIG),
    Column("leased_rev", Integer),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("message_id", Text),
    Column("sent_at", BIG),
    words("error"),
    flag("unknowns"),
    CheckConstraint("kind IN ('signal', 'edit', 'reply', 'notice')", name="kind"),
    CheckConstraint("status IN ('pending', 'sent', 'dead', 'dropped')", name="status"),
    json_text("payload"),
    UniqueConstraint("channel", "address", "dedupe_key"),
    index_where("status = 'pending'", "ix_outbox_pending", "channel", "address", "priority", "id"),
    index_where("status = 'pending'", "ix_outbox_story", "channel", "address", "number", "kind", "id"),
    index_where(
        "status = 'pending' AND leased_until IS NOT NULL", "ix_outbox_flying", "channel", "address", "leased_until"
    ),
    Index(None, "number", "kind"),
    Index(None, "channel", "address", "message_id"),
    index_where("status IN ('dead', 'dropped')", "ix_outbox_failed", "status"),
    sqlite_strict=True,
)

policies = Table(
    "policies",
    METADATA,
    Column("version", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("at", BIG, nullable=False),
    json_text("document"),
    sqlite_strict=True,
)

policy_turns = Table(
    "policy_turns",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("version", Text, ForeignKey("policies.version"), nullable=False),
    Column("effective_at", BIG, nullable=False),
    sqlite_strict=True,
)

engine_state = Table(
    "engine_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("snapshot", Text, nullable=False),
    Column("last_ts", BIG, nullable=False),
    CheckConstraint("id = 1", name="single"),
    sqlite_strict=True,
)

leases = Table(
    "leases",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", BIG, nullable=False),
    sqlite_strict=True,
)

web_messages = Table(
    "web_messages",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("address", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("buttons", Text, nullable=False),
    Column("attachments", Text, nullable=False),
    Column("force_reply", Text),
    Column("reply_to", BIG),
    Column("rev", BIG, nullable=False),
    Column("at", BIG, nullable=False),
    json_text("buttons"),
    json_text("attachments"),
    Index(None, "address", "rev"),
    sqlite_strict=True,
)
