"""A label store filled from the learner's small world."""

from __future__ import annotations

from pathlib import Path

from engine.decision.signal import Outcome, TrackEnd
from engine.decision.tick import Decided
from engine.learning.table import Decision
from storage import decisions
from storage.database import Database


def url_of(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/signals.db"


def outcome_of(row: Decision) -> Outcome:
    closed = row.closed_at or 0
    result, reason = ("win", "tp2") if row.win else ("lose", "sl")
    end = TrackEnd(result, reason, closed, 100.0, row.ts, row.rr)
    return Outcome(
        signal_id=row.decision_id,
        number=0,
        closed_at=closed,
        theoretical=end,
        followable=end,
        mfe=1.0,
        mae=-1.0,
        mfe_r=1.0,
        mae_r=-1.0,
        pnl_model=0.01,
        ambiguous=False,
        label_resolution=row.resolution or "5m",
        win=row.win,
        time_to_fill_s=60,
        time_to_tp1_s=None,
        time_to_sl_s=None,
    )


async def fill(folder: Path, rows: list[Decision]) -> str:
    """Store decisions with their labels; returns the database URL."""
    database = await Database.open(url_of(folder))
    try:
        async with database.write() as conn:
            verdicts = [
                Decided(
                    row.decision_id, row.ts, row.pair, row.timeframe, row.side, "trend_continuation", "refuse",
                    ("confluence",), row.features, row.regime, None, None,
                )
                for row in rows
            ]  # fmt: skip
            await decisions.add_many(conn, verdicts, policy_version="none")
            for row in rows:
                await decisions.label(conn, row.decision_id, outcome_of(row))
    finally:
        await database.close()
    return url_of(folder)
