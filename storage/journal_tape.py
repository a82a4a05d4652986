"""From a journal into the recorded layout: candles, trades, open interest, funding and best prices of each pair.

What is in the files stays. Trades and quotes are only added behind the newest that is there: those that a restart tells
again are left out. Memory stays bounded however long the journal is. `python -m storage.journal_tape DIR` seals the
journal first; with `--whole` all of it, and brings the files up to date, which else happens once a day (UTC).
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from engine.market.events import Book, Candle, Event, Funding, OpenInterest, Trades
from engine.market.instrument import Instrument
from storage.journal import Entry, read_journal, seal
from storage.journal_events import event_of
from storage.merging import extend_rows, merge_rows, newest_stamp
from storage.recorded_instrument import write_instrument
from storage.store_lock import StoreLock, StoreTaken

MARKER = ".journal-told"
MOST_ROWS = 2_000_000  # that wait in memory
DAY_MS = 86_400_000
STREAMS: dict[type[Event], tuple[str, tuple[str, ...]]] = {
    Candle: ("candles_", ("open", "high", "low", "close", "volume")),
    OpenInterest: ("open_interest", ("open_interest",)),
    Funding: ("funding", ("funding_rate",)),
    Book: ("book", ("bid", "ask", "bid_size", "ask_size")),
}
Rows = dict[int, tuple[float, ...]]


def tell(data: Path, most_rows: int = MOST_ROWS) -> int:
    """Bring the files of all pairs up to the journal's newest entry; the number of entries read."""
    read = 0
    told = _told(data)
    held = _Held(data)
    for entry in read_journal(data, after=told):
        held.take(entry)
        read, told = read + 1, entry.seq
        if held.rows >= most_rows:
            held.write(whole=False)
    held.write(whole=True)
    if read:
        _mark(data, told)
    return read


def due(data: Path) -> bool:
    """Whether the newest entry is of a later day than the last time."""
    marker = data / MARKER
    newest = max((path.stat().st_mtime for path in (data / "journal.parquet").iterdir()), default=0.0)
    return not marker.is_file() or marker.stat().st_mtime * 1000 // DAY_MS < newest * 1000 // DAY_MS


class _Held:
    """Rows on their way from the journal to the files."""

    def __init__(self, data: Path) -> None:
        self.rows = 0
        self._data = data
        self._by_time: dict[Path, tuple[tuple[str, ...], Rows]] = {}
        self._trades: dict[Path, list[list[Any]]] = {}
        self._newest: dict[str, int] = {}
        self._again: dict[str, int] = {}

    def take(self, entry: Entry) -> None:
        if entry.kind == "start":
            self._again = dict(self._newest)
            for record in json.loads(entry.payload_json)["instruments"]:
                self._instrument(Instrument(**record))
        event = event_of(entry.kind, json.loads(entry.payload_json)) if entry.kind in _KINDS else None
        if isinstance(event, Trades):
            self._batch(event)
        elif event is not None and (found := STREAMS.get(type(event))) is not None:
            self._row(event, *found)

    def write(self, *, whole: bool) -> None:
        """Into the files; unless `whole` the newest millisecond of trades waits, since more of it may come."""
        for path, (names, rows) in self._by_time.items():
            _write_rows(path, names, rows)
        self._by_time.clear()
        for path, columns in self._trades.items():
            self._trades[path] = _write_trades(path, columns, whole)
        self.rows = sum(len(columns[0]) for columns in self._trades.values())

    def _batch(self, event: Trades) -> None:
        """A new run begins with the trades of its bar, which the run before it may have told already."""
        columns = self._trades.setdefault(self._data / event.pair / "trades.parquet", [[], [], [], []])
        new = bisect_right(event.ts, self._again.get(event.pair, 0))
        for column, values in zip(columns, (event.ts, event.price, event.size, event.side)):
            column.extend(values[new:])
        self.rows += len(event.ts) - new
        self._newest[event.pair] = max(self._newest.get(event.pair, 0), event.known_at)

    def _row(self, event: Any, name: str, names: tuple[str, ...]) -> None:
        if isinstance(event, Candle):
            name += event.timeframe
        values = (event.rate,) if isinstance(event, Funding) else tuple(getattr(event, one) for one in names)
        rows = self._by_time.setdefault(self._data / event.pair / f"{name}.parquet", (names, {}))[1]
        rows[event.ts] = values
        self.rows += 1

    def _instrument(self, instrument: Instrument) -> None:
        folder = self._data / instrument.inst_id
        if not (folder / "instrument.json").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            write_instrument(folder, instrument)


_KINDS = {Trades.kind, *(event.kind for event in STREAMS)}


def _write_rows(path: Path, names: tuple[str, ...], rows: Rows) -> None:
    """Few rows in all (bars and the like) are merged, quotes are put behind."""
    behind = newest_stamp(path) if path.stem == "book" else None
    stamps = sorted(ts for ts in rows if behind is None or ts > behind)
    if not stamps:
        return
    ts = np.array(stamps, dtype=np.int64)
    values = np.array([rows[one] for one in stamps], dtype=np.float64)
    columns = {name: values[:, index] for index, name in enumerate(names)}
    if path.stem == "book":
        extend_rows(path, {"ts": ts, **columns})
    else:
        merge_rows(path, ts, columns)


def _write_trades(path: Path, columns: list[list[Any]], whole: bool) -> list[list[Any]]:
    """Write what may be written; what still waits."""
    ts = np.array(columns[0], dtype=np.int64)
    if not len(ts):
        return columns
    behind = newest_stamp(path)
    first = 0 if behind is None else int(np.searchsorted(ts, behind, side="right"))
    last = len(ts) if whole else int(np.searchsorted(ts, ts[-1], side="left"))
    if first < last:
        rows = slice(first, last)
        price, size, side = (np.array(column[rows]) for column in columns[1:])
        sides = np.where(side > 0, "buy", "sell")
        extend_rows(path, {"ts": ts[rows], "price": price, "size": size, "side": sides})
    return [column[last:] for column in columns]


def _told(data: Path) -> int:
    marker = data / MARKER
    return int(marker.read_text(encoding="ascii")) if marker.is_file() else 0


def _mark(data: Path, seq: int) -> None:
    part = data / f"{MARKER}.part"
    part.write_text(str(seq), encoding="ascii")
    part.replace(data / MARKER)


def main(words: Iterable[str]) -> None:
    """The process that a recorder starts; where another one is at it, it leaves it at that."""
    folder, *how = words
    data, whole = Path(folder), "--whole" in how
    with suppress(StoreTaken), StoreLock(data / "journal-seal"):
        seal(data, whole=whole)
        if whole or due(data):
            tell(data)


if __name__ == "__main__":
    main(sys.argv[1:])
