"""The three-layer reading of one side of a row: market state, location, order flow; daily bias and 4h structure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.decision.row import place_of, votes
from engine.decision.verdict import (
    AT_FVG,
    AT_LVN,
    AT_ORDER_BLOCK,
    AT_OTE,
    AT_POC,
    AT_VAH,
    AT_VAL,
    IN_VALUE,
    NOWHERE,
    Verdict,
)
from engine.market.anchors import BREAKER_BLOCK, FAIR_VALUE_GAP, LVN, ORDER_BLOCK, OTE, POC, VAH, VAL
from engine.market.state import BALANCED, bias_1d, bias_known, broken_4h, market_state
from engine.readings import ROW
from engine.records import step

CLOSE, HIGH, LOW, ATR, VAH_NOW, VAL_NOW = (ROW[name] for name in ("close", "high", "low", "atr", "vah", "val"))
VAH_BEFORE, VAL_BEFORE, FLOW, FLOW_KNOWN = (ROW[name] for name in ("vah_before", "val_before", "flow", "flow_known"))
TREND, EFFICIENCY, DIRECTION = ROW["trend"], ROW["efficiency"], ROW["regime_direction"]
TREND_H4, LAST_H4 = ROW["trend_h4"], ROW["last_h4"]
TREND_D1, CLOSE_D1, EMA_D1, BARS_D1 = (ROW[name] for name in ("trend_d1", "close_d1", "ema_d1", "bars_d1"))
SMC, SWEEP = place_of("smc"), place_of("smc", "sweep")
ORDERFLOW, ABSORPTION = place_of("orderflow"), place_of("orderflow", "absorption")
EDGE_ATR = 0.25  # this near the edge of value is at it


@step
def read_market(v: Verdict, row: Sequence[float], side: int) -> None:
    """Market state, daily bias, 4h structure, failed break and order flow; location wants the levels first."""
    value = (row[VAH_NOW] + row[VAL_NOW]) / 2
    before = (row[VAH_BEFORE] + row[VAL_BEFORE]) / 2
    v.state = market_state(int(row[TREND]), row[EFFICIENCY], int(row[DIRECTION]), value, before, row[ATR])
    v.bias_known = bias_known(int(row[BARS_D1]))
    v.bias = 0.0
    if v.bias_known == 1:
        v.bias = bias_1d(int(row[TREND_D1]), row[CLOSE_D1], row[EMA_D1])
    v.broken = broken_4h(int(row[TREND_H4]), int(row[LAST_H4]), side)
    v.failed_break = failed_break(row, side)
    v.order_flow = order_flow(row, side, v.state)


@step
def location(v: Verdict, row: Sequence[float], side: int) -> int:
    """Where price stands: for mean reversion the edge of value counts first, else the entry's own anchor."""
    edge = row[VAL_NOW] if side > 0 else row[VAH_NOW]
    near = EDGE_ATR * row[ATR]
    if v.state == BALANCED and edge > 0.0 and row[LOW] - near <= edge <= row[HIGH] + near:
        return AT_VAL if side > 0 else AT_VAH
    place = location_of(v.entry_kind) if v.anchored == 1 else NOWHERE
    if place != NOWHERE:
        return place
    return IN_VALUE if row[VAL_NOW] <= row[CLOSE] <= row[VAH_NOW] else NOWHERE


@step
def location_of(kind: int) -> int:
    """The location that an entry's anchor names; NOWHERE for swings, equal extremes and swept levels."""
    if kind in (ORDER_BLOCK, BREAKER_BLOCK):
        return AT_ORDER_BLOCK
    if kind == FAIR_VALUE_GAP:
        return AT_FVG
    if kind == OTE:
        return AT_OTE
    if kind == LVN:
        return AT_LVN
    if kind == POC:
        return AT_POC
    if kind == VAH:
        return AT_VAH
    return AT_VAL if kind == VAL else NOWHERE


@step
def failed_break(row: Sequence[float], side: int) -> int:
    """1 where the bar (or a fresh sweep that smc saw) went beyond the edge or a level and closed back inside."""
    edge = row[VAL_NOW] if side > 0 else row[VAH_NOW]
    extreme = row[LOW] if side > 0 else row[HIGH]
    if edge > 0.0 and (extreme - edge) * side < 0.0 and (row[CLOSE] - edge) * side > 0.0:
        return 1
    return 1 if votes(row, SMC) == 1 and row[SWEEP] * side > 0.0 else 0


@step
def order_flow(row: Sequence[float], side: int, state: int) -> int:
    """Does aggression agree with the side on 5m? In balance absorption against the move serves as well. 0 unknown."""
    if row[FLOW_KNOWN] == 0.0:
        return 0
    if state == BALANCED and votes(row, ORDERFLOW) == 1 and row[ABSORPTION] * side > 0.0:
        return 1
    return 1 if row[FLOW] * side > 0.0 else -1
