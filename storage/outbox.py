"""What is to be said to people: rows made in the transaction of the change they tell, sent at least once.

A row is pending, sent, dead (will not be tried again) or dropped (an entry alert nobody could use any more). A row
that is leased is in flight; a lease that ran out (the sender hung) makes it due again (storage/outbox_due.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, Update, and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox_due import (
    PENDING,
    RESENT,
    Due,
    OutboxRow,
    drop_expired,
    due,
    give_back,
    has_expired,
    in_flight,
    lease,
    lease_ids,
    take_back,
)
from storage.prepared import prepared
from storage.schema import outbox
from storage.text import storable, to_json
from storage.upsert import insert_for

__all__ = [
    "PENDING",
    "PRIORITY",
    "RESENT",
    "DeadLetter",
    "Due",
    "NewRow",
    "OutboxRow",
    "dead",
    "dead_letters",
    "drop_expired",
    "due",
    "enqueue",
    "enqueue_many",
    "give_back",
    "has_expired",
    "in_flight",
    "lease",
    "lease_ids",
    "message_id_by_key",
    "message_id_of",
    "refresh_at",
    "reopen",
    "retry",
    "sent",
    "stats",
    "take_back",
]

PRIORITY = {"reply": 0, "signal": 1, "edit": 2, "notice": 3}
COUNTS = "counts"
REFRESH_MS = 30_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row that will not be tried again, and why. `unknowns` > 0: it may have arrived all the same."""

    id: int
    channel: str
    address: str
    kind: str
    number: int | None
    state: str
    error: str
    attempts: int
    unknowns: int
    queued_at: int


@dataclass(frozen=True, slots=True)
class NewRow:
    """One message asked for, as `enqueue` takes it."""

    channel: str
    address: str
    kind: str
    number: int | None
    state: str
    dedupe_key: str
    payload: Mapping[str, Any] | None
    priority: int
    at: int
    not_before: int | None = None
    expires_at: int | None = None


async def enqueue(
    conn: AsyncConnection,
    *,
    channel: str,
    address: str,
    kind: str,
    number: int | None,
    state: str,
    dedupe_key: str,
    payload: Mapping[str, Any] | None,
    priority: int,
    at: int,
    not_before: int | None = None,
    expires_at: int | None = None,
) -> bool:
    """Ask for one message. `dedupe_key` is unique per chat: asked again, nothing happens and the answer is False.

    A row of kind `edit` is refreshed instead: one that waits takes the newest state, one that was sent (or died) opens
    again, and one in flight will be sent once more, because what is in flight may show the older state. An edit whose
    state is `counts` (only numbers on buttons changed) waits until `refresh_at`.
    """
    what = (number, state, dedupe_key, payload, priority, at, not_before, expires_at)
    return await enqueue_many(conn, [NewRow(channel, address, kind, *what)]) > 0


async def enqueue_many(conn: AsyncConnection, rows: Sequence[NewRow]) -> int:
    """Ask for many messages with one statement (the fast way to hundreds of chats); returns how many were news."""
    if not rows:
        return 0
    result = await conn.execute(_enqueue(conn.dialect.name), [_columns(row) for row in rows])
    return result.rowcount


def _columns(row: NewRow) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "address": row.address,
        "kind": row.kind,
        "number": row.number,
        "state": row.state,
        "dedupe_key": row.dedupe_key,
        "payload": None if row.payload is None else to_json(dict(row.payload)),
        "priority": row.priority,
        "queued_at": row.at,
        "not_before": row.at if row.not_before is None else row.not_before,
        "expires_at": row.expires_at,
    }


@cache
def _enqueue(dialect: str) -> Insert:
    statement = insert_for(dialect, outbox)
    old, new = outbox.c, statement.excluded
    waits = old.status == "pending"
    only_counts = and_(waits, new.state == COUNTS)
    fresh: dict[str, Any] = {name: case((only_counts, old[name]), else_=new[name]) for name in ("state", "payload")}
    fresh |= {name: new[name] for name in ("priority", "expires_at")}
    reopened = {
        "status": "pending",
        "rev": old.rev + 1,
        "queued_at": case((waits, old.queued_at), else_=new.queued_at),
        "not_before": _when(old, new, waits),
        "attempts": case((waits, old.attempts), else_=0),
        "leased_until": case((waits, old.leased_until), else_=None),
        "leased_rev": case((waits, old.leased_rev), else_=None),
        "error": case((waits, old.error), else_=""),
    }
    key = ["channel", "address", "dedupe_key"]
    fresh |= reopened
    return prepared(statement.on_conflict_do_update(index_elements=key, set_=fresh, where=old.kind == "edit"))


def _when(old: Any, new: Any, waits: ColumnElement[bool]) -> ColumnElement[int]:
    """When an edit that is asked for again is due.

    What is being tried again keeps its pause, counts keep their distance from the edit before, all else goes at once.
    """
    rested = old.sent_at + REFRESH_MS
    soonest = case((and_(new.state == COUNTS, rested > new.not_before), rested), else_=new.not_before)
    pausing = and_(waits, old.attempts > 0, old.not_before > soonest)
    earlier = and_(waits, old.attempts == 0, old.not_before < soonest)
    return case((or_(pausing, earlier), old.not_before), else_=soonest)


