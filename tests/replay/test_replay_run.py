"""A whole replay over tapes made here: the same bytes twice, a prefix with an earlier end, nothing after a failure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.errors import DataError, SettingsError
from bot.replay.figures import Summary
from bot.replay.run import ReplayRequest
from bot.replay.run import replay as run_replay
from engine.market.events import TIMEFRAMES
from storage.tape import CandleColumns, FundingColumns, Tape, TradeColumns
from tests.tapes import START, instrument, record

A, B = "AAA-USDT-SWAP", "BBB-USDT-SWAP"
STEP = TIMEFRAMES["5m"]
BARS = 2400
DAY = 86_400_000


def market(pair: str, seed: int, trades: bool, bars: int = BARS) -> Tape:
    """Trends and ranges in turn, with four trades a bar where asked: enough for the engine to judge setups."""
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.choice([-0.0004, 0.0, 0.0005], bars // 120), 120)
    close = np.round(100 * np.exp(np.cumsum(drift + rng.normal(0, 0.0015, bars))), 1)
    open_ = np.concatenate([[100.0], close[:-1]])
    high = np.round(np.maximum(open_, close) + rng.integers(0, 3, bars) / 10, 1)
    low = np.round(np.minimum(open_, close) - rng.integers(0, 3, bars) / 10, 1)
    ts = START + np.arange(bars, dtype=np.int64) * STEP
    volume = rng.uniform(500, 900, bars)
    base = CandleColumns("5m", ts, open_, high, low, close, volume)
    settled = np.arange(START, START + bars * STEP, DAY // 3, dtype=np.int64)
    funding = FundingColumns(settled, np.full(len(settled), 1e-4))
    tape = Tape(pair, instrument(pair), base, funding=funding)
    if not trades:
        return tape
    at = (ts[:, None] + np.array([0, 70_000, 140_000, 299_999])).ravel()
    price = np.column_stack([open_, high, low, close]).ravel()
    side = np.where(rng.random(len(at)) < 0.5, 1, -1).astype(np.int8)
    return replace(tape, trades=TradeColumns(at, price, np.full(len(at), 150.0), side))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    return record(folder, market(A, 3, trades=True), market(B, 4, trades=False))


def _run(data: Path, out: Path, end: str | None = None, **wishes: Any) -> Summary:
    request = ReplayRequest(
        data=data,
        out=out,
        pairs=None,
        start=None,
        end=end,
        policy=None,
        decisions=True,
        skip_bad_rows=False,
        sensitivity="active",
        publish="all",
        timezone="Asia/Jakarta",
        cache_dir="",
    )
    return run_replay(replace(request, **wishes), lambda ts, last: None)


def test_twice_the_same_bytes_and_an_earlier_end_is_a_prefix(data: Path, tmp_path: Path) -> None:
    summary = _run(data, tmp_path / "one")
    _run(data, tmp_path / "two")
    assert summary.bars == 2 * BARS
    assert (tmp_path / "one/decisions.jsonl").stat().st_size > 0
    for name in ("signals.jsonl", "outcomes.jsonl", "decisions.jsonl", "ticks.sha256", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    for end in ("2023-11-19T13:05:00", "2023-11-20T02:03:04+07:00"):
        _run(data, tmp_path / "part", end)
        for name in ("signals.jsonl", "outcomes.jsonl", "decisions.jsonl"):
            part = (tmp_path / "part" / name).read_bytes()
            assert (tmp_path / "one" / name).read_bytes().startswith(part), f"{name} until {end}"
        assert (
            0 < (tmp_path / "part/decisions.jsonl").stat().st_size < (tmp_path / "one/decisions.jsonl").stat().st_size
        )


def test_counts_agree_with_the_lines(data: Path, tmp_path: Path) -> None:
    found = _run(data, tmp_path / "out")
    lines = {name: (tmp_path / f"out/{name}.jsonl").read_text().splitlines() for name in ("signals", "outcomes")}
    ends = [json.loads(line)["followable"]["result"] for line in lines["outcomes"]]
    assert found.signals == len(lines["signals"]) == found.open + len(ends)
    assert (found.win, found.lose, found.expire) == tuple(ends.count(result) for result in ("win", "lose", "expire"))
    assert found.filled == found.win + found.lose
    assert found.signals > 0, found.refusals
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert re.search(r"base bars of [^<]*, 2023-\d\d-\d\d to 2023-\d\d-\d\d\. Policy", report)


def test_a_broken_tape_writes_nothing(data: Path, tmp_path: Path) -> None:
    broken = market(A, 3, trades=True)
    broken.candles.low[BARS - 1] = -1.0
    record(tmp_path / "data", broken)
    with pytest.raises(DataError, match=f"row {BARS - 1}: low is not above zero"):
        _run(tmp_path / "data", tmp_path / "out", "2023-11-16")
    assert not (tmp_path / "out").exists()
    assert _run(tmp_path / "data", tmp_path / "out", skip_bad_rows=True).skipped_rows == {f"{A}/candles_5m.parquet": 1}


@pytest.mark.parametrize(
    "start, end, asked",
    [
        (None, "2020-01-01", "--end 2020-01-01"),
        ("2030-01-01T07:00:00+07:00", None, "--start 2030-01-01T07:00:00+07:00"),
        ("2023-11-16T00:01", "2023-11-16T00:09", "--start 2023-11-16T00:01 --end 2023-11-16T00:09"),
    ],
)
def test_a_window_without_a_bar_is_wrong_use(
    data: Path, tmp_path: Path, start: str | None, end: str | None, asked: str
) -> None:
    with pytest.raises(SettingsError) as said:
        _run(data, tmp_path / "out", end, start=start)
    span = "the data reaches from 2023-11-15T00:00:00+00:00 to 2023-11-23T08:00:00+00:00"
    assert f"{asked}: no bar lies in it; {span}. Ask for a part of that" in str(said.value)
    assert not list(tmp_path.iterdir())


def test_one_bar_is_a_window(data: Path, tmp_path: Path) -> None:
    found = _run(data, tmp_path / "out", "2023-11-16T00:10", start="2023-11-16T00:05", pairs=(A,))
    assert (found.bars, found.signals, found.expectancy_r) == (1, 0, None)


def test_a_policy_that_is_none_is_wrong_use(data: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"--policy: .* is not a policy of ours"):
        _run(data, tmp_path / "out", policy=tmp_path / "policy.json")
    with pytest.raises(SettingsError, match=r"--policy: .* cannot be read"):
        _run(data, tmp_path / "out", policy=tmp_path / "missing.json")
    assert not (tmp_path / "out").exists()
