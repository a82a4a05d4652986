"""Bars for a chart: the newest ones in memory, the window around a signal, and fewer, wider bars."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.market.events import TIMEFRAMES, Candle, Event

Bars = Callable[[str, int, int], Awaitable[Sequence[Candle]]]
"""Where bars come from: pair, first open and last open (ms) -> bars of one timeframe in order."""

_MINUTE = 60_000
_WIDTHS = (5, 15, 30, 60, 120, 240, 720, 1440)
_BEFORE = {"15m": 8 * 60 * _MINUTE, "1h": 24 * 60 * _MINUTE}
_AFTER = 60 * _MINUTE


class RecentBars:
    """The newest bars of each pair, filled from the stream of events; a `Bars` port of the living process."""

    def __init__(self, timeframe: str = "5m", keep: int = 288 * 7) -> None:
        self._timeframe = timeframe
        self._keep = keep
        self._bars: dict[str, list[Candle]] = {}

    def take(self, event: Event) -> None:
        """Remember a closed bar; anything else, and a bar that is not newer than the last, is passed over."""
        if not isinstance(event, Candle) or event.timeframe != self._timeframe:
            return
        bars = self._bars.setdefault(event.pair, [])
        if not bars or event.ts > bars[-1].ts:
            bars.append(event)
            if len(bars) > 2 * self._keep:
                del bars[: -self._keep]

    async def bars(self, pair: str, start: int, end: int) -> Sequence[Candle]:
        """The bars that open in [start, end]."""
        bars = self._bars.get(pair, [])
        return bars[bisect_left(bars, start, key=_opens) : bisect_left(bars, end + 1, key=_opens)]


def window(document: Mapping[str, Any], outcome: Mapping[str, Any] | None, now: int) -> tuple[int, int]:
    """From when to when (ms) a signal's chart goes: some bars before it, up to an hour after its end or to now."""
    ts = ms_of(document["ts"])
    closed = None if outcome is None else ms_of(outcome["followable"]["closed_at"])
    end = now if closed is None else min(now, closed + _AFTER)
    return ts - _BEFORE.get(document["timeframe"], _BEFORE["1h"]), max(end, ts)


def wider(bars: Sequence[Candle], most: int) -> list[Candle]:
    """At most `most` bars of a round width (15 min, 30 min, ...), each the aggregate of its parts; `ts` its open.

    >>> bars = [Candle("A", "5m", i * 300_000, 1.0 + i, 2.0 + i, 0.5, 1.5 + i, 1.0) for i in range(6)]
    >>> [(bar.ts, bar.open, bar.high, bar.close, bar.volume) for bar in wider(bars, 2)]
    [(0, 1.0, 4.0, 3.5, 3.0), (900000, 4.0, 7.0, 6.5, 3.0)]
    """
    if len(bars) <= most:
        return list(bars)
    span = bars[-1].ts - bars[0].ts + TIMEFRAMES[bars[0].timeframe]
    fitting = [minutes for minutes in _WIDTHS if span / (minutes * _MINUTE) <= most]
    step = (fitting[0] if fitting else _WIDTHS[-1]) * _MINUTE
    groups: dict[int, list[Candle]] = {}
    for bar in bars:
        groups.setdefault(bar.ts // step * step, []).append(bar)
    return [_joined(ts, group) for ts, group in groups.items()]


def ms_of(iso: str) -> int:
    """Milliseconds UTC of a document's time.

    >>> ms_of("1970-01-01T07:00:01+07:00")
    1000
    """
    return round(datetime.fromisoformat(iso).timestamp() * 1000)


def _joined(ts: int, group: Sequence[Candle]) -> Candle:
    first = group[0]
    return Candle(
        first.pair,
        first.timeframe,
        ts,
        first.open,
        max(bar.high for bar in group),
        min(bar.low for bar in group),
        group[-1].close,
        sum(bar.volume for bar in group),
    )


def _opens(bar: Candle) -> int:
    return bar.ts
