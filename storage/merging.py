"""New rows into recorded files: what is there stays, gaps are filled, and a kill leaves a file as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from storage.recordings import packing, write_columns
from storage.tape import Floats, TapeError, Times

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge: rows now, how many are new, and how many that came again say something else."""

    rows: int
    added: int
    differing: int


def stamps(path: Path) -> Times:
    """The times of a recorded file, none where it is missing. Raises TapeError where it is not readable or unsorted."""
    if not path.is_file():
        return np.zeros(0, dtype=np.int64)
    ts = np.asarray(_read(path, ["ts"])["ts"].to_numpy(), dtype=np.int64)
    if np.any(ts[1:] < ts[:-1]):
        raise TapeError(path, int(np.argmax(ts[1:] < ts[:-1])) + 1, "unsorted: ts is before the row above")
    return ts


def merge_rows(path: Path, ts: Times, columns: Mapping[str, Floats]) -> Merged:
    """Put rows into a file with one row a `ts`; NaN is unknown. What is there is kept, what is unknown is filled.

    `ts` must be sorted, each once. Raises TapeError, and OSError where the disk is full.
    """
    old_ts = stamps(path)
    old = {} if not len(old_ts) else _floats(_read(path))
    every = np.union1d(old_ts, ts)
    old_at, new_at = np.searchsorted(every, old_ts), np.searchsorted(every, ts)
    differs = np.zeros(len(every), dtype=np.bool_)
    whole: dict[str, Any] = {"ts": every}
    for name in [*old, *(name for name in columns if name not in old)]:
        before, after = np.full(len(every), np.nan), np.full(len(every), np.nan)
        before[old_at] = old.get(name, np.nan)
        after[new_at] = columns.get(name, np.nan)
        differs |= ~np.isnan(before) & ~np.isnan(after) & (before != after)
        whole[name] = np.where(np.isnan(before), after, before)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_columns(path, whole)
    return Merged(len(every), len(every) - len(old_ts), int(differs.sum()))


def extend_rows(path: Path, columns: Mapping[str, Any], *, first: bool = False) -> int:
    """Put rows behind those of a file (or before them, with `first`) without reading it whole; the number of rows now.

    Several rows may share a `ts`, but not one old with one new. Raises ValueError where they overlap.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    new = pa.table(dict(columns))
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_columns(path, columns)
        return int(new.num_rows)
    ends, rows = _ends(path)
    ts = np.asarray(columns["ts"])
    if len(ends) and len(ts) and (ts[-1] >= ends[0] if first else ts[0] <= ends[-1]):
        raise ValueError(f"{path.name}: new rows overlap with those that are there")
    part = path.with_name(f".{path.name}.part")
    try:
        with pq.ParquetFile(path) as source, _writer(part, source.schema_arrow) as target:
            new = new.cast(source.schema_arrow)
            if first:
                target.write_table(new)
            for batch in source.iter_batches(1 << 20):
                target.write_batch(batch)
            if not first:
                target.write_table(new)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return rows + int(new.num_rows)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(path, schema, **packing(schema.names))


def newest_stamp(path: Path) -> int | None:
    """The last `ts` of a sorted file; None where there is none. Raises TapeError."""
    if not path.is_file():
        return None
    ends, _ = _ends(path)
    return int(ends[-1]) if len(ends) else None


def _ends(path: Path) -> tuple[Times, int]:
    """The times of a file's first and last rows, read from its ends, and how many rows it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            groups = [file.read_row_group(group, ["ts"])["ts"] for group in {0, file.num_row_groups - 1} if group >= 0]
            rows = int(file.metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        raise TapeError(path, None, f"not a readable Parquet file ({str(error).splitlines()[0]})") from error
    found = [np.asarray(group.to_numpy(), dtype=np.int64) for group in groups]
    return np.sort(np.concatenate([ts[[0, -1]] for ts in found if len(ts)] or [np.zeros(0, dtype=np.int64)])), rows


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path, columns=columns)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TapeError(path, None, f"not a readable Parquet file ({str(error).splitlines()[0]})") from error


def _floats(table: pa.Table) -> dict[str, Floats]:
    """Every column but `ts`; null is NaN."""
    return {name: np.asarray(table[name].to_numpy(), dtype=np.float64) for name in table.column_names if name != "ts"}
