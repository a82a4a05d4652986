"""Views and readers out of the store: what a message needs, as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.i18n import pick_locale
from bot.messages.context import context_of
from bot.messages.opinion import stance
from bot.messages.reader import Reader
from bot.messages.view import SignalView
from storage import bases, demo, exposure, feedback, opinions, outcomes, signals
from storage.chats import Chat

_DAY_MS = 86_400_000
VIEWS = "views"  # where a transaction remembers them, by number (storage/hop.py)


async def keep_view(
    conn: AsyncConnection, document: Mapping[str, Any], basis: Mapping[str, Any] | None, ts: int, simulated: bool
) -> None:
    """A signal was stored just now: `load_view` need not read it in the rest of this transaction."""
    number, ident = int(document["number"]), str(document["signal_id"])
    open_r = await exposure.at_risk(conn, number, ts)
    conn.info.setdefault(VIEWS, {})[number] = SignalView(
        document=document,
        counts=feedback.NONE,
        simulated=simulated,
        context=context_of(document, basis, open_r),
        opinion=stance(document, await opinions.of_signal(conn, ident)),
    )


def forget_views(conn: AsyncConnection) -> None:
    """Something happened to signals: they stand otherwise than when they were made."""
    conn.info.pop(VIEWS, None)


async def load_view(conn: AsyncConnection, number: int) -> SignalView | None:
    """A published signal with its progress, outcome and counts; None for a number nobody published."""
    made: SignalView | None = conn.info.get(VIEWS, {}).get(number)
    if made is not None:
        return made
    stored = await signals.get(conn, number)
    if stored is None:
        return None
    ended = await outcomes.get(conn, number)
    basis = await bases.get(conn, stored.signal_id)
    open_r = await exposure.at_risk(conn, number, stored.ts)
    closed = [] if ended is None else await exposure.closed_before(conn, ended.closed_at - _DAY_MS, number)
    return SignalView(
        document=stored.document,
        progress=await signals.progress_of(conn, stored.signal_id),
        outcome=None if ended is None else ended.document,
        counts=await feedback.counts(conn, number),
        simulated=stored.simulated,
        context=context_of(stored.document, basis, open_r),
        closed=closed,
        opinion=stance(stored.document, await opinions.of_signal(conn, stored.signal_id)),
    )


async def load_demo(conn: AsyncConnection, demo_id: int, simulated: bool = False) -> SignalView | None:
    """A DEMO signal with its counts."""
    stored = await demo.get(conn, demo_id)
    if stored is None:
        return None
    counts = await feedback.counts(conn, demo_id, demo=True)
    return SignalView(stored.document, counts=counts, simulated=simulated, demo=True, demo_id=demo_id)


def reader_of(chat: Chat | None, locale: str, timezone: str) -> Reader:
    """How a chat reads: its own settings where it has them, else the installation's."""
    own_locale = chat.locale if chat is not None and chat.locale else locale
    own_zone = chat.timezone if chat is not None and chat.timezone else timezone
    return Reader(pick_locale(own_locale, locale), ZoneInfo(own_zone))
