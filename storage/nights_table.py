"""The table of what the learner concluded (storage/nights.py): a row a night, a look by day, or a person's choice."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, UniqueConstraint

from storage.columns import BIG, METADATA, json_text

nights = Table(
    "nights",
    METADATA,
    Column("id", BIG, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("cut", BIG, nullable=False),
    Column("effective_at", BIG, nullable=False),
    Column("document", Text, nullable=False),
    CheckConstraint("kind IN ('night', 'watch', 'hand')", name="kind"),
    json_text("document"),
    UniqueConstraint("kind", "cut"),
    Index(None, "effective_at"),
    sqlite_strict=True,
)
