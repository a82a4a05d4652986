"""Heat: which pairs count as one, what an open signal still risks, and where the limit lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.decision.closes import HOUR, RETURNS, ColumnCloses, HourlyCloses
from engine.decision.heat import TRUSTED, AtRisk, Correlations, Heat, cluster_heat, clusters, correlation, too_hot
from engine.params import Params
from tests.decision.lives import CALM, THROUGH, Row, Walk, plan_of

START = 480_000 * HOUR
BTC, ETH, SOL, GOLD = "BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP", "XAU-USDT-SWAP"


def moves(hours: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Returns of four pairs: BTC and ETH alike, ETH and SOL alike, BTC and SOL less so, gold its own."""
    rng = np.random.default_rng(seed)
    one, two, own, gold = rng.normal(0.0, 0.01, (4, hours))
    return {BTC: one, ETH: one + two, SOL: two + 0.2 * own, GOLD: gold}


def pairs_of(returns: dict[str, np.ndarray], begin: int = 0) -> Correlations:
    """Told hour by hour from `begin` on, as a tape tells them; the levels before it are not known."""
    closes = HourlyCloses()
    for pair, values in returns.items():
        for hour, close in enumerate(100.0 * np.exp(np.cumsum(values)), 1):
            if hour > begin:
                closes.add(pair, START + hour * HOUR, float(close))
    return Correlations(closes)


def test_correlation_is_pearsons() -> None:
    a, b = list(moves(RETURNS).values())[:2]
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-12)


