"""The HTTP API with a million outcomes in the store: every read, 50 requests a second, over a socket, from outside."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import numpy as np
from sqlalchemy import Connection, insert

from benchmarks.bars import PAIRS, Bars
from benchmarks.line import Line, Target
from benchmarks.store import OUTCOMES, a_year
from storage.database import Database
from storage.schema import ledger_heads, nights, outcomes, signals
from tests.storage.documents import outcome, signal

A_SECOND, SECONDS, WARM = 50, 60, 3
CHUNK = 20_000
YEAR_MS = 365 * 86_400_000
PAIR = PAIRS[0].lower()
PATHS = {
    "nothing (the floor of this machine)": "/healthz",
    "a layer": f"/api/{PAIR}/cvd",
    "the profile": f"/api/{PAIR}/profile?timeframe=1h",
    "the confluence": f"/api/{PAIR}/confluence",
    "20 signals": "/api/signals",
    "200 signals": "/api/signals?limit=200",
    "20 signals of long ago": f"/api/signals?cursor={OUTCOMES // 2}",
    "a signal by its uuid": "/api/signals/one-in-the-middle",
    "20 outcomes": "/api/outcomes",
    "20 outcomes of long ago": f"/api/outcomes?cursor={OUTCOMES // 2}",
    "the figures": "/api/stats",
    "the insights": "/api/insights",
    "the calibration": "/api/calibration",
    "objectives and speeds": "/api/ai/metrics",
    "readiness": "/readyz",
    "the text for Prometheus": "/metrics",
}


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds from request to the whole answer, p95 of each."""
    file = bars.folder / "api.db"
    took = asyncio.run(_measured(file, bars.folder / "all"))
    for name, path in PATHS.items():
        bound = 20.0 if path == "/metrics" else 50.0
        p50, p95 = (float(np.percentile(took[name], share)) for share in (50, 95))
        yield Line(f"GET {name}, p95 at 50 requests/s", "ms", p95, target=Target(bound))
        yield Line(f"GET {name}, p50", "ms", p50)
    file.unlink()


async def _measured(file: Path, tapes: Path) -> dict[str, list[float]]:
    url = f"sqlite+aiosqlite:///{file}"
    async with await Database.open(url) as db, db.write() as conn:
        await conn.run_sync(_filled)
        await conn.run_sync(a_year)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.api_server", url, str(tapes)), stdout=PIPE
    )
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            await _asked(http, WARM)
            return await _asked(http, SECONDS)
    finally:
        process.terminate()
        await process.wait()


async def _asked(http: aiohttp.ClientSession, seconds: int) -> dict[str, list[float]]:
    """Ask every 20 ms, whether the answers before have come or not."""
    took: dict[str, list[float]] = {name: [] for name in PATHS}
    names = list(PATHS)
    async with asyncio.TaskGroup() as group:
        start = time.perf_counter()
        for number in range(A_SECOND * seconds):
            await asyncio.sleep(max(0.0, start + number / A_SECOND - time.perf_counter()))
            name = names[number % len(names)]
            group.create_task(_ask(http, PATHS[name], took[name]))
    return took


async def _ask(http: aiohttp.ClientSession, path: str, took: list[float]) -> None:
    start = time.perf_counter()
    async with http.get(path) as answer:
        await answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
    took.append((time.perf_counter() - start) * 1e3)


def _filled(conn: Connection) -> None:
    """A year of signals that ended, each with its documents (their chain is not made: nothing here reads it)."""
    one, end = signal(), outcome()
    ledger = {"prev": "0" * 64, "hash": "f" * 64}
    for first in range(1, OUTCOMES + 1, CHUNK):
        numbers = range(first, first + CHUNK)
        conn.execute(insert(signals), [_signal(one, number, ledger) for number in numbers])
        conn.execute(insert(outcomes), [_outcome(end, number, ledger) for number in numbers])
    heads = [{"chain": name, "length": OUTCOMES, "hash": ledger["hash"]} for name in ("signals", "outcomes")]
    conn.execute(insert(ledger_heads), heads)
    night = {"status": {"reason": "trained", "insights": {"labels": OUTCOMES}, "avoid": [], "forecasts": {}}}
    conn.execute(insert(nights), [{"kind": "night", "cut": 1, "effective_at": 1, "document": json.dumps(night)}])


def _ident(number: int) -> str:
    return "one-in-the-middle" if number == OUTCOMES // 2 else f"00000000-0000-5000-8000-{number:012d}"


def _signal(one: dict[str, object], number: int, ledger: dict[str, str]) -> dict[str, object]:
    document = {**one, "number": number, "signal_id": _ident(number), "ledger": ledger}
    columns = {name: one[name] for name in ("pair", "timeframe", "regime", "mode", "side")}
    at = number * YEAR_MS // OUTCOMES
    row = {"position": number, "number": number, "signal_id": _ident(number), "ts": at, "state": "closed"}
    return {**columns, **row, "line": json.dumps(document, ensure_ascii=False), **ledger}


def _outcome(end: dict[str, object], number: int, ledger: dict[str, str]) -> dict[str, object]:
    document = {**end, "number": number, "signal_id": _ident(number), "ledger": ledger}
    at = number * YEAR_MS // OUTCOMES
    row = {"position": number, "number": number, "signal_id": _ident(number), "closed_at": at, "result": "win"}
    figures = {"rr_realized": 1.6, "followable_result": "win", "followable_r": 1.5, "win": 1}
    return {**row, **figures, "line": json.dumps(document, ensure_ascii=False), **ledger}
