"""What the outbox has due: looked up without a write, leased row by row, never overtaking within a chat.

A chat's line is ordered by priority, then by age. A row that failed for a passing reason keeps its place in the line
(the rows behind it wait) for `STANDING` tries; after that the others may go first, so that one message that the other
side cannot digest does not silence a chat.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from storage.prepared import prepared
from storage.schema import outbox

T = TypeVar("T")
Given: TypeAlias = T | BindParameter[T]
# Written into the SQL as it is, so that the partial indexes over what waits can be used.
PENDING: ColumnElement[str] = literal_column("'pending'")
LEASE_MS = 30_000
STANDING = 6
RESENT = ("signal", "reply")
KILLED = "in flight when the program was ended: it may have arrived"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row to send. `state` and `payload` are what its maker said; `attempts` counts this try too (1 is the first).

    `rev` grows each time an edit is asked for again. Times are ms UTC. `error` is what the try before this one left,
    `unknowns` how often it was sent without anybody knowing whether it arrived.
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
    unknowns: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """The head of one address's line: nothing else may be said there before it."""

    id: int
    address: str
    kind: str


async def due(conn: AsyncConnection, channel: str, now: int, limit: int) -> list[Due]:
    """The most urgent row of each address that may be sent now; only reads.

    An address with a row in flight has none. The story of one signal is told in order: its replies and edits wait for
    its post, a reply for the replies before.
    """
    rows = await conn.execute(_due(), {"channel": channel, "now": now, "most": limit})
    return [Due(row.id, row.address, row.kind) for row in rows]


@cache
def _due() -> Select[int, str, str]:
    """The statement of `due`: built once, because building it takes longer than running it."""
    channel, now = bindparam("channel", type_=Text), bindparam("now", type_=Integer)
    places = _addresses(channel)
    line = outbox.alias("line")
    here = and_(line.c.channel == channel, line.c.address == places.c.address, line.c.status == PENDING)
    in_line = or_(line.c.not_before <= now, line.c.attempts.between(1, STANDING))
    head = select(line.c.id).where(here, in_line, ~_late(line, now), ~_told_later(line))
    first = head.order_by(line.c.priority, line.c.id).limit(1).correlate(places).scalar_subquery()
    flying = outbox.alias("flying")
    busy = select(flying.c.id).where(
        flying.c.channel == channel,
        flying.c.address == places.c.address,
        flying.c.status == PENDING,
        flying.c.leased_until > now,
    )
    query = select(outbox.c.id, outbox.c.address, outbox.c.kind).select_from(places).join(outbox, outbox.c.id == first)
    query = query.where(places.c.address.is_not(None), outbox.c.not_before <= now, ~busy.correlate(places).exists())
    return prepared(query.order_by(outbox.c.priority, outbox.c.id).limit(bindparam("most", type_=Integer)))


def _addresses(channel: Given[str]) -> CTE:
    """Every address for which something waits: hops over the index from one to the next, however many rows each has."""
    waiting, later = outbox.alias("waiting"), outbox.alias("later")
    mine = and_(waiting.c.channel == channel, waiting.c.status == PENDING)
    places = select(func.min(waiting.c.address).label("address")).where(mine).cte("places", recursive=True)
    beyond = and_(later.c.channel == channel, later.c.status == PENDING, later.c.address > places.c.address)
    following = select(func.min(later.c.address)).where(beyond).correlate(places).scalar_subquery()
    return places.union_all(select(following).where(places.c.address.is_not(None)))


def _late(row: FromClause, now: Given[int]) -> ColumnElement[bool]:
    """An entry alert that nobody can use any more, or a notice that is none any more."""
    return and_(row.c.kind.in_(("signal", "notice")), row.c.expires_at.is_not(None), row.c.expires_at <= now)


def _told_later(row: FromClause) -> ColumnElement[bool]:
    """Something of the same signal has to be said first."""
    earlier = outbox.alias("earlier")
    reply = and_(row.c.kind == "reply", earlier.c.kind == "reply", earlier.c.id < row.c.id)
    waits = select(earlier.c.id).where(
        earlier.c.channel == row.c.channel,
        earlier.c.address == row.c.address,
        earlier.c.number == row.c.number,
        earlier.c.status == PENDING,
        or_(earlier.c.kind == "signal", reply),
    )
    return and_(row.c.kind.in_(("reply", "edit")), waits.correlate(row).exists())


def _unleased(now: Given[int]) -> ColumnElement[bool]:
    return or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)


