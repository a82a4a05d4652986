"""Layers that peek, repaint or forge are caught at the first offending bar; honest ones beside them stay clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.decision.signal import iso
from storage.tape import CandleColumns, Tape
from tests.audit.crooks import BODIES, TRICKS, engine_with, linted
from tests.tapes import START, candles, instrument, record

PAIR = "SOL-USDT-SWAP"
QUARTER = 900_000
BARS = 480
Fault = dict[str, Any]


def tape() -> CandleColumns:
    return candles(BARS, "15m", seed=3)


def close_of(number: int) -> int:
    """Close (ms) of 15m bar `number` (from 0)."""
    return START + (number + 1) * QUARTER


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = Tape(PAIR, instrument(PAIR), tape(), None, None, None, None)
    return record(tmp_path_factory.mktemp("market"), whole)


@pytest.fixture(scope="module")
def report(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The honest eight and all the crooks, judged together."""
    return linted(engine_with(tmp_path_factory.mktemp("crooks"), BODIES), data, 2)


def faults(report: dict[str, Any], part: str, minutes: int = 15) -> list[Fault]:
    return [f for f in report["faults"] if f["part"] == part and f["minutes"] in (minutes, 0)]


def only(report: dict[str, Any], part: str, check: str) -> tuple[str, str, float | None, float | None]:
    """(time, what, before, after) of the one sort of fault that a part has on 15m."""
    (fault,) = faults(report, part)
    assert fault["check"] == check
    return fault["ts"], fault["what"], fault["before"], fault["after"]


def test_a_layer_that_remembers_the_future_from_an_earlier_run_is_caught(report: dict[str, Any]) -> None:
    found = {f["check"]: f for f in faults(report, "peeker")}
    assert found["reads what no tape gave it"]["what"] == "CLOSES"
    assert found["rewritten"]["ts"] == "2023-11-15T07:30:00+00:00"  # bar 30, at which it speaks first
    assert report["rewritten"]["peeker"] > 300


def test_a_pivot_dated_to_its_own_bar_is_caught_where_it_is_confirmed(report: dict[str, Any]) -> None:
    ts, what, before, after = only(report, "early", "anchor stamped before it was known")
    lows = tape().low
    pivots = [
        p for p in range(29, BARS - 3) if lows[p] < lows[p - 3 : p].min() and lows[p] <= lows[p + 1 : p + 4].min()
    ]
    assert (ts, what) == (iso(close_of(pivots[0] + 3)), "swing_low")
    assert (before, after) == (close_of(pivots[0]), close_of(pivots[0] + 3))


def test_a_level_that_moves_under_its_date_is_caught_at_the_first_move(report: dict[str, Any]) -> None:
    lows = tape().low
    first = next(n for n in range(100, BARS) if lows[n] < lows[99])
    assert only(report, "mover", "anchor moved") == (iso(close_of(first)), "swing_low", lows[99], lows[first])


def test_an_area_known_tomorrow_is_caught(report: dict[str, Any]) -> None:
    wanted = (iso(close_of(119)), "swing_high", close_of(119), close_of(120))
    assert only(report, "tomorrow", "anchor known in the future") == wanted


def test_a_price_that_never_was_and_a_word_too_soon_are_caught(report: dict[str, Any]) -> None:
    highest = float(tape().high[:140].max())
    wanted = (iso(close_of(139)), "swing_high", highest, 2.0 * float(tape().close[139]))
    assert only(report, "dreamer", "anchor never traded") == wanted


def test_numbers_that_are_none_are_caught(report: dict[str, Any]) -> None:
    found = {f["what"]: (f["ts"], f["count"]) for f in faults(report, "loud")}
    assert found == {"score": ("2023-11-16T21:00:00+00:00", 2)}  # bar 180's score, and bar 190's fact beside it


def test_who_changes_closed_bars_is_named_and_the_bar_too(report: dict[str, Any]) -> None:
    named = faults(report, "forger")
    assert {(f["check"], f["what"]) for f in named} == {("changes what it only may read", "frame.bars.open")}
    ts, what, before, after = only(report, "m15 bars", "closed bar rewritten")
    opened, closed = tape().open, tape().close
    first = next(n for n in range(BARS) if opened[n] != closed[n])
    assert (ts, what, before, after) == (iso(close_of(first)), "open", opened[first], closed[first])


def test_the_honest_layers_beside_them_are_clean(report: dict[str, Any]) -> None:
    eight = set(report["warm_up"]) - set(BODIES)
    assert len(eight) == 8
    assert [f for f in report["faults"] if f["part"] in eight] == []


def test_a_bar_closed_before_its_time_and_a_swing_that_moves_are_caught(data: Path, tmp_path: Path) -> None:
    report = linted(engine_with(tmp_path, tricks=TRICKS), data, 1)
    found = {(f["part"], f["check"]): f for f in report["faults"]}
    early = found["h4 bars", "closed before its time"]
    assert (early["ts"], early["what"], early["before"], early["after"]) == ("2023-11-15T03:45:00+00:00", "bars", 0, 1)
    moved = found["m15 bars", "swing rewritten"]
    highs, newest = tape().high, -1
    for n in range(6, BARS):
        if newest >= 0 and highs[n] > highs[newest]:
            break
        p = n - 3
        if highs[p] > highs[p - 3 : p].max() and highs[p] >= highs[p + 1 : n + 1].max():
            newest = p
    assert (moved["ts"], moved["before"], moved["after"]) == (iso(close_of(newest + 3)), highs[newest], highs[n])
