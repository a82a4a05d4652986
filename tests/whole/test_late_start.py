"""A start just after a setup's close publishes it; one that took too long does not: nobody could follow any more."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from bot.announce import Announcer
from bot.clock import TapeClock
from bot.feeding import Feeding
from bot.feeds.okx import settled
from bot.market import FRESH_MS, Market
from bot.metrics import Metrics
from engine.market.events import Candle, Event, merge_key
from engine.market.instrument import Instrument
from storage import decisions, signals
from storage.database import Database
from tests.whole.tape import PAIR, Scene, record, scene

BOUNDARY = 1_795_248_000_000


class Past:
    """A feed of history alone; telling it takes `took_ms` of the exchange's time."""

    def __init__(self, found: Scene, clock: TapeClock, took_ms: int) -> None:
        self._found = found
        self._clock = clock
        self._took_ms = took_ms

    async def instruments(self) -> Sequence[Instrument]:
        return [Instrument.from_okx(record())]

    async def events(self) -> AsyncGenerator[Event, None]:
        self._clock.advance(self._clock.now_ms() + self._took_ms)
        past = [bar for bar in self._found.bars if bar.known_at <= self._found.boundary]
        for event in settled(sorted([*past, *self._found.slow], key=merge_key)):
            yield event

    async def close(self) -> None:
        return None


async def _none(pair: str, start: int, end: int) -> Sequence[Candle]:
    return []


@pytest.mark.parametrize("took_ms, published", [(FRESH_MS - 5_000, True), (FRESH_MS + 1, False)])
async def test_only_a_setup_that_can_still_be_followed_is_published(
    tmp_path: Path, took_ms: int, published: bool
) -> None:
    found = scene(BOUNDARY)
    clock = TapeClock(BOUNDARY)
    market = Market(
        feed=Past(found, clock, took_ms),
        clock=TapeClock(0),  # this machine's clock is wrong, and nobody minds
        exchange="okx",
        simulated=False,
        timeframe="5m",
        now_ms=clock.now_ms,
        past_until=lambda: BOUNDARY,
        minutes=_none,
        stale=lambda: [],
    )
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as db:
        announcer = Announcer([], clock.now_ms)
        feeding = Feeding(
            db,
            market,
            Metrics(),
            announcer,
            sensitivity="balanced",
            proven_only=False,
            timezone="UTC",
            after=lambda _: None,
        )
        await feeding.run()
        assert feeding.warm
        async with db.read() as conn:
            stored = await signals.latest(conn)
            verdicts = [(row.verdict, row.reasons) for row in await decisions.rows(conn) if row.ts == BOUNDARY]
    assert [signal.pair for signal in stored] == [PAIR] * published
    assert len(verdicts) >= 1
    ((verdict, reasons), *_) = verdicts
    refused = json.loads(reasons) if isinstance(reasons, str) else list(reasons)
    assert (verdict, refused) == (("publish", []) if published else ("refuse", ["stale"]))
