"""Tripwires, the CUSUM, the old champion's evidence, and drift: what they find, and what leaves them calm."""

from __future__ import annotations

import numpy as np

from engine.learning.contest import Paired
from engine.learning.drift import adwin, feature_alarm, ks_p, levels, psi, residual_alarms
from engine.learning.rollback import Vitals, collapse, cusum, threshold, tripwires, worse_than_old
from engine.learning.table import Floats, Ints

DAY = 86_400_000
NAMES = ("trend", "range")


def residuals(seed: int, rows: int, drop: float = 0.0) -> Floats:
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.35, 0.6, rows)
    return p - (rng.random(rows) < p - drop)


def days_of(rows: int, a_day: int = 30) -> Ints:
    return np.arange(rows) // a_day


def test_a_tripwire_is_cut_at_its_limit_only() -> None:
    quiet = Vitals(1, True, np.array([0.0, 1.0]), 4, 1.0, 12.0, 8.0)
    assert tripwires(quiet) == ()
    assert [one.name for one in tripwires(Vitals(1, True, np.array([1.01]), 5, 1.0, 12.1, 8.0))] == [
        "p_range", "publish_rate", "drawdown",
    ]  # fmt: skip
    assert tripwires(Vitals(1, True, np.zeros(0), 0, 0.0, 0.0, 0.0)) == ()


def test_the_sum_is_the_recursion_that_it_says() -> None:
    values, total, told = residuals(1, 500), 0.0, []
    for value in values:
        total = max(0.0, total + value - 0.06)
        told.append(total)
    assert np.allclose(cusum(values), told)


def test_a_threshold_is_the_same_twice_and_higher_where_days_are_shocked() -> None:
    calm = residuals(2, 3600)
    shocked = calm + 0.15 * np.random.default_rng(3).standard_normal(120)[days_of(3600)]
    once, again = (threshold(calm, days_of(3600), seed=7) for _ in range(2))
    higher = threshold(shocked, days_of(3600), seed=7)
    assert once is not None and once == again and higher is not None
    assert 6.0 < once < 12.0 and higher > once + 2.0


def test_no_threshold_without_history() -> None:
    assert threshold(residuals(2, 270), days_of(270), seed=7) is None
    assert threshold(np.zeros(0), days_of(0), seed=7) is None


def test_a_constant_residual_has_a_threshold() -> None:
    assert threshold(np.full(300, 0.1), days_of(300), seed=7) == 3.0


def test_a_collapse_is_found_at_the_label_that_shows_it_and_calm_is_none() -> None:
    found = collapse(residuals(4, 300, drop=0.28), np.arange(300), 8.5)
    assert found is not None and found.numbers["labels"] < 90 and found.numbers["value"] >= 8.5
    assert collapse(residuals(5, 300), np.arange(300), 30.0) is None
    assert collapse(np.zeros(0), days_of(0), 8.5) is None


def test_labels_are_heard_in_the_order_in_which_they_closed() -> None:
    closed = np.arange(60)[::-1]
    found = collapse(np.where(closed < 30, 0.5, -0.5), closed, 4.0)
    assert found is not None and found.at == 9


def since_promotion(gain: float, days: int) -> Paired:
    """The old champion takes what the new leaves, and earns `gain` each."""
    opened = np.repeat(np.arange(days), 30) * DAY
    rows = len(opened)
    same = np.full(rows, 0.4)
    net = np.full(rows, gain)
    zero, one = np.zeros(rows), np.ones(rows)
    return Paired(opened, opened + 3_600_000, one * 0.0, net, one * 0.08, one * 1.5, zero, one, same, same)


def test_the_old_champion_is_taken_back_only_where_it_is_shown_to_be_better() -> None:
    better = worse_than_old(since_promotion(0.3, 14), 0, 20 * DAY)
    assert better is not None and better.numbers["e"] >= 5.0 and better.at <= 14 * DAY
    assert worse_than_old(since_promotion(-0.1, 14), 0, 20 * DAY) is None
    assert worse_than_old(since_promotion(0.3, 0), 0, 20 * DAY) is None


def test_what_comes_after_the_probation_does_not_count() -> None:
    seen = since_promotion(0.3, 40)
    late = seen.take(np.flatnonzero(seen.opened >= 14 * DAY))
    assert worse_than_old(late, 0, 60 * DAY) is None


def test_drift_of_one_regime_is_told_by_its_name_and_side() -> None:
    history, regime = residuals(6, 7200), np.arange(7200) % 2
    tuned = levels(history, regime, days_of(7200), NAMES, seed=1)
    assert set(tuned) == {"all", *NAMES}
    later, where = np.where(np.arange(400) % 2 == 1, residuals(8, 400, 0.3), residuals(9, 400)), np.arange(400) % 2
    found = {one.name for one in residual_alarms(later, where, np.arange(400), tuned, NAMES)}
    assert "range/worse" in found and not any(name.startswith("trend") for name in found)
    flipped = {one.name for one in residual_alarms(-later, where, np.arange(400), tuned, NAMES)}
    assert "range/better" in flipped


def test_a_regime_without_history_is_not_watched() -> None:
    tuned = levels(residuals(6, 900), np.zeros(900, dtype=np.int64), days_of(900), NAMES, seed=1)
    assert set(tuned) == {"all", "trend"}


def test_adwin_is_calm_for_ninety_days_and_finds_twenty_points() -> None:
    assert sum(adwin(residuals(100 + seed, 2700)) is not None for seed in range(40)) <= 1
    delays = []
    for seed in range(20):
        at = adwin(np.concatenate([residuals(200 + seed, 1000), residuals(300 + seed, 1500, 0.2)]))
        assert at is not None
        delays.append(at - 1000)
    assert 0 < float(np.median(delays)) < 400
    assert adwin(np.zeros(0)) is None and adwin(np.full(500, 0.3)) is None


def test_psi_of_no_drift_is_as_small_as_chance_makes_it() -> None:
    rng = np.random.default_rng(10)
    found = [psi(rng.standard_normal(4000), rng.standard_normal(800)) for _ in range(60)]
    assert abs(float(np.mean([one for one in found if one is not None])) - 9 * (1 / 800 + 1 / 4000)) < 0.003
    assert psi(np.ones(600), np.full(600, np.nan)) is None
    assert psi(np.ones(600), np.ones(600)) == 0.0


def test_days_that_differ_among_themselves_are_no_drift() -> None:
    rng = np.random.default_rng(11)
    day = days_of(1800)
    before = rng.standard_normal(60)[day] + 0.3 * rng.standard_normal(1800)
    recent = rng.standard_normal(7)[day[:210]] + 0.3 * rng.standard_normal(210)
    assert ks_p(before, day, recent, day[:210], seed=1) > 0.01
    assert ks_p(before, day, recent, np.zeros(210, dtype=np.int64), seed=1) == 1.0


def test_a_feature_that_moved_a_feed_that_broke_and_one_that_did_not() -> None:
    rng = np.random.default_rng(12)
    before, day = rng.standard_normal(6000), days_of(6000, 100)
    recent, recent_day = rng.standard_normal(700), days_of(700, 100)
    moved = feature_alarm(before, day, recent + 1.0, recent_day, 5, seed=1)
    assert moved is not None and moved.name == "moved" and moved.numbers["ks_p"] < 0.01
    broken = feature_alarm(before, day, np.where(recent > 0.0, recent, np.nan), recent_day, 5, seed=1)
    assert broken is not None and broken.name == "missing"
    assert feature_alarm(before, day, recent, recent_day, 5, seed=1) is None
    assert feature_alarm(before, day, np.zeros(0), days_of(0), 5, seed=1) is None
