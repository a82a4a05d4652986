"""What a judged setup says, on rows whose answer can be worked out by hand."""

from __future__ import annotations

import pytest

from engine.decision.candidate import Candidate, judged
from engine.params import Params
from tests.decision.rows import CONTRACT, setup_row


def flow_facts(share: float, absorption: float, exhaustion: float, known: float = 1.0) -> dict[tuple[str, str], float]:
    names = ("delta_known", "delta_share", "absorption", "exhaustion")
    return {("orderflow", name): value for name, value in zip(names, (known, share, absorption, exhaustion))}


def told(facts: dict[tuple[str, str], float], score: float = 0.6) -> Candidate:
    return judged(setup_row(score=score, facts=facts), 1, CONTRACT, None, 0.5, Params())


@pytest.mark.parametrize(
    ("share", "absorption", "exhaustion", "buyers", "sellers"),
    [
        (0.0, 0.0, 0.0, 0.5, 0.5),
        (0.5, 0.0, 0.0, 0.75, 0.25),
        (-1.0, 0.0, 0.0, 0.0, 1.0),
        (-0.5, 0.8, 0.0, 0.25, 0.75 * 0.2),  # sellers sold three quarters, and most of it was absorbed
        (0.5, -0.65, -0.25, 0.75 * 0.35, 0.25),  # the larger of absorbed and exhausted buyers counts
        (0.2, 0.8, -1.0, 0.0, 0.4 * 0.2),  # one side absorbed, the other exhausted
    ],
)
def test_control_is_the_share_of_aggression_less_what_was_spent(
    share: float, absorption: float, exhaustion: float, buyers: float, sellers: float
) -> None:
    features = told(flow_facts(share, absorption, exhaustion)).features
    assert features["buyers_control"] == pytest.approx(buyers)
    assert features["sellers_control"] == pytest.approx(sellers)


def test_without_delta_nobody_is_said_to_control() -> None:
    features = told(flow_facts(0.5, 0.0, 0.0, known=0.0)).features
    assert features["buyers_control"] is None and features["sellers_control"] is None


@pytest.mark.parametrize(
    ("ts", "open_venues"),
    [
        (1_784_038_200_000, {"london_open", "new_york_open"}),  # Tuesday 2026-07-14 14:10 UTC
        (1_768_374_000_000, {"asia_open"}),  # Wednesday 2026-01-14 07:00 UTC
        (1_768_600_800_000, set[str]()),  # Friday 2026-01-16 22:00 UTC
    ],
)
def test_venue_session_variance_ratio_and_hurst_are_features(ts: int, open_venues: set[str]) -> None:
    row = setup_row(ts=ts, variance_ratio=1.25, hurst=0.625)
    features = judged(row, 1, CONTRACT, None, 0.5, Params()).features
    venues = {"asia_open", "london_open", "new_york_open"}
    assert {name for name in venues if features[name] == 1.0} == open_venues
    assert {features[name] for name in venues - open_venues} <= {0.0}
    assert (features["variance_ratio"], features["hurst"]) == (1.25, 0.625)
