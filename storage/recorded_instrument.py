"""The instrument of a recorded pair: `instrument.json`, OKX's own record, or what the prices tell without it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.decision.documents import decimal_text
from engine.market.instrument import Instrument
from storage.tape import CandleColumns, Floats, TapeError

TICK_ROWS = 500
PLACES = 12  # of sizes


def read_instrument(folder: Path, candles: CandleColumns) -> Instrument:
    """`instrument.json` as OKX writes it, which must be of this folder's pair; inferred where there is none."""
    path = folder / "instrument.json"
    if not path.is_file():
        return infer_instrument(folder.name, candles)
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, dict):
            raise TapeError(path, None, "must hold one JSON object")
        instrument = Instrument.from_okx(record)
    except (ValueError, KeyError) as error:
        raise TapeError(path, None, str(error) if not isinstance(error, KeyError) else f"{error} is missing") from error
    if instrument.inst_id != folder.name:
        raise TapeError(path, None, f"instId is {instrument.inst_id}, the folder is {folder.name}")
    return instrument


def infer_instrument(pair: str, candles: CandleColumns) -> Instrument:
    """An instrument without its record: the tick is the last decimal place used in the first 500 bars.

    >>> bar = np.array([100.25]), np.array([100.5]), np.array([100.0]), np.array([100.1])
    >>> bars = CandleColumns("5m", np.array([0]), *bar, np.array([1.0]))
    >>> found = infer_instrument("X-USDT-SWAP", bars)
    >>> found.tick, found.decimals, found.tick_inferred
    (0.01, 2, True)
    """
    prices = np.concatenate([column[:TICK_ROWS] for column in (candles.open, candles.high, candles.low, candles.close)])
    decimals = next((places for places in range(12) if _on_grid(prices, places)), 12)
    inferred = Instrument(inst_id=pair, tick=float(f"1e-{decimals}"), decimals=decimals, tick_inferred=True)
    return replace(inferred, lot=1e-8, min_size=1e-8)


def _on_grid(prices: Floats, decimals: int) -> bool:
    scaled = prices * 10.0**decimals
    return bool(np.all(np.abs(scaled - np.rint(scaled)) <= 1e-7 + 1e-11 * scaled))


def write_instrument(folder: Path, instrument: Instrument) -> None:
    """Write `instrument.json` as OKX writes the record: every number a string."""
    record = {
        "instId": instrument.inst_id,
        "tickSz": f"{instrument.tick:.{instrument.decimals}f}",
        "lotSz": decimal_text(instrument.lot, PLACES),
        "minSz": decimal_text(instrument.min_size, PLACES),
        "ctVal": decimal_text(instrument.ct_val, PLACES),
        "ctValCcy": instrument.ct_val_ccy,
        "settleCcy": instrument.settle_ccy,
    }
    write_record(folder, record)


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write OKX's own record of a contract as `instrument.json`; it appears whole or not at all."""
    part = folder / ".instrument.json.part"
    part.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    part.replace(folder / "instrument.json")
