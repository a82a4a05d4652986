"""WhatsApp's own books: when each number last wrote, whether it wants us, and what became of each message.

A number may be spoken to freely for 24 hours after it last wrote; outside of that only by approved templates. What may
not be said waits in the outbox with an error that begins with HELD.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import OutboxRow
from storage.schema import chats, deliveries, identities, outbox, windows
from storage.text import storable
from storage.upsert import insert

CHANNEL = "whatsapp"
HELD = "held: "
PENDING: ColumnElement[str] = literal_column("'pending'")  # written into the SQL, for the partial indexes
FAILED = ("failed", "undelivered", "canceled")
_RANK = {
    "accepted": 0, "scheduled": 0, "queued": 0, "sending": 1, "sent": 2,
    "failed": 3, "undelivered": 3, "canceled": 3, "delivered": 4, "read": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """What a number did, in ms UTC, None for never: wrote, opted in, said STOP; and when it was asked to write."""

    phone: str
    last_inbound_at: int | None = None
    opted_in_at: int | None = None
    stopped_at: int | None = None
    asked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that Twilio took. `outbox_id` None: an answer. `category` is what it is billed as; prices are text."""

    sid: str
    phone: str
    kind: str = ""
    outbox_id: int | None = None
    category: str = ""
    status: str = ""
    error_code: str = ""
    price: str | None = None
    currency: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """How many messages of a category went to numbers that begin alike, and what those with a known price cost."""

    category: str
    prefix: str
    currency: str
    messages: int
    priced: int
    price: float


# ---- windows
async def window(conn: AsyncConnection, phone: str) -> Window:
    """What is known of a number."""
    row = (await conn.execute(select(windows).where(windows.c.phone == phone))).first()
    return Window(phone) if row is None else Window(**row._mapping)


async def wrote(conn: AsyncConnection, phone: str, at: int) -> None:
    """A number wrote (or pressed a button): its window is open from here; what was held for it is due."""
    newest = case((windows.c.last_inbound_at > at, windows.c.last_inbound_at), else_=at)
    await _keep(conn, phone, {"last_inbound_at": at}, {"last_inbound_at": newest})
    await release(conn, at, [phone])


async def opted_in(conn: AsyncConnection, phone: str, at: int, *, again: bool = True) -> None:
    """A number wants our messages: by its own word, or (`again` False) by the settings unless it said STOP."""
    if again:
        await _keep(conn, phone, {"opted_in_at": at, "stopped_at": None}, {"opted_in_at": at, "stopped_at": None})
        return
    first = func.coalesce(windows.c.opted_in_at, case((windows.c.stopped_at.is_(None), at)))
    await _keep(conn, phone, {"opted_in_at": at}, {"opted_in_at": first})


async def stopped(conn: AsyncConnection, phone: str, at: int) -> None:
    """A number wants nothing more."""
    await _keep(conn, phone, {"stopped_at": at}, {"stopped_at": at, "opted_in_at": None})


async def asked(conn: AsyncConnection, phone: str, at: int) -> None:
    """A number was asked to write, so that its window opens again."""
    await _keep(conn, phone, {"asked_at": at}, {"asked_at": at})


async def shut(conn: AsyncConnection, phone: str, at: int) -> None:
    """WhatsApp says that a message sent at `at` was outside the window: whatever we thought, it is shut."""
    late = windows.c.last_inbound_at <= at
    await conn.execute(update(windows).where(windows.c.phone == phone, late).values(last_inbound_at=None))


async def closing(conn: AsyncConnection, wrote_from: int, wrote_until: int) -> list[Window]:
    """Windows of active chats whose last word fell in a span, and that were not asked since."""
    span = and_(windows.c.last_inbound_at > wrote_from, windows.c.last_inbound_at <= wrote_until)
    unasked = or_(windows.c.asked_at.is_(None), windows.c.asked_at < windows.c.last_inbound_at)
    chat = and_(chats.c.channel == CHANNEL, chats.c.address == windows.c.phone, chats.c.active == 1)
    query = select(windows).join(chats, chat).where(span, unasked, windows.c.stopped_at.is_(None))
    return [Window(**row._mapping) for row in await conn.execute(query.order_by(windows.c.phone))]


