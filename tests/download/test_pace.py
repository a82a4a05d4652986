"""The limits of each endpoint are kept on a clock that the test moves."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Mapping
from typing import Any

from bot.feeds.okx_pace import SPACING_MS, PacedRest


class Stepping:
    """A clock that goes on only by what is slept, the earliest sleeper first."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.waiting: list[int] = []

    def now_ms(self) -> int:
        return self.now

    async def sleep(self, seconds: float) -> None:
        until = self.now + round(seconds * 1000)
        heapq.heappush(self.waiting, until)
        await asyncio.sleep(0)
        while self.waiting[0] < until:
            await asyncio.sleep(0)
        self.now = heapq.heappop(self.waiting)


class Notes:
    """A Rest that notes when it was asked."""

    def __init__(self, clock: Stepping) -> None:
        self.clock = clock
        self.asked: dict[tuple[str, str], list[int]] = {}

    async def get(self, endpoint: str, params: Mapping[str, str]) -> list[Any]:
        self.asked.setdefault((endpoint, params.get("instId", "")), []).append(self.clock.now)
        return []


async def test_each_endpoint_has_its_own_rhythm_whoever_asks() -> None:
    clock = Stepping()
    notes = Notes(clock)
    paced = PacedRest(notes, clock, lambda: None)
    async with asyncio.TaskGroup() as group:
        for pair in ("A", "B"):
            for endpoint in ("history-candles", "taker-volume"):
                for _ in range(20):
                    group.create_task(paced.get(endpoint, {"instId": pair}))
    bars = sorted(notes.asked["history-candles", "A"] + notes.asked["history-candles", "B"])
    assert bars == [1_000_000 + SPACING_MS["history-candles"] * turn for turn in range(40)], "one limit for all pairs"
    for pair in ("A", "B"):
        wanted = [1_000_000 + SPACING_MS["taker-volume"] * turn for turn in range(20)]
        assert sorted(notes.asked["taker-volume", pair]) == wanted, "a limit for each pair"


def test_the_rhythm_is_slower_than_the_limits_of_okx() -> None:
    limits = {"candles": 40, "history-candles": 20, "history-trades": 20, "trades": 100, "time": 10, "instruments": 20}
    limits |= {"funding-rate-history": 10, "open-interest-history": 10, "taker-volume": 5}
    assert {endpoint: 2000 / SPACING_MS[endpoint] < most for endpoint, most in limits.items()} == dict.fromkeys(
        SPACING_MS, True
    )
