"""The status card: one silent, pinned message in each ops place, brought up to date every five minutes.

A clock on it that stands still is the alarm.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.commands.health import halt_lines, model_line, outbox_line
from bot.commands.live import Status
from bot.errors import Fatal, Retryable
from bot.house import House
from bot.messages.load import reader_of
from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ticker
from bot.metrics import Metrics
from bot.ports import Message
from storage import chats, outbox, routes, signals

LOG = logging.getLogger(__name__)
KIND = "status"
EVERY_MS = 300_000
LOOK_S = 5.0
SEVERAL = 3


async def keep_cards(house: House) -> None:
    """Show the card where `/route ops` said so: at once, then every five minutes. Until cancelled."""
    shown: dict[str, int] = {}
    while True:
        try:
            async with house.db.read() as conn:
                places = {route["ops"] for route in (await routes.everywhere(conn)).values() if "ops" in route}
            now = house.market.clock.now_ms()
            for place in sorted(places):
                if now - shown.get(place, 0) >= EVERY_MS:
                    shown[place] = now
                    await _show(house, place, now)
        except SQLAlchemyError as error:
            LOG.error("the status card cannot be made: %s", error)
        await asyncio.sleep(LOOK_S)


async def _show(house: House, place: str, now: int) -> None:
    line = next((one for one in house.people.lines if one.cards is not None), None)
    if line is None or line.cards is None:
        return
    live = await house.status()
    async with house.db.read() as conn:
        chat = await chats.chat(conn, "telegram", place) or await chats.chat(conn, "telegram", place.partition(":")[0])
        waiting = await outbox.stats(conn, now)
        count = len(await signals.active(conn))
    reader = reader_of(chat, house.config.locale, house.config.timezone)
    try:
        await line.cards.show(place, KIND, card(live, house.metrics, waiting, count, now, reader))
    except (Fatal, Retryable) as error:
        LOG.warning("the status card in %s was not shown: %s", place, error)


def card(
    live: Status, metrics: Metrics, waiting: dict[str, int | None], open_count: int, now: int, reader: Reader
) -> Message:
    """What an operator reads at a glance."""
    newest = max((feed.last_ms for feed in live.feeds if feed.last_ms is not None), default=None)
    age = None if newest is None else reader.span(max(0, now - newest) / 1000)
    told = lines(
        reader.html("card-title", at=reader.moment(now)),
        reader.html("card-tick-none") if age is None else reader.html("card-tick", age=age),
        *stream_lines(live, metrics, reader),
        *(halt_lines(live, now, reader) or [reader.html("health-running")]),
        reader.html("card-open", count=str(open_count)),
        outbox_line(waiting, reader),
        model_line(live, reader),
        reader.html("card-stale"),
    )
    return message(told, silent=True)


def stream_lines(live: Status, metrics: Metrics, reader: Reader) -> list[str]:
    """The age of the oldest pair of each stream, and which pairs lost one."""
    ages: dict[str, float] = {}
    for sample in (sample for metric in metrics.feed_age.collect() for sample in metric.samples):
        stream = sample.labels["stream"]
        ages[stream] = max(sample.value, ages.get(stream, 0.0))
    lost: dict[str, list[str]] = {}
    for feed in live.feeds:
        for stream in feed.lost:
            lost.setdefault(stream, []).append(ticker(feed.pair))
    told = [
        reader.html("card-feed", stream=reader.plain("stream", stream=stream), age=reader.span(seconds))
        for stream, seconds in sorted(ages.items())
        if stream not in lost
    ]
    for stream, pairs in sorted(lost.items()):
        names = ", ".join(pairs[:SEVERAL]) + (f" +{len(pairs) - SEVERAL}" if len(pairs) > SEVERAL else "")
        told.append(reader.html("card-feed-lost", stream=reader.plain("stream", stream=stream), pairs=names))
    return told
