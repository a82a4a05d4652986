"""Size: what the evidence is worth in risk, and what caps it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.decision.candidate import judged
from engine.decision.policy import Estimate
from engine.decision.publishing import make_signal
from engine.decision.pulse import Pulse
from engine.decision.sizing import Evidence, kelly, risk_fraction, size_multiplier
from engine.params import Params
from tests.decision.rows import CONTRACT, INSTRUMENT, TS, setup_row

K = Params()
GOOD = Evidence(mode="live", p_win=0.6, p_low=0.52, threshold=0.47, confluence=0.82, gross_r=1.5, cost_r=0.1)
STRONG = replace(GOOD, p_win=0.65, p_low=0.57, confluence=0.8)


def test_kelly_by_hand_and_where_nothing_is_to_be_won() -> None:
    assert kelly(0.52, 1.5, 0.1) == pytest.approx((0.52 * 1.4 - 0.48 * 1.1) / (1.4 * 1.1))
    assert kelly((1 + 0.1) / (1 + 1.5), 1.5, 0.1) == pytest.approx(0.0, abs=1e-12)
    assert kelly(0.9, 0.1, 0.2) == 0.0, "costs above the gain"


@pytest.mark.parametrize(
    ("p_low", "fraction"),
    [(0.30, 0.0025), (0.4472, None), (0.60, 0.005), (None, 0.0025)],
    ids=["floor", "a quarter", "cap", "no p"],
)
def test_a_quarter_of_kelly_at_the_lower_bound_within_its_limits(p_low: float | None, fraction: float | None) -> None:
    found = risk_fraction(replace(GOOD, p_low=p_low, p_win=None if p_low is None else 0.62), K)
    assert found == pytest.approx(0.25 * kelly(0.4472, 1.5, 0.1) if fraction is None else fraction)
    assert 0.0025 <= found <= 0.005


def test_a_book_without_p_shows_a_range_and_risks_the_least() -> None:
    assert risk_fraction(replace(GOOD, p_win=None), K) == 0.0025


def test_paper_is_no_size_at_all() -> None:
    assert size_multiplier(replace(STRONG, mode="paper"), K) == 0.0


def test_the_strongest_evidence_is_worth_a_quarter_more_within_the_cap() -> None:
    free = Params.build(risk_max=0.5)
    assert size_multiplier(STRONG, free) == 1.25
    assert size_multiplier(GOOD, free) == 1.0
    assert size_multiplier(STRONG, K) == pytest.approx(1.0), "0.5 % is the cap of the product"
    small = Params.build(kelly_share=0.01)
    assert size_multiplier(STRONG, small) == 1.25


@pytest.mark.parametrize(
    "short",
    [
        replace(STRONG, p_win=0.6499),
        replace(STRONG, confluence=0.7999),
        replace(STRONG, p_low=0.5699),
        replace(STRONG, threshold=0.4701),
        replace(STRONG, p_low=None),
    ],
    ids=["p", "confluence", "lower bound", "threshold", "no bound"],
)
def test_all_three_must_be_clear(short: Evidence) -> None:
    assert size_multiplier(short, Params.build(risk_max=0.5)) == 1.0


def test_a_bad_day_and_probation_halve_and_multiply() -> None:
    free = Params.build(risk_max=0.5)
    assert size_multiplier(replace(GOOD, day_below=True), free) == 0.5
    assert size_multiplier(replace(GOOD, probation=True), free) == 0.5
    assert size_multiplier(replace(STRONG, day_below=True, probation=True), free) == 1.25 * 0.25


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="risk_max"):
        Params.build(risk_max=0.001)


@pytest.mark.parametrize(
    ("mode", "below", "multiplier"), [("paper", False, 0.0), ("live", False, 1.0), ("live", True, 0.5)]
)
def test_a_signal_carries_the_size_of_its_evidence(mode: str, below: bool, multiplier: float) -> None:
    candidate = judged(setup_row(), 1, CONTRACT, None, 0.5, K)
    candidate = replace(candidate, mode=mode, gross_r=1.5, threshold=0.45, estimate=Estimate(0.6, 0.5, 0.7, 200.0))
    assert candidate.plan is not None
    pulse = Pulse(TS, 1000.0, -1, 0.0, 0.0, 0)
    signal = make_signal(candidate, candidate.plan, 1, INSTRUMENT, pulse, K, "1", below)
    expected = 0.25 * kelly(0.5, 1.5, candidate.verdict.cost_r)
    assert signal.risk_fraction == min(max(expected, 0.0025), 0.005)
    assert (signal.mode, signal.size_multiplier) == (mode, multiplier)
    bare = make_signal(replace(candidate, estimate=None), candidate.plan, 1, INSTRUMENT, pulse, K, "1", below)
    assert bare.risk_fraction == 0.0025
