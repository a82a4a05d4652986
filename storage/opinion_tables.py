"""The tables of second opinions (storage/opinions.py): what was said of each setup, and each day's scoreboard."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint

from storage.columns import BIG, METADATA, NUMBER, flag, json_text

opinions = Table(
    "opinions",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("decision_id", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("pair", Text, nullable=False),
    Column("side", Integer, nullable=False),
    Column("ts", BIG, nullable=False),
    Column("known_at", BIG, nullable=False),
    flag("acting"),
    flag("waited"),
    Column("decision", Text, nullable=False),
    Column("p", NUMBER),
    Column("silence", Text, nullable=False),
    Column("p_win", NUMBER),
    Column("threshold", NUMBER, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("tokens_in", BIG, nullable=False),
    Column("tokens_out", BIG, nullable=False),
    Column("latency_ms", BIG, nullable=False),
    Column("reading_hash", Text, nullable=False),
    Column("document", Text, nullable=False),
    CheckConstraint("decision IN ('BUY', 'SELL', 'HOLD', '')", name="decision"),
    json_text("document"),
    UniqueConstraint("decision_id", "prompt", "model"),
    Index(None, "known_at"),
    sqlite_strict=True,
)

opinion_boards = Table(
    "opinion_boards",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("at", BIG, nullable=False),
    Column("document", Text, nullable=False),
    json_text("document"),
    sqlite_strict=True,
)
