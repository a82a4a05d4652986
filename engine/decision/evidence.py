"""Why a setup was judged as it was: what a person is told of a verdict, as plain JSON.

Made from a `Judged` only where somebody reads it (the store); scores are signed to the setup's side: positive speaks
for it. A number stands beside the limit it was held against, so that no later change of a limit rewrites the past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import layers
from engine.decision import triggers
from engine.decision.candidate import Candidate
from engine.decision.guardrails import Surroundings
from engine.decision.row import place_of
from engine.params import Params
from engine.readings import PRIOR_WEIGHTS

Numbers = dict[str, float | int | str]
# The facts that are told of a layer; of one that is not named here all are.
TOLD: Mapping[str, tuple[str, ...]] = {
    "smc": ("order_block", "fair_value_gap", "sweep", "bars_since_sweep", "place_in_range"),
    "cvd": ("slope", "divergence", "bars_since_divergence"),
    "rsi_ema_macd": ("rsi", "ema_stack"),
    "structure": ("last_break", "bars_since_break", "displaced"),
    "oi": ("quadrant", "oi_change"),
    "funding": ("rate_8h", "robust_z", "crowded"),
    "orderflow": ("delta_share", "absorption", "exhaustion", "big_prints", "imbalance"),
    "fibo": ("direction", "retracement"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a verdict was taken from. `weights`: the book's (None: the prior ones)."""

    candidate: Candidate
    around: Surroundings
    weights: Mapping[str, float] | None
    params: Params


def evidence(judged: Judged, reasons: tuple[str, ...]) -> dict[str, Any]:
    """Layers as (score, weight, state), their facts, the three-layer reading, anchors, and each refusal's numbers.

    A score is None where the layer does not vote. `triggers`: which 5m parts were missing (None: none is asked).
    """
    c = judged.candidate
    read, facts = _layers(c, judged.weights)
    return {
        "layers": read,
        "facts": facts,
        "threshold": c.threshold,
        "p_win": None if c.estimate is None else c.estimate.p,
        "market_state": c.market_state,
        "location": c.location,
        "failed_break": bool(c.verdict.failed_break),
        "order_flow": c.order_flow,
        "structure_4h": c.structure_4h,
        "bias_1d": None if c.bias_1d is None else [c.bias_1d[0], round(c.bias_1d[1], 4)],
        "price": judged.around.price,
        "anchors": [[a.kind, a.timeframe, a.low, a.high, a.known_at, a.used_for] for a in c.anchors()],
        "triggers": triggers.missing(judged.around.trigger, c.side),
        "until": c.row.ts + judged.params.monitor_minutes * 60_000,
        "refused": {name: NUMBERS[name](c, judged.around, judged.params) for name in reasons if name in NUMBERS},
    }


def _layers(
    c: Candidate, weights: Mapping[str, float] | None
) -> tuple[dict[str, list[float | str | None]], dict[str, dict[str, float]]]:
    """Each layer as (score, weight, state), and its facts as it stated them: to four digits, without those of zero."""
    values, side = c.row.values, c.side
    read: dict[str, list[float | str | None]] = {}
    facts: dict[str, dict[str, float]] = {}
    for name, at, told in _PLACES:
        votes = c.row.score(name) is not None
        weight = PRIOR_WEIGHTS[name] if weights is None else weights.get(name, 0.0)
        read[name] = [round(values[at] * side, 4) if votes else None, round(weight, 4), c.row.state(name)]
        if votes and (stated := {fact: float(f"{values[place]:.4g}") for fact, place in told if values[place]}):
            facts[name] = stated
    return read, facts


_PLACES = tuple(
    (
        layer.NAME,
        place_of(layer.NAME),
        tuple((fact, place_of(layer.NAME, fact)) for fact in TOLD.get(layer.NAME, layer.FACTS)),
    )
    for layer in layers.LAYERS
)


def _rr(c: Candidate, s: Surroundings, k: Params) -> Numbers:
    least = k.scalp_rr_min if c.verdict.scalp else k.rr_min
    return {"value": c.verdict.rr_target, "limit": least, "tp1": c.verdict.rr_tp1, "tp1_limit": k.rr_tp1_min}


def _tp2(c: Candidate, s: Surroundings, k: Params) -> Numbers:
    v = c.verdict
    return {"value": (v.tp2 - v.middle) / c.row["atr_h1"] if v.anchored else 0.0, "limit": k.tp2_max_atr_h1}


def _stale(c: Candidate, s: Surroundings, k: Params) -> Numbers:
    """Which of the ways to be stale, and how far beyond the near edge price stood (R)."""
    v = c.verdict
    moved = (s.price * c.side - v.zone_high) / v.risk if v.anchored else 0.0
    gone = v.anchored == 1 and (moved > k.stale_r or s.price * c.side <= v.sl)
    how = "lost" if s.candle_lost else "incomplete" if c.row["complete"] == 0.0 else "moved" if gone else "late"
    return {"how": how, "value": moved, "limit": k.stale_r}


NUMBERS: Mapping[str, Callable[[Candidate, Surroundings, Params], Numbers]] = {
    "coverage": lambda c, s, k: {"value": c.verdict.coverage, "limit": k.coverage_quorum},
    "rr": _rr,
    "tp2_atr": _tp2,
    "spread": lambda c, s, k: {"value": (s.ask - s.bid) / s.price, "limit": k.spread_max},
    "volatility": lambda c, s, k: {"value": c.row["atr_h1"] / s.price, "limit": k.volatility_max_atr},
    "costs": lambda c, s, k: {"value": c.verdict.cost_r, "limit": k.cost_max_r},
    "stale": _stale,
    "liquidity": lambda c, s, k: {"value": c.row["volume_quote"], "limit": k.min_volume_quote},
    "cooldown": lambda c, s, k: {"until": s.cooldown_until},
    "heat": lambda c, s, k: {} if s.heat is None else {"value": s.heat.open_r, "limit": s.heat.limit},
    "breaker": lambda c, s, k: {"until": s.breaker_until},
    "confluence": lambda c, s, k: {"value": c.verdict.confluence, "limit": c.threshold},
    "p_win": lambda c, s, k: {"value": _p(c), "limit": c.threshold},
}


def _p(c: Candidate) -> float:
    held = None if c.estimate is None else c.estimate.held
    return 0.0 if held is None else held
