"""Heat: which pairs count as one, what an open signal still risks, and where the limit lies."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.decision.heat import HOUR, RETURNS, TRUSTED, AtRisk, HourlyCloses, cluster_heat, correlation, too_hot
from engine.params import Params
from tests.decision.lives import CALM, THROUGH, Row, Walk, plan_of

START = 480_000 * HOUR
BTC, ETH, SOL, GOLD = "BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP", "XAU-USDT-SWAP"


def moves(hours: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Returns of four pairs: BTC and ETH alike, ETH and SOL alike, BTC and SOL less so, gold its own."""
    rng = np.random.default_rng(seed)
    one, two, own, gold = rng.normal(0.0, 0.01, (4, hours))
    return {BTC: one, ETH: one + two, SOL: two + 0.2 * own, GOLD: gold}


def closes_of(returns: dict[str, np.ndarray], begin: int = 0) -> HourlyCloses:
    """Told hour by hour from `begin` on, as a tape tells them; the levels before it are not known."""
    closes = HourlyCloses()
    for pair, values in returns.items():
        for hour, close in enumerate(100.0 * np.exp(np.cumsum(values)), 1):
            if hour > begin:
                closes.add(pair, START + hour * HOUR, float(close))
    return closes


def test_correlation_is_pearsons() -> None:
    a, b = (values.tolist() for _, values in list(moves(RETURNS).items())[:2])
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-12)


def test_hours_that_one_pair_missed_are_left_out_of_both() -> None:
    returns = moves(300)
    levels = {pair: 100.0 * np.exp(np.cumsum(values)) for pair, values in returns.items()}
    closes = HourlyCloses()
    for hour in range(300):
        closes.add(BTC, START + (hour + 1) * HOUR, float(levels[BTC][hour]))
        if hour not in (50, 51, 200):
            closes.add(ETH, START + (hour + 1) * HOUR, float(levels[ETH][hour]))
    kept = [hour for hour in range(1, 300) if not {hour, hour - 1} & {50, 51, 200}]
    expected = np.corrcoef(returns[BTC][kept], returns[ETH][kept])[0, 1]
    assert closes.correlation(BTC, ETH, START + 300 * HOUR) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("hours", "trusted"), [(TRUSTED, False), (TRUSTED + 1, True)])
def test_a_week_of_common_hours_is_needed(hours: int, trusted: bool) -> None:
    found = closes_of(moves(hours)).correlation(BTC, GOLD, START + hours * HOUR)
    assert (found is not None) == trusted


def test_a_price_that_never_moved_is_not_spread_risk() -> None:
    closes = closes_of({BTC: moves(RETURNS)[BTC], GOLD: np.zeros(RETURNS)})
    assert closes.correlation(BTC, GOLD, START + RETURNS * HOUR) is None


def test_only_the_window_counts_and_a_restart_with_that_much_history_is_equal() -> None:
    hours = RETURNS + 300
    whole, warmed = closes_of(moves(hours)), closes_of(moves(hours), begin=hours - RETURNS - 1)
    now = START + hours * HOUR
    assert whole.correlation(SOL, ETH, now) == warmed.correlation(ETH, SOL, now) is not None
    late = closes_of(moves(hours), begin=hours - RETURNS + 99)
    assert whole.correlation(SOL, ETH, now) != late.correlation(SOL, ETH, now)


def test_a_pair_that_fell_silent_keeps_its_hours_until_they_leave_the_window() -> None:
    closes = closes_of(moves(RETURNS))
    for later in (10, RETURNS - TRUSTED, RETURNS - TRUSTED + 1):
        found = closes.correlation(BTC, ETH, START + (RETURNS + later) * HOUR)
        assert (found is None) == (later > RETURNS - TRUSTED)


def test_hours_told_again_change_nothing() -> None:
    returns = moves(RETURNS)
    closes, now = closes_of(returns), START + RETURNS * HOUR
    before = closes.correlation(BTC, ETH, now)
    closes.add(BTC, START + 7 * HOUR, 1e9)
    closes.add(BTC, now, 1e9)
    assert closes.correlation(BTC, ETH, now + 1) == before
    again = HourlyCloses()
    for pair, values in returns.items():
        for hour, close in enumerate(100.0 * np.exp(np.cumsum(values)), 1):
            again.add(pair, START + hour * HOUR, float(close))
            again.add(pair, START + hour * HOUR, float(close) * 2)
    assert again.correlation(BTC, ETH, now) == before


def test_pairs_are_linked_through_others_with_open_risk() -> None:
    hours = RETURNS
    closes, now = closes_of(moves(hours)), START + hours * HOUR
    direct = closes.correlation(BTC, SOL, now)
    assert direct is not None and direct < 0.6 < min(closes.correlation(*p, now) or 0 for p in ((BTC, ETH), (ETH, SOL)))
    btc, eth, gold = (AtRisk(pair, 1, 1.0) for pair in (BTC, ETH, GOLD))
    assert cluster_heat(closes, [btc, gold], SOL, 1, now, 0.6) == 0.0
    assert cluster_heat(closes, [btc, eth, gold], SOL, 1, now, 0.6) == 2.0
    assert cluster_heat(closes, [btc, replace(eth, r=0.0)], SOL, 1, now, 0.6) == 0.0, "banked: no link, no risk"
    assert cluster_heat(closes, [btc, replace(eth, side=-1)], SOL, 1, now, 0.6) == 0.0
    assert cluster_heat(closes, [gold, eth, btc], SOL, 1, now, 0.6) == 2.0, "whatever their order"
    assert cluster_heat(HourlyCloses(), [btc, eth, gold], SOL, 1, now, 0.6) == 3.0, "unknown: all are one"


def test_the_limits_of_a_cluster_and_of_everything() -> None:
    k, now = Params(), START + RETURNS * HOUR
    closes = closes_of(moves(RETURNS))
    longs = [AtRisk(BTC, 1, 1.0), AtRisk(ETH, 1, 1.0), AtRisk(SOL, 1, 1.0)]
    assert not too_hot(closes, longs[:2], ETH, 1, now, k)
    assert too_hot(closes, longs, "ADA-USDT-SWAP", 1, now, k), "a pair nobody knows is in every cluster"
    assert not too_hot(closes, longs, GOLD, 1, now, k)
    assert not too_hot(closes, longs, ETH, -1, now, k)
    assert not too_hot(closes, [*longs[:2], replace(longs[2], r=0.0)], ETH, 1, now, k)
    spread = [*longs, *(AtRisk(f"X{n}", -1, 1.0) for n in range(3))]
    assert too_hot(closes, spread, GOLD, 1, now, k), "six R open in all"


def test_a_life_risks_one_r_until_half_is_banked() -> None:
    tp1: Row = (102.0, 103.2, 101.5, 102.8)
    walk = Walk(plan=plan_of())
    told = [walk.life.open_r]
    for row in (CALM, THROUGH, tp1):
        told.append(walk.bars(row).life.open_r)
    assert told == [1.0, 1.0, 1.0, 0.0]
    assert Walk().bars(*[CALM] * 6).life.open_r == 0.0


def test_no_close_is_read_before_its_hour() -> None:
    closes, now = closes_of(moves(RETURNS)), START + (RETURNS - 100) * HOUR
    cut = closes_of({pair: values[: RETURNS - 100] for pair, values in moves(RETURNS).items()})
    found, expected = closes.correlation(BTC, ETH, now), cut.correlation(BTC, ETH, now)
    assert found is not None and math.isclose(found, expected or 0.0, rel_tol=0.0, abs_tol=0.0)
