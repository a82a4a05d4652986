"""The label store as plain rows: every table has the same columns in the same order, for ever only added to.

Cells are integers (times are ms UTC), floats, text or None; what is nested is JSON text. `document` and `line` are the
exact stored lines. People are numbered (`rater`), never named: user ids can be telephone numbers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import decisions, feedback_events, labels, outcomes, signals

CHUNK = 500


def _signals() -> tuple[ColumnElement[int], Select[Any]]:
    table = signals.c
    columns = (table.number, table.signal_id, table.ts, table.pair, table.timeframe, table.side, table.mode)
    rest = (table.regime, table.state, table.simulated, table.prev, table.hash, table.line.label("document"))
    return table.position, select(*columns, *rest)


def _outcomes() -> tuple[ColumnElement[int], Select[Any]]:
    table = outcomes.c
    columns = (table.number, table.signal_id, table.closed_at, table.followable_result, table.followable_r)
    rest = (table.result, table.rr_realized, table.win, table.prev, table.hash, table.line.label("document"))
    return table.position, select(*columns, *rest)


def _decisions() -> tuple[ColumnElement[int], Select[Any]]:
    table, label = decisions.c, labels.c
    columns = (table.id, table.decision_id, table.ts, table.pair, table.timeframe, table.side, table.setup_model)
    verdict = (table.verdict, table.reasons, table.regime, table.signal_id, table.policy_version)
    track = (label.closed_at, label.result, label.exit_reason, label.win, label.rr)
    theory = (label.result_theoretical, label.win_theoretical, label.rr_theoretical, label.resolution, label.ambiguous)
    query = select(*columns, *verdict, *track, *theory, table.features, table.plan)
    return table.id, query.select_from(decisions.outerjoin(labels, label.decision_id == table.decision_id))


def _feedback() -> tuple[ColumnElement[int], Select[Any]]:
    event, first = feedback_events.c, feedback_events.alias("first")
    same = and_(first.c.channel == event.channel, first.c.user_id == event.user_id)
    rater = select(func.min(first.c.id)).where(same).scalar_subquery().label("rater")
    columns = (event.id, event.number, event.channel, rater, event.kind, event.active, event.at, event.text)
    return event.id, select(*columns, event.truncated).where(event.demo == 0)


_QUERIES: dict[str, Callable[[], tuple[ColumnElement[int], Select[Any]]]] = {
    "signals": _signals,
    "outcomes": _outcomes,
    "decisions": _decisions,
    "feedback": _feedback,
}
TABLES = tuple(_QUERIES)
COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(make()[1].selected_columns.keys()) for name, make in _QUERIES.items()
}


async def rows(conn: AsyncConnection, table: str) -> AsyncIterator[dict[str, Any]]:
    """Every row of signals, outcomes, decisions or feedback, oldest first. Raises ValueError for another name."""
    if table not in _QUERIES:
        raise ValueError(f"there is no table {table!r}: one of {', '.join(TABLES)}")
    key, query = _QUERIES[table]()
    query = query.add_columns(key.label("_key")).order_by(key).limit(CHUNK)
    last = -1
    while True:
        page = (await conn.execute(query.where(key > last))).mappings().all()
        for row in page:
            yield {name: row[name] for name in COLUMNS[table]}
        if len(page) < CHUNK:
            return
        last = page[-1]["_key"]