async def lease_ids(conn: AsyncConnection, ids: Sequence[int], now: int, lease_ms: int = LEASE_MS) -> list[OutboxRow]:
    """Take these rows for sending, most urgent first; what was taken, sent or became late meanwhile is left out."""
    until = now + lease_ms
    taken = [(await conn.execute(_lease(), {"row": ident, "now": now, "until": until})).first() for ident in ids]
    return sorted((_row(row) for row in taken if row is not None), key=lambda row: (row.priority, row.id))


@cache
def _lease() -> ReturningUpdate[Any]:
    """The statement of `lease_ids`, built once."""
    now = bindparam("now", type_=Integer)
    mine = outbox.c.id == bindparam("row", type_=Integer)
    free = and_(mine, outbox.c.status == PENDING, _unleased(now), outbox.c.not_before <= now)
    until = bindparam("until", type_=Integer)
    values = {"leased_until": until, "leased_rev": outbox.c.rev, "attempts": outbox.c.attempts + 1}
    columns = [outbox.c[name] for name in OutboxRow.__dataclass_fields__]
    return prepared(update(outbox).where(free, ~_late(outbox, now)).values(**values).returning(*columns))


async def give_back(ids: Sequence[int], conn: AsyncConnection) -> None:
    """These rows were taken and will not be sent: they are due as if nobody had taken them."""
    mine = and_(outbox.c.id.in_(ids), outbox.c.status == PENDING, outbox.c.leased_until.is_not(None))
    await conn.execute(update(outbox).where(mine).values(leased_until=None, attempts=outbox.c.attempts - 1))


async def lease(conn: AsyncConnection, channel: str, now: int, limit: int, lease_ms: int = LEASE_MS) -> list[OutboxRow]:
    """Drop what is late, look up what is due and take it, in one go."""
    await drop_expired(conn, channel, now)
    heads = await due(conn, channel, now, limit)
    return await lease_ids(conn, [one.id for one in heads], now, lease_ms) if heads else []


async def has_expired(conn: AsyncConnection, channel: str, now: int) -> bool:
    """Whether `drop_expired` would find anything; only reads."""
    return (await conn.execute(_expired(), {"of": channel, "now": now})).first() is not None


@cache
def _expired() -> Select[int]:
    """The statement of `has_expired`, built once: every second somebody asks."""
    now, mine = bindparam("now", type_=Integer), outbox.c.channel == bindparam("of", type_=Text)
    waiting = select(outbox.c.id).where(mine, outbox.c.status == PENDING)
    return prepared(waiting.where(_late(outbox, now), _unleased(now)).limit(1))


async def drop_expired(conn: AsyncConnection, channel: str, now: int) -> int:
    """Entry alerts and notices past `expires_at` will not be sent any more; returns how many these were."""
    waiting = and_(outbox.c.channel == channel, outbox.c.status == PENDING, _unleased(now))
    over = update(outbox).where(waiting, _late(outbox, now)).values(status="dropped", error="expired")
    return (await conn.execute(over)).rowcount


async def in_flight(conn: AsyncConnection, channel: str) -> list[str]:
    """The addresses to which something may have been on its way when an earlier sender ended (before `take_back`)."""
    flying = and_(outbox.c.channel == channel, outbox.c.status == PENDING, outbox.c.leased_until.is_not(None))
    return list((await conn.execute(select(outbox.c.address).where(flying))).scalars())


async def take_back(conn: AsyncConnection, channel: str) -> int:
    """A sender starts, the only one: what an earlier one had in flight may have arrived, nobody knows.

    A post or a reply (recognisable by its number) is due once more, unless that happened before; an edit is due again,
    as often as need be; a notice is not said twice. Returns how many may have arrived.
    """
    flying = and_(outbox.c.channel == channel, outbox.c.status == PENDING, outbox.c.leased_until.is_not(None))
    unsure = and_(flying, outbox.c.kind != "edit")
    once_more = and_(outbox.c.kind.in_(RESENT), outbox.c.unknowns == 0)
    doubt = {"leased_until": None, "unknowns": outbox.c.unknowns + 1, "error": KILLED}
    ended = await conn.execute(update(outbox).where(unsure, ~once_more).values(**doubt, status="dead"))
    again = await conn.execute(update(outbox).where(unsure, once_more).values(**doubt))
    await conn.execute(update(outbox).where(flying).values(leased_until=None))
    return ended.rowcount + again.rowcount


def _row(row: Row[Any]) -> OutboxRow:
    columns = row._asdict()
    payload = columns["payload"]
    return OutboxRow(**{**columns, "payload": None if payload is None else json.loads(payload)})
