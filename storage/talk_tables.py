"""The tables of the talk beyond signals and votes: rights, wishes, what people did with a signal, how messages fared.

Part of the one schema: storage/schema.py names them again, and everything else imports them from there.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint

from storage.columns import BIG, METADATA, flag, words

grants = Table(  # a finer right of someone who was let in; owners stand in `people`
    "grants",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("at", BIG, nullable=False),
    CheckConstraint("role IN ('admin', 'analyst', 'subscriber', 'viewer')", name="role"),
    sqlite_strict=True,
)

audit = Table(  # who did what to whom: only added to
    "audit",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("at", BIG, nullable=False),
    Column("channel", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    words("target"),
    words("detail"),
    Index(None, "at"),
    sqlite_strict=True,
)

preferences = Table(  # what a person or a chat wants, by name
    "preferences",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    CheckConstraint("scope IN ('person', 'chat')", name="scope"),
    Index(None, "scope", "name"),
    sqlite_strict=True,
)

reasons = Table(  # why a person was not filled
    "reasons",
    METADATA,
    Column("demo", Integer, primary_key=True),
    Column("number", BIG, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", BIG, nullable=False),
    CheckConstraint("reason IN ('never', 'late', 'skipped')", name="reason"),
    sqlite_strict=True,
)

takes = Table(  # "took it" and taking that back, one row an event; the newest of a person counts
    "takes",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    flag("demo"),
    Column("number", BIG, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("price", Text),
    Column("at", BIG, nullable=False),
    UniqueConstraint("channel", "event_id"),
    Index(None, "demo", "number"),
    Index(None, "channel", "user_id"),
    sqlite_strict=True,
)

identities = Table(  # one person on several channels
    "identities",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Index(None, "person"),
    sqlite_strict=True,
)

windows = Table(  # WhatsApp: when a number last wrote, opted in or out, and was asked to keep its window open
    "windows",
    METADATA,
    Column("phone", Text, primary_key=True),
    Column("last_inbound_at", BIG),
    Column("opted_in_at", BIG),
    Column("stopped_at", BIG),
    Column("asked_at", BIG),
    sqlite_strict=True,
)

deliveries = Table(  # WhatsApp: what became of each message that Twilio took
    "deliveries",
    METADATA,
    Column("sid", Text, primary_key=True),
    Column("outbox_id", BIG),
    Column("phone", Text, nullable=False),
    Column("kind", Text, nullable=False),
    words("category"),
    words("status"),
    words("error_code"),
    Column("price", Text),
    words("currency"),
    Column("at", BIG, nullable=False),
    Index(None, "outbox_id"),
    Index(None, "at"),
    sqlite_strict=True,
)

revisions = Table(  # the words of a post each time they changed
    "revisions",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("number", BIG, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BIG, nullable=False),
    UniqueConstraint("channel", "address", "number", "rev"),
    Index(None, "number"),
    sqlite_strict=True,
)

cards = Table(  # messages that are kept up to date in place, by kind
    "cards",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("at", BIG, nullable=False),
    sqlite_strict=True,
)

pace = Table(  # chats that the other side told to wait
    "pace",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("held_until", BIG, nullable=False),
    sqlite_strict=True,
)
