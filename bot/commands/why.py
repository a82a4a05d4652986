"""/why: why a pair gave no signal, or why a signal was given, out of what was judged and what the layers say now."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.desk import Caller, Desk, reply, toast
from bot.commands.live import FeedState, Status
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ticker
from bot.messages.why import why_text
from bot.ports import Answer, Button, Message
from storage import evidence, opinions, signals
from storage.evidence import Verdict

NAMESPACE = "q"
LISTED = 60
_NUMBER = re.compile(r"#?([0-9]{1,18})")


async def why(desk: Desk, caller: Caller) -> Answer:
    """Answer /why PAIR or /why NUMBER."""
    asked = caller.incoming.args.strip()
    live = await desk.status()
    names = [feed.pair for feed in live.feeds]
    if (found := _NUMBER.fullmatch(asked)) is not None:
        return await _of_signal(desk, caller.reader, int(found[1]))
    shown = ", ".join(ticker(name) for name in names[:LISTED]) or "–"
    if not asked:
        return Answer(messages=(picker(names, caller.reader),))
    pair = pair_named(asked, names)
    if pair is None:
        return reply(caller.reader, "why-unknown", pair=asked[:32], pairs=shown)
    return await _of_pair(desk, caller.reader, pair, live)


async def on_tap(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    """A press on a pair: what it says now, as messages of their own."""
    live = await desk.status()
    if len(parts) != 1 or not caller.may_read or parts[0] not in {feed.pair for feed in live.feeds}:
        return toast(caller.own, "toast-unknown")
    return await _of_pair(desk, caller.reader, parts[0], live)


def picker(names: Sequence[str], reader: Reader) -> Message:
    """Every watched pair as a button; beyond LISTED they are typed."""
    made = [Button(ticker(name), tap_data(NAMESPACE, name)) for name in names[:LISTED]]
    rows = tuple(tuple(made[start : start + 3]) for start in range(0, len(made), 3))
    first = ticker(names[0]) if names else "BTC/USDT"
    return message(reader.html("why-pick", pair=first), rows)


async def _of_signal(desk: Desk, reader: Reader, number: int) -> Answer:
    async with desk.db.read() as conn:
        stored = await signals.get(conn, number)
        found = None if stored is None else await evidence.of_signal(conn, stored.signal_id)
        said = None if found is None else await opinions.of_decision(conn, found.decision_id)
    if stored is None:
        return reply(reader, "note-signal-gone")
    if found is None:
        return reply(reader, "why-no-evidence")
    return Answer(messages=(message(why_text(found, number, reader, said)),))


async def _of_pair(desk: Desk, reader: Reader, pair: str, live: Status) -> Answer:
    feed = next(feed for feed in live.feeds if feed.pair == pair)
    async with desk.db.read() as conn:
        newest = [await evidence.newest_of_side(conn, pair, side) for side in (1, -1)]
        judged = sorted((found for found in newest if found is not None), key=lambda one: one.ts, reverse=True)
        numbers = [await _number(conn, one) for one in judged]
        said = [await opinions.of_decision(conn, one.decision_id) for one in judged]
    told = [why_text(one, number, reader, opinion) for one, number, opinion in zip(judged, numbers, said)]
    head = lines(*_now(feed, live, reader), *_since(feed, judged, reader))
    return Answer(messages=tuple(message(text) for text in [head, *told]))


async def _number(conn: AsyncConnection, found: Verdict) -> int | None:
    stored = None if found.signal_id is None else await signals.get(conn, found.signal_id)
    return None if stored is None else stored.number


def _now(feed: FeedState, live: Status, reader: Reader) -> list[str]:
    """What the layers say at this moment, and what keeps anything from being judged."""
    now = feed.now
    if feed.last_ms is None or now is None:
        return [reader.html("why-now-none", ticker=ticker(feed.pair))]
    if now.missing:
        return [reader.html("why-now-warm", bars=str(now.missing))]
    found = [
        reader.html(
            "why-now",
            ticker=ticker(feed.pair),
            at=reader.clock(now.ts),
            long=reader.number(round(now.long, 4), 2),
            short=reader.number(round(now.short, 4), 2),
        ),
        reader.html("why-now-least", least=reader.number(live.least, 2)),
    ]
    return [*found, reader.html("why-now-lost")] if "candle" in feed.lost else found


def _since(feed: FeedState, judged: Sequence[Verdict], reader: Reader) -> list[str]:
    if not judged:
        return [reader.html("why-none", ticker=ticker(feed.pair))]
    quiet = feed.now is not None and judged[0].ts < feed.now.ts
    return [reader.html("why-quiet", at=reader.moment(judged[0].ts))] if quiet else []


def pair_named(text: str, pairs: Sequence[str]) -> str | None:
    """The pair that people mean by a coin, a ticker or the exchange's name.

    >>> pairs = ["BTC-USDT-SWAP", "1000PEPE-USDT-SWAP"]
    >>> [pair_named(text, pairs) for text in ("btc", "BTC/USDT", "btcusdt", "BTC-USDT-SWAP", "PEPE")]
    ['BTC-USDT-SWAP', 'BTC-USDT-SWAP', 'BTC-USDT-SWAP', 'BTC-USDT-SWAP', None]
    """
    asked = re.sub(r"[^A-Z0-9]", "", text.upper())
    for pair in pairs:
        parts = pair.upper().split("-")
        if asked in {"".join(parts[:size]) for size in range(1, len(parts) + 1)}:
            return pair
    return None
