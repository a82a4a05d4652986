"""From a candidate that passed to the signal that goes out."""

from __future__ import annotations

from math import floor

from engine.decision import triggers
from engine.decision.candidate import Candidate
from engine.decision.hedge import hedge_of
from engine.decision.policy import Estimate
from engine.decision.pulse import Pulse
from engine.decision.signal import Plan, Signal, signal_uuid
from engine.decision.sizing import Evidence, risk_fraction, size_multiplier
from engine.decision.verdict import contract_of
from engine.market.instrument import Instrument
from engine.market.sessions import venue_session
from engine.params import Params

NO_ESTIMATE = Estimate(None, None, None, 0.0)  # without a policy
BREAK_WORDS = {2: "CHOCH", 1: "BOS"}  # by the newest break, signed to the side
PLACE_WORDS = {
    "at_order_block": "retest OB",
    "at_fvg": "retest FVG",
    "at_ote": "OTE 0.62-0.79",
    "at_lvn": "LVN",
    "at_poc": "POC",
    "at_vah": "VAH",
    "at_val": "VAL",
}


def setup_text(c: Candidate) -> str:
    """The setup in the field's words, e.g. `BOS + retest OB + delta > 0`; a break against the side is a `pullback`."""
    continues = c.setup_model == "trend_continuation"
    parts = [BREAK_WORDS.get(int(c.row["last_break"]) * c.side, "pullback")] if continues else []
    place = PLACE_WORDS.get(c.location, c.location)
    parts.append(place if continues else f"failed break {place}")
    if c.order_flow:
        with_the_side = c.row["flow"] * c.side > 0.0
        parts.append(("delta > 0" if c.side > 0 else "delta < 0") if with_the_side else "absorption")
    return " + ".join(parts)


def make_signal(
    c: Candidate,
    plan: Plan,
    number: int,
    instrument: Instrument,
    pulse: Pulse,
    params: Params,
    version: str,
    day_below: bool,
) -> Signal:
    """The signal with its number; `plan.ts` is the moment of publication.

    `day_below`: the UTC day stands below its limit then.
    """
    v, row, e = c.verdict, c.row, c.estimate or NO_ESTIMATE
    evidence = Evidence(
        c.mode, e.p, e.p_low, c.threshold, v.confluence, c.gross_r, v.cost_r, day_below, plan.ts < c.probation_until
    )  # fmt: skip
    fresh_book = pulse.book_ts > 0 and pulse.ts - pulse.book_ts <= params.book_fresh_ms
    return Signal(
        signal_id=signal_uuid(plan.pair, plan.ts, c.side, c.setup_model), number=number, source=c.source,
        plan=plan, decimals=instrument.decimals, setup_model=c.setup_model, setup_text=setup_text(c),
        triggers_text=None if c.source == "openai" else triggers.text(pulse.trigger, c.side, c.way),
        anchors=c.anchors(),
        # what was read
        confluence_score=v.confluence, layers=row.views(c.side, params), coverage=v.coverage,
        market_state=c.market_state, location=c.location, order_flow_confirmed=c.order_flow,
        bias_1d=c.bias_1d, structure_4h=c.structure_4h, regime=row.regime, venue_session=venue_session(plan.ts),
        # the market
        price=pulse.price, spread=pulse.ask - pulse.bid if fresh_book else None,
        open_interest=row["oi"] if row["oi_ts"] > 0 else None,
        funding=row["funding"] if row["funding_ts"] > 0 else None,
        # what is at stake
        rr_target=v.rr_target, rr_tp1=v.rr_tp1, cost_r=v.cost_r, threshold=c.threshold,
        risk_fraction=risk_fraction(evidence, params), size_multiplier=size_multiplier(evidence, params),
        hedge=hedge_of(row.values, v, contract_of(instrument, params), params),
        # how sure that is
        mode=c.mode, p_win=e.p, p_win_low=e.p_low, p_win_high=e.p_high, p_win_n=floor(e.n_eff),
        policy_version=c.policy_version, engine_version=version,
    )  # fmt: skip
