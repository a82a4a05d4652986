"""From one row and one side to a candidate: the three-layer reading, levels, costs, features, estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import layers
from engine.decision.confluence import confluence
from engine.decision.levels import LOCATIONS, Finder, Levels
from engine.decision.policy import Estimate, Policy
from engine.decision.row import Row
from engine.decision.signal import EXPIRY_MINUTES, LIMIT_MINUTES, Anchor, Costs, Plan, Side, ticks_down
from engine.market.instrument import Instrument
from engine.market.state import BALANCED, bias_1d, control, direction_of, market_state, structure_4h
from engine.params import Params

MAJORS = ("BTC", "ETH")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One judged setup: everything about it that does not depend on what else is open or paused."""

    row: Row
    side: Side
    setup_model: str
    market_state: str
    bias_1d: tuple[str, float] | None
    structure_4h: str
    location: str
    failed_break: bool
    order_flow: bool | None
    confluence: float
    coverage: float
    levels: Levels | None
    plan: Plan | None
    cost_r: float
    rr_target: float
    rr_tp1: float
    estimate: Estimate | None
    threshold: float
    policy_version: str  # of the policy it was judged with; "none" without one
    features: Mapping[str, float | None]


def costs_of(instrument: Instrument, params: Params) -> Costs:
    """Fees and slippage of a pair: 2 bp of slippage for majors, 5 bp for the others."""
    base = instrument.ct_val_ccy or instrument.inst_id.split("-")[0]
    slippage = params.slippage_major if base in MAJORS else params.slippage_alt
    return Costs(params.taker_fee, params.maker_fee, slippage, slippage * params.stop_slippage_factor)


def judge(
    row: Row, side: Side, instrument: Instrument, policy: Policy | None, least_confluence: float, params: Params
) -> Candidate:
    """Judge one side of a setup row. `least_confluence` is c* of the sensitivity in force."""
    weights = None if policy is None else policy.weights(row.timeframe, row.regime)
    agreed, coverage = confluence(row, side, weights, params)
    state = market_state(
        int(row["trend"]),
        row["efficiency"],
        int(row["regime_direction"]),
        (row["vah"] + row["val"]) / 2,
        (row["vah_before"] + row["val_before"]) / 2,
        row["atr"],
    )
    model = "mean_reversion" if state == BALANCED else "trend_continuation"
    costs = costs_of(instrument, params)
    fraction = 2 * costs.taker + 2 * costs.slippage
    levels = Finder(row, side, instrument.tick, fraction, params).find()
    plan = None if levels is None else _plan(row, side, levels, instrument, costs)
    cost_r, rr_target, rr_tp1 = _terms(row, side, levels, fraction)
    location = _location(row, side, levels, model, params)
    failed = _failed_break(row, side)
    flow = _order_flow(row, side, model)
    terms = {"confluence": agreed, "coverage": coverage, "rr_target": rr_target, "rr_tp1": rr_tp1, "cost_r": cost_r}
    features = _features(row, side, state, terms, levels)
    estimate = None if policy is None else policy.estimate(row.timeframe, row.regime, features)
    threshold = least_confluence
    if policy is not None and estimate is not None and estimate.p is not None:
        threshold = policy.tau(row.timeframe, row.regime, cost_r, rr_tp1)
    bias = bias_1d(int(row["trend_d1"]), row["close_d1"], row["ema_d1"], int(row["bars_d1"]))
    structure = structure_4h(int(row["trend_h4"]), int(row["last_h4"]), side)
    return Candidate(
        row, side, model, state, bias, structure, location, failed, flow, agreed, coverage, levels, plan,
        cost_r, rr_target, rr_tp1, estimate, threshold, "none" if policy is None else policy.version, features,
    )  # fmt: skip


def _plan(row: Row, side: Side, levels: Levels, instrument: Instrument, costs: Costs) -> Plan:
    timeframe = row.timeframe
    ends = sorted((levels.zone_low * side, levels.zone_high * side))
    return Plan(
        pair=row.pair,
        side=side,
        timeframe=timeframe,
        ts=row.ts,
        entry_low=ends[0],
        entry_high=ends[1],
        sl=levels.sl * side,
        tp1=levels.tp1 * side,
        tp2=levels.tp2 * side,
        expiry_minutes=EXPIRY_MINUTES[timeframe],
        limit_minutes=LIMIT_MINUTES[timeframe],
        invalidation_timeframe=timeframe,
        invalidation_price=ticks_down(levels.invalidation, instrument.tick) * side,
        tick=instrument.tick,
        costs=costs,
    )