async def _keep(conn: AsyncConnection, phone: str, fresh: dict[str, Any], change: dict[str, Any]) -> None:
    statement = insert(conn, windows).values(phone=phone, **fresh)
    await conn.execute(statement.on_conflict_do_update(index_elements=["phone"], set_=change))


# ---- what waits for a window
async def release(conn: AsyncConnection, now: int, phones: list[str] | None = None) -> int:
    """What is held is due now: for these numbers, or for everyone. How many rows that were."""
    held = and_(outbox.c.channel == CHANNEL, outbox.c.status == PENDING, outbox.c.error.like(HELD + "%"))
    mine = held if phones is None else and_(held, outbox.c.address.in_(phones))
    result = await conn.execute(update(outbox).where(mine, outbox.c.not_before > now).values(not_before=now))
    return result.rowcount


async def release_open(conn: AsyncConnection, now: int, opened_since: int) -> int:
    """What is held for numbers whose window is open after all is due now."""
    held = and_(outbox.c.channel == CHANNEL, outbox.c.status == PENDING, outbox.c.error.like(HELD + "%"))
    open_now = select(windows.c.phone).where(windows.c.last_inbound_at > opened_since)
    mine = and_(held, outbox.c.not_before > now, outbox.c.address.in_(open_now))
    return (await conn.execute(update(outbox).where(mine).values(not_before=now))).rowcount


async def held(conn: AsyncConnection) -> int:
    """How many messages wait for a window."""
    mine = and_(outbox.c.channel == CHANNEL, outbox.c.status == PENDING, outbox.c.error.like(HELD + "%"))
    count: int = (await conn.execute(select(func.count()).select_from(outbox).where(mine))).scalar_one()
    return count


async def drop_stale(conn: AsyncConnection, phone: str, before: int, states: Collection[str]) -> int:
    """Notices of these kinds that were held since before a moment are no news any more; all else is always told."""
    mine = and_(outbox.c.channel == CHANNEL, outbox.c.address == phone, outbox.c.status == PENDING)
    news = and_(outbox.c.kind == "notice", outbox.c.state.in_(states))
    late = and_(news, outbox.c.queued_at < before, outbox.c.error.like(HELD + "%"))
    over = update(outbox).where(mine, late).values(status="dropped", error="held until it was no news any more")
    return (await conn.execute(over)).rowcount


async def missed(conn: AsyncConnection, phone: str, since: int) -> int:
    """Messages that were held for a number since a moment, and dropped because nobody could use them any more."""
    mine = and_(outbox.c.channel == CHANNEL, outbox.c.address == phone, outbox.c.status == "dropped")
    note = and_(deliveries.c.sid == literal("held:") + cast(outbox.c.id, Text), deliveries.c.at > since)
    query = select(func.count()).select_from(outbox.join(deliveries, note)).where(mine)
    count: int = (await conn.execute(query)).scalar_one()
    return count


async def noted(conn: AsyncConnection, delivery: Delivery) -> bool:
    """What became of a message that never went to Twilio (held, told on Telegram); False where that is known."""
    values = {name: getattr(delivery, name) for name in Delivery.__dataclass_fields__}
    result = await conn.execute(insert(conn, deliveries).values(values).on_conflict_do_nothing())
    return result.rowcount > 0


async def telegram_of(conn: AsyncConnection, phone: str) -> str | None:
    """The private chat on Telegram of whoever has this number, where both are known to be one person."""
    there = identities.alias("there")
    here = and_(identities.c.channel == CHANNEL, identities.c.user_id == phone)
    same = and_(there.c.person == identities.c.person, there.c.channel == "telegram")
    gone = and_(chats.c.channel == "telegram", chats.c.address == there.c.user_id, chats.c.active == 0)
    query = (
        select(there.c.user_id)
        .select_from(identities.join(there, same))
        .where(here, ~select(chats).where(gone).exists())
    )
    found: str | None = (await conn.execute(query.order_by(there.c.user_id).limit(1))).scalar()
    return found


# ---- what became of messages
async def taken(conn: AsyncConnection, delivery: Delivery) -> Delivery:
    """Twilio took a message of ours. A report may have come before its answer did: what it said stays."""
    known = await delivery_of(conn, delivery.sid)
    kept = delivery if known is None else replace(
        delivery, status=known.status, error_code=known.error_code, price=known.price, currency=known.currency
    )  # fmt: skip
    await _put(conn, kept)
    return kept


