"""A store with a record in it, and its page served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import TapeClock
from bot.record.router import RecordConfig, record_router
from storage import outcomes, signals
from storage.database import Database
from tests.messages import examples
from tests.servers.routes import serving

NOW = 1_796_100_000_000
DAY = 86_400_000


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")


async def add(
    conn: AsyncConnection,
    number: int,
    result: str | None = None,
    r: float | None = None,
    *,
    pair: str = "LINK-USDT-SWAP",
    side: str = "long",
    days_ago: float = 1.0,
    ambiguous: bool = False,
) -> None:
    """A signal, and where `result` is given how it ended an hour later."""
    ts = NOW - round(days_ago * DAY)
    ident = f"6f1c8b0e-0000-5000-8000-{number:012d}"
    made = examples.signal(signal_id=ident, number=number, ts=iso(ts), pair=pair)
    document = examples.short(made) if side == "short" else made
    await signals.add(conn, {k: v for k, v in document.items() if k != "ledger"}, ts_ms=ts)
    if result is None:
        return
    reason = {"win": "tp2", "lose": "sl", "expire": "expired", "no-fill": "touched"}.get(result, "data_gap")
    end = examples.outcome(result, reason, signal_id=ident, number=number, closed_at=iso(ts + 3_600_000))
    track = {**end["followable"], "closed_at": iso(ts + 3_600_000), "filled_at": iso(ts + 60_000) if r else None}
    end = {**end, "followable": track, "followable_r": r, "rr_realized": r, "ambiguous": ambiguous}
    await outcomes.add(conn, {k: v for k, v in end.items() if k != "ledger"}, closed_ms=ts + 3_600_000)


@dataclass
class Book:
    db: Database
    http: httpx.AsyncClient
    clock: TapeClock


@asynccontextmanager
async def book(path: Path, locale: str = "id", simulated: bool = False) -> AsyncIterator[Book]:
    clock = TapeClock(NOW)
    async with await Database.open(f"sqlite+aiosqlite:///{path}/record.db") as db:
        router = record_router(db, clock, RecordConfig(locale, ZoneInfo("Asia/Jakarta"), simulated))
        async with serving([router]) as root, httpx.AsyncClient(base_url=root, timeout=30) as http:
            yield Book(db, http, clock)
