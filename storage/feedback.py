"""What people say about signals: every tap and note is an event for ever, votes are what stands now.

👍 and 👎 exclude each other: tapping the other one moves the vote. A second tap of the same kind takes it back.
⛔ (`nofill`) stands beside them. A person who is linked over several channels has one vote, whichever way it comes.
Votes on DEMO signals live apart (`demo=True`) and never become labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import reasons
from storage.errors import UnknownSignal
from storage.identities import Identity, canonical
from storage.integers import fits
from storage.prepared import prepared
from storage.schema import demo_signals, feedback_events, signals, votes
from storage.text import storable
from storage.upsert import insert

NOTE_LENGTH = 4000
SLOTS = {"up": "opinion", "down": "opinion", "nofill": "nofill"}
COUNTED = {"up": "up", "down": "down", "nofill": "no_fill"}
NONE: Mapping[str, int] = MappingProxyType({"up": 0, "down": 0, "no_fill": 0, "notes": 0})
_STANDING = prepared(
    select(votes.c.kind, func.count())
    .where(votes.c.demo == bindparam("demo"), votes.c.number == bindparam("number"))
    .group_by(votes.c.kind)
)
_NOTES = prepared(
    select(func.count()).where(
        feedback_events.c.demo == bindparam("demo"),
        feedback_events.c.number == bindparam("number"),
        feedback_events.c.kind == "note",
    )
)


class PersonLike(Protocol):
    """Who did it: bot.ports.Person fits."""

    @property
    def channel(self) -> str: ...

    @property
    def user_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Toggle:
    """After a tap: the signal's counts (up, down, no_fill, notes), and whether this person's vote of that kind stands.

    `duplicate`: the event was known and nothing changed.
    """

    counts: dict[str, int]
    active: bool
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """After a note: the signal's counts; `truncated` if it was longer than NOTE_LENGTH characters."""

    counts: dict[str, int]
    truncated: bool
    duplicate: bool


async def toggle(
    conn: AsyncConnection, number: int, person: PersonLike, kind: str, at: int, event_id: str, *, demo: bool = False
) -> Toggle:
    """Take one tap of `kind` up, down or nofill. Raises UnknownSignal, and ValueError for another kind."""
    if kind not in SLOTS:
        raise ValueError(f"{kind!r} is not a vote")
    await _must_exist(conn, number, demo)
    who = await canonical(conn, person.channel, person.user_id)
    standing = await _vote(conn, number, who, SLOTS[kind], demo)
    active = standing != kind
    event = {"kind": kind, "active": int(active), "text": None, "truncated": 0}
    if not await _append(conn, number, person.channel, person.user_id, at, event_id, demo, event):
        return Toggle(await counts(conn, number, demo=demo), standing == kind, duplicate=True)
    key = _key(number, who, SLOTS[kind], demo)
    if active:
        fresh = {"kind": kind, "at": at}
        statement = insert(conn, votes).values(**key, **fresh)
        await conn.execute(statement.on_conflict_do_update(index_elements=list(key), set_=fresh))
    else:
        await conn.execute(votes.delete().where(*(votes.c[name] == value for name, value in key.items())))
        if kind == "nofill":
            await reasons.drop(conn, number, *who, demo=demo)
    return Toggle(await counts(conn, number, demo=demo), active, duplicate=False)


async def note(
    conn: AsyncConnection,
    number: int,
    channel: str,
    user_id: str,
    text: str,
    at: int,
    event_id: str,
    *,
    demo: bool = False,
) -> Noted:
    """Keep a note as given, without reading any markup in it. Raises UnknownSignal."""
    await _must_exist(conn, number, demo)
    kept = storable(text)[:NOTE_LENGTH]
    truncated = len(text) > NOTE_LENGTH
    event = {"kind": "note", "active": 1, "text": kept, "truncated": int(truncated)}
    fresh = await _append(conn, number, channel, user_id, at, event_id, demo, event)
    return Noted(await counts(conn, number, demo=demo), truncated, duplicate=not fresh)


async def counts(conn: AsyncConnection, number: int, *, demo: bool = False) -> dict[str, int]:
    """What stands now: up, down, no_fill, notes (0 for a signal nobody touched)."""
    found = dict(NONE)
    which = {"demo": int(demo), "number": number}
    for kind, count in await conn.execute(_STANDING, which):
        found[COUNTED[kind]] = count
    found["notes"] = (await conn.execute(_NOTES, which)).scalar_one()
    return found


async def _must_exist(conn: AsyncConnection, number: int, demo: bool) -> None:
    column = demo_signals.c.id if demo else signals.c.number
    if not fits(number) or (await conn.execute(select(column).where(column == number))).first() is None:
        raise UnknownSignal(number, "DEMO signal" if demo else "signal")


async def stands(conn: AsyncConnection, number: int, person: PersonLike, kind: str, *, demo: bool = False) -> bool:
    """Whether this person's vote of that kind stands."""
    who = await canonical(conn, person.channel, person.user_id)
    return await _vote(conn, number, who, SLOTS[kind], demo) == kind


async def own(conn: AsyncConnection, person: PersonLike) -> list[tuple[bool, int, str]]:
    """The votes of this person that stand: (DEMO, number, kind)."""
    who = await canonical(conn, person.channel, person.user_id)
    mine = (votes.c.channel == who[0], votes.c.user_id == who[1])
    rows = await conn.execute(select(votes.c.demo, votes.c.number, votes.c.kind).where(*mine))
    return [(bool(row.demo), row.number, row.kind) for row in rows]


def _key(number: int, who: Identity, slot: str, demo: bool) -> dict[str, Any]:
    return {"demo": int(demo), "number": number, "channel": who[0], "user_id": who[1], "slot": slot}


async def _vote(conn: AsyncConnection, number: int, who: Identity, slot: str, demo: bool) -> str | None:
    key = _key(number, who, slot, demo)
    query = select(votes.c.kind).where(*(votes.c[name] == value for name, value in key.items()))
    kind: str | None = (await conn.execute(query)).scalar()
    return kind


async def _append(
    conn: AsyncConnection,
    number: int,
    channel: str,
    user_id: str,
    at: int,
    event_id: str,
    demo: bool,
    event: dict[str, Any],
) -> bool:
    who = {"channel": channel, "event_id": event_id, "number": number, "user_id": user_id}
    row = {**who, "at": at, "demo": int(demo), **event}
    result = await conn.execute(insert(conn, feedback_events).values(row).on_conflict_do_nothing())
    return result.rowcount > 0
