"""Who may do what only one may do: poll a bot token, be the live process."""

from __future__ import annotations

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import leases
from storage.upsert import insert


async def take(conn: AsyncConnection, name: str, holder: str, now: int, ttl_ms: int) -> bool:
    """Get the lease `name` until now + ttl_ms (ms); False while another holds it."""
    fresh = {"holder": holder, "until": now + ttl_ms}
    free = or_(leases.c.holder == holder, leases.c.until <= now)
    statement = insert(conn, leases).values(name=name, **fresh)
    result = await conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_=fresh, where=free))
    return result.rowcount > 0


async def renew(conn: AsyncConnection, name: str, holder: str, now: int, ttl_ms: int) -> bool:
    """Hold it longer; False if another took it meanwhile, or it was never ours."""
    mine = and_(leases.c.name == name, leases.c.holder == holder)
    result = await conn.execute(update(leases).where(mine).values(until=now + ttl_ms))
    return result.rowcount > 0


async def release(conn: AsyncConnection, name: str, holder: str) -> None:
    """Give it back, if it is ours."""
    await conn.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))


async def until(conn: AsyncConnection, name: str) -> int | None:
    """Until when (ms) a lease was last taken; None for one that nobody took."""
    found: int | None = (await conn.execute(select(leases.c.until).where(leases.c.name == name))).scalar()
    return found
