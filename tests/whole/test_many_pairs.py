"""Few pairs are plain and cost no compiler; many are packed, compiled once apart; what cannot be compiled is plain."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from bot.announce import Announcer
from bot.clock import TapeClock
from bot.compilation import compiled_folder
from bot.feeding import Feeding
from bot.many_pairs import MANY, READY, stage_of
from bot.market import Market
from bot.metrics import Metrics
from engine.market.events import Candle, Event
from engine.market.instrument import Instrument
from engine.params import Params
from engine.stage import Stage
from storage.database import Database

FEW = """
import asyncio, sys
from bot.many_pairs import MANY, stage_of
from engine.params import Params
asyncio.run(stage_of(MANY - 1, (), Params()))
sys.exit("numba" in sys.modules)
"""


def packed(stage: Stage) -> bool:
    return isinstance(stage.new_pair(5, 0.1), ctypes.Structure)


class Listing:
    """A feed that names `count` pairs and has nothing to tell."""

    def __init__(self, count: int) -> None:
        self._count = count

    async def instruments(self) -> Sequence[Instrument]:
        return [Instrument(f"P{n}-USDT-SWAP", 0.1, 1) for n in range(self._count)]

    async def events(self) -> AsyncGenerator[Event, None]:
        none: tuple[Event, ...] = ()
        for event in none:
            yield event

    async def close(self) -> None:
        return None


async def _no_minutes(pair: str, start: int, end: int) -> Sequence[Candle]:
    return []


def test_few_pairs_import_no_compiler() -> None:
    assert subprocess.run([sys.executable, "-c", FEW], check=False).returncode == 0


async def test_many_pairs_are_packed_by_the_first_folder_that_can_be_written(compiled: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    stage = await stage_of(MANY, (tmp_path / "file", Path(compiled).parent), Params())
    assert packed(stage)
    assert (Path(compiled) / READY).exists()


@pytest.mark.parametrize("count", [MANY - 1, MANY])
async def test_the_feed_says_how_many_pairs_there_are(
    compiled: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    clock = TapeClock(1_795_248_000_000)
    market = Market(
        feed=Listing(count),
        clock=clock,
        exchange="okx",
        simulated=False,
        timeframe="5m",
        now_ms=clock.now_ms,
        past_until=clock.now_ms,
        minutes=_no_minutes,
        stale=lambda: [],
    )
    caplog.set_level(logging.INFO, "bot.many_pairs")
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as db:
        feeding = Feeding(
            db,
            market,
            Metrics(),
            Announcer([], clock.now_ms),
            sensitivity="balanced",
            proven_only=False,
            timezone="UTC",
            after=lambda: None,
            caches=[Path(compiled).parent],
        )
        await feeding.run()
    assert (f"{count} pairs are read by compiled steps" in caplog.text) is (count == MANY)


async def test_where_nothing_can_be_written_pairs_are_plain_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    assert not packed(await stage_of(MANY, (tmp_path / "file",), Params()))
    assert "none of these folders can be written" in caplog.text and str(tmp_path / "file") in caplog.text


async def test_a_compiler_that_fails_leaves_plain_pairs_and_is_asked_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", os.devnull)  # the child interpreter finds nothing there and ends at once
    assert not packed(await stage_of(MANY, (tmp_path,), Params()))
    assert "without compiled steps" in caplog.text
    assert not (Path(compiled_folder(tmp_path)) / READY).exists()


async def test_a_start_that_is_stopped_ends_the_compiling(tmp_path: Path) -> None:
    before = children()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stage_of(MANY, (tmp_path,), Params()), 0.5)
    assert children() == before


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="utf-8").split()
