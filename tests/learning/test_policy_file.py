"""The policy file: what is refused, what it answers, and that training and serving compute the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.decision.policy import Policy, sealed
from engine.learning.calibration import predict
from engine.learning.dataset import matrix
from engine.learning.forecast import forecast
from engine.learning.labels import labelled
from tests.learning.world import World, policy_document

WORLD = World(11, days=40)
ROWS = WORLD.rows()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return policy_document(ROWS, WORLD.end)


def test_it_survives_its_way_through_a_file(document: dict[str, Any]) -> None:
    again = json.loads(json.dumps(document, ensure_ascii=False, indent=1))
    assert Policy.from_document(again).version == document["version"]


def test_serving_gives_the_numbers_of_training(document: dict[str, Any]) -> None:
    policy, labels = Policy.from_document(document), labelled(ROWS, WORLD.end)
    x = matrix(labels.raw, document["inputs"])
    rows = {row.decision_id: row for row in ROWS}
    many = forecast(document, labels.keys, labels.book, labels.raw)
    for at in range(0, 600, 37):
        row = rows[labels.ids[labels.at[at]]]
        book = document["books"][f"{row.timeframe}/{row.regime}"]
        raw = book["intercept"] + float(x[at] @ np.array(book["coefficients"]))
        expected = float(predict(book["calibration"], np.array([raw]))[0])
        one = policy.estimate(row.timeframe, row.regime, row.features)
        tau = policy.tau(row.timeframe, row.regime, row.features["cost_r"] or 0.0, row.features["rr_tp1"] or 0.0)
        assert one.p == pytest.approx(expected, abs=1e-12)
        assert (many.p[at], many.low[at], many.tau[at]) == pytest.approx((one.p, one.p_low, tau), abs=1e-12)


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "another kind": lambda doc: doc.update(kind="recipe"),
    "another schema": lambda doc: doc.update(schema=99),
    "no books": lambda doc: doc.pop("books"),
    "no book for the rest": lambda doc: doc["books"].pop("*"),
    "a coefficient too few": lambda doc: doc["books"]["*"]["coefficients"].pop(),
    "text for a number": lambda doc: doc["books"]["*"].update(intercept="high"),
    "weights beyond one": lambda doc: doc["books"]["15m/TRENDING"]["weights"].update(smc=0.9),
    "no margin over break-even": lambda doc: doc["books"]["*"].update(margin=0.0),
    "an unknown mode": lambda doc: doc["books"]["15m/TRENDING"].update(mode="proven"),
    "nothing to avoid": lambda doc: doc.update(avoid=[{"where": {}, "timeframe": None, "regime": None}]),
    "a range of words": lambda doc: doc.update(
        avoid=[{"where": {"adx": ["a", "b"]}, "timeframe": None, "regime": None}]
    ),
    "an unearned mode": lambda doc: doc["books"]["*"].update(mode="live"),
    "an unknown calibration": lambda doc: doc["books"]["*"]["calibration"].update(method="magic"),
    "isotonic without points": lambda doc: doc["books"]["*"]["calibration"].update(method="isotonic"),
    "books as a list": lambda doc: doc.update(books=[1, 2]),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_sealed_but_wrong_document_is_refused(name: str, document: dict[str, Any]) -> None:
    wrong = copy.deepcopy(document)
    DAMAGE[name](wrong)
    with pytest.raises(ValueError, match="policy refused"):
        Policy.from_document(sealed(wrong))


def test_a_changed_number_does_not_match_the_hash(document: dict[str, Any]) -> None:
    wrong = copy.deepcopy(document)
    wrong["books"]["*"]["intercept"] += 1e-9
    with pytest.raises(ValueError, match="does not match its version"):
        Policy.from_document(wrong)
    with pytest.raises(ValueError, match="policy refused"):
        Policy.from_document({})


def test_nan_cannot_be_sealed_nor_read(document: dict[str, Any]) -> None:
    wrong = copy.deepcopy(document)
    wrong["books"]["*"]["margin"] = float("nan")
    with pytest.raises(ValueError):
        sealed(wrong)
    with pytest.raises(ValueError):
        Policy.from_document(wrong)


def test_tau_is_break_even_plus_the_margin(document: dict[str, Any]) -> None:
    policy, book = Policy.from_document(document), document["books"]["15m/TRENDING"]
    expected = (1 + 0.1 + book["margin"]) / (1 + 1.3 * book["gross_ratio"])
    assert policy.tau("15m", "TRENDING", 0.1, 1.3) == pytest.approx(expected)
    assert policy.tau("15m", "TRENDING", 0.2, 1.3) > policy.tau("15m", "TRENDING", 0.1, 1.3)
    assert policy.tau("15m", "TRENDING", 5.0, 0.1) == 1.0
    assert policy.mode("15m", "TRENDING") == "paper"


def test_a_live_book_is_held_to_the_lower_bound(document: dict[str, Any]) -> None:
    features: dict[str, float | None] = {"score_smc": 0.5, "rr_tp1": 1.2}
    paper = Policy.from_document(document).estimate("15m", "TRENDING", features)
    proven = copy.deepcopy(document)
    proven["books"]["15m/TRENDING"]["mode"] = "live"
    live = Policy.from_document(sealed(proven)).estimate("15m", "TRENDING", features)
    assert paper.p is not None and paper.held == paper.p
    assert live.held == live.p_low and live.p_low is not None and live.p_low < paper.p


def test_what_is_avoided_is_named_by_ranges_of_features(document: dict[str, Any]) -> None:
    asia = {"asia_open": [1, 1], "london_open": [0, 0]}
    avoid = [{"where": asia, "timeframe": None, "regime": "TRENDING"}]
    policy = Policy.from_document(sealed({**document, "avoid": avoid}))
    morning: dict[str, float | None] = {"asia_open": 1.0, "london_open": 0.0}
    assert policy.avoids("15m", "TRENDING", morning) and policy.avoids("1h", "TRENDING", morning)
    assert not policy.avoids("15m", "RANGING", morning)
    assert not policy.avoids("15m", "TRENDING", {**morning, "london_open": 1.0})
    assert not policy.avoids("15m", "TRENDING", {"asia_open": 1.0})
