"""What people say they took, and what that came to beside the channel. Never a label: a person's own book.

Every tap is a row; the newest of a person counts, over all of their channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.decision.tick import EXITED, OVER
from storage import outcomes, signals
from storage.feedback import PersonLike
from storage.identities import Identity, everywhere
from storage.schema import outcomes as outcome_table
from storage.schema import progress, takes
from storage.schema import signals as signal_table
from storage.text import storable
from storage.upsert import insert


@dataclass(frozen=True, slots=True)
class Take:
    """A signal that a person says they took, and at which price, where they told."""

    number: int
    price: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Book:
    """Since the first signal that a person took: `taken` of `closed` ended for those who follow (void ones left out),
    `r` theirs and `channel_r` everyone's, net of costs; `open` are still running; `slippage_r` is the mean of own
    entries against the followable ones (negative: worse), None where no price was told. `closed` 0 and no `since`:
    nothing taken.
    """

    taken: int = 0
    closed: int = 0
    r: float = 0.0
    channel_r: float = 0.0
    open: int = 0
    slippage_r: float | None = None
    since: int | None = None


async def take(
    conn: AsyncConnection, number: int, person: PersonLike, taken: bool, price: str | None, at: int, event_id: str
) -> bool:
    """Note that a person took a signal or not; False where the event was known. A price is what they were filled at."""
    row = {"channel": person.channel, "event_id": event_id, "number": number, "user_id": person.user_id}
    row |= {"taken": int(taken), "price": None if price is None else storable(price), "at": at}
    result = await conn.execute(insert(conn, takes).values(row).on_conflict_do_nothing())
    return result.rowcount > 0


async def known(conn: AsyncConnection, channel: str, event_id: str) -> bool:
    """Whether an event was taken in already."""
    query = select(takes.c.id).where(takes.c.channel == channel, takes.c.event_id == event_id)
    return (await conn.execute(query)).first() is not None


async def taken(conn: AsyncConnection, channel: str, user_id: str) -> dict[int, Take]:
    """The signals that a person says they took, by number."""
    mine = await everywhere(conn, channel, user_id)
    rows = await conn.execute(select(takes).where(_of(mine), takes.c.demo == 0).order_by(takes.c.id))
    newest = {row.number: row for row in rows}
    return {number: Take(number, row.price, row.at) for number, row in sorted(newest.items()) if row.taken}


async def book(conn: AsyncConnection, channel: str, user_id: str) -> Book:
    """What the signals that a person took came to."""
    mine = await taken(conn, channel, user_id)
    if not mine:
        return Book()
    since = min(mine)
    later = and_(outcome_table.c.number >= since, outcome_table.c.followable_result != "void")
    sums = select(func.count(), func.coalesce(func.sum(outcome_table.c.followable_r), 0.0)).where(later)
    closed, channel_r = (await conn.execute(sums)).one()
    ahead = await _ahead(conn, since)
    ended, own, slips, running = 0, 0.0, [], 0
    for number, one in mine.items():
        end, signal = ahead.get(number) or await _end_of(conn, number), await signals.get(conn, number)
        if end is None or signal is None:
            running += 1
            continue
        if end.void:
            continue
        ended += 1
        own += end.r
        slip = slippage_r(signal.document, end.fill, one.price)
        if slip is not None:
            own += slip
            slips.append(slip)
    mean = sum(slips) / len(slips) if slips else None
    everyone = float(channel_r) + sum(end.r for end in ahead.values())
    return Book(ended, closed + len(ahead), own, everyone, running, mean, since)


@dataclass(frozen=True, slots=True)
class _End:
    """What came of a signal for those who follow: R (0 without a fill), the fill's price, whether it counts."""

    r: float
    fill: str | None
    void: bool = False


async def _end_of(conn: AsyncConnection, number: int) -> _End | None:
    outcome = await outcomes.get(conn, number)
    if outcome is None:
        return None
    track, r = outcome.document["followable"], outcome.document["followable_r"]
    return _End(r or 0.0, track["fill_price"], track["result"] == "void")


async def _ahead(conn: AsyncConnection, since: int) -> dict[int, _End]:
    """Those from number `since` on that are over for those who follow while the theoretical track goes on."""
    steps = select(signal_table.c.number, progress.c.state, progress.c.price, progress.c.r)
    joined = steps.join(progress, progress.c.signal_id == signal_table.c.signal_id)
    found = await conn.execute(joined.where(signal_table.c.state != "closed", signal_table.c.number >= since))
    rows = found.all()
    fills = {row.number: str(row.price) for row in rows if row.state == "filled"}
    return {
        row.number: _End(row.r or 0.0, fills.get(row.number) if row.state == EXITED else None)
        for row in rows
        if row.state in OVER
    }


def slippage_r(signal: dict[str, Any], fill: str | None, price: str | None) -> float | None:
    """How much better (or, negative, worse) an own entry was than the followable one, in R of the latter."""
    if price is None or fill is None:
        return None
    risk = abs(Decimal(fill) - Decimal(signal["orders"]["sl"]))
    better = (Decimal(fill) - Decimal(price)) * (1 if signal["side"] == "long" else -1)
    return float(better / risk) if risk else None


def _of(mine: Sequence[Identity]) -> Any:
    return or_(*(and_(takes.c.channel == channel, takes.c.user_id == user_id) for channel, user_id in mine))
