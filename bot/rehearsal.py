"""The first signal is as quick as the hundredth: at the start a made-up one walks the way to the chats.

It goes through the same queries and the same texts in a transaction that is undone, and through Telegram's client over
a line that leads nowhere, so that statements are compiled and languages loaded when it matters. It does so a few times:
Python makes code quick that it has seen run. Nobody hears of it and nothing of it is kept.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.nowhere import Nowhere
from bot.commands.demo import demo_document
from bot.errors import BUGS, SharpSignalError
from bot.house import House
from bot.messages.load import reader_of
from bot.messages.outgoing import Outgoing
from bot.ports import Message
from engine.decision.tick import Decided
from storage import bases, chats, decisions, engine_state, outbox, preferences, routes, signals, wanted
from storage.outbox import PRIORITY, NewRow, OutboxRow

LOG = logging.getLogger(__name__)
LOOK_S = 0.2
TIMES = 10  # Python specialises what ran eight times
NAME = "rehearsal"  # of the signal, and of the channel that nobody serves


class _Undone(Exception):
    """Ends the transaction."""


async def rehearse(house: House) -> None:
    """Once, when the engine is there."""
    while not house.started():
        await house.market.clock.sleep(LOOK_S)
    said: list[Message] = []
    try:
        for _ in range(TIMES):
            with suppress(_Undone):
                await house.db.write_at_once(partial(walk, house, said))
        await _tell_nobody(said)
    except (SharpSignalError, SQLAlchemyError, *BUGS) as error:
        LOG.warning("the rehearsal failed: the first signal will be slower: %r", error)
    else:
        LOG.debug("rehearsed")


async def walk(house: House, said: list[Message], conn: AsyncConnection) -> None:
    """The whole way of a signal up to its words, which are added to `said`; always raises."""
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
        said += await _words(house, row, here, conn)
    await bases.add(conn, NAME, {})
    raise _Undone


async def _words(house: House, row: OutboxRow, here: list[chats.Chat], conn: AsyncConnection) -> list[Message]:
    """The post, in each language that is read."""
    default, zone, clock = house.config.locale, house.config.timezone, house.market.clock
    outgoing = Outgoing(default, zone, now=clock.now_ms)
    await chats.chat(conn, row.channel, row.address)
    await routes.of(conn, row.address)
    readers = {reader.locale: reader for reader in (reader_of(chat, default, zone) for chat in [None, *here])}
    made = [await outgoing.made(row, reader, conn) for reader in readers.values()]
    return [message for message in made if message is not None]


async def _tell_nobody(said: list[Message]) -> None:
    channel = TelegramChannel(TelegramLine(NAME, "http://localhost", wire=Nowhere()))
    for message in said:
        await channel.send("-1", message)
    await channel.close()


def _decided(pair: str, now: int) -> Decided:
    return Decided(NAME, now, pair, "15m", 1, "trend_continuation", "refuse", ("coverage",), {}, "TRENDING", None, None)


def _new_row(number: int, now: int) -> NewRow:
    return NewRow(NAME, NAME, "signal", number, "waiting", NAME, None, PRIORITY["signal"], now)