def _terms(row: Row, side: int, levels: Levels | None, fraction: float) -> tuple[float, float, float]:
    """(cost in R, mean RR, RR of TP1); funding counts where a settlement falls inside the expiry."""
    if levels is None:
        return 0.0, 0.0, 0.0
    cost = fraction
    if row["funding_ts"] > 0 and row["funding_interval"] > 0:
        due = row["funding_ts"] + row["funding_interval"]
        if row.ts < due <= row.ts + EXPIRY_MINUTES[row.timeframe] * 60_000:
            cost += max(0.0, side * row["funding"])
    rr_tp1 = levels.rr(levels.tp1)
    return cost * abs(levels.middle) / levels.risk, (rr_tp1 + levels.rr(levels.tp2)) / 2, rr_tp1


def _location(row: Row, side: int, levels: Levels | None, model: str, params: Params) -> str:
    """Where price stands: for mean reversion the edge of value counts first, else the entry's own anchor."""
    edge, name = (row["val"], "at_val") if side > 0 else (row["vah"], "at_vah")
    extreme = row["low"] if side > 0 else row["high"]
    at_edge = edge > 0.0 and (extreme - edge) * side <= 0.25 * row["atr"]
    if model == "mean_reversion" and at_edge:
        return name
    if levels is not None and levels.entry_area.kind in LOCATIONS:
        return LOCATIONS[levels.entry_area.kind]
    return "in_value" if row["val"] <= row["close"] <= row["vah"] else "nowhere"


def _failed_break(row: Row, side: int) -> bool:
    """The bar (or a fresh sweep that smc saw) went beyond the edge or a level and closed back inside."""
    edge = row["val"] if side > 0 else row["vah"]
    extreme = row["low"] if side > 0 else row["high"]
    beyond = edge > 0.0 and (extreme - edge) * side < 0.0 and (row["close"] - edge) * side > 0.0
    swept = row.fact("smc", "sweep")
    return beyond or (swept is not None and swept * side > 0.0)


def _order_flow(row: Row, side: int, model: str) -> bool | None:
    """Does aggression agree with the side on 5m? For mean reversion absorption against the move serves as well."""
    absorbed = row.fact("orderflow", "absorption")
    if row["flow_known"] == 0.0:
        return None
    if model == "mean_reversion" and absorbed is not None and absorbed * side > 0.0:
        return True
    return row["flow"] * side > 0.0


def _features(
    row: Row, side: int, state: str, terms: Mapping[str, float], levels: Levels | None
) -> dict[str, float | None]:
    """The whole feature vector, signed to the side where a sign makes sense; None where unknown."""
    features: dict[str, float | None] = {}
    for name in layers.NAMES:
        score = row.score(name)
        features[f"score_{name}"] = None if score is None else score * side
    bias = bias_1d(int(row["trend_d1"]), row["close_d1"], row["ema_d1"], int(row["bars_d1"]))
    spread = row["ask"] - row["bid"] if row["book_ts"] > 0 else None
    features.update(terms)
    features["risk_atr"] = None if levels is None else levels.risk / row["atr_h1"]
    features["distance_atr"] = None if levels is None else (row["close"] * side - levels.zone_high) / row["atr"]
    features["atr_pct"] = row["atr_part"]
    features["volatility_percentile"] = row["percentile"]
    features["efficiency_ratio"] = row["efficiency"]
    features["adx"] = row["adx"]
    features["trend_agrees"] = row["trend"] * side
    features["trend_4h_agrees"] = row["trend_h4"] * side
    features["state_agrees"] = float(side * direction_of(state))
    features["bias_1d"] = None if bias is None else (bias[1] if bias[0] == "long" else -bias[1]) * side
    features["spread_bp"] = None if spread is None else 10_000 * spread / row["close"]
    features["flow_agrees"] = None if row["flow_known"] == 0.0 else float((row["flow"] > 0) - (row["flow"] < 0)) * side
    features["buyers_control"], features["sellers_control"] = _control(row)
    features["funding"] = row["funding"] * side if row["funding_ts"] > 0 else None
    return features


def _control(row: Row) -> tuple[float, float] | tuple[None, None]:
    """Buyers' and sellers' control of the setup bar; unknown without delta data."""
    share = row.fact("orderflow", "delta_share")
    absorption = row.fact("orderflow", "absorption")
    exhaustion = row.fact("orderflow", "exhaustion")
    if share is None or absorption is None or exhaustion is None or not row.fact("orderflow", "delta_known"):
        return None, None
    return control(share, absorption, exhaustion)


def anchors_of(candidate: Candidate) -> tuple[Anchor, ...]:
    """The areas that vouch for each published number, back in price space."""
    levels = candidate.levels
    if levels is None:
        return ()
    used = (
        (levels.entry_area, "entry"),
        (levels.stop_area, "sl"),
        (levels.tp1_area, "tp1"),
        (levels.tp2_area, "tp2"),
        (levels.stop_area, "invalidation"),
    )
    out = []
    for area, purpose in used:
        ends = sorted((area.low * candidate.side, area.high * candidate.side))
        out.append(Anchor(area.kind, area.timeframe, ends[0], ends[1], area.known_at, purpose))
    return tuple(out)
