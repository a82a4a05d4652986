"""The board of a store that has some of everything, served on loopback, and what is wrong with how it looks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.commands.live import FeedState, Halt, Now, Status, Waiting
from engine.decision.signal import LAYER_NAMES
from storage import chats, decisions, nights, policies
from tests.channels_web.room import CONFIG, Room, room
from tests.screens import scenes
from tests.screens.browser import TALLEST, Tab
from tests.screens.look import UNTRANSLATED, View
from tests.storage.documents import decided

REFUSED: Mapping[str, int] = {"confluence": 61, "rr": 22, "regime": 14, "open_signal": 9, "costs": 4, "spread": 1}
SCORES = (0.74, 0.61, -0.35, 0.8, None, -0.05, 0.18, -0.72)
_WIDE = """[...document.querySelectorAll('#board *')].filter(one => one.getBoundingClientRect().width > 1
  && !one.closest('thead, .hidden') && one.getBoundingClientRect().right > innerWidth + 0.5)
  .slice(0, 5).map(one => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 60))"""


def live(now: int, halted: bool = True) -> Status:
    """A process that watches some pairs; one lost a stream, one is warming up."""
    states = ["stale" if name == "funding" else "live" for name in LAYER_NAMES]
    votes = [(None, "unavailable") if score is None else (score, state) for score, state in zip(SCORES, states)]
    turned = [(None if score is None else -score, state) for score, state in votes]
    quarter = now // 900_000 * 900_000
    up = Now(quarter, 0, 0.52, 0.11, dict(zip(LAYER_NAMES, votes)))
    down = Now(quarter, 0, 0.2, 0.44, dict(zip(LAYER_NAMES, turned)))
    feeds = (
        FeedState("LINK-USDT-SWAP", now - 2_000, (), up),
        FeedState("BTC-USDT-SWAP", now - 1_000, ("open_interest",), down),
        FeedState("ETH-USDT-SWAP", now - 3_000, (), Now(quarter, 42, 0.0, 0.0)),
    )
    waiting = (Waiting("BTC-USDT-SWAP", -1, "15m", now + 600_000, ("choch",), "64310.1", "64380.0", "64920.5"),)
    halts = (Halt("breaker", now + 1_800_000, "three stops in a row"),) if halted else ()
    return replace(scenes.live(now), feeds=feeds, waiting=waiting, halts=halts, least=0.35, policy_version="2f6a1c")


async def fill(web: Room, now: int) -> None:
    """Signals in each state, verdicts, a policy and a night."""
    for view in islice(scenes.views(), 3):
        await scenes.stored(web, view)
    await scenes.record(web)
    async with web.db.write() as conn:
        number = 0
        for reason, count in REFUSED.items():
            rows = [decided(number + at, "refuse", now - 1_000_000, (reason, "location")) for at in range(count)]
            await decisions.add_many(conn, rows, policy_version="2f6a1c")
            number += count
        await decisions.add_many(conn, [decided(number, "publish", now - 1_000_000)], policy_version="2f6a1c")
        document: dict[str, Any] = scenes.MODEL | {"version": "2f6a1c"}
        await policies.add(conn, document, now)
        await policies.set_current(conn, "2f6a1c", now)
        night = {"kind": "night", "cut": now, "effective": now, "status": scenes.NIGHT | {"reason": "trained"}}
        await nights.add(conn, night)


@asynccontextmanager
async def served(home: Path, locale: str, port: int = 0, *, full: bool = True) -> AsyncIterator[Room]:
    """Board and chat in a language, over the store in `home`; empty where not `full`."""
    reader, now = scenes.reader_for(locale), SystemClock().now_ms()
    config = replace(CONFIG, locale=locale, zone=reader.zone, simulated=not full)
    known = (home / "web.db").exists()
    async with room(home, config, live(now) if full else None, scenes.metrics(), port) as web:
        async with web.db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", locale=locale, timezone=reader.zone.key)
        if full and not known:
            await fill(web, now)
        yield web


async def look(tab: Tab, width: int, name: str) -> View:
    """A picture of the whole board, and what sticks out, is not translated or failed."""
    problems = list(tab.problems)
    tab.problems.clear()
    if await tab.value("document.documentElement.scrollWidth > innerWidth"):
        problems.append("the page can be moved sideways")
    problems += [f"wider than the page: {one}" for one in await tab.value(_WIDE)]
    text = await tab.value("document.querySelector('#board').innerText")
    problems += [f"not translated: {found[0]}" for found in UNTRANSLATED.finditer(text)]
    for _ in range(2):  # what comes into sight loads its pictures and grows
        height = int(await tab.value("document.querySelector('#board').scrollHeight")) + 140
        await tab.resize(width, min(TALLEST, height))
        await tab.until("[...document.images].every(one => one.complete || !one.offsetParent)")
    png = await tab.picture()
    await tab.resize(width, 900)
    return View(name, png, problems)
