"""From one side of a row to a verdict: agreement, the three-layer reading, levels, costs, refusals, features.

One step, plain Python live, compiled in the batch path (engine/columns/batch.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.decision.confluence import agree
from engine.decision.features import fill_features
from engine.decision.guardrails import refuse
from engine.decision.levels import Areas, find_levels, on_grid, round_trip
from engine.decision.reading import location, read_market
from engine.decision.signal import EXPIRY_MINUTES
from engine.decision.verdict import Contract, Verdict
from engine.params import Params
from engine.readings import ROW
from engine.records import step

TS, MINUTES, REGIME, SIDES = ROW["ts"], ROW["minutes"], ROW["regime"], ROW["sides"]
CLOSE, BID, ASK, BOOK_TS = ROW["close"], ROW["bid"], ROW["ask"], ROW["book_ts"]
FUNDING, FUNDING_TS, INTERVAL = ROW["funding"], ROW["funding_ts"], ROW["funding_interval"]
EXPIRY_15M, EXPIRY_1H, EXPIRY_SCALP = (EXPIRY_MINUTES[name] * 60_000 for name in ("15m", "1h", "scalp"))

Judge = Callable[[Sequence[float], int, Contract, Sequence[float], float], Verdict | None]


def plain_judge(params: Params) -> Judge:
    """`judge` as a function of row, side, contract, weights and c*: the verdict, None where it is no setup."""
    areas = Areas()

    def of(row: Sequence[float], side: int, c: Contract, weights: Sequence[float], least: float) -> Verdict | None:
        verdict = Verdict()
        return verdict if judge(verdict, row, side, c, weights, least, areas, params) else None

    return of


@step
def judge(
    v: Verdict,
    row: Sequence[float],
    side: int,
    c: Contract,
    weights: Sequence[float],
    least: float,
    a: Areas,
    k: Params,
) -> int:
    """Fill in the verdict of one side; 1 where it is a setup: the row names the side and enough weight agrees with it.

    `weights`: of every book (engine/decision/confluence.py); `least`: c* of the sensitivity; `a`: room to work in.
    """
    if int(row[SIDES]) & (1 if side > 0 else 2) == 0:
        return 0
    name_setup(v, row, side)
    agree(v, row, side, weights, k)
    if v.confluence < k.evaluate_confluence:
        return 0
    assess(v, row, c, least, a, k)
    return 1


@step
def name_setup(v: Verdict, row: Sequence[float], side: int) -> None:
    """Which setup it is."""
    v.ts = int(row[TS])
    v.minutes = int(row[MINUTES])
    v.side = side
    v.regime = int(row[REGIME])


@step
def assess(v: Verdict, row: Sequence[float], c: Contract, least: float, a: Areas, k: Params) -> None:
    """Everything that follows once the setup is named and its confluence known."""
    side = v.side
    read_market(v, row, side)
    costs = round_trip(c, k)
    v.anchored = find_levels(v, row, side, c, costs, a, k)
    clear_terms(v)
    if v.anchored == 1:
        v.invalidation = on_grid(v.invalidation, c, -1)
        price_terms(v, row, side, costs)
    v.location = location(v, row, side)
    v.refusals = refuse(v, row, v.ts, row[CLOSE], row[BID], row[ASK], row[BOOK_TS], asked(v, least, k), k)
    fill_features(v, row, side)


@step
def asked(v: Verdict, least: float, k: Params) -> float:
    """The confluence that is asked of a setup: c* of the sensitivity (`least`), a margin more of a scalp."""
    return least + k.scalp_margin if v.scalp == 1 else least


@step
def expiry_of(v: Verdict) -> int:
    """How long the entry may be waited for (ms)."""
    if v.scalp == 1:
        return EXPIRY_SCALP
    return EXPIRY_1H if v.minutes == 60 else EXPIRY_15M


@step
def clear_terms(v: Verdict) -> None:
    """No levels, no terms."""
    v.cost_r = 0.0
    v.rr_target = 0.0
    v.rr_tp1 = 0.0


@step
def price_terms(v: Verdict, row: Sequence[float], side: int, costs: float) -> None:
    """Cost in R, mean RR, RR of TP1; funding counts where a settlement falls inside the expiry and the side pays it."""
    if row[FUNDING_TS] > 0.0 and row[INTERVAL] > 0.0:
        due = row[FUNDING_TS] + row[INTERVAL]
        if v.ts < due <= v.ts + expiry_of(v):
            costs += max(0.0, side * row[FUNDING])
    v.cost_r = costs * abs(v.middle) / v.risk
    v.rr_tp1 = (v.tp1 - v.middle) / v.risk
    v.rr_target = (v.rr_tp1 + (v.tp2 - v.middle) / v.risk) / 2
