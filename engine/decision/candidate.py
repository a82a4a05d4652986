"""A judged setup as the stream holds it: the row, the verdict on one side, and what the policy says of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.decision.confluence import agree, weights_of
from engine.decision.features import named
from engine.decision.guardrails import CONFLUENCE, EPSILON, P_WIN, STALE, Surroundings, forbidden, refuse
from engine.decision.judge import asked, assess, name_setup
from engine.decision.levels import Areas
from engine.decision.policy import Estimate, Policy
from engine.decision.row import MINUTE_NAMES, Row
from engine.decision.signal import EXPIRY_MINUTES, LIMIT_MINUTES, SIDE_NAMES, Anchor, Costs, Plan, setup_uuid
from engine.decision.triggers import FULL
from engine.decision.verdict import LOCATION_NAMES, Contract, Verdict
from engine.market.anchors import KINDS
from engine.market.regime import NAMES as REGIMES
from engine.market.state import BALANCED, STATE_NAMES
from engine.params import Params


@dataclass(frozen=True)
class Candidate:
    """One judged setup: everything about it that does not depend on what else is open or paused.

    `threshold` is the policy's for its probability (`estimate`), else c* of the sensitivity; `policy_version` "none"
    without a policy. `mode` is the book's, `gross_r` the R expected where TP1 comes first (RR(TP1) without a policy),
    `probation_until` the policy's (ms). `source`: rule_based, hybrid (a second opinion agrees), openai (it decided).
    `way` is how the policy wants the setup entered (engine/decision/ways.py).
    """

    row: Row
    verdict: Verdict
    plan: Plan | None
    features: Mapping[str, float | None]
    estimate: Estimate | None
    threshold: float
    policy_version: str
    mode: str
    gross_r: float
    probation_until: int = 0
    source: str = "rule_based"
    way: str = FULL

    @property
    def side(self) -> int:
        return self.verdict.side

    @property
    def setup_model(self) -> str:
        return setup_model(self.verdict.state)

    @property
    def market_state(self) -> str:
        return STATE_NAMES[self.verdict.state]

    @property
    def location(self) -> str:
        return LOCATION_NAMES[self.verdict.location]

    @property
    def order_flow(self) -> bool | None:
        """None where aggression is unknown."""
        return None if self.verdict.order_flow == 0 else self.verdict.order_flow > 0

    @property
    def bias_1d(self) -> tuple[str, float] | None:
        """Side and strength of the daily bias; None before it is known."""
        v = self.verdict
        return None if v.bias_known == 0 else (SIDE_NAMES[1 if v.bias >= 0.0 else -1], abs(v.bias))

    @property
    def structure_4h(self) -> str:
        return "broken" if self.verdict.broken else "intact"

    @property
    def anchor(self) -> str:
        """The entry's anchor as a name; "" without levels."""
        v = self.verdict
        return anchor_name(v.entry_kind, v.entry_minutes, v.entry_known_at) if v.anchored else ""

    @cached_property
    def decision_id(self) -> str:
        row = self.row
        return setup_uuid(row.pair, row.ts, self.side, self.setup_model, row.timeframe)

    def refusals(self, s: Surroundings, params: Params) -> int:
        """Every rule that refuses now; triggers, and what `proven` holds back, are judged where it is published."""
        found = refuse(
            self.verdict, self.row.values, s.now, s.price, s.bid, s.ask, s.book_ts, self.threshold, params
        )  # fmt: skip
        if s.candle_lost:
            found |= STALE
        return gated(found, self.estimate, self.threshold) | forbidden(
            s.now, s.cooldown_until, s.heat is not None, s.breaker_until, s.paused, s.pair_open
        )

    def anchors(self) -> tuple[Anchor, ...]:
        """The areas that vouch for each published number."""
        v = self.verdict
        if not v.anchored:
            return ()
        used = ((v.entry, "entry"), (v.stop, "sl"), (v.first, "tp1"), (v.second, "tp2"), (v.stop, "invalidation"))
        out = []
        for index, purpose in used:
            kind, minutes, _, known_at, low, high = self.row.anchor(index)
            out.append(Anchor(KINDS[int(kind)], MINUTE_NAMES[int(minutes)], low, high, int(known_at), purpose))
        return tuple(out)


def gated(bits: int, estimate: Estimate | None, threshold: float) -> int:
    """Refusals with the policy's probability where there is one: it stands in place of confluence."""
    held = None if estimate is None else estimate.held
    if held is None:
        return bits
    return bits & ~CONFLUENCE | (P_WIN if held < threshold - EPSILON else 0)


