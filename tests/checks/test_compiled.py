"""The same steps compiled and as plain Python: the same bits after every bar."""

from __future__ import annotations

import dataclasses
from typing import Any

import numba
import numpy as np
import pytest
from numba.extending import register_jitable

from engine import layers, records
from engine.layers.base import Anchors
from engine.market import flow, frame, profile
from engine.market.flow import Flow
from engine.market.frame import Frame
from engine.market.profile import Profile
from engine.params import Params
from tests.checks.room import SPAN, START, Room, random_rows, with_trades


def packed(cls: type) -> Any:
    return np.zeros(1, dtype=records.dtype_of(cls))


@pytest.fixture(scope="module")
def advance() -> Any:
    for function in records.STEPS:
        register_jitable(function)
    update_all, read_all = layers.update_all, layers.read_all

    @numba.njit
    def run(f: Any, x: Any, states: Any, readings: Any, a: Any, p: Any, k: Any, row: Any, trades: Any) -> None:
        if row[15] == 1.0:
            flow.lost(x[0], 1)
        for n in range(len(trades)):
            t = trades[n]
            flow.trade(x[0], int(t[0]), t[1], t[2], int(t[3]), k[0])
        close = int(row[0])
        if row[8] == 1.0:
            flow.funding(x[0], close, row[9])
        flow.open_interest(x[0], close - 1000, row[10])
        flow.book(x[0], close - 1000, row[11], row[12], row[13], row[14])
        flow.close_bar(x[0], row[5], row[6], int(row[7]), close, k[0])
        frame.close_bar(f[0], row[1], row[2], row[3], row[4], row[5], x[0].delta, x[0].delta_known, close, k[0])
        update_all(states[0], f[0], x[0], k[0])
        a[0].n = 0
        read_all(states[0], readings[0], f[0], x[0], k[0], a[0])
        profile.compare(p[0], f[0].bars, f[0].indicators.atr, 0.01, k[0])
        profile.compute(p[0], f[0].bars, f[0].indicators.atr, 0.01, k[0])
        profile.anchors(p[0], f[0].bars, a[0])

    return run


def test_compiled_layers_give_the_bits_of_python(advance: Any) -> None:
    rows = [
        dataclasses.replace(row, funding=0.0003 * (n * 7919 % 97 / 48.0 - 1.0) ** 3 if n % 8 == 7 else None)
        for n, row in enumerate(random_rows(1200, 11))
    ]
    rows = rows[:500] + with_trades(rows[500:900], 3) + rows[900:]
    rows[700] = dataclasses.replace(rows[700], lost=(flow.TRADES,))
    room = Room()
    f, x, a = packed(Frame), packed(Flow), packed(Anchors)
    states, readings = packed(layers.LayerStates), packed(layers.Readings)
    p, volume = packed(Profile), Profile()
    f[0]["bars"]["minutes"] = 15
    f[0]["swings"]["strength"] = 3
    f[0]["setup"] = 1
    x[0]["base_minutes"] = 15
    k = records.to_array(Params())
    ts = START
    for n, r in enumerate(rows):
        if n == 300:
            ts += 5 * SPAN
            room.ts += 5 * SPAN
        room.step(r)
        profile.compare(volume, room.f.bars, room.f.indicators.atr, 0.01, room.k)
        profile.compute(volume, room.f.bars, room.f.indicators.atr, 0.01, room.k)
        profile.anchors(volume, room.f.bars, room.a)
        trades = np.array([(float(ts + t[0]), t[1], t[2], float(t[3])) for t in r.trades]).reshape(-1, 4)
        ts += SPAN
        book = r.book or (0.0, 0.0, 0.0, 0.0)
        has = r.taker_buy is not None
        candle = (ts, r.open, r.high, r.low, r.close, r.volume, r.taker_buy or 0.0, has)
        row = (*candle, r.funding is not None, r.funding or 0.0, r.oi or 0.0, *book, r.lost != ())
        advance(f, x, states, readings, a, p, k, np.array([float(v) for v in row]), trades)
        if n % 20 == 0 or n > len(rows) - 5:
            assert room.a.n == a[0]["n"]
            pairs = ((room.readings, readings), (room.states, states), (room.a, a), (room.x, x), (volume, p))
            for plain, compiled in pairs:
                same_bits(records.to_array(plain)[0], compiled[0], f"bar {n}")
    assert int(room.x.base_bars) == len(rows)


def same_bits(live: Any, compiled: Any, where: str) -> None:
    for name in live.dtype.names:
        if live.dtype[name].names:
            same_bits(live[name], compiled[name], f"{where} {name}")
        else:
            assert np.asarray(live[name]).tobytes() == np.asarray(compiled[name]).tobytes(), f"{where} {name}"
