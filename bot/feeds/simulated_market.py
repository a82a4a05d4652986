"""The simulated exchange: pairs, and each pair's days as the events a feed would tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.feeds import simulated_path
from bot.feeds.simulated_path import BAR_MS, DAY_MS, Day
from bot.feeds.simulated_regimes import BARS, Floats, Ints
from bot.feeds.simulated_venue import list_pair
from engine.market.events import Book, Candle, Event, Funding, OpenInterest, Trades
from engine.market.instrument import Instrument

START_MS = 1_767_571_200_000  # 2026-01-05T00:00Z, a Monday
_BATCHES = 4  # batches of trades a bar


@dataclass(frozen=True, slots=True)
class BarColumns:
    """The 5m bars of a day, each the aggregate of its own trades."""

    ts: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    quote_volume: Floats
    trades: Ints
    taker_buy: Floats


class SimulatedMarket:
    """A made-up exchange: the same seed gives the same tape, pair by pair, whatever other pairs are listed.

    `edge` 0 (the default) plants nothing: the price is a martingale (bot/feeds/simulated_path.py says what that
    means). `start_ms` is a UTC midnight in ms. Raises ValueError on a negative edge, no pairs, or a repeated pair.
    """

    def __init__(self, seed: int, pairs: Sequence[str], edge: float = 0.0, start_ms: int = START_MS) -> None:
        if not pairs or len(set(pairs)) != len(pairs):
            raise ValueError("a simulated market needs pairs, each once")
        if edge < 0:
            raise ValueError(f"an edge cannot be negative: {edge}")
        self.seed = seed
        self.edge = edge
        self.start_ms = start_ms // DAY_MS * DAY_MS
        self._listings = {pair: list_pair(pair) for pair in pairs}

    @property
    def pairs(self) -> tuple[str, ...]:
        return tuple(self._listings)

    def instruments(self) -> tuple[Instrument, ...]:
        return tuple(listing.instrument for listing in self._listings.values())

    def record(self, pair: str) -> dict[str, str]:
        """The instrument in OKX's own form (`instrument.json`)."""
        return dict(self._listings[pair].record)

    def days(self, pair: str) -> Iterator[Day]:
        """The pair's days from the start, without end; each call begins anew and gives the same."""
        return simulated_path.days(self.seed, self._listings[pair], self.edge, self.start_ms)


def bar_columns(day: Day) -> BarColumns:
    """Open, high, low, close, volumes and counts of each bar's trades (volumes in base units, `quote` in USDT)."""
    first = day.first[:-1]
    bought = np.where(day.side > 0, day.size, 0.0)
    return BarColumns(
        ts=day.start + np.arange(BARS) * BAR_MS,
        open=day.price[first],
        high=np.maximum.reduceat(day.price, first),
        low=np.minimum.reduceat(day.price, first),
        close=day.price[day.first[1:] - 1],
        volume=_sums(day.size, first),
        quote_volume=_sums(day.size * day.price, first),
        trades=np.diff(day.first),
        taker_buy=_sums(bought, first),
    )


def _sums(values: Floats, first: Ints) -> Floats:
    """The sum of each bar's values, to 8 decimals (adding up leaves crumbs below that)."""
    total: Floats = np.add.reduceat(values, first)
    return np.round(total, 8)


def slow_events(pair: str, day: Day) -> list[Event]:
    """What a warm-up fetches: bars with taker volume, open interest at each close, funding. Not sorted."""
    bars = bar_columns(day)
    columns = (bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.taker_buy)
    events: list[Event] = [Candle(pair, "5m", *row) for row in zip(*(column.tolist() for column in columns))]
    closes = (bars.ts + BAR_MS).tolist()
    events += [OpenInterest(pair, ts, value) for ts, value in zip(closes, day.open_interest.tolist())]
    events += [Funding(pair, ts, rate) for ts, rate in day.funding]
    return events


def fast_events(pair: str, day: Day) -> list[Event]:
    """What only a live feed tells: trades in a few batches a bar, the best level once a minute. Not sorted."""
    edges = day.start + np.arange(BARS * _BATCHES + 1) * (BAR_MS // _BATCHES)
    cuts = np.searchsorted(day.ts, edges).tolist()
    ts, price, size, side = day.ts.tolist(), day.price.tolist(), day.size.tolist(), day.side.tolist()
    events: list[Event] = [
        Trades(pair, ts[low:high], price[low:high], size[low:high], side[low:high])
        for low, high in pairwise(cuts)
        if high > low
    ]
    books = (day.book_ts, day.bid, day.ask, day.bid_size, day.ask_size)
    events += [Book(pair, *row) for row in zip(*(column.tolist() for column in books))]
    return events
