"""What the report says was learned, against documents made here."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

import numpy as np
import pytest

from bot.replay.learning_page import learned_section, verdict
from bot.replay.learning_pictures import evidence_picture, reliability_picture
from bot.replay.words import GATES, LEARNED_EVENTS
from engine.learning.gates import Sample, gates
from engine.learning.past import EVENTS

DAY = 86_400_000
T0 = 1_767_571_200_000
BINS = [
    {"count": 40, "said": 0.35, "happened": 0.40, "low": 0.3, "high": 0.5},
    {"count": 40, "said": 0.50, "happened": 0.45, "low": 0.35, "high": 0.55},
]


def skill(low: float, high: float) -> dict[str, Any]:
    return {"skill": {"value": (low + high) / 2, "low": low, "high": high}}


def learned(events: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Three nights: two of them made a policy, a book is proven, a challenger waits."""
    nights = [
        {
            "cut": T0 + n * DAY,
            "policy_version": f"{n}" if n else None,
            "e_edge": e,
            "labels": 200 * n,
            "n_eff": 90.0 * n,
        }
        for n, e in enumerate([None, 0.8, 25.0])
    ]
    forecasts = {
        "rows": 320, "brier": 0.2412, "brier_base_rate": 0.2478, **skill(-0.01, 0.06), "pr_auc": 0.55,
        "pr_auc_lift": 0.1, "ece": {"value": 0.012, "low": 0.0, "high": 0.04}, "bins": BINS,
    }  # fmt: skip
    contest = {
        "e": 3.0, "needed": 40.0, "difference": 0.02, "low": -0.04, "high": 0.08, "setups": 1200, "disagreements": 31,
        "days_left": None, "failed": ["evidence", "disagreements"],
    }  # fmt: skip
    return {
        "nights": nights,
        "events": events or [],
        "promotions": 0,
        "champion": "linear",
        "paper_share": {"15m/QUIET": 0.5, "1h/QUIET": 1.0},
        "books": {
            "15m/QUIET": {"n_eff": 150.0, "mode": "live", "e_edge": 44.0, "would_publish": 60},
            "1h/QUIET": {"n_eff": 30.0, "mode": "paper", "e_edge": 1.0, "would_publish": 0},
        },
        "rule": {"setups": 400, "takes": 90, "surely": 60},
        "final": {
            "reason": "trained", "forecasts": forecasts, "contests": {"recent": contest},
            "proof": {"e": 25.0, "setups": 60, "mean": 0.21},
        },
    }  # fmt: skip


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_every_figure_stands_on_the_page() -> None:
    found = text(learned_section(learned(), UTC))
    for words in (
        "3 nights, 2026-01-05 to 2026-01-07; 2 of them made a policy",
        "Champion: linear , 0 promotions. Proven at the end: 15m/QUIET.",
        "60 of 400 setups that a rule could decide on would have been published (15 %)",
        "Brier score 0.2412 base rate 0.2478",
        "+0.0250 -0.0100 to +0.0600",
        "0.0120 0.0000 to 0.0400",
        "0.5500 base rate 0.5000",
        "60 setups would have been published, +0.21 R each",
        "15m/QUIET 150 50 % LIVE 60 44.00",
        "recent 3.00 of 40 +0.02 R -0.04 to +0.08, 1,200 setups, 31 differ – evidence, 40 setups on which they differ",
        "Nothing: no challenger joined",
    ):
        assert words in found, words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(-0.01, 0.02, "No edge shown"), (0.01, 0.02, "were better"), (-0.02, -0.01, "were worse")],
)
def test_the_verdict_is_that_of_the_interval(low: float, high: float, words: str) -> None:
    assert words in verdict(skill(low, high))


def test_without_forecasts_no_edge_is_shown() -> None:
    assert verdict(None).startswith("No edge shown") and verdict({"skill": None}).startswith("No edge shown")


def test_what_happened_is_told_newest_first_with_its_evidence() -> None:
    events = [
        {"at": T0, "kind": "minted", "procedure": "recent", "detail": {"against": "linear"}},
        {"at": T0 + DAY, "kind": "promoted", "procedure": "recent", "detail": {"e": 41.5, "instead_of": "<linear>"}},
    ]
    found = learned_section(learned(events), UTC)
    assert "&lt;linear&gt;" in found and "<linear>" not in found
    told = text(found)
    assert "2026-01-06 recent became champion 41.50 instead of &lt;linear&gt;" in told
    assert told.index("became champion") < told.index("joined as a challenger")


def test_every_event_and_every_gate_has_words() -> None:
    assert set(LEARNED_EVENTS) == set(EVENTS)
    none = np.zeros(0)
    assert {gate.name for gate in gates(Sample(none, none, none, none, none, none, 0.0))} | {"evidence"} == set(GATES)


def test_evidence_is_drawn_on_a_log_scale() -> None:
    drawn = evidence_picture([(T0, 1.0), (T0 + DAY, 10.0), (T0 + 2 * DAY, 100.0)], 20.0, UTC)
    points = re.search(r'points="([^"]+)"', drawn)
    assert points is not None
    y = [float(point.split(",")[1]) for point in points[1].split()]
    assert y[0] - y[1] == pytest.approx(y[1] - y[2], abs=0.2) and ">20</text>" in drawn
    assert "nan" not in evidence_picture([(T0, 0.0)], 20.0, UTC) and 'class="none"' in evidence_picture([], 20.0, UTC)


def test_bins_stand_on_their_axes() -> None:
    drawn = reliability_picture(BINS)
    assert drawn.count("<circle") == 2 == drawn.count('class="reach"') and 'class="diagonal"' in drawn
    assert "said 35.0%, happened 40.0%" in drawn and 'class="none"' in reliability_picture([])


def test_a_run_without_a_night_says_so() -> None:
    assert "could be learned" in learned_section({**learned(), "nights": []}, UTC)


def test_what_ways_of_entering_made_is_told_with_its_interval_or_not_at_all() -> None:
    assert "No setup waited for a 5m trigger" in text(learned_section(learned(), UTC))
    told = learned()
    way = {"setups": 1200, "n_eff": 400.0, "mean": 0.1, "low": 0.02, "high": 0.18}
    few = {"setups": 12, "n_eff": 4.0, "mean": None, "low": None, "high": None}
    told["final"]["timing"] = {"setups": 1200, "ways": {"now": way, "choch": {**way, "low": -0.02}, "reclaim": few}}
    found = text(learned_section(told, UTC))
    assert "at once 1,200 +0.10 R +0.02 to +0.18 +0.02 to +0.18" in found
    assert "CHOCH alone 1,200 +0.10 R -0.02 to +0.18 no difference shown yet" in found
    assert "reclaim of the EMA50 alone 12 – too few to tell no difference shown yet" in found
