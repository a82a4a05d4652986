"""Recorded files damaged on purpose: which rows, in which way, and how the same tape looks without these rows."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

Columns = dict[str, Any]
VALUES: dict[str, dict[str, list[float]]] = {
    "candles_5m": {
        "open": [math.nan, 0.0, -3.0, 1e9],
        "high": [math.nan, math.inf, 1e-9, 1e300],
        "low": [math.nan, -math.inf, -1.0, 1e9],
        "close": [math.nan, 1e-9, 1e300],
        "volume": [math.nan, -1.0, math.inf],
        "taker_buy_volume": [math.nan, -1.0, 1e17],
        "ts": [0, 1_700_000_000, -1, 2**62, 1_767_571_200_001],
    },
    "open_interest": {"open_interest": [math.nan, -1.0, math.inf], "ts": [0, 1_700_000_000, 2**62]},
    "funding": {"funding_rate": [math.nan, math.inf, 3.0], "ts": [-5, 2**62]},
    "trades": {"price": [math.nan, 0.0, 1e300], "size": [-1.0, math.nan, 1e300], "ts": [0, 2**62]},
    "book": {"bid": [math.nan, 0.0, 1e9], "ask": [-1.0, math.inf, 1e-9], "bid_size": [-1.0, math.nan], "ts": [0]},
}
AGAIN = "again"  # the row is there twice


@dataclass(frozen=True, slots=True)
class Damage:
    """`value` stands in `column` of `row` (a share of the file, so that it fits any length)."""

    stream: str
    row: float
    column: str
    value: float

    def __str__(self) -> str:
        return f"{self.stream}[{self.row:.3f}].{self.column}={self.value}"


@st.composite
def damages(draw: st.DrawFn, streams: tuple[str, ...]) -> Damage:
    """One broken row."""
    stream = draw(st.sampled_from(streams))
    twice = [] if stream == "trades" else [AGAIN]  # two equal trades may both have happened
    column = draw(st.sampled_from([*VALUES[stream], *twice]))
    value = 0.0 if column == AGAIN else draw(st.sampled_from(VALUES[stream][column]))
    return Damage(stream, draw(st.floats(0.0, 0.999)), column, value)


def columns_of(path: Path) -> Columns:
    """The columns of a file, free to be changed."""
    return {name: np.array(column) for name, column in pq.read_table(path).to_pydict().items()}


def write(path: Path, columns: Columns) -> None:
    pq.write_table(pa.table(columns), path)


def damaged(source: Path, broken: Path, clean: Path, wounds: list[Damage]) -> dict[str, int]:
    """`broken`: the pair's folder with these wounds; `clean`: the same without the wounded rows.

    Answers how many rows of which file have to be left out: what is there twice costs one row, the other stays.
    """
    shutil.copytree(source, broken)
    shutil.copytree(source, clean)
    lost: dict[str, int] = {}
    for stream in sorted({wound.stream for wound in wounds}):
        name = f"{stream}.parquet"
        columns = columns_of(source / name)
        count = len(columns["ts"])
        hurt: dict[int, Damage] = {int(wound.row * count): wound for wound in wounds if wound.stream == stream}
        again = sorted(row for row, wound in hurt.items() if wound.column == AGAIN)
        for row, wound in hurt.items():
            if wound.column != AGAIN:
                columns[wound.column][row] = wound.value
        write(broken / name, {key: np.insert(values, again, values[again]) for key, values in columns.items()})
        gone = sorted(set(hurt) - set(again))
        write(clean / name, {key: np.delete(values, gone) for key, values in columns_of(source / name).items()})
        lost[name] = len(hurt)
    return lost


def told(out: Path) -> dict[str, str]:
    """What a replay said, file by file; fails where a number of it is none."""
    names = ("signals.jsonl", "outcomes.jsonl", "decisions.jsonl", "ticks.sha256")
    files = {name: (out / name).read_text(encoding="utf-8") for name in names}
    lines = [line for text in files.values() for line in text.splitlines() if line.startswith("{")]
    for document in [*lines, (out / "summary.json").read_text(encoding="utf-8")]:
        json.loads(document, parse_constant=_no_number)
    return files


def _no_number(text: str) -> float:
    raise AssertionError(f"{text} in an output")
