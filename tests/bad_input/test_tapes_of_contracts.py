"""Contracts on recorded tapes: other contract values, ticks that fit no price, pairs that begin or end earlier."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.errors import DataError
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from engine.decision.signal import iso
from tests.bad_input.damage import columns_of, told, write
from tests.bad_input.room import PAIR
from tests.bad_input.test_damaged_tapes import run

YOUNG = "XRP-USDT-SWAP"
DAY_BARS = 288


def contract(source: Path, home: Path, **fields: str) -> Path:
    """The same recording under `home` with another record of the contract."""
    shutil.copytree(source, home / source.name)
    path = home / source.name / "instrument.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | fields), encoding="utf-8")
    return home


def test_recorded_sizes_are_base_units_whatever_a_contract_holds(recorded: Path, compiled: str, tmp_path: Path) -> None:
    run(recorded.parent, tmp_path / "as it was", compiled)
    run(contract(recorded, tmp_path / "ten", ctVal="1234.5", lotSz="7"), tmp_path / "ten times", compiled)
    assert told(tmp_path / "as it was") == told(tmp_path / "ten times")


@pytest.mark.parametrize("tick", ["1000", "7", "0.3", "0.000000000001"])
def test_a_tick_that_fits_no_price_makes_no_number_that_is_none(
    recorded: Path, compiled: str, tmp_path: Path, tick: str
) -> None:
    run(contract(recorded, tmp_path / "data", tickSz=tick), tmp_path / "out", compiled)
    for line in told(tmp_path / "out")["signals.jsonl"].splitlines():
        orders = json.loads(line)["orders"]
        prices = [float(price) for price in [*orders["entry"], orders["sl"], *orders["tp"]]]
        assert min(prices) > 0 and len(set(prices)) >= 4


@pytest.mark.parametrize("value", ["0", "-1", "1e400", "1e-400", "NaN", "Infinity", "one"])
@pytest.mark.parametrize("key", ["tickSz", "lotSz", "ctVal"])
def test_a_contract_that_cannot_be_is_refused(recorded: Path, tmp_path: Path, key: str, value: str) -> None:
    data = contract(recorded, tmp_path / "data", **{key: value})
    with pytest.raises(DataError, match=rf"{PAIR}/instrument\.json: .*{key}"):
        run(data, tmp_path / "out", "")
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("two")
    tape(home, SimulatedMarket(11, (PAIR, YOUNG)), 16, without=frozenset({"trades"}))
    return home


def cut(source: Path, home: Path, first: int, last: int) -> Path:
    """Both pairs, but of the young one only what lies between two base bars."""
    shutil.copytree(source, home)
    opened = columns_of(source / YOUNG / "candles_5m.parquet")["ts"][first:last]
    for path in (home / YOUNG).glob("*.parquet"):
        columns = columns_of(path)
        keep = (columns["ts"] >= opened[0]) & (columns["ts"] <= opened[-1] + 300_000 * (path.stem != "candles_5m"))
        write(path, {name: values[keep] for name, values in columns.items()})
    return home


def decisions(out: Path, pair: str) -> list[dict[str, Any]]:
    lines = (out / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["pair"] == pair]


def judged(row: dict[str, Any]) -> tuple[Any, ...]:
    """What a decision was taken from."""
    return row["ts"], row["side"], row["timeframe"], row["setup_model"], row["features"]


def test_a_pair_that_is_listed_later_warms_up_by_itself(two: Path, compiled: str, tmp_path: Path) -> None:
    listed = 8 * DAY_BARS
    late = cut(two, tmp_path / "late", listed, 16 * DAY_BARS)
    opened = int(columns_of(late / YOUNG / "candles_5m.parquet")["ts"][0])
    run(late, tmp_path / "both", compiled)
    run(late, tmp_path / "alone", compiled, pairs=(YOUNG,))
    run(late, tmp_path / "other", compiled, pairs=(PAIR,))
    both, alone = decisions(tmp_path / "both", YOUNG), decisions(tmp_path / "alone", YOUNG)
    fresh = [row for row in both if row["verdict"] != "publish" and row["reasons"] != ["trigger"]]
    alike = [row for row in fresh if judged(row) in map(judged, alone)]
    assert len(alike) == len(fresh) > 20, "another pair may stand in the way of a signal, never of a reading"
    first = min(row["ts"] for row in both)
    assert first >= iso(opened + 30 * 900_000), "judged before thirty bars of its timeframe were seen"
    before = [row for row in decisions(tmp_path / "both", PAIR) if row["ts"] < iso(opened)]
    assert before == [row for row in decisions(tmp_path / "other", PAIR) if row["ts"] < iso(opened)]


def test_a_pair_whose_tape_ends_earlier_says_nothing_more(two: Path, compiled: str, tmp_path: Path) -> None:
    short = cut(two, tmp_path / "short", 0, 10 * DAY_BARS)
    ended = int(columns_of(short / YOUNG / "candles_5m.parquet")["ts"][-1]) + 300_000
    summary = run(short, tmp_path / "out", compiled)
    told(tmp_path / "out")
    assert max(row["ts"] for row in decisions(tmp_path / "out", YOUNG)) <= iso(ended)
    parts = (summary.win, summary.lose, summary.expire, summary.no_fill, summary.void)
    assert summary.signals == summary.open + sum(parts)
