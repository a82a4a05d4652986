"""The 5m triggers on tapes whose answer can be seen: what a bar showed, and how long it counts."""

from __future__ import annotations

import pytest

from engine.market import frame, sniper
from engine.market.frame import Frame
from engine.market.sniper import TRIGGER_BITS, Sniper
from engine.params import Params
from tests.checks.room import Row
from tests.checks.tapes import bar, legs, mirror, told

SPAN = 300_000


def shown(rows: list[Row]) -> tuple[list[set[str]], Sniper]:
    """The bits of every bar by name (readiness and known delta left out), and the triggers at the end."""
    s, f, k = Sniper(), Frame(), Params()
    s.swept_low = s.swept_high = sniper.NONE
    f.bars.minutes = 5
    f.swings.strength = 2
    out = []
    for n, row in enumerate(rows):
        known = 0 if row.taker_buy is None else 1
        delta = 2.0 * (row.taker_buy or 0.0) - row.volume if known else 0.0
        frame.close_bar(f, row.open, row.high, row.low, row.close, row.volume, delta, known, (n + 1) * SPAN, k)
        sniper.mark(s, f)
        sniper.look_back(s, f, k)
        bits = s.recent[n & 7]
        out.append({name for name, bit in TRIGGER_BITS.items() if bits & bit} - {"ready", "delta_known"})
    return out, s


def swept_then(*turns: tuple[float, int]) -> list[Row]:
    r"""
    106 .                              .
    104  \      .            /\  /          then the turns
    102   \    / \    /  (from 102.5)
           \  /   \  |
    101.75  *      \ |    a pivot low (bar 3, known at bar 5)
    101.00          \*    bar 7 wicks below it and closes at 102.5: a sweep
    """
    rows = legs(106.0, (102.0, 4), (104.0, 2), (103.0, 1))
    return [*rows, Row(103.0, 103.25, 101.0, 102.5), *legs(102.5, *turns)]


HIGHER_LOW = ((106.5, 4), (104.5, 2), (106.5, 2))


def test_a_sweep_and_then_a_higher_low_is_structure_at_its_confirmation() -> None:
    """Up to bar 11, back to 104.5 at bar 13, a low of 104.25 confirmed by bar 15."""
    seen, _ = shown(swept_then(*HIGHER_LOW))
    assert [n for n, bits in enumerate(seen) if "structure_long" in bits] == [15]
    down, _ = shown(mirror(swept_then(*HIGHER_LOW)))
    assert [n for n, bits in enumerate(down) if "structure_short" in bits] == [15]


def test_a_low_below_the_sweep_or_after_twelve_bars_is_none() -> None:
    lower, _ = shown(swept_then((104.0, 3), (100.0, 3), (103.0, 2)))
    assert not any("structure_long" in bits for bits in lower)
    late, _ = shown(swept_then((112.5, 9), (110.5, 2), (112.5, 2)))
    assert not any("structure_long" in bits for bits in late)


def test_without_a_sweep_a_higher_low_is_none() -> None:
    rows = legs(106.0, (102.0, 4), (104.0, 2), (103.0, 1))
    rows = [*rows, Row(103.0, 103.25, 101.75, 102.5), *legs(102.5, *HIGHER_LOW)]  # touches 101.75, not beyond
    assert not any("structure_long" in bits for bits in shown(rows)[0])


def test_choch_is_structure_and_bos_is_not() -> None:
    r"""
    109 .                            .
    106  \  /\                  /\  /    the last leg closes beyond 106.25 (BOS up)
    104   \/  \      /\  /\    /  \/
    101        \    /  \/  \  /         the leg before it beyond 104.25 (CHOCH up, bar 26)
     99         \  /        \/
    """
    turns = ((104.0, 3), (106.0, 3), (99.0, 7), (104.0, 5), (101.0, 3), (106.0, 8), (104.0, 3), (109.0, 5))
    seen, _ = shown(legs(109.0, *turns))
    assert [n for n, bits in enumerate(seen) if "structure_long" in bits] == [26]
    assert not any("structure_short" in bits for bits in seen)


def test_a_close_back_beyond_ema50_is_a_reclaim_once_there_is_one() -> None:
    flat = [bar(100.0, 100.0) for _ in range(60)]
    seen, _ = shown([*flat, bar(100.0, 98.0), bar(98.0, 99.0), bar(99.0, 101.0), bar(101.0, 102.0)])
    assert [bits for bits in seen[60:]] == [{"reclaim_short"}, set(), {"reclaim_long"}, set()]
    early, _ = shown([*flat[:49], bar(100.0, 98.0), bar(98.0, 101.0)])
    assert not any(early)


@pytest.mark.parametrize(("bought", "bits"), [(0.6, {"delta_long"}), (0.4, {"delta_short"}), (0.5, set[str]())])
def test_delta_speaks_for_its_side(bought: float, bits: set[str]) -> None:
    assert shown(told([bar(100.0, 100.0)], lambda n: bought))[0] == [bits]


def test_unknown_delta_is_not_zero_delta() -> None:
    known = TRIGGER_BITS["delta_known"]
    assert shown(told([bar(100.0, 100.0)], lambda n: 0.5))[1].seen & known
    assert not shown([bar(100.0, 100.0)])[1].seen & known


def test_what_was_shown_counts_for_six_bars() -> None:
    rows = told([bar(100.0, 100.0)] * 9, lambda n: 0.6 if n == 2 else 0.5)
    lasting = [bool(shown(rows[: n + 1])[1].seen & TRIGGER_BITS["delta_long"]) for n in range(9)]
    assert lasting == [False, False, True, True, True, True, True, True, False]
