"""A replay of a damaged tape refuses with file, row and reason, or leaves rows out and counts them: nothing else."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.errors import DataError
from bot.replay.figures import Summary
from bot.replay.run import ReplayRequest, replay
from tests.bad_input.damage import AGAIN, Damage, columns_of, damaged, damages, told, write
from tests.bad_input.room import PAIR
from tests.engine.runs import batch_ticks, feed_over, live_ticks

SLOWLY = settings(max_examples=8, deadline=None, phases=(Phase.reuse, Phase.generate))  # a replay each
STREAMS = ("candles_5m", "open_interest", "funding", "book")


def run(data: Path, out: Path, cache: str, **wishes: Any) -> Summary:
    request = ReplayRequest(
        data=data,
        out=out,
        pairs=None,
        start=None,
        end=None,
        policy=None,
        decisions=True,
        skip_bad_rows=False,
        sensitivity="active",
        publish="all",
        timezone="UTC",
        cache_dir=cache,
    )
    return replay(replace(request, **wishes), lambda ts, last: None)


def check(source: Path, cache: str, wounds: list[Damage], home: Path) -> None:
    """Refused whole; or left out, counted, and then equal to the tape that never had these rows."""
    broken, clean = home / "broken", home / "clean"
    lost = damaged(source, broken / source.name, clean / source.name, wounds)
    with pytest.raises(DataError, match=rf"^{source.name}/({'|'.join(lost)}): row \d+: .+"):
        run(broken, home / "refused", cache)
    assert not (home / "refused").exists()
    summary = run(broken, home / "skipped", cache, skip_bad_rows=True)
    assert summary.skipped_rows == {f"{source.name}/{name}": count for name, count in lost.items()}
    run(clean, home / "expected", cache)
    assert told(home / "skipped") == told(home / "expected")


def test_the_sound_tape_gives_decisions_and_signals(recorded: Path, compiled: str, tmp_path: Path) -> None:
    summary = run(recorded.parent, tmp_path / "out", compiled)
    files = told(tmp_path / "out")
    assert summary.signals > 0 and files["decisions.jsonl"].count("\n") > 100


@SLOWLY
@given(wounds=st.lists(damages(STREAMS), min_size=1, max_size=6))
def test_a_damaged_tape_is_refused_or_read_without_the_rows(
    recorded: Path, compiled: str, wounds: list[Damage]
) -> None:
    with tempfile.TemporaryDirectory() as home:
        check(recorded, compiled, wounds, Path(home))


@settings(SLOWLY, max_examples=4)
@given(wounds=st.lists(damages(("trades", "candles_5m")), min_size=1, max_size=6))
def test_a_damaged_tape_of_trades_is_refused_or_read_without_the_rows(traded: Path, wounds: list[Damage]) -> None:
    with tempfile.TemporaryDirectory() as home:
        check(traded, "", wounds, Path(home))


@pytest.mark.parametrize("stream", STREAMS)
def test_a_shuffled_file_is_refused_and_what_is_left_is_in_order(
    recorded: Path, compiled: str, tmp_path: Path, stream: str
) -> None:
    home = tmp_path / "data" / PAIR
    shutil.copytree(recorded, home)
    columns = columns_of(home / f"{stream}.parquet")
    order = np.random.default_rng(3).permutation(len(columns["ts"]))
    write(home / f"{stream}.parquet", {name: values[order] for name, values in columns.items()})
    with pytest.raises(DataError, match=rf"{stream}\.parquet: row \d+: unsorted"):
        run(home.parent, tmp_path / "out", compiled)
    summary = run(home.parent, tmp_path / "out", compiled, skip_bad_rows=True)
    assert 0 < summary.skipped_rows[f"{PAIR}/{stream}.parquet"] < len(order)
    told(tmp_path / "out")


@settings(SLOWLY, max_examples=4)
@given(holes=st.lists(st.tuples(st.floats(0.0, 0.99), st.integers(1, 400)), min_size=1, max_size=5))
def test_holes_are_the_same_holes_both_ways(recorded: Path, compiled: str, holes: list[tuple[float, int]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / PAIR
        shutil.copytree(recorded, folder)
        for stream in STREAMS:
            columns = columns_of(folder / f"{stream}.parquet")
            keep = np.ones(len(columns["ts"]), dtype=bool)
            for share, length in holes:
                keep[int(share * len(keep)) :][:length] = False
            write(folder / f"{stream}.parquet", {name: values[keep] for name, values in columns.items()})
        if len(columns_of(folder / "candles_5m.parquet")["ts"]):
            assert live_ticks(feed_over(Path(home))) == batch_ticks(feed_over(Path(home)), compiled)


@pytest.mark.parametrize("stream", ["open_interest", "funding", "book"])
def test_a_stream_without_rows_is_a_stream_that_says_nothing(
    recorded: Path, compiled: str, tmp_path: Path, stream: str
) -> None:
    empty, absent = tmp_path / "empty" / PAIR, tmp_path / "absent" / PAIR
    for folder in (empty, absent):
        shutil.copytree(recorded, folder)
    columns = columns_of(recorded / f"{stream}.parquet")
    write(empty / f"{stream}.parquet", {name: values[:0] for name, values in columns.items()})
    (absent / f"{stream}.parquet").unlink()
    run(empty.parent, tmp_path / "one", compiled)
    run(absent.parent, tmp_path / "two", compiled)
    assert told(tmp_path / "one") == told(tmp_path / "two")


@settings(max_examples=40, deadline=None)
@given(flips=st.lists(st.tuples(st.floats(0.0, 0.9999), st.integers(0, 255)), min_size=1, max_size=30))
def test_bytes_that_rotted_are_an_error_that_names_the_file_or_change_nothing_that_is_read(
    recorded: Path, flips: list[tuple[float, int]]
) -> None:
    from storage.recordings import load_tape
    from storage.tape import TapeError

    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / PAIR
        shutil.copytree(recorded, folder)
        path = folder / "candles_5m.parquet"
        rotten = bytearray(path.read_bytes())
        for share, value in flips:
            rotten[int(share * len(rotten))] = value
        path.write_bytes(rotten)
        try:
            load_tape(folder)
        except TapeError as error:
            assert "candles_5m.parquet" in str(error)


def test_the_command_says_so_and_leaves_with_one(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wound = Damage("candles_5m", 0.5, "close", float("nan"))
    damaged(recorded, tmp_path / "data" / PAIR, tmp_path / "clean" / PAIR, [wound])
    monkeypatch.chdir(tmp_path)
    code = main(["replay", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")])
    assert code == 1
    assert f"{PAIR}/candles_5m.parquet: row 2304: close is NaN or infinite" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("market", "pair"), [("okx-swap-5m-2025", "SOL-USDT-SWAP"), ("binance-perp-5m", "BTC-USDT-SWAP")]
)
def test_recorded_tapes_damaged_on_purpose(
    recorded_market: Path, compiled: str, tmp_path: Path, market: str, pair: str
) -> None:
    source = tmp_path / "source" / pair
    source.mkdir(parents=True)
    for path in (recorded_market / market / pair).iterdir():
        if path.name.startswith("candles_5m") or path.name == "instrument.json":
            shutil.copy(path, source / path.name)
    columns = columns_of(source / "candles_5m.parquet")
    write(source / "candles_5m.parquet", {name: values[:9000] for name, values in columns.items()})
    wounds = [
        Damage("candles_5m", 0.11, "close", float("nan")),
        Damage("candles_5m", 0.35, "low", -1.0),
        Damage("candles_5m", 0.36, AGAIN, 0.0),
        Damage("candles_5m", 0.77, "ts", 1_700_000_000),
    ]
    check(source, compiled, wounds, tmp_path)
