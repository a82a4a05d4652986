"""Second opinions as they were given, what they cost, and how the setups ended that they were about. Append-only.

Text that a model wrote is kept in `document` and read by nobody: people are shown closed codes and numbers only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Join, Row, Select, Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.schema import decisions, labels, opinion_boards, opinions
from storage.text import storable, to_json
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class NewOpinion:
    """One answer, or silence.

    `ts`: close of the bar it is about, `known_at`: when it was there (ms UTC). `acting`: the engine was told (else it
    was given for the record only), `waited`: the setup waited for it. `decision`: BUY, SELL, HOLD, or "" with the
    reason of the `silence`. `p` is the opinion's, `p_win` the model's own, `threshold` what that was held against.
    `calls`: requests made, `latency_ms` over all of them. `reading_hash`: sha256 of what it was given; `document` has
    the answer, and the reading where it acted.
    """

    decision_id: str
    prompt: str
    model: str
    pair: str
    side: int
    ts: int
    known_at: int
    acting: bool
    waited: bool
    decision: str
    p: float | None
    silence: str
    p_win: float | None
    threshold: float
    calls: int
    tokens_in: int
    tokens_out: int
    latency_ms: int
    reading_hash: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredOpinion(NewOpinion):
    """`win` (1, 0, None where never filled, void or not over) and `rr` (net R) are the setup's label so far."""

    id: int
    win: int | None
    rr: float | None
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class ScoredOpinion:
    """What the scoreboard needs of an opinion: no text."""

    decision_id: str
    prompt: str
    side: int
    ts: int
    decision: str
    p: float | None
    p_win: float | None
    latency_ms: int
    tokens_in: int
    tokens_out: int
    win: int | None
    rr: float | None
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests since one instant, tokens (both ways) since another."""

    calls: int
    tokens: int


async def add(conn: AsyncConnection, one: NewOpinion) -> bool:
    """Keep an opinion; False where this prompt of this model has spoken on the setup already (the first stands)."""
    values = {**asdict(one), "acting": int(one.acting), "waited": int(one.waited), "model": storable(one.model)}
    values["document"] = to_json(dict(one.document))
    row = insert(conn, opinions).values(values)
    result = await conn.execute(row.on_conflict_do_nothing(index_elements=["decision_id", "prompt", "model"]))
    return result.rowcount == 1


async def spent(conn: AsyncConnection, calls_since: int, tokens_since: int) -> Spent:
    """What was spent since these instants (ms UTC)."""
    made = select(func.coalesce(func.sum(opinions.c.calls), 0)).where(opinions.c.known_at >= calls_since)
    tokens = func.coalesce(func.sum(opinions.c.tokens_in + opinions.c.tokens_out), 0)
    used = select(tokens).where(opinions.c.known_at >= tokens_since)
    return Spent(int((await conn.execute(made)).scalar_one()), int((await conn.execute(used)).scalar_one()))


async def of_decision(conn: AsyncConnection, decision_id: str) -> StoredOpinion | None:
    """The opinion on a setup that the engine was told; None where there was none."""
    query = _query().where(opinions.c.decision_id == decision_id, opinions.c.acting == 1)
    row = (await conn.execute(query.order_by(opinions.c.id.desc()).limit(1))).first()
    return None if row is None else _opinion(row)


async def of_signal(conn: AsyncConnection, signal_id: str) -> StoredOpinion | None:
    """The opinion on the setup of a signal that the engine was told; None where there was none."""
    row = (await conn.execute(_of_signal(), {"ident": signal_id})).first()
    return None if row is None else _opinion(row)


@cache
def _of_signal() -> Select[Any]:
    """The statement of `of_signal`, built once."""
    its = select(decisions.c.decision_id).where(decisions.c.signal_id == bindparam("ident", type_=Text))
    query = _query().where(opinions.c.decision_id.in_(its), opinions.c.acting == 1)
    return prepared(query.order_by(opinions.c.id.desc()).limit(1))


async def listed(
    conn: AsyncConnection, *, before: int | None = None, limit: int | None = None
) -> Sequence[StoredOpinion]:
    """Opinions, the newest first: those with an `id` below `before`, at most `limit`."""
    query = _query().order_by(opinions.c.id.desc())
    query = query if before is None else query.where(opinions.c.id < before)
    query = query if limit is None else query.limit(limit)
    return [_opinion(row) for row in await conn.execute(query)]


async def scored(conn: AsyncConnection, model: str) -> list[ScoredOpinion]:
    """Every opinion of a model with its label so far, in the order they were given."""
    own = [opinions.c[name] for name in ScoredOpinion.__dataclass_fields__ if name in opinions.c]
    query = select(*own, labels.c.win, labels.c.rr, labels.c.closed_at).select_from(_labelled())
    rows = await conn.execute(query.where(opinions.c.model == model).order_by(opinions.c.id))
    return [ScoredOpinion(**row._mapping) for row in rows]


async def add_board(conn: AsyncConnection, at: int, document: Mapping[str, Any]) -> None:
    """Keep a scoreboard that was drawn up at `at` (ms UTC)."""
    await conn.execute(opinion_boards.insert().values(at=at, document=to_json(dict(document))))


async def board(conn: AsyncConnection) -> dict[str, Any] | None:
    """The newest scoreboard (engine/learning/scoreboard.py says what is in it); None before the first."""
    query = select(opinion_boards.c.document).order_by(opinion_boards.c.id.desc()).limit(1)
    raw: str | None = (await conn.execute(query)).scalar()
    return None if raw is None else json.loads(raw)


def _query() -> Select[Any]:
    return select(opinions, labels.c.win, labels.c.rr, labels.c.closed_at).select_from(_labelled())


def _labelled() -> Join:
    return opinions.outerjoin(labels, labels.c.decision_id == opinions.c.decision_id)


def _opinion(row: Row[Any]) -> StoredOpinion:
    columns = dict(row._mapping)
    columns |= {"acting": bool(row.acting), "waited": bool(row.waited), "document": json.loads(row.document)}
    return StoredOpinion(**columns)
