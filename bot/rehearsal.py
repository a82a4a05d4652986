"""The first signal is as quick as the hundredth: at the start a made-up one walks the way to the chats.

It goes through the same queries and the same texts in a transaction that is undone, so that statements are compiled
and languages loaded when it matters. Nobody hears of it and nothing of it is kept.
"""

from __future__ import annotations

import logging
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.demo import demo_document
from bot.errors import BUGS
from bot.house import House
from bot.messages.load import reader_of
from bot.messages.outgoing import Outgoing
from engine.decision.tick import Decided
from storage import bases, chats, decisions, engine_state, outbox, preferences, routes, signals, wanted
from storage.outbox import PRIORITY, NewRow, OutboxRow

LOG = logging.getLogger(__name__)
LOOK_S = 0.2
NAME = "rehearsal"  # of the signal, and of the channel that nobody serves


class _Undone(Exception):
    """Ends the transaction."""


async def rehearse(house: House) -> None:
    """Once, when the engine is there."""
    while not house.started():
        await house.market.clock.sleep(LOOK_S)
    try:
        await house.db.write_at_once(partial(walk, house))
    except _Undone:
        LOG.debug("rehearsed")
    except (SQLAlchemyError, *BUGS) as error:
        LOG.warning("the rehearsal failed: the first signal will be slower: %r", error)


async def walk(house: House, conn: AsyncConnection) -> None:
    """The whole way of a signal up to its words; always raises."""
    number, now = await signals.next_number(conn), house.market.clock.now_ms()
    document = {**demo_document(now), "number": number, "signal_id": NAME}
    pair = str(document["pair"])
    await decisions.add_many(conn, [_decided(pair, now)], policy_version="none")
    await signals.add(conn, document, ts_ms=now)
    here = await wanted.wanting(conn, await chats.active_chats(conn), pair)
    await preferences.named(conn, "chat", "copy")
    await outbox.enqueue_many(conn, [_new_row(number, now)])
    await engine_state.save(conn, "{}", now)
    heads = await outbox.due(conn, NAME, now, 1)
    for row in await outbox.lease_ids(conn, [head.id for head in heads], now):
        await _words(house, row, here, conn)
    await bases.add(conn, NAME, {})
    raise _Undone


async def _words(house: House, row: OutboxRow, here: list[chats.Chat], conn: AsyncConnection) -> None:
    """The post, in each language that is read."""
    default, zone, clock = house.config.locale, house.config.timezone, house.market.clock
    outgoing = Outgoing(house.db, default, zone, now=clock.now_ms)
    await chats.chat(conn, row.channel, row.address)
    await routes.of(conn, row.address)
    readers = {reader.locale: reader for reader in (reader_of(chat, default, zone) for chat in [None, *here])}
    for reader in readers.values():
        await outgoing.made(row, reader, conn)


def _decided(pair: str, now: int) -> Decided:
    return Decided(NAME, now, pair, "15m", 1, "trend_continuation", "refuse", ("coverage",), {}, "TRENDING", None, None)


def _new_row(number: int, now: int) -> NewRow:
    return NewRow(NAME, NAME, "signal", number, "waiting", NAME, None, PRIORITY["signal"], now)
