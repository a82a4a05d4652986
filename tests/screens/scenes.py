"""What is to be seen: every kind of message in the real web chat, the first talk, and the record page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.commands.live import FeedState, Price, Status
from bot.commands.registry import COMMANDS
from bot.commands.stats import stats_message
from bot.messages.copy_trade.post import copy_message
from bot.messages.markup import lines, message
from bot.messages.model_card import model_text
from bot.messages.notice_kinds import notice_message
from bot.messages.opinion import board_lines
from bot.messages.reader import Reader, ms_of
from bot.messages.replies import reply_message
from bot.messages.signal import signal_message
from bot.messages.size_card import size_card, size_message
from bot.messages.view import SignalView
from bot.messages.why import why_text
from bot.metrics import Metrics
from bot.ops_card import card
from bot.ports import Message
from bot.setup_talk import STEPS, question
from engine.market.instrument import Instrument
from storage import chats, outcomes, signals
from storage.interval import DAY_MS
from storage.policies import StoredPolicy
from tests.channels_web.room import CONFIG, Room, room
from tests.messages import examples as e
from tests.messages.test_replies_and_notices import PAYLOADS
from tests.messages.verdicts import PUBLISHED, REFUSED, WAITING
from tests.record.book import add
from tests.screens.doings import answered
from tests.storage.scan import Followed, figures

ZONES = {"id": "Asia/Jakarta", "en": "Europe/London", "ru": "Europe/Moscow"}
LEFT_OUT = {"erase", "export"}
CONTRACT = Instrument("LINK-USDT-SWAP", 0.001, 3)
MODEL: dict[str, Any] = {
    "procedure": "linear",
    "books": {
        "*": {"n_eff": 640.0, "mode": "paper"},
        "15m/TRENDING": {"n_eff": 310.0, "mode": "live"},
        "15m/VOLATILE": {"n_eff": 142.0, "mode": "paper"},
    },
    "labels": 2_304,
    "cut": e.TS,
    "n_eff": 640.0,
}
NIGHT: dict[str, Any] = {
    "forecasts": {"brier": 0.2311, "rows": 455, "skill": {"value": 0.012, "low": -0.004, "high": 0.028}},
    "proof": {"e": 3.4, "needed": 20.0, "setups": 41, "mean": 0.21, "days_left": 44.0},
    "contests": {
        "surroundings": {"e": 6.1, "needed": 40.0, "difference": 0.031, "failed": ["evidence", "drawdown_r"]},
        "recent": {"e": 0.9, "needed": 40.0, "difference": -0.004, "failed": ["evidence", "days", "pairs"]},
    },
}
WORTH = {"n": 80, "filled": 61, "mean_r": -0.12, "low": -0.31, "high": 0.08}
BOARD: dict[str, Any] = {
    "model": "gpt-5-mini",
    "acting": "1.cd9e3392",
    "state": "learning",
    "needed": 20.0,
    "prompts": {
        "1.cd9e3392": {"asked": 184, "answered": 171, "pairs": 96, "uplift": 1.31, "agreed": WORTH, "against": WORTH}
    },
}
STOPS = {
    "kind": "breaker",
    "until": e.TS + 3_600_000,
    "ts": e.TS,
    "reason": "three stops in a row",
    "stops": ("BTC", "SOL", "XRP"),
    "owner": True,
}
LOST = {"mfe": "0.084", "mfe_r": 0.4, "mae": "-0.221", "mae_r": -1.05}
SOON = "2026-11-30T22:31:00+07:00"


def reader_for(locale: str) -> Reader:
    return Reader(locale, ZoneInfo(ZONES.get(locale, "UTC")))


def _named(number: int) -> dict[str, Any]:
    return {"number": number, "signal_id": f"6f1c8b0e-0000-5000-8000-{number:012d}"}


def _proven(number: int) -> dict[str, Any]:
    """A short of a proven book."""
    risk = e.signal()["risk"] | {"risk_fraction": 0.0035, "size_multiplier": 1.0}
    chance = {"p_win": 0.58, "p_win_low": 0.5, "p_win_high": 0.66, "p_win_n": 143, "policy_version": "2f6a1c"}
    market = {"market_state": "out_of_balance_downtrend", "bias_1d": {"side": "short", "strength": 0.64}}
    made = e.short(e.signal(mode="live", risk=risk, **chance, **market, **_named(number)))
    used = {"swing_low": ("swing_high", "17.499"), "poc": ("poc", "17.128")}
    anchors = [
        anchor | dict(zip(("kind", "low", "high"), (used[anchor["kind"]][0], *[used[anchor["kind"]][1]] * 2)))
        if anchor["kind"] in used
        else anchor
        for anchor in made["anchors"]
    ]
    return made | {"anchors": anchors}


def views() -> Iterator[SignalView]:
    """A signal in each state of its life, each with its own number."""
    numbers = count(1423)
    yield SignalView(e.signal(**_named(next(numbers))), counts={"up": 12, "down": 1})
    yield SignalView(_proven(next(numbers)), (e.FILLED,))
    yield SignalView(e.signal(**_named(next(numbers))), (e.FILLED, e.TP1))
    for result, reason in (
        ("win", "tp2"),
        ("lose", "sl"),
        ("expire", "missed"),
        ("no-fill", "touched"),
        ("void", "data_gap"),
    ):
        steps, name = (e.FILLED,) if result in ("win", "lose") else (), _named(next(numbers))
        ended = e.outcome(result, reason, **name, **(LOST if result == "lose" else {}))
        if not steps:  # over before an entry: soon
            ended |= {"closed_at": SOON, "followable": ended["followable"] | {"closed_at": SOON}}
        yield SignalView(e.signal(**name), steps, ended, simulated=result == "void")


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
    yield notice_message("halted", STOPS, reader)
    for kind, payloads in PAYLOADS.items():
        for payload in payloads:
            yield notice_message(kind, payload, reader)
    yield copied(SignalView(e.signal()), "cornix")
    yield copied(SignalView(e.signal()), "3commas")
    for verdict in (REFUSED, WAITING, PUBLISHED):
        yield message(why_text(verdict, 1423, reader))
    for step in STEPS:
        yield question(step, "1/5", reader)


def cards(reader: Reader) -> Iterator[Message]:
    """What operators and single people get beside the posts, and figures of many signals."""
    waiting: dict[str, int | None] = {"pending": 3, "oldest_age_ms": 2_400, "dead": 0, "dropped": 1}
    yield card(live(e.TS), metrics(), waiting, 2, e.TS, reader)
    for view in islice(views(), 2):
        yield size_message(view, size_card(view.document, CONTRACT, Decimal(25)), CONTRACT, reader)
    won = [Followed("TRENDING", "long", "paper", "win", n * DAY_MS, 1.31, 1.4) for n in range(22)]
    lost = [Followed("RANGING", "short", "paper", "lose", n * DAY_MS, -1.06, -1.0) for n in range(25)]
    rest = [Followed("QUIET", "long", "paper", kind) for kind in ("expire", "no-fill", "void", None)]
    yield stats_message(figures([*won, *lost, *rest]), "30", reader)
    yield message(model_text(None, {}, reader))
    policy = model_text(StoredPolicy("2f6a1c", MODEL, e.TS, e.TS), NIGHT, reader)
    yield message(lines(policy, *board_lines(BOARD, reader)))


def copied(view: SignalView, form: str) -> Message:
    """The text for a copy-trade bot."""
    made = copy_message(view, "new", {"form": form}, e.TS)
    assert made is not None
    return made


def live(now: int) -> Status:
    """A process that watches three pairs, one of which lost a stream."""
    feeds = (
        FeedState("LINK-USDT-SWAP", now - 2_000),
        FeedState("BTC-USDT-SWAP", now - 1_000, ("open_interest",)),
        FeedState("ETH-USDT-SWAP", now - 3_000),
    )
    price = {"LINK-USDT-SWAP": Price(now - 2_000, "17.398")}
    return Status(now - 90_000_000, feeds, prices=price, instruments={"LINK-USDT-SWAP": CONTRACT})


def metrics() -> Metrics:
    """How old the newest data of each stream is."""
    made = Metrics()
    for stream, seconds in (("candle", 2.0), ("trades", 1.0), ("book", 1.0)):
        made.feed_age.labels(pair="LINK-USDT-SWAP", exchange="okx", stream=stream).set(seconds)
    return made


Scene = Callable[[Room, Reader], Awaitable[None]]
"""Fills a web chat for a reader."""


def told(shown: Callable[[Reader], Iterator[Message]]) -> Scene:
    """A chat with these messages, and the signals that they are about."""

    async def fill(web: Room, reader: Reader) -> None:
        for view in views():
            await stored(web, view)
        for one in shown(reader):
            await web.channel.send("web", one)

    return fill


@asynccontextmanager
async def chat(home: Path, locale: str, scene: Scene) -> AsyncIterator[str]:
    """A web chat in a language with a scene in it; its address."""
    reader = reader_for(locale)
    now = SystemClock().now_ms()
    async with room(home, replace(CONFIG, locale=locale, zone=reader.zone), live(now)) as web:
        async with web.db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", locale=locale, timezone=reader.zone.key)
        await scene(web, reader)
        yield web.url


async def stored(web: Room, view: SignalView) -> None:
    """What its chart is drawn of."""
    ident = view.document["signal_id"]
    async with web.db.write() as conn:
        document = {name: value for name, value in view.document.items() if name != "ledger"}
        await signals.add(conn, document, ts_ms=e.TS, simulated=view.simulated)
        for step in view.progress:
            await signals.add_progress(conn, ident, step.state, step.ts, step.price, step.r)
        if view.outcome is not None:
            ended = {name: value for name, value in view.outcome.items() if name != "ledger"}
            await outcomes.add(conn, ended, closed_ms=ms_of(ended["closed_at"]))


async def record(web: Room) -> None:
    """Some signals and how they ended, for what asks about them."""
    async with web.db.write() as conn:
        await add(conn, 1, "win", 1.4, days_ago=3)
        await add(conn, 2, "lose", -1.05, days_ago=2, side="short")
        await add(conn, 3, "expire", days_ago=1)
        await add(conn, 4, "lose", -1.12, days_ago=0.9, ambiguous=True, pair="BTC-USDT-SWAP")
        await add(conn, 5, days_ago=0.01)


async def commands(web: Room, reader: Reader) -> None:
    """Every command in turn; each is answered before the next."""
    await record(web)
    for place, command in enumerate(one for one in COMMANDS if one.name not in LEFT_OUT):
        args = {"why": " LINK", "risk": " 25", "chart": " equity", "history": " 1"}.get(command.name, "")
        before = max((item["id"] for item in await web.items()), default=0)
        await web.say(f"/{command.name}{args}", f"screens-{place:04d}")
        await web.until(partial(answered, before))
