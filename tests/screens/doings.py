"""What a person does in the web chat and gets for it: taps, a note, the own ledger, pictures, the digest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import SystemClock
from bot.messages.digest import digest_message
from bot.messages.reader import Reader
from storage import outcomes, signals
from tests.channels_web.room import Room
from tests.messages import examples as e
from tests.record.book import iso

MINUTE, HOUR = 60_000, 3_600_000
CHANCES = (0.38, 0.46, 0.52, 0.57, 0.64)
PAST = 60
MISSED, LOST, RUNNING, TARGET, WAITING = range(PAST + 1, PAST + 6)
SAID = (
    f"/ledger {PAST - 4} 17.37",
    f"/ledger {PAST - 1} 17.361",
    f"/ledger {RUNNING}",
    "/ledger",
    "/active",
    "/calibration",
    "/chart calibration",
    "/chart equity",
    "/chart equity dark",
)


async def doings(web: Room, reader: Reader) -> None:
    """Sixty signals that ended, five of the night; then everything that is done with a finger."""
    now = SystemClock().now_ms()
    async with web.db.write() as conn:
        for number in range(1, PAST + 1):
            await _ended(conn, number, now - (PAST + 2 - number) * 5 * HOUR)
        await _night(conn, now)
    posted = await web.show(WAITING)
    await _tapped(web, f"1:f:{WAITING}:nofill", posted, lambda items: len(items[-1]["buttons"]) > 2)
    await _tapped(web, f"1:f:{WAITING}:note", posted, lambda items: items[-1]["force_reply"] is not None)
    prompt = int((await web.items())[-1]["id"])
    await web.say("spread 0.4%, too wide", "screens-note", reply_to=prompt)
    await web.until(partial(answered, prompt))
    for place, words in enumerate(SAID):
        before = int((await web.items())[-1]["id"])
        await web.say(words, f"screens-said-{place}")
        await web.until(partial(answered, before))
    async with web.db.read() as conn:
        digest = await digest_message(conn, {"since": now - 8 * HOUR, "until": now}, now, reader)
    assert digest is not None
    await web.channel.send("web", digest)


def answered(before: int, items: list[dict[str, Any]]) -> bool:
    """Whether the bot has said something after a message."""
    return bool(items[-1]["author"] == "bot" and items[-1]["id"] > before)


async def _tapped(web: Room, data: str, message_id: str, done: Callable[[list[dict[str, Any]]], bool]) -> None:
    ident = data.replace(":", "-")
    body = {"id": f"screens-{ident}", "kind": "tap", "data": data, "message_id": int(message_id)}
    assert (await web.post(body)).status_code == 202
    await web.until(done)


async def _ended(conn: AsyncConnection, number: int, ts: int) -> None:
    """A fill of a proven book: a little more than half of them won."""
    chance = CHANCES[number % len(CHANCES)]
    won = (number * 37) % 100 < 100 * chance + 4
    given = {"mode": "live", "p_win": chance, "p_win_low": chance - 0.08, "p_win_high": chance + 0.08, "p_win_n": 143}
    await _add(conn, number, ts, **given)
    await _end(conn, number, ts, *(("win", "tp2", 1.31) if won else ("lose", "sl", -1.06)))


async def _night(conn: AsyncConnection, now: int) -> None:
    """Gone, lost, running, at its first target, waiting."""
    await _add(conn, MISSED, now - 7 * HOUR)
    await signals.add_progress(conn, _ident(MISSED), "missed", now - 7 * HOUR + 4 * MINUTE, 17.41, None)
    await _add(conn, LOST, now - 6 * HOUR, pair="BTC-USDT-SWAP")
    await _end(conn, LOST, now - 6 * HOUR, "lose", "sl", -1.06)
    await _add(conn, RUNNING, now - 2 * HOUR)
    await signals.add_progress(conn, _ident(RUNNING), "filled", now - 118 * MINUTE, 17.36, None)
    await _add(conn, TARGET, now - 3 * HOUR, pair="ETH-USDT-SWAP")
    await signals.add_progress(conn, _ident(TARGET), "filled", now - 178 * MINUTE, 17.36, None)
    await signals.add_progress(conn, _ident(TARGET), "tp1", now - 90 * MINUTE, 17.532, 0.46)
    await _add(conn, WAITING, now - 5 * MINUTE)


def _ident(number: int) -> str:
    return f"6f1c8b0e-0000-5000-8000-{number:012d}"


async def _add(conn: AsyncConnection, number: int, ts: int, **more: Any) -> None:
    made = e.signal(signal_id=_ident(number), number=number, ts=iso(ts), **more)
    made.pop("ledger")
    await signals.add(conn, made, ts_ms=ts)


async def _end(conn: AsyncConnection, number: int, ts: int, result: str, reason: str, r: float) -> None:
    """Filled after two minutes, over after two hours."""
    filled, closed = iso(ts + 2 * MINUTE), iso(ts + 2 * HOUR)
    ended = e.outcome(result, reason, signal_id=_ident(number), number=number, closed_at=closed, filled_at=filled)
    track = {**ended["followable"], "closed_at": closed, "filled_at": filled}
    ended = {**ended, "followable": track, "followable_r": r, "rr_realized": r}
    ended.pop("ledger")
    await outcomes.add(conn, ended, closed_ms=ts + 2 * HOUR)
