"""OKX's past over REST: paged newest first, checked row by row, handed out oldest first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from bot.clock import Clock
from bot.errors import Retryable
from bot.feeds import okx_rows
from bot.feeds.okx_pace import Rest
from bot.feeds.okx_rows import Refused, TakerVolume, TradeRow
from engine.market.events import TIMEFRAMES, Candle, Funding, OpenInterest

log = logging.getLogger(__name__)

PAGE = 300
RECENT_BARS = 1000  # the candles endpoint knows the newest 1440 only
INTEREST_STEP = TIMEFRAMES["5m"]
STATISTICS_ROWS = 1440
_BARS = {"1m": "1m", "5m": "5m", "15m": "15m", "1h": "1H"}
Row = TypeVar("Row")


class OkxHistory:
    """Reads the past. `refused` is called with (pair, stream, reason); `attempts` None asks until it is answered."""

    def __init__(self, wire: Rest, clock: Clock, refused: Callable[[str, str, str], None]) -> None:
        self._wire = wire
        self._clock = clock
        self._refused = refused

    async def ask(self, endpoint: str, params: dict[str, str], attempts: int | None = 3) -> list[Any]:
        """Rows of an endpoint; passing faults are tried again with growing pauses (0.5 s to 30 s)."""
        tried = 0
        while True:
            try:
                return await self._wire.get(endpoint, params)
            except Retryable as error:
                tried += 1
                if attempts is not None and tried >= attempts:
                    raise
                log.warning("%s; trying again", error)
                await self._clock.sleep(error.retry_after or min(30.0, 0.25 * 2 ** min(tried, 7)))

    async def candles(
        self, pair: str, timeframe: str, start: int, end: int, now_ms: int, attempts: int | None = 3
    ) -> list[Candle]:
        """Closed bars with start <= ts < end, oldest first, each once."""
        found: dict[int, Candle] = {}
        after = end
        while after > start:
            recent = after > now_ms - RECENT_BARS * TIMEFRAMES[timeframe]
            params = {"instId": pair, "bar": _BARS[timeframe], "limit": str(PAGE), "after": str(after)}
            rows = await self.ask("candles" if recent else "history-candles", params, attempts)
            oldest = after
            for row in rows:
                bar = self._read(pair, "candle", partial(okx_rows.candle, pair, timeframe, row, now_ms))
                if bar is None:
                    continue
                oldest = min(oldest, bar[0].ts)
                if bar[1] and start <= bar[0].ts < end:
                    found.setdefault(bar[0].ts, bar[0])
            if oldest >= after:
                break
            after = oldest
        return [found[ts] for ts in sorted(found)]

    async def last_closed(self, pair: str, timeframe: str, now_ms: int) -> int | None:
        """Open of the newest closed bar."""
        params = {"instId": pair, "bar": _BARS[timeframe], "limit": "5"}
        rows = await self.ask("candles", params, attempts=None)
        bars = [self._read(pair, "candle", partial(okx_rows.candle, pair, timeframe, row, now_ms)) for row in rows]
        closed = [bar[0].ts for bar in bars if bar is not None and bar[1]]
        return max(closed, default=None)

    async def funding(self, pair: str, since: int, now_ms: int, attempts: int | None = 3) -> list[Funding]:
        """Settlements after `since`, oldest first."""
        found: dict[int, Funding] = {}
        after: int | None = None
        while True:
            params = {"instId": pair, "limit": "400"} | ({"after": str(after)} if after is not None else {})
            rows = await self.ask("funding-rate-history", params, attempts)
            oldest = after if after is not None else now_ms + TIMEFRAMES["1d"]
            reached = oldest
            for row in rows:
                event = self._read(pair, "funding", partial(okx_rows.funding_settled, pair, row, now_ms))
                if event is None:
                    continue
                reached = min(reached, event.ts)
                if event.ts > since:
                    found.setdefault(event.ts, event)
            if reached >= oldest or reached <= since:
                return [found[ts] for ts in sorted(found)]
            after = reached

    async def open_interest(
        self, pair: str, start: int, end: int, now_ms: int, attempts: int | None = None
    ) -> list[OpenInterest]:
        """5-minute rows that could be seen in (start, end], oldest first; OKX keeps the newest 1440."""
        found: dict[int, OpenInterest] = {}
        start = max(start, end - STATISTICS_ROWS * INTEREST_STEP)
        last = end
        while last > start:
            params = {"instId": pair, "period": "5m", "limit": "100", "begin": str(start), "end": str(last)}
            rows = await self.ask("open-interest-history", params, attempts)
            oldest = last
            for row in rows:
                event = self._read(
                    pair,
                    "open_interest",
                    partial(okx_rows.open_interest_history, pair, row, INTEREST_STEP, now_ms),
                )
                if event is None:
                    continue
                oldest = min(oldest, event.ts - INTEREST_STEP)
                if start < event.ts <= end:
                    found.setdefault(event.ts, event)
            if oldest >= last:
                break
            last = oldest - 1
        return [found[ts] for ts in sorted(found)]

    async def taker_volume(
        self, pair: str, timeframe: str, start: int, end: int, now_ms: int, attempts: int | None = 3
    ) -> list[TakerVolume]:
        """What takers bought and sold in the bars with start <= ts < end, oldest first; OKX keeps the newest 1440."""
        step = TIMEFRAMES[timeframe]
        found: dict[int, TakerVolume] = {}
        start = max(start, end - STATISTICS_ROWS * step)
        last = end - step
        while last >= start:
            params = {"instId": pair, "period": timeframe, "unit": "0", "limit": "100"}
            rows = await self.ask("taker-volume", params | {"begin": str(start), "end": str(last)}, attempts)
            read = [self._read(pair, "taker_volume", partial(okx_rows.taker_volume, row, step, now_ms)) for row in rows]
            page = [row for row in read if row is not None and start <= row.ts <= last]
            found.update({row.ts: row for row in page})
            if not page:
                break
            last = min(row.ts for row in page) - step
        return [found[ts] for ts in sorted(found)]

    async def older_trades(
        self, pair: str, ct_val: float, start: int, end: int, now_ms: int, attempts: int | None = 3
    ) -> list[TradeRow]:
        """Every single fill with start <= ts < end, oldest first; OKX keeps three months."""
        found: dict[int, TradeRow] = {}
        params = {"type": "2", "after": str(end)}
        while True:
            asked = {"instId": pair, "limit": "100", **params}
            rows = await self.ask("history-trades", asked, attempts)
            read = [self._read(pair, "trades", partial(okx_rows.trade, pair, row, ct_val, now_ms)) for row in rows]
            page = [row for row in read if row is not None and row.ident not in found]
            found.update({row.ident: row for row in page})
            if not page or min(row.ts for row in page) < start:
                break
            params = {"type": "1", "after": str(min(row.ident for row in page))}
        return [found[ident] for ident in sorted(found) if start <= found[ident].ts < end]

    async def trades(
        self, pair: str, ct_val: float, last_id: int | None, since: int, now_ms: int, pages: int = 10
    ) -> tuple[list[TradeRow], bool]:
        """Single fills after `last_id` (where known) and since `since`, oldest first, and whether none is missing."""
        found: dict[int, TradeRow] = {}
        endpoint, params = "trades", {"instId": pair, "limit": "500"}
        for _ in range(pages):
            rows = await self.ask(endpoint, params, attempts=2)
            read = [self._read(pair, "trades", partial(okx_rows.trade, pair, row, ct_val, now_ms)) for row in rows]
            page = [row for row in read if row is not None]
            new = [row for row in page if row.ident not in found]
            found.update({row.ident: row for row in new})
            reached = [row for row in page if row.ts < since or (last_id is not None and row.ident <= last_id)]
            if reached or not new:
                whole = bool(reached) or not rows
                break
            oldest = min(row.ident for row in page)
            endpoint, params = "history-trades", {"instId": pair, "limit": "100", "type": "1", "after": str(oldest)}
        else:
            whole = False
        kept = [found[ident] for ident in sorted(found)]
        return [row for row in kept if row.ts >= since and (last_id is None or row.ident > last_id)], whole

    def _read(self, pair: str, stream: str, read: Callable[[], Row]) -> Row | None:
        try:
            return read()
        except Refused as error:
            self._refused(pair, stream, error.reason)
            return None