def setup_model(state: int) -> str:
    """Inside balance a setup is a mean reversion, outside a continuation."""
    return "mean_reversion" if state == BALANCED else "trend_continuation"


def anchor_name(kind: int, minutes: int, known_at: int) -> str:
    """The name of an anchor: the same area has the same one for as long as it lives.

    >>> anchor_name(0, 15, 1700000000000)
    'order_block:15m:1700000000000'
    """
    return f"{KINDS[kind]}:{MINUTE_NAMES[minutes]}:{known_at}"


def costs_of(contract: Contract, params: Params) -> Costs:
    """Fees and slippage of a pair."""
    slippage = contract.slippage
    return Costs(params.taker_fee, params.maker_fee, slippage, slippage * params.stop_slippage_factor)


def candidate_of(
    row: Row, verdict: Verdict, contract: Contract, policy: Policy | None, least: float, params: Params
) -> Candidate:
    """The candidate of a verdict; `policy` and `least` (c* of the sensitivity) are those in force."""
    plan = plan_of(row.pair, verdict, contract, params) if verdict.anchored else None
    features = named(verdict.features)
    version = "none" if policy is None else policy.version
    estimate, threshold = opinion(policy, verdict, features, least, params)
    mode, gross_r, until, way = "paper", verdict.rr_tp1, 0, FULL
    if policy is not None:
        mode, gross_r = policy.mode(row.timeframe, row.regime), policy.gross_r(row.timeframe, row.regime, gross_r)
        until = policy.probation_until
        if policy.timing is not None:
            away, slope = waiting_inputs(row, verdict.side)
            read = {**features, "ema50_atr": away, "cvd_slope": slope}
            way = policy.timing.choose(f"{row.timeframe}/{row.regime}", read)
    return Candidate(row, verdict, plan, features, estimate, threshold, version, mode, gross_r, until, way=way)


def waiting_inputs(row: Row, side: int) -> tuple[float, float]:
    """What is read of a setup that waits besides its features, to its side, NaN where unknown.

    `ema50_atr`: the distance of its close from the EMA50 in ATR, both of its timeframe; `cvd_slope`: the slope of its
    cumulative delta.
    """
    mean, slope = row.fact("rsi_ema_macd", "ema50"), row.fact("cvd", "slope")
    away = math.nan if mean is None else (row["close"] - mean) * side / row["atr"]
    return away, math.nan if slope is None else slope * side


def judged(
    row: Row,
    side: int,
    contract: Contract,
    policy: Policy | None,
    least: float,
    params: Params,
    confluence: float | None = None,
) -> Candidate:
    """One side of a row judged alone, whether or not enough agrees; `confluence` stands in place of today's."""
    verdict = Verdict()
    name_setup(verdict, row.values, side)
    agree(verdict, row.values, side, weights_of(policy), params)
    if confluence is not None:
        verdict.confluence = confluence
    assess(verdict, row.values, contract, least, Areas(), params)
    return candidate_of(row, verdict, contract, policy, least, params)


def opinion(
    policy: Policy | None, v: Verdict, features: Mapping[str, float | None], least: float, params: Params
) -> tuple[Estimate | None, float]:
    """The policy's estimate and the least that is asked: of its probability where it gives one, else of confluence.

    Of what the policy avoids certainty is asked.
    """
    least = asked(v, least, params)
    if policy is None:
        return None, least
    book = MINUTE_NAMES[v.minutes], REGIMES[v.regime]
    estimate = policy.estimate(*book, features)
    if estimate.p is None:
        return estimate, least
    return estimate, 1.0 if policy.avoids(*book, features) else policy.tau(*book, v.cost_r, v.rr_tp1)


def plan_of(pair: str, v: Verdict, contract: Contract, params: Params) -> Plan:
    """The plan of a verdict with levels, back in price space."""
    side, timeframe = v.side, MINUTE_NAMES[v.minutes]
    clock = "scalp" if v.scalp else timeframe
    low, high = (v.zone_low, v.zone_high) if side > 0 else (-v.zone_high, -v.zone_low)
    return Plan(
        pair=pair,
        side=1 if side > 0 else -1,
        timeframe=timeframe,
        ts=v.ts,
        entry_low=low,
        entry_high=high,
        sl=v.sl * side,
        tp1=v.tp1 * side,
        tp2=v.tp2 * side,
        expiry_minutes=EXPIRY_MINUTES[clock],
        limit_minutes=LIMIT_MINUTES[clock],
        invalidation_timeframe=timeframe,
        invalidation_price=v.invalidation * side,
        tick=contract.tick,
        costs=costs_of(contract, params),
    )
