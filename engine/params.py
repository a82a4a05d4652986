"""Every number of the engine in one frozen, validated, hashed place.

Numbers marked (ours) are this project's choices; the others are the field's usual ones. Fields of type int and float
reach the step functions; a `Params` is handed to them live, its packed record in the batch path.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ENGINE_VERSION = "1"
BOUNDS: dict[str, tuple[float, float]] = {  # beyond them a ring would be too short, or a definition another one
    "equal_level_atr": (0.1, 0.25),
    "fvg_min_atr": (0.0, 1.0),
    "displacement_atr": (0.5, 5.0),
    "oi_window": (1, 63),
    "funding_history": (20, 85),  # 30 days of history hold at least 89 settlements
    "daily_bars": (20, 28),  # and 29 whole days
    "profile_bars": (2, 127),
    "regime_hold": (2, 3),
    "trigger_bars": (1, 8),
}


@dataclass(frozen=True, slots=True)
class Params:
    """Defaults; `Params.build(name=value)` checks names and ranges."""

    # layers
    equal_level_atr: float = 0.2  # two pivots this close (in ATR) are one pool of liquidity
    fvg_min_atr: float = 0.25  # smaller gaps are noise (ours)
    displacement_atr: float = 1.5
    ote_low: float = 0.62
    ote_high: float = 0.79
    absorption_quantile: float = 0.9
    oi_window: int = 8  # setup bars
    funding_history: int = 60  # settlements that a robust z is taken against
    crowded_z: float = 2.0
    oi_fresh_ms: int = 2 * 3_600_000  # older open interest is stale (ours)
    oi_lost_ms: int = 24 * 3_600_000  # older still: unavailable (ours)
    book_fresh_ms: int = 120_000
    funding_fresh_ms: int = 2 * 8 * 3_600_000
    # profile
    profile_bars: int = 96
    value_area: float = 0.70
    # regime
    trend_adx: float = 25.0
    trend_adx_exit: float = 22.0
    trend_er: float = 0.35
    trend_er_exit: float = 0.25
    volatile_percentile: float = 90.0
    volatile_exit: float = 80.0
    quiet_percentile: float = 15.0
    quiet_exit: float = 25.0
    quiet_adx: float = 20.0
    regime_hold: int = 2  # bars a new regime must last before it is named
    # confluence and gate
    coverage_quorum: float = 0.6
    full_score: float = 0.6
    match_score: float = 0.2
    confluence_quiet: float = 0.70
    confluence_balanced: float = 0.60
    confluence_active: float = 0.50
    evaluate_confluence: float = 0.5  # below it a bar is not a setup at all (ours)
    daily_bars: int = 28  # that the daily bias is read from (ours)
    bias_clear: float = 0.5  # a daily bias this strong is not traded against by a continuation (ours)
    # levels
    zone_reach_atr: float = 0.5  # an entry anchor must lie within this many setup ATR of the close (ours)
    zone_max_atr: float = 0.3  # a zone is cut to this width (ours)
    stop_buffer_atr: float = 0.10
    tp2_max_atr_h1: float = 2.0
    rr_min: float = 1.5
    rr_tp1_min: float = 1.0
    scalp: int = 0  # 1: a 15m setup short of rr_min may be a scalp
    scalp_rr_min: float = 1.2
    scalp_margin: float = 0.10  # of confluence over c*: costs weigh more (ours)
    # costs (fractions of price)
    taker_fee: float = 0.0005
    maker_fee: float = 0.0002
    slippage_major: float = 0.0002
    slippage_alt: float = 0.0005
    stop_slippage_factor: float = 1.5
    cost_max_r: float = 0.25
    # guardrails
    spread_max: float = 0.001  # of price
    volatility_max_atr: float = 0.04  # ATR(14) 1h as a part of price
    min_volume_quote: float = 50_000.0  # mean quote volume of the newest 24 setup bars
    cooldown_minutes: int = 240
    heat_max_r: float = 3.0  # open R on one side of a cluster
    heat_total_r: float = 6.0  # open R in all
    cluster_correlation: float = 0.6  # of 1h returns: pairs this alike are one cluster (ours)
    breaker_losses: int = 3
    breaker_minutes: int = 60
    breaker_best_only: int = 0  # 1: an open breaker lets the best setups pass, 0: none
    breaker_best_margin: float = 0.1  # the best: confluence at least c* of quiet plus this (ours)
    daily_stop_r: float = -2.0
    monitor_minutes: int = 30
    stale_r: float = 0.25
    trigger_bars: int = 6
    risk_paper: float = 0.0025  # the least fraction of equity a signal risks
    risk_max: float = 0.005
    kelly_share: float = 0.25
    size_strong: float = 1.25
    size_cautious: float = 0.5
    strong_p: float = 0.65
    strong_confluence: float = 0.8
    strong_margin: float = 0.10  # of the lower bound over the threshold
    min_n_eff: float = 100.0

    def __post_init__(self) -> None:
        if not 0.0 < self.evaluate_confluence <= self.confluence_active <= self.confluence_balanced:
            raise ValueError("params: confluence thresholds must rise from evaluate to active to balanced")
        if not self.confluence_balanced <= self.confluence_quiet <= 1.0:
            raise ValueError("params: confluence_quiet must lie between balanced and 1")
        for name, (least, most) in BOUNDS.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"params: {name} must lie between {least:g} and {most:g}")
        if not 0.5 <= self.ote_low < self.ote_high < 1.0:
            raise ValueError("params: ote_low must be at least 0.5 and below ote_high, that below 1")
        for name in ("coverage_quorum", "full_score", "value_area", "absorption_quantile"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"params: {name} must be in (0, 1]")
        if self.heat_max_r > self.heat_total_r:
            raise ValueError("params: heat_max_r cannot be above heat_total_r")
        if not 0.0 < self.risk_paper <= self.risk_max:
            raise ValueError("params: risk_paper must be above 0 and not above risk_max")
        for name in ("breaker_best_only", "scalp"):
            if getattr(self, name) not in (0, 1):
                raise ValueError(f"params: {name} must be 0 or 1")
        if not self.rr_tp1_min <= self.scalp_rr_min <= self.rr_min:
            raise ValueError("params: scalp_rr_min must lie between rr_tp1_min and rr_min")
        for name in ("taker_fee", "maker_fee", "slippage_major", "slippage_alt", "stop_buffer_atr"):
            if getattr(self, name) < 0.0:
                raise ValueError(f"params: {name} must not be negative")

    @classmethod
    def build(cls, **numbers: float | int) -> Params:
        """Params with some numbers changed; an unknown name is refused with the nearest known one.

        >>> Params.build(rr_mim=2.0)
        Traceback (most recent call last):
        ValueError: params: unknown name rr_mim; did you mean rr_min?
        """
        known = [field.name for field in dataclasses.fields(cls)]
        for name in numbers:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                raise ValueError(f"params: unknown name {name}" + (f"; did you mean {near[0]}?" if near else ""))
        values: dict[str, Any] = numbers
        return cls(**values)

    def hash(self) -> str:
        """Twelve hex digits of the content: another number anywhere is another procedure."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def engine_version(params: Params) -> str:
    """What a signal carries: the engine's version and the hash of its numbers."""
    return f"{ENGINE_VERSION}+{params.hash()}"


def confluence_of(sensitivity: str, params: Params) -> float:
    """c* of a sensitivity: how much must agree before a setup is published."""
    return float(getattr(params, f"confluence_{sensitivity}"))


def procedure_of(params: Params, least: float, pairs: Iterable[str]) -> str:
    """What is learned about: another engine, other numbers, another c* or other pairs are another procedure.

    >>> procedure_of(Params(), 0.6, ["B", "A"]) == procedure_of(Params(), 0.6, ["A", "B"])
    True
    """
    named = hashlib.sha256(",".join(sorted(pairs)).encode()).hexdigest()[:8]
    return f"{engine_version(params)} c*{least:g} pairs {named}"
