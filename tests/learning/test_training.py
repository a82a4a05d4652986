"""Fits and their evaluation on worlds whose truth is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.decision.policy import Policy, content_hash
from engine.decision.signal import LAYER_NAMES
from engine.learning.evaluation import evaluate
from engine.learning.labels import labelled
from engine.learning.table import Decision
from engine.readings import PRIOR_WEIGHTS
from tests.learning.world import DAY, World, policy_document


def trained(world: World) -> Policy:
    return Policy.from_document(policy_document(world.rows(), world.end))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_an_edge_the_policy_beats_the_base_rate_out_of_sample(seed: int) -> None:
    report = evaluate(World(seed).rows(), cut=World(seed).end)
    assert report.reason == "edge"
    assert report.metrics["brier"] is not None and report.metrics["brier_base_rate"] is not None
    assert report.metrics["brier"] < report.metrics["brier_base_rate"] - 0.01
    assert report.metrics["gain_low"] is not None and report.metrics["gain_low"] > 0
    assert report.metrics["ece"] is not None and report.metrics["ece"] < 0.04


def test_without_an_edge_it_says_so() -> None:
    reports = [evaluate(World(seed, edge=0.0, days=20).rows(), cut=World(seed, days=20).end) for seed in range(12)]
    assert [report.reason for report in reports].count("no_edge") >= 11
    refused = next(report for report in reports if report.reason == "no_edge")
    assert refused.metrics["brier"] is not None and refused.metrics["brier_base_rate"] is not None
    assert refused.metrics["brier"] > refused.metrics["brier_base_rate"] - 0.003


def test_nearer_targets_alone_are_no_edge() -> None:
    """In this world TP1 at 1.0 is won far more often than at 1.8: a base rate that ignores it would be beaten."""
    rows = World(5, edge=0.0, shock=0.0, days=80).rows()
    near = [row.win for row in rows if (row.features["rr_tp1"] or 0) < 1.2]
    far = [row.win for row in rows if (row.features["rr_tp1"] or 0) > 1.6]
    assert sum(map(int, filter(None, near))) / len(near) - sum(map(int, filter(None, far))) / len(far) > 0.08
    assert evaluate(rows, cut=World(5, days=80).end).reason == "no_edge"


def test_the_trained_p_is_near_the_true_one_on_fresh_setups() -> None:
    policy = trained(World(1, days=90))
    fresh = World(99, shock=0.0).rows()
    said = np.array([policy.forecast(row.timeframe, row.regime, row.features)[0] for row in fresh])
    true = np.array([row.features["true_p"] for row in fresh], dtype=np.float64)
    assert float(np.mean(np.abs(said - true))) < 0.06
    bounds = [policy.estimate(row.timeframe, row.regime, row.features) for row in fresh]
    assert all((one.p_low or 0) <= (one.p or 0) <= (one.p_high or 0) for one in bounds)
    likely = [(one, p) for one, p in zip(bounds, true) if (one.p or 0.0) > np.quantile(said, 0.7)]
    assert np.mean([(one.p_low or 0.0) <= p for one, p in likely]) > 0.75


def test_a_book_with_few_labels_shows_a_range_and_no_p() -> None:
    rows = [dataclasses.replace(row, regime="QUIET") if number < 60 else row
            for number, row in enumerate(World(2).rows())]  # fmt: skip
    policy = Policy.from_document(policy_document(rows, World(2).end))
    few = policy.estimate("15m", "QUIET", rows[0].features)
    assert few.p is None and 0 < few.n_eff < 100 and few.p_low is not None and few.p_high is not None
    assert few.p_low < few.p_high
    assert policy.weights("15m", "QUIET") is None
    assert policy.estimate("15m", "TRENDING", rows[0].features).p is not None
    unknown = policy.estimate("15m", "VOLATILE", rows[0].features)
    assert unknown.p is None and unknown.n_eff == 0
    assert 0.3 < policy.tau("15m", "VOLATILE", 0.08, 1.2) < 0.7


def test_weights_move_a_little_towards_what_tells() -> None:
    policy = trained(World(3))
    weights = policy.weights("15m", "TRENDING")
    assert weights is not None and policy.weights("1h", "RANGING") is not None
    assert sum(weights.values()) == pytest.approx(1.0)
    steps = {name: weights[name] - PRIOR_WEIGHTS[name] for name in LAYER_NAMES}
    assert steps["structure"] == pytest.approx(0.03) == max(map(abs, steps.values()))
    assert steps["smc"] > steps["orderflow"]
    again = Policy.from_document(policy_document(World(3).rows(), World(3).end, policy))
    moved = again.weights("15m", "TRENDING")
    assert moved is not None and moved["structure"] == pytest.approx(weights["structure"] + 0.03)
    assert again.version != policy.version


def test_the_same_labels_give_the_same_policy_in_any_order() -> None:
    rows = World(4, days=40).rows()
    shuffled = [rows[at] for at in np.random.default_rng(1).permutation(len(rows))]
    one, other = (policy_document(part, World(4, days=40).end) for part in (rows, shuffled))
    assert one == other and one["version"] == content_hash(one)


def test_a_label_that_closes_after_the_cut_does_not_exist() -> None:
    world = World(4, days=40)
    rows, cut = world.rows(), world.end - 10 * DAY
    cut_off = [row for row in rows if row.closed_at is not None and row.closed_at <= cut]
    assert len(cut_off) < len(rows)
    assert evaluate(rows, cut=cut) == evaluate(cut_off, cut=cut)
    whole, part = policy_document(rows, cut), policy_document(cut_off, cut)
    assert whole == part and whole["labels"] == len(cut_off)


@pytest.mark.parametrize("count", [0, 1, 10])
def test_ten_labels_are_too_few(count: int) -> None:
    report = evaluate(World(1).rows()[:count], cut=World(1).end)
    assert (report.reason, report.n) == ("too_few_labels", count)


@pytest.mark.parametrize("win", [0, 1])
def test_one_class_only_is_named(win: int) -> None:
    rows = [dataclasses.replace(row, win=win) for row in World(1).rows()]
    assert evaluate(rows, cut=World(1).end).reason == "one_class"


def test_labels_of_two_days_cannot_be_tested() -> None:
    world = World(1, days=2, a_day=200)
    assert evaluate(world.rows(), cut=world.end).reason == "too_short"


def test_constant_and_absent_features_are_no_obstacle() -> None:
    def dulled(row: Decision) -> Decision:
        features = {**row.features, "score_funding": 0.4, "score_oi": None, "rr_tp1": 1.2}
        return dataclasses.replace(row, features=features)

    rows = [dulled(row) for row in World(6).rows()]
    policy = Policy.from_document(policy_document(rows, World(6).end))
    assert policy.estimate("15m", "TRENDING", rows[0].features).p is not None
    assert policy.estimate("15m", "TRENDING", {}).p is not None


def test_more_than_two_thousand_labels_a_book_choose_a_calibrator() -> None:
    world = World(7, days=80, a_day=60, regimes=("TRENDING",))
    rows = [dataclasses.replace(row, timeframe="15m") for row in world.rows()]
    book = policy_document(rows, world.end)["books"]["15m/TRENDING"]
    assert book["n_eff"] > 2000 and book["calibration"]["method"] in ("platt", "beta", "isotonic")


def test_a_label_of_hours_with_a_near_stop_is_known_and_weighs_nothing() -> None:
    rows = World(3, days=20).rows()
    coarse = [
        dataclasses.replace(row, resolution="1h", features={**row.features, "risk_atr": 0.3 if at % 2 else 0.8})
        for at, row in enumerate(rows)
    ]
    labels = labelled(coarse, World(3, days=20).end)
    assert len(labels.y) == len(rows) and labels.n_eff < 0.6 * len(rows)
    assert np.mean(labels.weight == 0.0) == pytest.approx(0.5, abs=0.01)
    near = [dataclasses.replace(row, features={**row.features, "risk_atr": 0.3}) for row in coarse]
    assert evaluate(near, cut=World(3, days=20).end).reason == "too_few_labels"
    assert evaluate(coarse, cut=World(3, days=20).end).reason in ("edge", "no_edge", "too_short")
