"""One pair's history from OKX into its folder: stream after stream, each from where its file ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.download_report import DownloadRequest, PairReport, Plan
from bot.errors import DataError
from bot.feeds.okx_history import STATISTICS_ROWS, OkxHistory
from bot.feeds.okx_pace import SPACING_MS
from bot.feeds.okx_rows import TradeRow
from engine.market.events import TIMEFRAMES, Candle
from engine.market.instrument import Instrument
from storage.merging import Merged, extend_rows, merge_rows, stamps
from storage.recorded_instrument import write_record
from storage.recordings import read_bars
from storage.tape import Times

TRIES = 6  # of one request, in about 16 seconds
CHUNK = 3000  # bars that are fetched, then written
OVERLAP = 12  # bars beside a gap that are fetched again and compared
HOUR = TIMEFRAMES["1h"]
WORTH_MS = 60_000  # trades that take longer than this are fetched only when asked for
TRADES_KEPT = 500_000  # trades that wait in memory to be written
AGREES = 0.01  # taker volume is used where it adds up to the bar's volume, give or take this share


class PairDownload:
    """The streams of one pair, one after the other."""

    def __init__(
        self, request: DownloadRequest, history: OkxHistory, plan: Plan, now: int, record: Mapping[str, Any]
    ) -> None:
        self._request = request
        self._history = history
        self._plan = plan
        self._now = now
        self._record = record
        self._pair = str(record["instId"])
        self._folder = request.data / self._pair
        self._step = TIMEFRAMES[request.timeframe]
        self._end = now // self._step * self._step
        listed = int(record.get("listTime") or 0)
        self._start = max(self._end - request.days * TIMEFRAMES["1d"], -(-listed // self._step) * self._step)
        self._report = PairReport(self._pair)

    async def fetch(self) -> PairReport:
        self._instrument()
        self._plan.doing = f"{self._pair} candles"
        await self._candles()
        if self._request.timeframe != "1m":
            self._plan.doing = f"{self._pair} taker volume"
            await self._taker_volume()
        self._plan.doing = f"{self._pair} open interest and funding"
        await self._slow()
        await self._trades()
        return self._report

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"

    def _instrument(self) -> None:
        try:
            Instrument.from_okx(self._record)
        except ValueError as error:
            raise DataError(str(error)) from error
        self._folder.mkdir(parents=True, exist_ok=True)
        write_record(self._folder, self._record)

    async def _candles(self) -> None:
        name = f"candles_{self._request.timeframe}"
        path = self._path(name)
        for start, end in gaps(stamps(path), self._start, self._end, self._step):
            for upto in range(end, start, -CHUNK * self._step):
                since = max(start, upto - CHUNK * self._step)
                bars = await self._history.candles(self._pair, self._request.timeframe, since, upto, self._now, TRIES)
                if bars:
                    self._report.merged(name, merge_rows(path, *_columns(bars)))
        if not path.is_file():
            self._report.notes.append("no closed bar yet")
        elif name not in self._report.files:
            self._report.merged(name, Merged(len(stamps(path)), 0, 0))

    async def _taker_volume(self) -> None:
        """What takers bought, into the bars: OKX's statistics, where they agree with the bar's volume."""
        name = f"candles_{self._request.timeframe}"
        path = self._path(name)
        volumes = unknown_taker(path, max(self._start, self._end - STATISTICS_ROWS * self._step))
        if not volumes:
            return
        rows = await self._history.taker_volume(
            self._pair, self._request.timeframe, min(volumes), max(volumes) + self._step, self._now, TRIES
        )
        sound = [row for row in rows if row.ts in volumes and _agrees(row.sold + row.bought, volumes[row.ts])]
        ts = np.array([row.ts for row in sound], dtype=np.int64)
        bought = np.array([min(row.bought, volumes[row.ts]) for row in sound])
        if len(ts):
            merge_rows(path, ts, {"taker_buy_volume": bought})
        self._report.notes.append(f"taker volume of {len(ts)} more bars")

    async def _slow(self) -> None:
        path = self._path("open_interest")
        known = stamps(path)
        step = TIMEFRAMES["5m"]
        end = self._now // step * step
        since = max(-(-self._start // step) * step, end - STATISTICS_ROWS * step)
        holes = gaps(known, since + step, end + step, step)
        if holes:
            rows = await self._history.open_interest(self._pair, holes[-1][0] - step, end, self._now, TRIES)
            if rows:
                ts = np.array([row.ts for row in rows], dtype=np.int64)
                values = {"open_interest": np.array([row.open_interest for row in rows])}
                self._report.merged("open_interest", merge_rows(path, ts, values))
        settled = await self._history.funding(self._pair, self._start - 1, self._now, TRIES)
        if settled:
            ts = np.array([row.ts for row in settled], dtype=np.int64)
            rates = {"funding_rate": np.array([row.rate for row in settled])}
            self._report.merged("funding", merge_rows(self._path("funding"), ts, rates))

    async def _trades(self) -> None:
        """Whole hours of single fills: first what is newer than the file, then what is older, each without a hole."""
        if self._request.trades is False:
            return
        self._plan.doing = f"{self._pair} trades"
        known = stamps(self._path("trades"))
        start, end = -(-self._start // HOUR) * HOUR, self._now // HOUR * HOUR
        newest = int(known[-1]) // HOUR * HOUR + HOUR if len(known) else end
        oldest = int(known[0]) // HOUR * HOUR if len(known) else end
        newer = [(hour, False) for hour in range(newest, end, HOUR)]
        older = [(hour, True) for hour in range(oldest - HOUR, start - 1, -HOUR)]
        if self._request.trades is None and not await self._worth(len(newer) + len(older)):
            return
        for hours in (newer, older):
            await self._hours(hours)

    async def _worth(self, hours: int) -> bool:
        """Whether that many hours come soon enough, judged by the newest hundred fills."""
        params = {"instId": self._pair, "limit": "100", "type": "2", "after": str(self._now)}
        rows = await self._history.ask("history-trades", params, TRIES)
        times = [int(row["ts"]) for row in rows]
        if not times or not hours:
            return False
        requests = hours * HOUR * len(times) / 100 / max(1, max(times) - min(times)) if len(times) == 100 else hours
        takes = max(requests, hours) * SPACING_MS["history-trades"]
        if takes > WORTH_MS:
            self._report.notes.append(f"trades would take about {takes / HOUR:.1f} h more: --trades fetches them")
        return takes <= WORTH_MS

    async def _hours(self, hours: Sequence[tuple[int, bool]]) -> None:
        """Fetch hours in the order that leaves no hole, and write them now and then."""
        waiting: list[Any] = []
        ct_val = Instrument.from_okx(self._record).ct_val
        self._plan.ahead += len(hours)
        try:
            for hour, first in hours:
                rows = await self._history.older_trades(self._pair, ct_val, hour, hour + HOUR, self._now, TRIES)
                if first and not rows and hour < self._now - 80 * TIMEFRAMES["1d"]:
                    break
                waiting = rows + waiting if first else waiting + rows
                if len(waiting) >= TRADES_KEPT:
                    self._write_trades(waiting, first)
                    waiting = []
        finally:
            if waiting:
                self._write_trades(waiting, hours[0][1])

    def _write_trades(self, rows: Sequence[TradeRow], first: bool) -> None:
        columns = {
            "ts": np.array([row.ts for row in rows], dtype=np.int64),
            "price": np.array([row.price for row in rows]),
            "size": np.array([row.size for row in rows]),
            "side": np.array(["buy" if row.side > 0 else "sell" for row in rows]),
        }
        count = extend_rows(self._path("trades"), columns, first=first)
        self._report.merged("trades", Merged(count, len(rows), 0))


def gaps(known: Times, start: int, end: int, step: int) -> list[tuple[int, int]]:
    """The stretches of the grid from `start` to `end` that are not known, newest first, a few rows wider.

    >>> gaps(np.array([60, 70, 100]), 0, 110, 10)
    [(0, 110)]
    >>> gaps(np.arange(0, 2000, 10), 0, 3000, 10)
    [(1880, 3000)]
    """
    grid = np.arange(start, end, step, dtype=np.int64)
    missing = grid[~np.isin(grid, known)]
    if not len(missing):
        return []
    apart = np.flatnonzero(np.diff(missing) > 2 * OVERLAP * step)
    firsts, lasts = missing[np.concatenate([[0], apart + 1])], missing[np.concatenate([apart, [len(missing) - 1]])]
    wide = [
        (max(start, int(a) - OVERLAP * step), min(end, int(b) + (1 + OVERLAP) * step)) for a, b in zip(firsts, lasts)
    ]
    return wide[::-1]


def unknown_taker(path: Path, since: int) -> dict[int, float]:
    """Volume by `ts` of the bars from `since` on whose taker volume is not known."""
    if not path.is_file():
        return {}
    bars = read_bars(path)
    known = np.zeros(len(bars.ts), dtype=np.bool_) if bars.taker_buy is None else ~np.isnan(bars.taker_buy)
    wanted = ~known & (bars.ts >= since)
    return dict(zip(bars.ts[wanted].tolist(), bars.volume[wanted].tolist()))


def _agrees(told: float, volume: float) -> bool:
    return abs(told - volume) <= AGREES * volume


def _columns(bars: Sequence[Candle]) -> tuple[Times, dict[str, Any]]:
    ts = np.array([bar.ts for bar in bars], dtype=np.int64)
    names = ("open", "high", "low", "close", "volume")
    return ts, {name: np.array([getattr(bar, name) for bar in bars]) for name in names}
