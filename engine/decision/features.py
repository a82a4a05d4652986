"""The whole feature vector of a judged side, signed to the side where a sign makes sense; NaN where unknown."""

from __future__ import annotations

from collections.abc import Sequence

from engine.decision.confluence import COUNT
from engine.decision.row import place_of, votes
from engine.decision.verdict import FEATURE_COUNT, FEATURES, Verdict
from engine.market import sessions
from engine.market.state import control
from engine.readings import LAYER_AT, LAYER_WIDTH, ROW
from engine.records import step

UNKNOWN = float("nan")
(
    CONFLUENCE,
    COVERAGE,
    RR_TARGET,
    RR_TP1,
    COST_R,
    RISK_ATR,
    DISTANCE_ATR,
    ATR_PCT,
    VOLATILITY,
    EFFICIENCY_RATIO,
    ADX_NOW,
    TREND_AGREES,
    TREND_4H_AGREES,
    STATE_AGREES,
    BIAS_1D,
    SPREAD_BP,
    FLOW_AGREES,
    BUYERS,
    SELLERS,
    FUNDING_DUE,
    ASIA,
    LONDON,
    NEW_YORK,
    VARIANCE_RATIO,
    HURST,
) = range(COUNT, FEATURE_COUNT)  # in the order of FEATURES
TS, CLOSE, ATR, ATR_H1 = ROW["ts"], ROW["close"], ROW["atr"], ROW["atr_h1"]
RATIO_NOW, HURST_NOW = ROW["variance_ratio"], ROW["hurst"]
ATR_PART, PERCENTILE, EFFICIENCY, ADX = (ROW[name] for name in ("atr_part", "percentile", "efficiency", "adx"))
TREND, TREND_H4, FLOW, FLOW_KNOWN = (ROW[name] for name in ("trend", "trend_h4", "flow", "flow_known"))
BID, ASK, BOOK_TS, FUNDING, FUNDING_TS = (ROW[name] for name in ("bid", "ask", "book_ts", "funding", "funding_ts"))
ORDERFLOW = place_of("orderflow")
SHARE, KNOWN, ABSORPTION, EXHAUSTION = (
    place_of("orderflow", name) for name in ("delta_share", "delta_known", "absorption", "exhaustion")
)


@step
def fill_features(v: Verdict, row: Sequence[float], side: int) -> None:
    """Write the vector, in the order of FEATURES."""
    for j in range(COUNT):
        at = LAYER_AT + j * LAYER_WIDTH
        v.features[j] = row[at] * side if votes(row, at) == 1 else UNKNOWN
    fill_terms(v, row, side)
    fill_market(v, row, side)
    v.features[ASIA] = float(sessions.asia_open(int(row[TS])))
    v.features[LONDON] = float(sessions.london_open(int(row[TS])))
    v.features[NEW_YORK] = float(sessions.new_york_open(int(row[TS])))
    v.features[VARIANCE_RATIO] = row[RATIO_NOW]
    v.features[HURST] = row[HURST_NOW]


@step
def fill_terms(v: Verdict, row: Sequence[float], side: int) -> None:
    """What the trade itself is."""
    f = v.features
    f[CONFLUENCE] = v.confluence
    f[COVERAGE] = v.coverage
    f[RR_TARGET] = v.rr_target
    f[RR_TP1] = v.rr_tp1
    f[COST_R] = v.cost_r
    f[RISK_ATR] = UNKNOWN
    f[DISTANCE_ATR] = UNKNOWN
    if v.anchored == 1:
        f[RISK_ATR] = v.risk / row[ATR_H1]
        f[DISTANCE_ATR] = (row[CLOSE] * side - v.zone_high) / row[ATR]


@step
def fill_market(v: Verdict, row: Sequence[float], side: int) -> None:
    """What the market around it does."""
    f = v.features
    f[ATR_PCT] = row[ATR_PART]
    f[VOLATILITY] = row[PERCENTILE]
    f[EFFICIENCY_RATIO] = row[EFFICIENCY]
    f[ADX_NOW] = row[ADX]
    f[TREND_AGREES] = row[TREND] * side
    f[TREND_4H_AGREES] = row[TREND_H4] * side
    f[STATE_AGREES] = float(v.state * side)
    f[BIAS_1D] = v.bias * side if v.bias_known == 1 else UNKNOWN
    f[SPREAD_BP] = 10_000 * (row[ASK] - row[BID]) / row[CLOSE] if row[BOOK_TS] > 0.0 else UNKNOWN
    f[FLOW_AGREES] = UNKNOWN
    if row[FLOW_KNOWN] != 0.0:
        f[FLOW_AGREES] = (1.0 if row[FLOW] > 0.0 else -1.0 if row[FLOW] < 0.0 else 0.0) * side
    f[BUYERS] = UNKNOWN
    f[SELLERS] = UNKNOWN
    if votes(row, ORDERFLOW) == 1 and row[KNOWN] != 0.0:
        f[BUYERS], f[SELLERS] = control(row[SHARE], row[ABSORPTION], row[EXHAUSTION])
    f[FUNDING_DUE] = row[FUNDING] * side if row[FUNDING_TS] > 0.0 else UNKNOWN


def named(values: Sequence[float]) -> dict[str, float | None]:
    """The vector with names; None where a value is unknown."""
    return dict(zip(FEATURES, [value if value == value else None for value in values]))