async def reported(
    conn: AsyncConnection,
    sid: str,
    phone: str,
    status: str,
    code: str,
    at: int,
    *,
    price: str | None = None,
    currency: str = "",
) -> Delivery:
    """A status report, in whatever order and however often it comes: the furthest one stands."""
    known = await delivery_of(conn, sid) or Delivery(sid, phone, at=at)
    further = _RANK.get(status, 0) > _RANK.get(known.status, -1)
    kept = replace(
        known,
        status=status if further else known.status,
        error_code=code if further else known.error_code,
        price=price or known.price,
        currency=currency or known.currency,
    )
    await _put(conn, kept)
    return kept


async def delivery_of(conn: AsyncConnection, sid: str) -> Delivery | None:
    """What is known of one message."""
    row = (await conn.execute(select(deliveries).where(deliveries.c.sid == sid))).first()
    return None if row is None else _delivery(row)


async def _put(conn: AsyncConnection, delivery: Delivery) -> None:
    values = {name: getattr(delivery, name) for name in Delivery.__dataclass_fields__}
    values |= {"status": storable(delivery.status), "error_code": storable(delivery.error_code)}
    statement = insert(conn, deliveries).values(values)
    await conn.execute(statement.on_conflict_do_update(index_elements=["sid"], set_=values))


async def unsettled(conn: AsyncConnection, since: int) -> list[Delivery]:
    """Messages that failed while their outbox row still counts as sent by them: nobody has dealt with them yet."""
    row = and_(outbox.c.id == deliveries.c.outbox_id, outbox.c.message_id == deliveries.c.sid)
    query = select(deliveries).join(outbox, row).where(
        deliveries.c.at >= since, deliveries.c.status.in_(FAILED), outbox.c.status == "sent"
    )  # fmt: skip
    return [_delivery(found) for found in await conn.execute(query.order_by(deliveries.c.at))]


async def failures(conn: AsyncConnection, outbox_id: int) -> int:
    """How often a row of the outbox failed after Twilio had taken it."""
    mine = and_(deliveries.c.outbox_id == outbox_id, deliveries.c.status.in_(FAILED))
    count: int = (await conn.execute(select(func.count()).select_from(deliveries).where(mine))).scalar_one()
    return count


async def counts(conn: AsyncConnection, since: int) -> dict[str, int]:
    """How many messages stand at each status."""
    query = select(deliveries.c.status, func.count()).where(deliveries.c.at >= since).group_by(deliveries.c.status)
    return {status: count for status, count in await conn.execute(query)}


async def costs(conn: AsyncConnection, since: int) -> list[Cost]:
    """Messages and prices by category and the first four signs of the number; only what Twilio took."""
    price = func.abs(cast(deliveries.c.price, Float))
    what = (deliveries.c.category, func.substr(deliveries.c.phone, 1, 4), deliveries.c.currency)
    query = select(*what, func.count(), func.count(price), func.coalesce(func.sum(price), 0.0))
    billed = and_(deliveries.c.at >= since, deliveries.c.category != "", deliveries.c.status.not_in(FAILED))
    return [Cost(*row) for row in await conn.execute(query.where(billed).group_by(*what).order_by(*what))]


async def row_of(conn: AsyncConnection, row_id: int | None) -> OutboxRow | None:
    """The row of the outbox that a message told."""
    found = (await conn.execute(select(outbox).where(outbox.c.id == row_id))).first()
    if found is None:
        return None
    kept = {name: found._mapping[name] for name in OutboxRow.__dataclass_fields__}
    return OutboxRow(**{**kept, "payload": None if found.payload is None else json.loads(found.payload)})


async def forget(conn: AsyncConnection, phone: str) -> tuple[int, int]:
    """Erase what became of messages to a number and when it wrote, so many rows of each; that it said STOP is kept,
    because nothing may ever be sent there again without a START.
    """
    gone = await conn.execute(deliveries.delete().where(deliveries.c.phone == phone))
    mine = windows.c.phone == phone
    known = await conn.execute(windows.delete().where(mine, windows.c.stopped_at.is_(None)))
    nothing = {"last_inbound_at": None, "opted_in_at": None, "asked_at": None}
    kept = await conn.execute(update(windows).where(mine).values(nothing))
    return gone.rowcount, known.rowcount + kept.rowcount


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**{name: row._mapping[name] for name in Delivery.__dataclass_fields__})
