"""Small recorded tapes for tests, made here, none copied from a market."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.market.events import TIMEFRAMES
from engine.market.instrument import Instrument
from storage.recordings import write_tape
from storage.tape import BookColumns, CandleColumns, FundingColumns, OpenInterestColumns, Tape, TradeColumns

START = 1_700_006_400_000  # 2023-11-15T00:00:00Z
TICK = 0.1


def instrument(pair: str) -> Instrument:
    return Instrument(inst_id=pair, tick=TICK, decimals=1, lot=0.01, min_size=0.01, ct_val=0.01, ct_val_ccy=pair[:3])


def candles(bars: int, timeframe: str = "5m", seed: int = 1, start: int = START, taker: bool = False) -> CandleColumns:
    """A seeded random walk on the tick grid."""
    rng = np.random.default_rng(seed)
    close = (1000 + np.cumsum(rng.integers(-9, 10, bars))) / 10
    open_ = np.concatenate([[100.0], close[:-1]])
    high = (np.rint(np.maximum(open_, close) * 10) + rng.integers(0, 4, bars)) / 10
    low = (np.rint(np.minimum(open_, close) * 10) - rng.integers(0, 4, bars)) / 10
    volume = rng.uniform(1.0, 50.0, bars)
    ts = start + np.arange(bars, dtype=np.int64) * TIMEFRAMES[timeframe]
    return CandleColumns(timeframe, ts, open_, high, low, close, volume, volume * 0.4 if taker else None)


def full_tape(pair: str, bars: int = 6, seed: int = 1) -> Tape:
    """A tape with every stream: trades every 20 s, a quote a minute, open interest each bar, one funding."""
    base = candles(bars, seed=seed, taker=True)
    end = int(base.known_at[-1])
    rng = np.random.default_rng(seed + 1)
    at = np.arange(START, end, 20_000, dtype=np.int64)
    price = 100 + rng.integers(-9, 10, len(at)) / 10
    side = np.where(rng.random(len(at)) < 0.5, 1, -1).astype(np.int8)
    minutes = np.arange(START + 7_000, end, 60_000, dtype=np.int64)
    bid = 100 + rng.integers(-9, 10, len(minutes)) / 10
    size = rng.uniform(1, 9, len(minutes))
    return Tape(
        pair=pair,
        instrument=instrument(pair),
        candles=base,
        trades=TradeColumns(at, price, rng.uniform(0.1, 2.0, len(at)), side),
        open_interest=OpenInterestColumns(base.known_at, rng.uniform(900, 1100, bars)),
        funding=FundingColumns(np.array([START + 300_000], dtype=np.int64), np.array([0.0001])),
        book=BookColumns(minutes, bid, bid + TICK, size, size * 2),
    )


def record(data: Path, *tapes: Tape) -> Path:
    """Write tapes under `data`, a folder a pair, and give `data` back."""
    for tape in tapes:
        write_tape(data / tape.pair, tape)
    return data
