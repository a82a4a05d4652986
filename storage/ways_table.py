"""Setups that waited for their triggers, and what each way of entering them came to (storage/ways.py)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from storage.columns import BIG, METADATA, NUMBER

ways = Table(
    "ways",
    METADATA,
    Column("decision_id", Text, primary_key=True),
    Column("way", Text, primary_key=True),
    Column("closed_at", BIG, nullable=False),
    Column("entered_at", BIG),
    Column("result", Text),
    Column("exit_reason", Text),
    Column("rr", NUMBER),
    CheckConstraint("way IN ('full', 'now', 'choch', 'reclaim')", name="way"),
    Index(None, "closed_at"),
    sqlite_strict=True,
)

waits = Table(
    "waits",
    METADATA,
    Column("decision_id", Text, primary_key=True),
    Column("ts", BIG, nullable=False),
    Column("ema50_atr", NUMBER),
    Column("cvd_slope", NUMBER),
    Column("drawn", Text),
    Column("propensity", NUMBER),
    Index(None, "ts"),
    sqlite_strict=True,
)
