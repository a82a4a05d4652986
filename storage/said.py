"""What people had said of signals before an instant, as the learner reads it: votes, no fills and their reasons.

Worked out from the taps, so that an earlier instant can be asked for. Free text is never read. Who was erased is left
out; who stands behind a vote is a key that says nothing (the same person over linked channels has one).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.erase import GONE
from storage.feedback import SLOTS
from storage.identities import Identity
from storage.schema import decisions, feedback_events, identities, outcomes, people, reasons, signals

Key = tuple[Identity, int, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What stands of one person on one signal: `kind` up, down or nofill, since `at` (ms), and by which channel.

    `afterwards`: its market was over by then. `since` (ms): when the person was first seen. `reason`: of a no fill.
    """

    person: str
    decision_id: str
    kind: str
    at: int
    channel: str
    afterwards: bool
    since: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A published signal's documents."""

    decision_id: str
    signal: dict[str, Any]
    outcome: dict[str, Any]


async def said(conn: AsyncConnection, until: int) -> list[Said]:
    """Everything that stood at `until` (ms), in the order of its taps. DEMO signals are left out."""
    who_is = {
        (row.channel, row.user_id): _identity(row.person) for row in await conn.execute(select(identities))
    }  # fmt: skip
    since = await _first_seen(conn, who_is, until)
    stands = await _standing(conn, who_is, until)
    names = await _decisions(conn, until)
    why = {
        ((row.channel, row.user_id), row.number): row.reason
        for row in await conn.execute(select(reasons).where(reasons.c.demo == 0, reasons.c.at <= until))
    }
    found = []
    for (who, number, _), (kind, at, channel) in stands.items():
        if number not in names:
            continue
        decision_id, closed_at = names[number]
        late = closed_at is not None and at >= closed_at
        reason = why.get((who, number), "") if kind == "nofill" else ""
        found.append(Said(_opaque(who), decision_id, kind, at, channel, late, since[who], reason))
    return found


async def ended(conn: AsyncConnection, until: int) -> list[Ended]:
    """The ends known at `until` (ms) of the signals that anybody ever tapped on."""
    tapped = select(feedback_events.c.number).where(feedback_events.c.demo == 0, feedback_events.c.at <= until)
    query = (
        select(decisions.c.decision_id, signals.c.line.label("signal"), outcomes.c.line.label("outcome"))
        .select_from(outcomes)
        .join(signals, signals.c.number == outcomes.c.number)
        .join(decisions, _of_signal())
        .where(outcomes.c.closed_at <= until, outcomes.c.number.in_(tapped))
        .order_by(outcomes.c.position)
    )
    rows = await conn.execute(query)
    return [Ended(row.decision_id, json.loads(row.signal), json.loads(row.outcome)) for row in rows]


async def filled(conn: AsyncConnection, since: int, until: int) -> int:
    """How many published signals that were filled (followable track) ended between two instants (ms)."""
    known = and_(outcomes.c.closed_at > since, outcomes.c.closed_at <= until)
    query = select(func.count()).where(known, outcomes.c.followable_result.in_(("win", "lose")))
    return int((await conn.execute(query)).scalar_one())


async def _standing(
    conn: AsyncConnection, who_is: Mapping[Identity, Identity], until: int
) -> dict[Key, tuple[str, int, str]]:
    """The newest tap of each person, signal and kind, where it was not taken back."""
    event = feedback_events.c
    taps = select(event.channel, event.user_id, event.number, event.kind, event.active, event.at)
    known = and_(event.demo == 0, event.at <= until, event.kind.in_(SLOTS))
    found: dict[Key, tuple[str, int, str]] = {}
    for row in await conn.execute(taps.where(known, _here(event.user_id)).order_by(event.id)):
        me = (row.channel, row.user_id)
        key = (who_is.get(me, me), row.number, SLOTS[row.kind])
        found.pop(key, None)
        if row.active:
            found[key] = row.kind, row.at, row.channel
    return found


async def _first_seen(
    conn: AsyncConnection, who_is: Mapping[Identity, Identity], until: int
) -> dict[Identity, int]:  # fmt: skip
    """When each person was first seen on any channel: made known, or the first tap."""
    event = feedback_events.c
    taps = select(event.channel, event.user_id, func.min(event.at).label("at")).where(event.at <= until)
    known = select(people.c.channel, people.c.user_id, people.c.at).where(people.c.at > 0, people.c.at <= until)
    found: dict[Identity, int] = {}
    for query in (taps.group_by(event.channel, event.user_id), known):
        for row in await conn.execute(query):
            me = (row.channel, row.user_id)
            who = who_is.get(me, me)
            found[who] = min(found.get(who, row.at), row.at)
    return found


async def _decisions(conn: AsyncConnection, until: int) -> dict[int, tuple[str, int | None]]:
    """By number: the decision behind a signal, and when its market was over (None: not by `until`)."""
    over = and_(outcomes.c.number == signals.c.number, outcomes.c.closed_at <= until)
    query = (
        select(signals.c.number, decisions.c.decision_id, outcomes.c.closed_at)
        .select_from(signals)
        .join(decisions, _of_signal())
        .outerjoin(outcomes, over)
        .where(signals.c.number.in_(select(feedback_events.c.number).where(feedback_events.c.demo == 0)))
    )
    return {row.number: (row.decision_id, row.closed_at) for row in await conn.execute(query)}


def _of_signal() -> Any:
    return and_(decisions.c.signal_id == signals.c.signal_id, decisions.c.verdict == "publish")


def _here(user_id: Any) -> Any:
    """Everyone but those who were erased."""
    return user_id.not_like(f"{GONE}%")


def _identity(person: str) -> Identity:
    channel, _, user_id = person.partition(":")
    return channel, user_id


def _opaque(who: Identity) -> str:
    return hashlib.sha256(":".join(who).encode()).hexdigest()[:16]
