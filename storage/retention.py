"""What is kept for a while only: the text of raw updates, and reports on messages that WhatsApp delivered.

The keys of updates stay for good, so that one that comes again is known, and so do votes, the audit and the ledger.
"""

from __future__ import annotations

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.schema import deliveries, inbox, outbox

RAW_DAYS = 30
REPORT_DAYS = 400  # /costs looks back a year
DAY_MS = 86_400_000
AT_ONCE = 500  # rows a transaction, so that nobody waits for us to write


async def let_go(db: Database, now: int) -> tuple[int, int]:
    """Empty what is old enough at `now` (ms UTC): how many raw updates, how many reports."""
    return await _raw(db, now - RAW_DAYS * DAY_MS), await _reports(db, now - REPORT_DAYS * DAY_MS)


async def _raw(db: Database, before: int) -> int:
    """Raw updates that were dealt with lose their text; those that wait keep it, however old."""
    count, last = 0, 0
    old = and_(inbox.c.done == 1, inbox.c.at < before, inbox.c.payload != "")
    while True:
        query = select(inbox.c.id).where(old, inbox.c.id > last).order_by(inbox.c.id).limit(AT_ONCE)
        async with db.read() as conn:
            ids = list((await conn.execute(query)).scalars())
        if not ids:
            return count
        async with db.write() as conn:
            count += (await conn.execute(update(inbox).where(inbox.c.id.in_(ids), old).values(payload=""))).rowcount
        last = ids[-1]


async def _reports(db: Database, before: int) -> int:
    """Reports go, but for those on messages that still wait: they say what was told already."""
    count = 0
    waits = select(outbox.c.id).where(outbox.c.id == deliveries.c.outbox_id, outbox.c.status == "pending").exists()
    query = select(deliveries.c.sid).where(deliveries.c.at < before, ~waits).order_by(deliveries.c.at).limit(AT_ONCE)
    while True:
        async with db.write() as conn:
            gone = await _delete(conn, list((await conn.execute(query)).scalars()))
        if not gone:
            return count
        count += gone


async def _delete(conn: AsyncConnection, sids: list[str]) -> int:
    return (await conn.execute(delete(deliveries).where(deliveries.c.sid.in_(sids)))).rowcount if sids else 0
