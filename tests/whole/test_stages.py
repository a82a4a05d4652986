"""Pairs are packed and advanced by steps compiled once, apart; what cannot be compiled is plain."""

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
from bot.market import Market
from bot.metrics import Metrics
from bot.stages import stage_of
from engine.market.events import Candle, Event
from engine.market.instrument import Instrument
from engine.packed import packed_stage
from engine.params import Params
from engine.stage import Stage
from storage.database import Database

LOADED = """
import asyncio, pathlib, sys
from bot.stages import stage_of
from engine.packed import packed_stage
from engine.params import Params
asyncio.run(stage_of((pathlib.Path(sys.argv[1]),), Params()))
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


@pytest.fixture(scope="module")
def kept(compiled: str) -> Path:
    """The home of a folder that holds the steps."""
    packed_stage(Params(), compiled)
    return Path(compiled).parent


async def _no_minutes(pair: str, start: int, end: int) -> Sequence[Candle]:
    return []


def test_kept_steps_are_loaded_without_the_compiler(kept: Path) -> None:
    assert subprocess.run([sys.executable, "-c", LOADED, str(kept)], check=False).returncode == 0


async def test_steps_are_kept_in_the_first_folder_that_can_be_written(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert packed(await stage_of((tmp_path / "file", kept), Params()))


async def test_who_does_not_wait_has_plain_pairs_until_the_steps_are_there(kept: Path, tmp_path: Path) -> None:
    assert not packed(await stage_of((tmp_path,), Params(), wait=False))
    assert packed(await stage_of((tmp_path, kept), Params(), wait=False))


@pytest.mark.parametrize("simulated", [True, False])
async def test_the_feed_waits_for_compiled_steps_unless_it_is_a_simulation(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, simulated: bool
) -> None:
    monkeypatch.setenv("PYTHONHOME", os.devnull)  # the child interpreter finds nothing there and ends at once
    clock = TapeClock(1_795_248_000_000)
    market = Market(
        feed=Listing(3),
        clock=clock,
        exchange="okx",
        simulated=simulated,
        timeframe="5m",
        now_ms=clock.now_ms,
        past_until=clock.now_ms,
        minutes=_no_minutes,
        stale=lambda: [],
    )
    caplog.set_level(logging.INFO, "bot.stages")
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as db:
        feeding = Feeding(
            db,
            market,
            Metrics(),
            Announcer([], clock.now_ms),
            sensitivity="balanced",
            proven_only=False,
            timezone="UTC",
            after=lambda _: None,
            caches=[tmp_path],
        )
        await feeding.run()
    assert ("compiling the engine's steps" in caplog.text) is not simulated


async def test_where_nothing_can_be_written_pairs_are_plain_and_the_log_says_why(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    assert not packed(await stage_of((tmp_path / "file",), Params()))
    assert "none of these folders can be written" in caplog.text and str(tmp_path / "file") in caplog.text


async def test_a_compiler_that_fails_leaves_plain_pairs_and_is_asked_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", os.devnull)  # the child interpreter finds nothing there and ends at once
    assert not packed(await stage_of((tmp_path,), Params()))
    assert "without compiled steps" in caplog.text
    assert list(Path(compiled_folder(tmp_path)).iterdir()) == []


async def test_a_start_that_is_stopped_ends_the_compiling(tmp_path: Path) -> None:
    before = children()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stage_of((tmp_path,), Params()), 0.5)
    assert children() == before


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="utf-8").split()