@pytest.mark.parametrize("base_minutes", [5, 15])
def test_hours_that_one_pair_missed_are_left_out_of_both_and_columns_give_the_same(base_minutes: int) -> None:
    returns, base = moves(300), base_minutes * 60_000
    ts = START + base * np.arange(300 * HOUR // base, dtype=np.int64)
    told, columns = HourlyCloses(), {}
    for pair, missed in ((BTC, ()), (ETH, (50, 51, 200))):
        close = np.repeat(100.0 * np.exp(np.cumsum(returns[pair])), HOUR // base)
        kept = ~np.isin((ts + base - START) / HOUR - 1, missed)
        columns[pair] = (ts[kept], close[kept], base)
        for opened, price in zip(ts[kept].tolist(), close[kept].tolist()):
            told.add(pair, opened + base, price)
    whole = [hour for hour in range(1, 300) if not {hour, hour - 1} & {50, 51, 200}]
    now = START + 300 * HOUR
    found = Correlations(told).of(BTC, ETH, now)
    assert found == pytest.approx(np.corrcoef(returns[BTC][whole], returns[ETH][whole])[0, 1], abs=1e-9)
    read = ColumnCloses(columns)
    assert found == Correlations(read).of(BTC, ETH, now)
    for pair in (BTC, ETH, GOLD):
        for hour in (now // HOUR - 7, now // HOUR, now // HOUR + 400):
            assert np.array_equal(told.logs(pair, hour), read.logs(pair, hour), equal_nan=True)


@pytest.mark.parametrize(("hours", "trusted"), [(TRUSTED, False), (TRUSTED + 1, True)])
def test_a_week_of_common_hours_is_needed(hours: int, trusted: bool) -> None:
    found = pairs_of(moves(hours)).of(BTC, GOLD, START + hours * HOUR)
    assert (found is not None) == trusted


def test_a_price_that_never_moved_is_not_spread_risk() -> None:
    pairs = pairs_of({BTC: moves(RETURNS)[BTC], GOLD: np.zeros(RETURNS)})
    assert pairs.of(BTC, GOLD, START + RETURNS * HOUR) is None


def test_only_the_window_counts_and_a_restart_with_that_much_history_is_equal() -> None:
    hours = RETURNS + 300
    whole, warmed = pairs_of(moves(hours)), pairs_of(moves(hours), begin=hours - RETURNS - 1)
    now = START + hours * HOUR
    assert whole.of(SOL, ETH, now) == warmed.of(ETH, SOL, now) is not None
    late = pairs_of(moves(hours), begin=hours - RETURNS + 99)
    assert whole.of(SOL, ETH, now) != late.of(SOL, ETH, now)


def test_a_pair_that_fell_silent_keeps_its_hours_until_they_leave_the_window() -> None:
    pairs = pairs_of(moves(RETURNS))
    for later in (10, RETURNS - TRUSTED, RETURNS - TRUSTED + 1):
        found = pairs.of(BTC, ETH, START + (RETURNS + later) * HOUR)
        assert (found is None) == (later > RETURNS - TRUSTED)


def test_hours_told_again_change_nothing() -> None:
    once, twice = HourlyCloses(), HourlyCloses()
    for hour, move in enumerate(moves(RETURNS)[BTC].tolist()):
        for closes in (once, twice):
            closes.add(BTC, START + hour * HOUR, 100.0 + move)
        twice.add(BTC, START + hour * HOUR, 1e9)
        twice.add(BTC, START + (hour - 5) * HOUR, 1e9)
    now = START // HOUR + RETURNS - 1
    assert np.array_equal(once.logs(BTC, now), twice.logs(BTC, now), equal_nan=True)


def test_pairs_are_linked_through_others_with_open_risk() -> None:
    pairs, now = pairs_of(moves(RETURNS)), START + RETURNS * HOUR
    direct = pairs.of(BTC, SOL, now)
    assert direct is not None and direct < 0.6 < min(pairs.of(*one, now) or 0.0 for one in ((BTC, ETH), (ETH, SOL)))
    btc, eth, gold = (AtRisk(pair, 1) for pair in (BTC, ETH, GOLD))
    assert cluster_heat(pairs, [btc, gold], SOL, 1, now, 0.6) == 0
    assert cluster_heat(pairs, [btc, eth, gold], SOL, 1, now, 0.6) == 2
    assert cluster_heat(pairs, [gold, eth, btc, eth], SOL, 1, now, 0.6) == 3, "whatever their order"
    assert cluster_heat(pairs, [btc, replace(eth, side=-1)], SOL, 1, now, 0.6) == 0
    assert cluster_heat(pairs, [btc, eth], SOL, 1, now, 0.99) == 0
    assert cluster_heat(Correlations(HourlyCloses()), [btc, eth, gold], SOL, 1, now, 0.6) == 3, "unknown: all are one"


def test_what_is_open_is_shown_in_the_clusters_that_count_as_one() -> None:
    pairs, now = pairs_of(moves(RETURNS)), START + RETURNS * HOUR
    open_now = [AtRisk(BTC, 1), AtRisk(GOLD, 1), AtRisk(SOL, 1), AtRisk(ETH, 1), AtRisk(ETH, 1), AtRisk(ETH, -1)]
    together, alone, short = sorted(clusters(pairs, open_now, now, 0.6), key=lambda one: -one.open_r * one.side)
    assert (together.side, together.open_r, set(together.pairs)) == (1, 4, {BTC, ETH, SOL})
    assert [(one, other) for one, other, _ in together.links] == [(BTC, ETH), (ETH, SOL)]
    assert all(value == pairs.of(one, other, now) for one, other, value in together.links)
    assert (alone.pairs, alone.open_r, alone.links) == ((GOLD,), 1, ()) and (short.side, short.pairs) == (-1, (ETH,))
    for one in (together, alone):
        assert cluster_heat(pairs, open_now, one.pairs[0], 1, now, 0.6) == one.open_r
    (unknown,) = clusters(Correlations(HourlyCloses()), open_now[:2], now, 0.6)
    assert unknown.links == ((BTC, GOLD, None),) and clusters(pairs, [], now, 0.6) == []


def test_the_limits_of_a_cluster_and_of_everything() -> None:
    k, now = Params(), START + RETURNS * HOUR
    pairs = pairs_of(moves(RETURNS))
    longs = [AtRisk(BTC, 1), AtRisk(ETH, 1), AtRisk(SOL, 1)]
    assert too_hot(pairs, longs[:2], ETH, 1, now, k) is None
    assert too_hot(pairs, longs, "ADA-USDT-SWAP", 1, now, k) == Heat(3, 3.0), "a pair nobody knows is in every cluster"
    assert too_hot(pairs, longs, GOLD, 1, now, k) is None
    assert too_hot(pairs, longs, ETH, -1, now, k) is None
    spread = [*longs[:2], *(AtRisk(f"X{n}", -1) for n in range(3))]
    assert too_hot(pairs, spread, GOLD, 1, now, k) is None
    assert too_hot(pairs, [*spread, longs[2]], GOLD, 1, now, k) == Heat(6, 6.0), "in all"


def test_a_life_risks_one_r_until_half_is_banked() -> None:
    tp1: Row = (102.0, 103.2, 101.5, 102.8)
    walk = Walk(plan=plan_of())
    told = [walk.life.at_risk]
    for row in (CALM, THROUGH, tp1):
        told.append(walk.bars(row).life.at_risk)
    assert told == [True, True, True, False]
    assert not Walk().bars(*[CALM] * 6).life.at_risk


def test_no_close_is_read_before_its_hour() -> None:
    hour = START // HOUR + RETURNS - 100
    cut = {pair: values[: RETURNS - 100] for pair, values in moves(RETURNS).items()}
    whole, part = pairs_of(moves(RETURNS)), pairs_of(cut)
    assert whole.of(BTC, ETH, hour * HOUR) == part.of(BTC, ETH, hour * HOUR) is not None


def test_a_limit_of_a_cluster_is_no_more_than_that_of_all() -> None:
    with pytest.raises(ValueError, match="heat_max_r"):
        Params.build(heat_max_r=7.0)
