"""The record as a CSV file: every column a program wants, decimal points and ISO times in every language."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

from storage.database import Database
from storage.record import Entry, Wanted, everything

COLUMNS = (
    "number", "signal_id", "ts", "pair", "timeframe", "side", "mode", "setup_model", "regime",
    "entry_low", "entry_high", "sl", "tp1", "tp2", "p_win", "state", "result", "exit_reason", "fill_price",
    "filled_at", "closed_at", "followable_r", "theoretical_result", "theoretical_r", "mfe_r", "mae_r", "ambiguous",
    "simulated", "signal_hash", "outcome_hash",
)  # fmt: skip
ROWS = 200


async def csv_text(db: Database, wanted: Wanted) -> AsyncIterator[str]:
    """The file in pieces, by signal number; R is net of fees, slippage and funding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    waiting = 0
    async with db.read() as conn:
        async for entry in everything(conn, wanted):
            writer.writerow(row(entry))
            waiting += 1
            if waiting == ROWS:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
                waiting = 0
    yield buffer.getvalue()


def row(entry: Entry) -> list[Any]:
    """One signal, in the order of COLUMNS; what there is not is empty."""
    d, o = entry.document, entry.outcome or {}
    track, orders = o.get("followable", {}), d["orders"]
    return [
        *(d["number"], d["signal_id"], d["ts"], d["pair"], d["timeframe"], d["side"], d["mode"], d["setup_model"]),
        *(d["regime"], *orders["entry"], orders["sl"], *orders["tp"], d["p_win"]),
        "closed" if o else entry.state,
        *(track.get("result"), track.get("exit_reason"), track.get("fill_price"), track.get("filled_at")),
        *(track.get("closed_at"), o.get("followable_r"), o.get("result"), o.get("rr_realized"), o.get("mfe_r")),
        *(o.get("mae_r"), None if not o else str(o["ambiguous"]).lower(), str(entry.simulated).lower()),
        *(d["ledger"]["hash"], o.get("ledger", {}).get("hash")),
    ]
