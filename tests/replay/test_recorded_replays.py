"""`sharpsignal replay` over every recorded market, as a process: to its end, again, as a prefix, and the rate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.recordings import is_pair_folder, load_tape

pytestmark = pytest.mark.recorded
LINES = ("signals.jsonl", "outcomes.jsonl", "decisions.jsonl")
WEEK = 7 * 86_400_000
SMALL = 200_000  # bars: sets that are replayed twice in every run, the larger ones in the long suite


class Market:
    """One recorded set: its pairs' first and last instants and how many bars it has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tapes = [load_tape(path).candles for path in sorted(folder.iterdir()) if is_pair_folder(path)]
        self.spans = [(int(c.ts[0]), int(c.ts[-1])) for c in tapes]
        self.bars = sum(len(c.ts) for c in tapes)

    @property
    def weeks(self) -> float:
        """Pair-weeks."""
        return sum(last - first for first, last in self.spans) / WEEK

    @property
    def middle(self) -> str:
        first, last = min(s[0] for s in self.spans), max(s[1] for s in self.spans)
        return datetime.fromtimestamp((first + (last - first) * 0.4) // 1000, tz=UTC).isoformat()


def replay(market: Market, out: Path, *more: str) -> dict[str, Any]:
    """Run the verb; its summary."""
    command = [sys.executable, "-m", "bot.cli", "replay", "--data", str(market.folder), "--out", str(out)]
    done = subprocess.run([*command, "--decisions", *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary


@pytest.fixture(scope="module")
def markets(recorded_market: Path) -> list[Market]:
    sets = sorted({path.parent.parent for path in recorded_market.glob("*/*/candles_*.parquet")})
    assert len(sets) >= 5
    return sorted((Market(folder) for folder in sets), key=lambda market: -market.bars)


@pytest.fixture(scope="module")
def runs(markets: list[Market], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Every set to its end (`name`), and again with an earlier end (`name/part`), two at a time."""
    root = tmp_path_factory.mktemp("replays")
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(replay, market, root / market.folder.name) for market in markets]
        jobs += [
            pool.submit(replay, market, root / f"{market.folder.name}-part", "--end", market.middle)
            for market in markets
        ]
        for job in jobs:
            job.result()
    yield {market.folder.name: root / market.folder.name for market in markets}


def test_every_market_publishes_one_to_fourteen_signals_a_pair_and_week(
    markets: list[Market], runs: dict[str, Path]
) -> None:
    for market in markets:
        summary = json.loads((runs[market.folder.name] / "summary.json").read_text(encoding="utf-8"))
        assert 0 < summary["bars"] <= market.bars
        rate = summary["signals"] / market.weeks
        assert 1 <= rate <= 14, f"{market.folder.name}: {rate:.2f}"
        ends = ("open", "win", "lose", "expire", "no_fill", "void")
        assert summary["signals"] == sum(summary[name] for name in ends)
        assert summary["filled"] == summary["win"] + summary["lose"]


def test_an_earlier_end_gives_byte_prefixes(markets: list[Market], runs: dict[str, Path]) -> None:
    for market in markets:
        whole, part = runs[market.folder.name], runs[market.folder.name].with_name(f"{market.folder.name}-part")
        for name in LINES:
            head = (part / name).read_bytes()
            assert head, f"{market.folder.name}/{name} is empty"
            assert (whole / name).read_bytes().startswith(head), f"{market.folder.name}/{name}"


def same_bytes(market: Market, once: Path, again: Path) -> None:
    summary = replay(market, again)
    for name in (*LINES, "ticks.sha256"):
        assert (once / name).read_bytes() == (again / name).read_bytes(), name
    before = json.loads((once / "summary.json").read_text(encoding="utf-8"))
    moving = ("seconds", "bars_per_second")
    assert {k: v for k, v in before.items() if k not in moving} == {k: v for k, v in summary.items() if k not in moving}


def test_twice_gives_the_same_bytes(markets: list[Market], runs: dict[str, Path], tmp_path: Path) -> None:
    small = [market for market in markets if market.bars < SMALL]
    assert small
    for market in small:
        same_bytes(market, runs[market.folder.name], tmp_path / market.folder.name)


@pytest.mark.slow
def test_the_large_markets_give_the_same_bytes_twice(
    markets: list[Market], runs: dict[str, Path], tmp_path: Path
) -> None:
    for market in markets:
        if market.bars >= SMALL:
            same_bytes(market, runs[market.folder.name], tmp_path / market.folder.name)
