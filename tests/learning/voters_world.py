"""A store with a seeded market in it, a part of whose labels is left open, and a crowd that votes on its signals."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from engine.decision.signal import Outcome, TrackEnd
from engine.decision.tick import Decided
from engine.learning.labels import DAY
from engine.learning.table import Decision
from storage import decisions, outcomes, signals
from storage.database import Database
from storage.schema import feedback_events, people
from tests.learning.world import T0, World
from tests.storage.documents import decided, ended, outcome, signal, uuid_of

MINUTE = 60_000
VOTERS, VOTES, SKILLED, SKILL = 40, 0.3, 0.6, 0.75
PUBLISHED, OPEN = 5, 3  # every fifth setup is a signal, every third of those is left open
MARKET = World(7, days=45)


@dataclass(frozen=True, slots=True)
class Told:
    """A published signal: its number, its setup, the hidden truth, and whether the market left it open."""

    number: int
    row: Decision
    truth: int
    left_open: bool


def told() -> list[Told]:
    """The published signals."""
    rows = sorted(MARKET.rows(), key=lambda row: row.ts)[::PUBLISHED]
    return [Told(at + 1, row, int(row.win or 0), at % OPEN == 0) for at, row in enumerate(rows)]


async def fill(db: Database) -> None:
    """Keep every setup with its label, and the published ones as signals; open ones time out, lost."""
    published = told()
    of = {one.row.decision_id: one for one in published}
    async with db.write() as conn:
        await decisions.add_many(conn, [_verdict(row, of.get(row.decision_id)) for row in MARKET.rows()],
                                 policy_version="none")  # fmt: skip
        for row in MARKET.rows():
            one = of.get(row.decision_id)
            end = _end(row, 1 if one is None else one.number, one is not None and one.left_open)
            await decisions.label(conn, row.decision_id, end)
        for one in published:
            await signals.add(conn, signal(one.number), ts_ms=one.row.ts)
            result = "lose" if one.left_open or not one.truth else "win"
            document = {**outcome(one.number, result=result, r=one.row.rr), "mfe": "0.3"}  # far from the other end
            await outcomes.add(conn, document, closed_ms=one.row.closed_at or 0)


async def crowd(db: Database, published: list[Told], brigade: float, seed: int = 1, late: bool = False) -> None:
    """Forty people, known for a month, vote a minute after a signal (`late`: a day after its end).

    `brigade`: the share of them who always vote for a win.
    """
    rng = np.random.default_rng(seed)
    skill = np.where(rng.random(VOTERS) < SKILLED, SKILL, 0.5)
    voted = rng.random((VOTERS, len(published))) < VOTES
    right = rng.random(voted.shape) < skill[:, None]
    taps = []
    for voter, at in np.argwhere(voted).tolist():
        one = published[at]
        win = 1 if voter < brigade * VOTERS else one.truth if right[voter, at] else 1 - one.truth
        when = (one.row.closed_at or 0) + DAY if late else one.row.ts + MINUTE
        kind = "up" if win else "down"
        taps.append(
            {"channel": "telegram", "event_id": f"{voter}-{at}", "number": one.number, "user_id": str(voter)}
            | {"kind": kind, "active": 1, "at": when, "text": None, "truncated": 0, "demo": 0}
        )
    known = [{"channel": "telegram", "user_id": str(voter), "name": "", "at": T0 - 30 * DAY} for voter in range(VOTERS)]
    async with db.write() as conn:
        await conn.execute(people.insert(), known)
        await conn.execute(feedback_events.insert(), sorted(taps, key=lambda tap: (tap["at"], tap["event_id"])))


def _verdict(row: Decision, one: Told | None) -> Decided:
    plain = decided(1, "refuse" if one is None else "publish")
    return dataclasses.replace(
        plain,
        decision_id=row.decision_id,
        ts=row.ts,
        pair=row.pair,
        timeframe=row.timeframe,
        side=1 if row.side > 0 else -1,
        features=row.features,
        regime=row.regime,
        reasons=() if one else ("confluence",),
        signal_id=None if one is None else uuid_of(one.number),
    )


def _end(row: Decision, number: int, left_open: bool) -> Outcome:
    result = "win" if row.win and not left_open else "lose"
    reason = "timeout" if left_open else "tp2" if row.win else "sl"
    track = TrackEnd(result, reason, row.closed_at or 0, 99.9, row.ts, -0.3 if left_open else row.rr)
    win = int(result == "win")
    plain = ended(number, result=result, closed_at=row.closed_at)
    return plain._replace(theoretical=track, followable=track, win=win)
