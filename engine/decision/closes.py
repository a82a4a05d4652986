"""The newest 1h closes of every pair, for the correlation of pairs: told hour by hour, or read off columns.

Both give the same bits: the logs of the closes of base bars that end an hour, NaN where such a bar is missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HOUR = 3_600_000
RETURNS = 480
_KEPT = RETURNS + 1
_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0), HOUR)


class Closes(Protocol):
    """Where 1h closes come from."""

    def logs(self, pair: str, hour: int) -> NDArray[np.float64]:
        """The logs of 481 closes of the hours that end at `hour` (hours since 1970), oldest first; NaN: unknown."""
        ...


class HourlyCloses:
    """Rings filled as bars close: 8 bytes an hour and pair."""

    def __init__(self) -> None:
        self._logs: dict[str, NDArray[np.float64]] = {}
        self._newest: dict[str, int] = {}  # the hour of the newest close

    def add(self, pair: str, ts: int, close: float) -> None:
        """A bar closed at `ts` (ms); only one that ends an hour counts, and what is not newer is ignored."""
        if ts % HOUR:
            return
        hour, newest = ts // HOUR, self._newest.get(pair)
        if newest is None:
            self._logs[pair] = np.full(_KEPT, math.nan)
        elif hour <= newest:
            return
        else:
            for missing in range(max(newest + 1, hour - _KEPT), hour):
                self._logs[pair][missing % _KEPT] = math.nan
        self._logs[pair][hour % _KEPT] = math.log(close)
        self._newest[pair] = hour

    def logs(self, pair: str, hour: int) -> NDArray[np.float64]:
        newest = self._newest.get(pair)
        if newest is None:
            return np.full(_KEPT, math.nan)
        if newest == hour:
            oldest = (hour + 1) % _KEPT
            return np.concatenate((self._logs[pair][oldest:], self._logs[pair][:oldest]))
        hours = np.arange(hour - RETURNS, hour + 1)
        kept = (newest - _KEPT < hours) & (hours <= newest)
        return np.where(kept, self._logs[pair][hours % _KEPT], math.nan)


class ColumnCloses:
    """The same read off recorded columns: per pair the open times of its base bars, their closes, and their length.

    Shapes (bars,), ms; `hour` must not lie beyond what the run has told.
    """

    def __init__(self, columns: Mapping[str, tuple[NDArray[np.int64], NDArray[np.float64], int]]) -> None:
        self._columns = columns

    def logs(self, pair: str, hour: int) -> NDArray[np.float64]:
        logs = np.full(_KEPT, math.nan)
        ts, close, base_ms = self._columns.get(pair, _NOTHING)
        wanted = np.arange(hour - RETURNS, hour + 1, dtype=np.int64) * HOUR - base_ms
        at = np.searchsorted(ts, wanted)
        for place, bar in enumerate(at.tolist()):
            if bar < len(ts) and ts[bar] == wanted[place]:
                logs[place] = math.log(close[bar])
        return logs
