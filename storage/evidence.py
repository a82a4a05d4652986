"""Why verdicts were taken, for people: found by signal, by decision, by pair."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision import evidence as reasoning
from engine.decision.tick import Decided
from storage.prepared import prepared
from storage.schema import decisions, evidence
from storage.text import numbers_json
from storage.upsert import insert_for
from storage.verdict import StoredVerdict, columns_of


@dataclass(frozen=True, slots=True)
class Verdict(StoredVerdict):
    """A verdict with its evidence ({} where none was kept)."""

    evidence: dict[str, Any]


async def add_many(conn: AsyncConnection, decided: Sequence[Decided]) -> None:
    """Keep the evidence of verdicts that carry what they were taken from."""
    rows = [
        {
            "decision_id": one.decision_id,
            "ts": one.ts,
            "verdict": one.verdict,
            "document": numbers_json(reasoning.evidence(one.judged, one.reasons)),
        }
        for one in decided
        if one.judged is not None
    ]
    if rows:
        await conn.execute(_add(conn.dialect.name), rows)


@cache
def _add(dialect: str) -> Insert:
    return prepared(insert_for(dialect, evidence).on_conflict_do_nothing())


async def of_signal(conn: AsyncConnection, signal_id: str) -> Verdict | None:
    """The verdict that published a signal."""
    return await _newest(conn, decisions.c.signal_id == signal_id)


async def of_decision(conn: AsyncConnection, decision_id: str) -> Verdict | None:
    """The newest verdict of a judged setup."""
    return await _newest(conn, decisions.c.decision_id == decision_id)


async def newest_of_side(conn: AsyncConnection, pair: str, side: int) -> Verdict | None:
    """The newest verdict on one side of a pair."""
    return await _newest(conn, decisions.c.pair == pair, decisions.c.side == side)


async def _newest(conn: AsyncConnection, *which: ColumnElement[bool]) -> Verdict | None:
    row = (await conn.execute(_query().where(*which).order_by(decisions.c.id.desc()).limit(1))).first()
    return None if row is None else _verdict(row)


def _query() -> Select[Any]:
    same = and_(
        evidence.c.decision_id == decisions.c.decision_id,
        evidence.c.ts == decisions.c.ts,
        evidence.c.verdict == decisions.c.verdict,
    )
    return select(decisions, evidence.c.document.label("evidence")).select_from(decisions.outerjoin(evidence, same))


def _verdict(row: Row[Any]) -> Verdict:
    columns = columns_of(row)
    del columns["id"]
    columns["evidence"] = {} if row.evidence is None else json.loads(row.evidence)
    return Verdict(**columns)
