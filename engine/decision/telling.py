"""What two walked tracks tell: the steps of a plan's life as they happened, and its outcome at the end."""

from __future__ import annotations

from typing import Literal, NamedTuple

from engine.decision.signal import Outcome, Plan, TrackEnd
from engine.decision.track import Track
from engine.decision.track_rules import ENDED, FILLED, LOSE, REASONS, RESULTS, SL_REASON, TOUCHED, WIN
from engine.market.events import TIMEFRAMES

TrackName = Literal["theoretical", "followable"]
NAMES: tuple[TrackName, TrackName] = ("theoretical", "followable")
_RESOLUTIONS = {0: "trades", **{ms: name for name, ms in TIMEFRAMES.items()}}


class Step(NamedTuple):
    """A track moved. `price`: the fill, TP1, or the exit (None where nothing was ever filled).

    `r`: the net R so far (None at the fill, and where a track ends without one). `reason`: why a track ended, "" before
    that. `ts` is ms UTC.
    """

    track: TrackName
    state: Literal["filled", "tp1", "closed"]
    ts: int
    price: float | None
    r: float | None
    reason: str = ""


def filled_step(name: TrackName, plan: Plan, track: Track) -> Step:
    """The fill, at its price."""
    return Step(name, "filled", track.filled_at, track.fill * plan.side, None)


def tp1_step(name: TrackName, plan: Plan, track: Track) -> Step:
    """TP1, with what is banked there."""
    return Step(name, "tp1", track.tp1_time, plan.tp1, track.banked)


def closed_step(name: TrackName, plan: Plan, track: Track) -> Step:
    """The end; price and R only where something was filled and sold."""
    out = track.result in (WIN, LOSE)
    price, r = (track.exit_price * plan.side, track.rr) if out else (None, None)
    return Step(name, "closed", track.closed_at, price, r, REASONS[track.reason])


def steps_between(name: TrackName, plan: Plan, track: Track, before: int) -> list[Step]:
    """What happened to a track since it was in the phase `before`."""
    steps = []
    if before <= TOUCHED and track.filled_at >= 0:
        steps.append(filled_step(name, plan, track))
    if before <= FILLED and track.tp1_time >= 0:
        steps.append(tp1_step(name, plan, track))
    if track.phase == ENDED:
        steps.append(closed_step(name, plan, track))
    return steps


def outcome_of(plan: Plan, theory: Track, follow: Track, resolution: int, signal_id: str, number: int) -> Outcome:
    """How two ended tracks ended; `win`, MFE, MAE and times are the theoretical track's.

    `resolution` is the length of the coarsest bar that moved them (ms; 0: trades alone).
    """
    result, rr, risk, at = theory.result, theory.rr, theory.risk, theory.filled_at
    filled, priced = at >= 0, result in (WIN, LOSE)
    return Outcome(
        signal_id,
        number,
        max(theory.closed_at, follow.closed_at),
        _end_of(plan, theory),
        _end_of(plan, follow),
        mfe=theory.mfe if filled else None,
        mae=theory.mae if filled else None,
        mfe_r=theory.mfe / risk if filled else None,
        mae_r=theory.mae / risk if filled else None,
        pnl_model=rr * risk / abs(theory.fill) if priced else None,
        ambiguous=bool(theory.ambiguous or follow.ambiguous),
        label_resolution=_RESOLUTIONS.get(resolution, "15m"),
        win=int(result == WIN) if priced else None,
        time_to_fill_s=(at - plan.ts) // 1000 if filled else None,
        time_to_tp1_s=(theory.tp1_time - at) // 1000 if filled and theory.tp1_time >= 0 else None,
        time_to_sl_s=(theory.closed_at - at) // 1000 if theory.reason == SL_REASON else None,
    )


def _end_of(plan: Plan, track: Track) -> TrackEnd:
    """Result and reason by name, the close, the fill with its time, net R; None where there was none."""
    result, at = track.result, track.filled_at
    rr = track.rr if result in (WIN, LOSE) else None
    fill, filled_at = (track.fill * plan.side, at) if at >= 0 else (None, None)
    return TrackEnd(RESULTS[result], REASONS[track.reason], track.closed_at, fill, filled_at, rr)