def refresh_at(last_ms: int | None, now: int) -> int:
    """When numbers on a post may be brought up to date again, `last_ms` after the edit before (None: there was none).

    >>> refresh_at(1_000, 5_000), refresh_at(1_000, 40_000), refresh_at(None, 5_000)
    (31000, 40000, 5000)
    """
    return now if last_ms is None else max(now, last_ms + REFRESH_MS)


async def sent(conn: AsyncConnection, row_id: int, message_id: str, at: int) -> None:
    """The other side took it. An edit that was asked for again meanwhile stays pending and goes out once more."""
    done = await conn.execute(_sent(), {"row": row_id, "message": message_id, "now": at})
    if done.rowcount == 0:
        mine = outbox.c.id == row_id
        over = {"leased_until": None, "message_id": message_id, "sent_at": at, "error": ""}
        rested = case((outbox.c.state == COUNTS, at + REFRESH_MS), else_=outbox.c.not_before)
        await conn.execute(update(outbox).where(mine).values(**over, attempts=0, not_before=rested))


@cache
def _sent() -> Update:
    mine = outbox.c.id == bindparam("row", type_=Integer)
    newest = or_(outbox.c.leased_rev.is_(None), outbox.c.leased_rev == outbox.c.rev)
    over = {"message_id": bindparam("message", type_=Text), "sent_at": bindparam("now", type_=Integer)}
    ended = {"leased_until": None, "error": "", "status": "sent"}
    return prepared(update(outbox).where(mine, newest).values(**over, **ended))


async def retry(
    conn: AsyncConnection, row_id: int, not_before: int, error: str, *, unknown: bool = False, tried: bool = True
) -> None:
    """It failed for now: due again at `not_before`.

    `unknown`: it may have arrived. Not `tried`: nothing was, so the rows behind it need not wait.
    """
    again: dict[str, Any] = {"leased_until": None, "not_before": not_before, "error": storable(error)}
    if unknown:
        again["unknowns"] = outbox.c.unknowns + 1
    if not tried:
        again["attempts"] = 0
    await conn.execute(update(outbox).where(outbox.c.id == row_id).values(**again))


async def dead(conn: AsyncConnection, row_id: int, error: str, *, unknown: bool = False) -> None:
    """It failed for good: kept as a dead letter. `unknown`: this try, too, may have arrived."""
    over: dict[str, Any] = {"status": "dead", "leased_until": None, "error": storable(error)}
    if unknown:
        over["unknowns"] = outbox.c.unknowns + 1
    await conn.execute(update(outbox).where(outbox.c.id == row_id).values(**over))


async def dead_letters(conn: AsyncConnection, limit: int = 20) -> list[DeadLetter]:
    """What was given up, newest first."""
    columns = [outbox.c[name] for name in DeadLetter.__dataclass_fields__]
    query = select(*columns).where(outbox.c.status == "dead").order_by(outbox.c.id.desc()).limit(limit)
    return [DeadLetter(**row._mapping) for row in await conn.execute(query)]


async def reopen(conn: AsyncConnection, row_id: int, at: int, error: str) -> bool:
    """It did not arrive after all (or a person mended what was wrong): due again at `at` (ms), with all its tries.

    Only a sent or dead row can be opened again; False for any other. An entry alert past its time is then dropped.
    """
    fresh = {"status": "pending", "attempts": 0, "unknowns": 0, "leased_until": None, "message_id": None}
    fresh |= {"sent_at": None, "not_before": at, "queued_at": at, "error": storable(error)}
    over = and_(outbox.c.id == row_id, outbox.c.status.in_(("sent", "dead")))
    return (await conn.execute(update(outbox).where(over).values(**fresh))).rowcount > 0


async def message_id_of(conn: AsyncConnection, channel: str, address: str, number: int) -> str | None:
    """The id there of a signal's post, None where it was never sent (or the channel has no ids)."""
    here = and_(outbox.c.channel == channel, outbox.c.address == address, outbox.c.number == number)
    query = select(outbox.c.message_id).where(here, outbox.c.kind == "signal", outbox.c.status == "sent")
    found: str | None = (await conn.execute(query.order_by(outbox.c.id.desc()).limit(1))).scalar()
    return found or None


async def message_id_by_key(conn: AsyncConnection, channel: str, address: str, key: str) -> str | None:
    """The id there of the message that was asked for under a key, None where it was never sent."""
    mine = and_(outbox.c.channel == channel, outbox.c.address == address, outbox.c.dedupe_key == key)
    found: str | None = (await conn.execute(select(outbox.c.message_id).where(mine))).scalar()
    return found or None


async def stats(conn: AsyncConnection, now: int | None = None) -> dict[str, int | None]:
    """pending, dead and dropped rows; `oldest_at` (ms) of what waits and, with `now`, its age `oldest_age_ms`."""
    waiting = select(func.count(), func.min(outbox.c.queued_at)).where(outbox.c.status == PENDING)
    pending, oldest = (await conn.execute(waiting)).one()
    failed = select(outbox.c.status, func.count()).where(outbox.c.status.in_(("dead", "dropped")))
    ended = {status: count for status, count in await conn.execute(failed.group_by(outbox.c.status))}
    age = None if now is None or oldest is None else max(0, now - oldest)
    counts = {"pending": pending, "dead": ended.get("dead", 0), "dropped": ended.get("dropped", 0)}
    return {**counts, "oldest_at": oldest, "oldest_age_ms": age}
