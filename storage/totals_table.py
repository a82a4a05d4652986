"""The table of running totals (storage/totals.py): what closed on a UTC day, and ever, by each way of grouping."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text

from storage.columns import BIG, METADATA, NUMBER

COUNTS = ("closed", "win", "lose", "expire", "no_fill", "void", "ambiguous", "held", "theory", "asked", "days")
SUMS = ("r", "r_square", "gain", "loss", "high", "low", "fall", "hold_s", "theory_r", "p", "p_won", "p_square")
DAYS = ("day_rr", "day_rn", "day_nn")


def _zero(name: str) -> Column[float]:
    return Column(name, NUMBER, nullable=False, server_default=text("0"))


totals = Table(
    "totals",
    METADATA,
    Column("day", BIG, primary_key=True, autoincrement=False),
    Column("dimension", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", BIG, nullable=False),
    *(Column(name, Integer, nullable=False, server_default=text("0")) for name in COUNTS),
    *(_zero(name) for name in (*SUMS, *DAYS)),
    Index(None, "dimension", "name", "day", "closed", "win", "lose", "r"),
    sqlite_strict=True,
)
