"""Every verdict with its whole feature vector, and the market's label of it: what the learner trains on.

Append-only: a MONITOR and its end are two rows of one `decision_id`, and share one label. The evidence of a verdict,
which only people read, is a row of its own table (storage/evidence.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.signal import Outcome, plan_state
from engine.decision.tick import Decided
from storage import evidence
from storage.prepared import prepared
from storage.schema import decisions, labels
from storage.text import numbers_json, to_json
from storage.upsert import insert_for
from storage.verdict import StoredVerdict, columns_of

if TYPE_CHECKING:
    from engine.learning.arm import Drawn

PAGE = 2_000
WON: Mapping[str, int | None] = {"win": 1, "lose": 0}


@dataclass(frozen=True, slots=True)
class DecisionRow(StoredVerdict):
    """A verdict and, once its market is over, its label (all label columns None before).

    `win` (1, 0, None where never filled or void), `result` and `rr` are the followable track's, net of costs, as the
    learner wants them; the `_theoretical` ones are from the decision's own instant. `closed_at` (ms) is when the label
    could be known: use no label before it. `mfe_r` and `mae_r` are how far the market ran for and against the fill (R,
    mae_r <= 0 <= mfe_r), as the theoretical track was followed; None where unfilled, or kept before they were.
    """

    id: int
    win: int | None
    rr: float | None
    result: str | None
    exit_reason: str | None
    closed_at: int | None
    resolution: str | None
    ambiguous: bool | None
    win_theoretical: int | None
    rr_theoretical: float | None
    result_theoretical: str | None
    mfe_r: float | None = None
    mae_r: float | None = None


async def add(conn: AsyncConnection, decided: Decided, *, policy_version: str) -> None:
    """Keep one verdict. The very same verdict again changes nothing."""
    await add_many(conn, [decided], policy_version=policy_version)


async def add_many(
    conn: AsyncConnection,
    decided: Sequence[Decided],
    *,
    policy_version: str,
    drawn: Mapping[str, Drawn] | None = None,
) -> None:
    """Keep many verdicts with one statement (the fast way for a bar that decides hundreds of setups).

    `drawn`: what the paper arm did, by `decision_id`.
    """
    if decided:
        rows = [{**_columns(one, policy_version), **_drawn((drawn or {}).get(one.decision_id))} for one in decided]
        await conn.execute(_add(conn.dialect.name), rows)
        await evidence.add_many(conn, decided)


@cache
def _add(dialect: str) -> Insert:
    return prepared(insert_for(dialect, decisions).on_conflict_do_nothing())


def _columns(decided: Decided, policy_version: str) -> dict[str, Any]:
    return {
        "decision_id": decided.decision_id,
        "ts": decided.ts,
        "pair": decided.pair,
        "timeframe": decided.timeframe,
        "side": decided.side,
        "setup_model": decided.setup_model,
        "verdict": decided.verdict,
        "reasons": to_json(decided.reasons),
        "features": numbers_json(dict(decided.features)),
        "regime": decided.regime,
        "signal_id": decided.signal_id,
        "plan": None if decided.plan is None else numbers_json(plan_state(decided.plan)),
        "policy_version": policy_version,
    }


def _drawn(one: Drawn | None) -> dict[str, Any]:
    if one is None:
        return {"explored": None, "taken": None, "propensity": None}
    return {"explored": int(one.explored), "taken": int(one.taken), "propensity": one.propensity}


async def label(conn: AsyncConnection, decision_id: str, outcome: Outcome, *, published: bool = False) -> None:
    """Keep the market's label of a decision. The first label stands, but a published signal's replaces its shadow's.

    Raises ValueError without a `decision_id`: a label that belongs to nothing would hide all others like it.
    """
    if not decision_id:
        raise ValueError(f"the label of signal {outcome.signal_id} has no decision_id")
    follow, theory = outcome.followable, outcome.theoretical
    values = {
        "closed_at": outcome.closed_at,
        "result": follow.result,
        "exit_reason": follow.exit_reason,
        "win": WON.get(follow.result),
        "rr": follow.rr,
        "result_theoretical": theory.result,
        "win_theoretical": outcome.win,
        "rr_theoretical": theory.rr,
        "resolution": outcome.label_resolution,
        "ambiguous": int(outcome.ambiguous),
        "mfe_r": outcome.mfe_r,
        "mae_r": outcome.mae_r,
    }
    await conn.execute(_label(conn.dialect.name, published), {"decision_id": decision_id, **values})


@cache
def _label(dialect: str, published: bool) -> Insert:
    statement = insert_for(dialect, labels)
    if not published:
        return prepared(statement.on_conflict_do_nothing())
    fresh = {column.name: statement.excluded[column.name] for column in labels.c if column.name != "decision_id"}
    return prepared(statement.on_conflict_do_update(index_elements=["decision_id"], set_=fresh))


async def rows(conn: AsyncConnection) -> list[DecisionRow]:
    """All verdicts in the order they were taken, with the labels known."""
    return [_row(row) for row in await conn.execute(_query(None))]


async def each(conn: AsyncConnection, until: int) -> AsyncIterator[DecisionRow]:
    """The same as the store could be read at `until` (ms): no later verdict, no label whose market closed after it.

    Page by page: a large store is never in memory as a whole.
    """
    query, last = _query(until).limit(PAGE), 0
    while True:
        page = (await conn.execute(query.where(decisions.c.id > last))).all()
        for row in page:
            yield _row(row)
        if len(page) < PAGE:
            return
        last = page[-1].id


def _query(until: int | None) -> Select[Any]:
    """Verdicts with their labels, as the store could be read at `until` (ms)."""
    known = labels.c.decision_id == decisions.c.decision_id
    if until is not None:
        known = and_(known, labels.c.closed_at <= until)
    query = select(decisions, *(column for column in labels.c if column.name != "decision_id"))
    query = query.select_from(decisions.outerjoin(labels, known)).order_by(decisions.c.id)
    return query if until is None else query.where(decisions.c.ts <= until)


def _row(row: Row[Any]) -> DecisionRow:
    columns = columns_of(row)
    columns["ambiguous"] = None if row.ambiguous is None else bool(row.ambiguous)
    return DecisionRow(**columns)
