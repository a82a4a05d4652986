"""Why a person was not filled: one reason a person and signal, beside the ⛔ and never a market outcome."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.identities import canonical
from storage.schema import reasons
from storage.upsert import insert

REASONS = ("never", "late", "skipped")


async def put(
    conn: AsyncConnection, number: int, channel: str, user_id: str, reason: str, at: int, *, demo: bool = False
) -> None:
    """The newest reason stands. Raises ValueError for another one."""
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is not a reason")
    who = await canonical(conn, channel, user_id)
    key = {"demo": int(demo), "number": number, "channel": who[0], "user_id": who[1]}
    fresh = {"reason": reason, "at": at}
    statement = insert(conn, reasons).values(**key, **fresh)
    await conn.execute(statement.on_conflict_do_update(index_elements=list(key), set_=fresh))


async def drop(conn: AsyncConnection, number: int, channel: str, user_id: str, *, demo: bool = False) -> None:
    """A ⛔ was taken back: its reason goes with it."""
    who = await canonical(conn, channel, user_id)
    await conn.execute(reasons.delete().where(_mine(number, who, demo)))


async def counts(conn: AsyncConnection, number: int, *, demo: bool = False) -> dict[str, int]:
    """How many gave each reason."""
    mine = and_(reasons.c.number == number, reasons.c.demo == int(demo))
    rows = await conn.execute(select(reasons.c.reason, func.count()).where(mine).group_by(reasons.c.reason))
    return {**dict.fromkeys(REASONS, 0), **{reason: count for reason, count in rows}}


def _mine(number: int, who: tuple[str, str], demo: bool) -> Any:
    here = and_(reasons.c.demo == int(demo), reasons.c.number == number)
    return and_(here, reasons.c.channel == who[0], reasons.c.user_id == who[1])
