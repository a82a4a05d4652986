"""What is to be seen: every kind of message in the real web chat, the first talk, and the record page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.registry import COMMANDS
from bot.messages.markup import message
from bot.messages.notice_kinds import notice_message
from bot.messages.reader import Reader
from bot.messages.replies import reply_message
from bot.messages.signal import signal_message
from bot.messages.view import SignalView
from bot.messages.why import why_text
from bot.ports import Message
from bot.setup_talk import STEPS, question
from storage import chats, signals
from tests.channels_web.room import CONFIG, Room, room
from tests.messages import examples as e
from tests.messages.verdicts import PUBLISHED, REFUSED, WAITING
from tests.record.book import add

ZONES = {"id": "Asia/Jakarta", "en": "Europe/London", "ru": "Europe/Moscow"}
LEFT_OUT = {"erase", "export"}
NOTICES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("halted", {"kind": "breaker", "until": e.TS + 3_600_000, "reason": "three stops in a row", "ts": e.TS}),
    ("halted", {"kind": "pause", "until": None, "reason": "FOMC", "ts": e.TS}),
    ("halted", {"kind": "daily", "until": e.TS + 9_000_000, "reason": "the day stands below its limit", "ts": e.TS}),
    ("lifted", {"kind": "breaker"}),
    ("restarted", {"down_s": 252, "open": 3}),
    ("feed_lost", {"pair": "BTC-USDT-SWAP", "stream": "open_interest"}),
    ("feed_back", {"pair": "BTC-USDT-SWAP", "stream": "open_interest", "seconds": 190}),
    ("policy", {"version": "2f6a1c", "reason": None}),
    ("trained", {"result": "few", "labels": 21, "needed": 300, "version": ""}),
    ("trained", {"result": "new", "labels": 2_304, "needed": 300, "version": "2f6a1c"}),
    ("pending", {"name": "Budi", "channel": "telegram", "user_id": "7"}),
    ("approved", {}),
    ("rejected", {}),
)


def reader_for(locale: str) -> Reader:
    return Reader(locale, ZoneInfo(ZONES.get(locale, "UTC")))


def views() -> Iterator[SignalView]:
    """A signal in each state of its life."""
    document = e.signal()
    calibrated = e.signal(p_win=0.58, p_win_low=0.5, p_win_high=0.66, p_win_n=143, mode="live")
    yield SignalView(document, counts={"up": 12, "down": 1})
    yield SignalView(e.short(calibrated), (e.FILLED,))
    yield SignalView(document, (e.FILLED, e.TP1))
    for result, reason in (
        ("win", "tp2"),
        ("lose", "sl"),
        ("expire", "missed"),
        ("no-fill", "touched"),
        ("void", "data_gap"),
    ):
        steps = (e.FILLED,) if result in ("win", "lose") else ()
        yield SignalView(document, steps, e.outcome(result, reason), simulated=result == "void")


def posts(reader: Reader) -> Iterator[Message]:
    for view in views():
        yield signal_message(view, reader)


def news(reader: Reader) -> Iterator[Message]:
    """Replies, notices, and why."""
    for view in views():
        if view.outcome is not None:
            yield reply_message(view, "closed", reader)
    yield reply_message(SignalView(e.signal(), (e.FILLED,)), "filled", reader)
    yield reply_message(SignalView(e.signal(), (e.FILLED, e.TP1)), "tp1", reader)
    for kind, payload in NOTICES:
        yield notice_message(kind, payload, reader)
    for verdict in (REFUSED, WAITING, PUBLISHED):
        yield message(why_text(verdict, 1423, reader))
    for step in STEPS:
        yield question(step, "1/4", reader)


Shown = Callable[[Reader], Iterator[Message]]


@asynccontextmanager
async def chat(home: Path, locale: str, shown: Shown | None) -> AsyncIterator[str]:
    """A web chat in a language with these messages, or (None) with the answer to every command; its address."""
    reader = reader_for(locale)
    async with room(home, replace(CONFIG, locale=locale, zone=reader.zone)) as web:
        await _record(web)
        async with web.db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", locale=locale, timezone=reader.zone.key)
        if shown is None:
            await _ask_everything(web)
        else:
            async with web.db.write() as conn:
                document = {name: value for name, value in e.signal().items() if name != "ledger"}
                await signals.add(conn, document, ts_ms=e.TS)
            for one in shown(reader):
                await web.channel.send("web", one)
        yield web.url


async def _record(web: Room) -> None:
    """Some signals and how they ended, for what asks about them."""
    async with web.db.write() as conn:
        await add(conn, 1, "win", 1.4, days_ago=3)
        await add(conn, 2, "lose", -1.05, days_ago=2, side="short")
        await add(conn, 3, "expire", days_ago=1)
        await add(conn, 4, "lose", -1.12, days_ago=0.9, ambiguous=True, pair="BTC-USDT-SWAP")
        await add(conn, 5, days_ago=0.01)


async def _ask_everything(web: Room) -> None:
    """Every command in turn; each is answered before the next."""
    for place, command in enumerate(one for one in COMMANDS if one.name not in LEFT_OUT):
        args = {"why": " LINK"}.get(command.name, "")
        before = max((item["id"] for item in await web.items()), default=0)
        await web.say(f"/{command.name}{args}", f"screens-{place:04d}")
        await web.until(partial(_answered, before))


def _answered(before: int, items: list[dict[str, Any]]) -> bool:
    return bool(items[-1]["author"] == "bot" and items[-1]["id"] > before)
