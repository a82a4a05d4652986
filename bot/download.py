"""`sharpsignal download`: OKX's history into the recorded layout, a chunk at a time, going on where it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.clock import Clock
from bot.download_pair import TRIES, PairDownload
from bot.download_report import DownloadRequest, PairReport, Plan
from bot.errors import DataError
from bot.feeds import okx_rows
from bot.feeds.okx_contracts import wanted_records
from bot.feeds.okx_history import STATISTICS_ROWS, OkxHistory
from bot.feeds.okx_pace import PacedRest, Rest
from engine.market.events import TIMEFRAMES
from storage.merging import stamps
from storage.tape import TapeError

LOG = logging.getLogger(__name__)
AT_ONCE = 4


class Download:
    """One download. `tell` hears (requests made, requests in all at a guess, what is being fetched)."""

    def __init__(
        self, request: DownloadRequest, rest: Rest, clock: Clock, tell: Callable[[int, int, str], None]
    ) -> None:
        self._request = request
        self._clock = clock
        self._plan = Plan(tell)
        self._history = OkxHistory(PacedRest(rest, clock, self._plan.asked), clock, _refused)
        self._step = TIMEFRAMES[request.timeframe]
        self._now = 0

    async def run(self, finished: Callable[[PairReport], None]) -> list[PairReport]:
        """Fetch everything; `finished` hears of each pair as it ends.

        Raises SettingsError (a pair that OKX does not know), Retryable or Fatal (OKX cannot be reached or refuses) and
        DataError (a file that cannot be read or written): what was fetched until then is kept.
        """
        self._now = okx_rows.exchange_time(await self._history.ask("time", {}, TRIES))
        records = await self._history.ask("instruments", {"instType": "SWAP"}, TRIES)
        wanted = wanted_records(records, self._request.pairs, "--pairs ")
        try:
            self._plan.ahead = sum(self._guess(record) for record in wanted)
            return await self._all(wanted, finished)
        except OSError as error:
            raise DataError(f"{self._request.data}: cannot be written ({error.strerror or error})") from error
        except TapeError as error:
            raise DataError(f"{error}; move the file away and download again") from error

    async def _all(
        self, wanted: Sequence[Mapping[str, Any]], finished: Callable[[PairReport], None]
    ) -> list[PairReport]:
        gate = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._within(gate, record, finished)) for record in wanted]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        return [task.result() for task in tasks]

    async def _within(
        self, gate: asyncio.Semaphore, record: Mapping[str, Any], finished: Callable[[PairReport], None]
    ) -> PairReport:
        async with gate:
            report = await PairDownload(self._request, self._history, self._plan, self._now, record).fetch()
        finished(report)
        return report

    def _guess(self, record: Mapping[str, Any]) -> int:
        """Requests of a pair: bars by 300, statistics by 100, settlements."""
        bars = self._request.days * TIMEFRAMES["1d"] // self._step
        path = self._request.data / str(record["instId"]) / f"candles_{self._request.timeframe}.parquet"
        missing = max(0, bars - len(stamps(path)))
        return -(-missing // 300) + 1 + 2 * -(-min(bars, STATISTICS_ROWS) // 100)


def _refused(pair: str, stream: str, reason: str) -> None:
    LOG.warning("%s: a row of %s from OKX was left out: %s", pair, stream, reason)
