"""What the pair says besides candles: taker flow, best bid and ask, open interest, funding."""

from __future__ import annotations

from typing import Annotated

from engine.params import Params
from engine.records import record, step


@record
class Flow:
    """Newest values and short histories; sizes in base units, times in ms."""

    now: int  # newest event's known_at
    bar_end: int  # close time of the newest closed base bar
    # delta of the newest closed base bar, and whether it is known
    delta: float
    delta_known: int
    # best bid and ask
    book_ts: int  # 0: never seen or lost
    bid: float
    ask: float
    bid_size: float
    ask_size: float
    # open interest
    oi_ts: int  # 0: never seen or lost
    oi: float
    # settled funding
    funding_ts: int  # 0: never seen
    funding_rate: float
    rates: Annotated[list[float], 128]
    settlements: int
    interval_ms: int  # between the two newest settlements


@step
def close_bar(x: Flow, volume: float, taker_buy: float, has_taker: int, close_ts: int, k: Params) -> None:
    """A base bar closed: its delta, from trades where they cover the bar, else from the taker volume, else unknown."""
    x.delta_known = has_taker
    x.delta = 2.0 * taker_buy - volume if has_taker == 1 else 0.0
    x.bar_end = close_ts
