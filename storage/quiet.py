"""Chats that fall silent and come back: one address, or a group with all its topics; what they missed is caught up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.tick import OVER
from storage import chats
from storage.chats import Chat
from storage.outbox import PRIORITY, NewRow, enqueue_many
from storage.schema import chats as chats_table
from storage.schema import outbox, outcomes, progress, signals

CAUGHT_UP_MS = 86_400_000  # an end that is older than a day is shown in its post, not pushed


def within(address: Any, chat: str) -> ColumnElement[bool]:
    """The condition that an address is a chat, or a topic of it (in a form that an index serves)."""
    return or_(address == chat, and_(address > f"{chat}:", address < f"{chat};"))


async def places(conn: AsyncConnection, channel: str, chat: str) -> list[Chat]:
    """The chat and its topics, as far as they are known."""
    query = select(chats_table.c.address).where(chats_table.c.channel == channel, within(chats_table.c.address, chat))
    found = [await chats.chat(conn, channel, row.address) for row in await conn.execute(query)]
    return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class Silent:
    """A group, topic or channel that nothing is sent to, and why."""

    address: str
    reason: str


async def silent(conn: AsyncConnection) -> list[Silent]:
    """Telegram groups, topics and channels (ids below zero) that are silent for a reason that somebody can mend."""
    table = chats_table.c
    group = or_(table.address.startswith("-"), table.address.startswith("@"))
    query = select(table.address, table.reason).where(table.channel == "telegram", table.active == 0, group)
    rows = await conn.execute(query.where(table.reason.not_in(("unlisted", "migrated"))).order_by(table.address))
    return [Silent(row.address, row.reason) for row in rows]


async def silence(conn: AsyncConnection, channel: str, address: str, reason: str) -> bool:
    """Stop sending to one address; True if it was sent to until now."""
    known = await chats.chat(conn, channel, address)
    if known is None or not known.active:
        return False
    await chats.deactivate(conn, channel, address, reason)
    return True


async def wake(conn: AsyncConnection, channel: str, address: str, now: int) -> None:
    """Send to an address again, and bring up to date what was posted there before it fell silent."""
    await chats.upsert_chat(conn, channel, address, active=True, at=now)
    await _catch_up(conn, channel, address, now)


async def _catch_up(conn: AsyncConnection, channel: str, address: str, now: int) -> None:
    """Refresh the posts whose signals may have moved on; push the ends that were missed; revive entries in time."""
    here = and_(outbox.c.channel == channel, outbox.c.address == address)
    revived = {"status": "pending", "not_before": now, "attempts": 0, "error": "", "leased_until": None}
    missed = and_(here, outbox.c.kind == "signal", outbox.c.status == "dead", outbox.c.expires_at > now)
    await conn.execute(update(outbox).where(missed).values(**revived))
    rows = []
    for number, said in await _posted(conn, channel, address, now):
        rows.append(_row(channel, address, "edit", number, said or "waiting", f"edit:{number}", now))
        if said:
            key = f"reply:{number}:{said}"
            rows.append(_row(channel, address, "reply", number, said, key, now))
            dead = and_(here, outbox.c.dedupe_key == key, outbox.c.status == "dead")
            await conn.execute(update(outbox).where(dead).values(**revived))
    await enqueue_many(conn, rows)


async def _posted(conn: AsyncConnection, channel: str, address: str, now: int) -> list[tuple[int, str]]:
    """Signals posted here that are open or ended lately, each with the end that should have been pushed ("": none)."""
    ended = select(outcomes.c.number).where(outcomes.c.closed_at >= now - CAUGHT_UP_MS)
    fresh = or_(signals.c.state != "closed", signals.c.number.in_(ended))
    posts = select(outbox.c.number).where(
        outbox.c.channel == channel, outbox.c.address == address, outbox.c.kind == "signal", outbox.c.status == "sent"
    )
    query = select(signals.c.number, signals.c.state, signals.c.signal_id).where(fresh, signals.c.number.in_(posts))
    found = []
    for row in (await conn.execute(query.order_by(signals.c.number))).all():
        steps = select(progress.c.state).where(progress.c.signal_id == row.signal_id, progress.c.state.in_(OVER))
        over: str | None = (await conn.execute(steps.limit(1))).scalar()
        found.append((row.number, over or ("closed" if row.state == "closed" else "")))
    return found


def _row(channel: str, address: str, kind: str, number: int, state: str, key: str, now: int) -> NewRow:
    return NewRow(channel, address, kind, number, state, key, None, PRIORITY[kind], now)
