"""What is to be said to people: rows made in the transaction of the change they tell, sent at least once.

A row is pending, sent, dead (will not be tried again) or dropped (an entry alert nobody could use any more). A row
that is leased is in flight; a lease that ran out (the sender was killed) makes it due again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import outbox
from storage.text import storable, to_json
from storage.upsert import insert_for

# Written into the SQL as it is, so that the partial indexes over what waits can be used.
PENDING: ColumnElement[str] = literal_column("'pending'")
PRIORITY = {"reply": 0, "signal": 1, "edit": 2, "notice": 3}


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row to send. `state` and `payload` are what its maker said; `attempts` counts this try too (1 is the first).

    `rev` grows each time an edit is asked for again. Times are ms UTC. `error` is what the try before this one left.
    """

    id: int
    channel: str
    address: str
    kind: str
    number: int | None
    state: str
    dedupe_key: str
    payload: dict[str, Any] | None
    priority: int
    rev: int
    attempts: int
    queued_at: int
    not_before: int
    expires_at: int | None
    error: str


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
    again, and one in flight will be sent once more, because what is in flight may show the older state.
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
    fresh = {name: new[name] for name in ("state", "payload", "priority", "expires_at")}
    reopened = {
        "status": "pending",
        "rev": old.rev + 1,
        "queued_at": case((waits, old.queued_at), else_=new.queued_at),
        "not_before": case((and_(waits, old.not_before > new.not_before), old.not_before), else_=new.not_before),
        "attempts": case((waits, old.attempts), else_=0),
        "leased_until": case((waits, old.leased_until), else_=None),
        "leased_rev": case((waits, old.leased_rev), else_=None),
        "error": case((waits, old.error), else_=""),
    }
    key = ["channel", "address", "dedupe_key"]
    return statement.on_conflict_do_update(index_elements=key, set_={**fresh, **reopened}, where=old.kind == "edit")


async def lease(conn: AsyncConnection, channel: str, now: int, limit: int, lease_ms: int = 30_000) -> list[OutboxRow]:
    """Take what is due: the most urgent row of each address, at most one in flight per address.

    The story of one signal is told in order: its replies and edits wait for its post, a reply for the replies before.
    Entry alerts (kind signal) past `expires_at` are dropped here, and counted by `stats`.
    """
    await _drop_expired(conn, channel, now)
    rank = func.row_number().over(partition_by=outbox.c.address, order_by=(outbox.c.priority, outbox.c.id))
    due = select(outbox.c.id, rank.label("rank")).where(
        outbox.c.channel == channel, outbox.c.status == PENDING, outbox.c.not_before <= now, *_free(now)
    )
    first = due.subquery()
    query = select(outbox).join(first, first.c.id == outbox.c.id).where(first.c.rank == 1)
    rows = (await conn.execute(query.order_by(outbox.c.priority, outbox.c.id).limit(limit))).all()
    if not rows:
        return []
    values = {"leased_until": now + lease_ms, "leased_rev": outbox.c.rev, "attempts": outbox.c.attempts + 1}
    await conn.execute(update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(**values))
    return [_row(row._mapping) for row in rows]


async def _drop_expired(conn: AsyncConnection, channel: str, now: int) -> None:
    waiting = and_(outbox.c.channel == channel, outbox.c.status == PENDING, _unleased(outbox.c, now))
    late = and_(outbox.c.kind == "signal", outbox.c.expires_at <= now)
    await conn.execute(update(outbox).where(waiting, late).values(status="dropped", error="expired"))


def _unleased(columns: Any, now: int) -> ColumnElement[bool]:
    return or_(columns.leased_until.is_(None), columns.leased_until <= now)


def _free(now: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Nothing in flight to the same address, and nothing of the same signal that has to be said first."""
    flying, earlier = outbox.alias("flying"), outbox.alias("earlier")
    busy = select(flying.c.id).where(
        flying.c.channel == outbox.c.channel,
        flying.c.address == outbox.c.address,
        flying.c.status == PENDING,
        flying.c.leased_until > now,
    )
    reply = and_(outbox.c.kind == "reply", earlier.c.kind == "reply", earlier.c.id < outbox.c.id)
    waits = select(earlier.c.id).where(
        earlier.c.channel == outbox.c.channel,
        earlier.c.address == outbox.c.address,
        earlier.c.number == outbox.c.number,
        earlier.c.status == PENDING,
        or_(earlier.c.kind == "signal", reply),
    )
    ordered = and_(outbox.c.kind.in_(("reply", "edit")), waits.exists())
    return ~busy.exists(), ~ordered


async def sent(conn: AsyncConnection, row_id: int, message_id: str, at: int) -> None:
    """The other side took it. An edit that was asked for again meanwhile stays pending and goes out once more."""
    mine = outbox.c.id == row_id
    newest = or_(outbox.c.leased_rev.is_(None), outbox.c.leased_rev == outbox.c.rev)
    over = {"leased_until": None, "message_id": message_id, "sent_at": at, "error": ""}
    done = await conn.execute(update(outbox).where(mine, newest).values(**over, status="sent"))
    if done.rowcount == 0:
        await conn.execute(update(outbox).where(mine).values(**over, attempts=0))


async def retry(conn: AsyncConnection, row_id: int, not_before: int, error: str) -> None:
    """It failed for now: due again at `not_before`."""
    again = {"leased_until": None, "not_before": not_before, "error": storable(error)}
    await conn.execute(update(outbox).where(outbox.c.id == row_id).values(**again))


async def dead(conn: AsyncConnection, row_id: int, error: str) -> None:
    """It failed for good: kept as a dead letter."""
    over = {"status": "dead", "leased_until": None, "error": storable(error)}
    await conn.execute(update(outbox).where(outbox.c.id == row_id).values(**over))


async def take_back(conn: AsyncConnection, channel: str) -> None:
    """A sender starts, the only one: what an earlier one had in flight is due again, without waiting for its lease."""
    flying = and_(outbox.c.channel == channel, outbox.c.status == PENDING, outbox.c.leased_until.is_not(None))
    await conn.execute(update(outbox).where(flying).values(leased_until=None))


async def message_id_of(conn: AsyncConnection, channel: str, address: str, number: int) -> str | None:
    """The id there of a signal's post, None where it was never sent (or the channel has no ids)."""
    here = and_(outbox.c.channel == channel, outbox.c.address == address, outbox.c.number == number)
    query = select(outbox.c.message_id).where(here, outbox.c.kind == "signal", outbox.c.status == "sent")
    found: str | None = (await conn.execute(query.order_by(outbox.c.id.desc()).limit(1))).scalar()
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


def _row(columns: Mapping[Any, Any]) -> OutboxRow:
    payload = columns["payload"]
    kept = {name: columns[name] for name in OutboxRow.__dataclass_fields__}
    kept |= {"payload": None if payload is None else json.loads(payload), "attempts": columns["attempts"] + 1}
    return OutboxRow(**kept)
