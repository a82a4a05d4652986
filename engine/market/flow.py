"""What the pair says besides candles: taker flow, best bid and ask, open interest, funding.

Delta = taker buys - taker sells in base units: from trades where they cover a bar (present since before it opened, no
loss in between, summed size within 1 % of the candle's volume), else from the candle's taker volume, else unknown.
It is never guessed from the shape of a bar. A taker order is all trades of one side at one ts (ms); a big print is an
order above the 99.5th percentile of the trailing order notionals.
"""

from __future__ import annotations

from typing import Annotated

from engine.params import Params
from engine.records import inlined, record, step

STREAMS = ("candle", "trades", "book", "open_interest", "funding")
CANDLE, TRADES, BOOK, OPEN_INTEREST, FUNDING = range(5)
BASE_RING = 64  # base bars remembered: an hour of minutes and four more
ORDERS = 2048
TOP = 32  # 11 are asked for; the rest is room for big orders that leave the window

Pair = Annotated[list[float], 2]
Base = Annotated[list[float], BASE_RING]
BaseInts = Annotated[list[int], BASE_RING]


@record
class Flow:
    """Newest values and short histories; sizes in base units, notionals in quote units, times in ms."""

    base_minutes: int  # length of a base bar, set once
    now: int  # newest event's known_at
    bar_end: int  # close time of the newest closed base bar
    # delta of the newest closed base bar, and whether it is known
    delta: float
    delta_known: int
    delta_source: int  # 2 trades, 1 taker volume of the candle, 0 unknown
    covered: int  # 1: trades covered that bar
    # best bid and ask
    book_ts: int  # 0: never seen or lost
    bid: float
    ask: float
    bid_size: float
    ask_size: float
    imbalance_total: float  # sum of L1 imbalances of the open base bar's book events
    imbalance_count: int
    # open interest
    oi_ts: int  # 0: never seen or lost
    oi: float
    # settled funding
    funding_ts: int  # 0: never seen
    funding_rate: float  # newest rate as settled
    rates: Annotated[list[float], 128]  # settled rates per 8 h; settlement number i lives at i & 127
    settlements: int
    interval_ms: int  # between the two newest settlements (8 h until two are known)
    # trades of the open base bar (slot 0) and of the one after it (slot 1); slot_open 0: empty
    cover_ts: int  # first trade since the stream began or was lost; 0: no trades
    late: int  # trades that came after their bar had closed: counted, unused
    slot_open: Annotated[list[int], 2]
    slot_buy: Pair
    slot_sell: Pair
    slot_high: Pair  # extremes of the running delta inside the bar
    slot_low: Pair
    slot_big_buy: Pair
    slot_big_sell: Pair
    # taker orders
    order_ts: int  # the order being summed; 0: none
    order_buy: float
    order_sell: float
    orders: int  # finished orders so far
    order: Annotated[list[float], ORDERS]  # notionals; order number i lives at i & 2047
    top: Annotated[list[float], TOP]  # the `held` largest of them, largest first
    held: int
    big_threshold: float  # quote units; 0: fewer than 200 orders known
    # closed base bars: number i lives at i & 63
    base_bars: int
    base_close: BaseInts  # close time
    base_known: BaseInts  # 1: delta known
    base_delta: Base
    base_high: Base  # extremes of the running delta inside the bar, seen from its open
    base_low: Base
    base_big_known: BaseInts
    base_big_buy: Base
    base_big_sell: Base
    base_imbalance: Base  # mean L1 imbalance of the bar's book events
    base_books: BaseInts  # how many book events the bar had


@step
def clear(x: Flow, i: int, opened: int) -> None:
    """Make slot i that of the base bar opening at `opened`, empty."""
    x.slot_open[i] = opened
    x.slot_buy[i] = 0.0
    x.slot_sell[i] = 0.0
    x.slot_high[i] = 0.0
    x.slot_low[i] = 0.0
    x.slot_big_buy[i] = 0.0
    x.slot_big_sell[i] = 0.0


@step
def shift(x: Flow) -> None:
    """The next bar becomes the open one."""
    x.slot_open[0] = x.slot_open[1]
    x.slot_buy[0] = x.slot_buy[1]
    x.slot_sell[0] = x.slot_sell[1]
    x.slot_high[0] = x.slot_high[1]
    x.slot_low[0] = x.slot_low[1]
    x.slot_big_buy[0] = x.slot_big_buy[1]
    x.slot_big_sell[0] = x.slot_big_sell[1]
    clear(x, 1, 0)


@step
def slot_of(x: Flow, opened: int) -> int:
    """The slot of the base bar opening at `opened`, made if it is the newest so far; -1 where it has gone by."""
    if x.slot_open[0] == opened:
        return 0
    if x.slot_open[1] == opened:
        return 1
    if x.slot_open[0] == 0:
        clear(x, 0, opened)
        return 0
    if opened < x.slot_open[0] or opened < x.slot_open[1]:
        return -1
    if x.slot_open[1] != 0:
        shift(x)
    clear(x, 1, opened)
    return 1


@step
def remember_order(x: Flow, notional: float) -> None:
    """One finished taker order into the ring, and where it is large into the top."""
    i = x.orders & 2047
    if x.orders >= 2048 and x.held > 0 and x.order[i] >= x.top[x.held - 1]:
        leave_top(x, x.order[i])
    whole = x.held == x.orders  # the top holds every order so far
    x.order[i] = notional
    x.orders += 1
    if whole or (x.held > 0 and notional > x.top[x.held - 1]):
        enter_top(x, notional)


@step
def enter_top(x: Flow, notional: float) -> None:
    """Put a notional in its place; the smallest of a full top falls out."""
    if x.held == TOP:
        if notional <= x.top[TOP - 1]:
            return
        x.held -= 1
    place = x.held
    while place > 0 and x.top[place - 1] < notional:
        x.top[place] = x.top[place - 1]
        place -= 1
    x.top[place] = notional
    x.held += 1


@step
def leave_top(x: Flow, notional: float) -> None:
    """An order of the top left the window."""
    place = 0
    while x.top[place] > notional:
        place += 1
    x.held -= 1
    for j in range(place, x.held):
        x.top[j] = x.top[j + 1]


@step
def finish_orders(x: Flow) -> None:
    """The orders of `order_ts` are whole: remember them, and add them to their bar where they are big."""
    if x.order_ts == 0:
        return
    opened = x.order_ts - x.order_ts % (x.base_minutes * 60000)
    for i in range(2):
        if x.slot_open[i] == opened and x.big_threshold > 0.0:
            if x.order_buy > x.big_threshold:
                x.slot_big_buy[i] += x.order_buy
            if x.order_sell > x.big_threshold:
                x.slot_big_sell[i] += x.order_sell
    if x.order_buy > 0.0:
        remember_order(x, x.order_buy)
    if x.order_sell > 0.0:
        remember_order(x, x.order_sell)
    x.order_ts = 0
    x.order_buy = 0.0
    x.order_sell = 0.0


@step
def trade(x: Flow, ts: int, price: float, size: float, side: int, k: Params) -> None:
    """One trade (`side` is the taker's: 1 bought, -1 sold; `size` in base units), in exchange order."""
    if ts > x.now:
        x.now = ts
    if ts < x.bar_end:
        x.late += 1
        return
    if x.cover_ts == 0:
        x.cover_ts = ts
    i = slot_of(x, ts - ts % (x.base_minutes * 60000))
    if i < 0:
        x.late += 1
        return
    if ts != x.order_ts:
        finish_orders(x)
        x.order_ts = ts
    if side > 0:
        x.slot_buy[i] += size
        x.order_buy += price * size
    else:
        x.slot_sell[i] += size
        x.order_sell += price * size
    running = x.slot_buy[i] - x.slot_sell[i]
    if running > x.slot_high[i]:
        x.slot_high[i] = running
    if running < x.slot_low[i]:
        x.slot_low[i] = running


@step
def refresh_threshold(x: Flow) -> None:
    """The order notional that one order in 200 of the trailing 2048 exceeds; 0 below 200 orders."""
    n = min(x.orders, 2048)
    if n < 200:
        return
    wanted = n // 200 + 1
    if x.held < wanted:  # too many of the top have left: look at all of them again
        x.held = 0
        for j in range(n):
            enter_top(x, x.order[j])
    x.big_threshold = x.top[wanted - 1]


@inlined
def close_bar(x: Flow, volume: float, taker_buy: float, has_taker: int, close_ts: int, k: Params) -> None:
    """A base bar closed: its delta, from trades where they cover it, else from the taker volume, else unknown."""
    opened = close_ts - x.base_minutes * 60000
    if x.order_ts != 0 and x.order_ts < close_ts:
        finish_orders(x)
    while x.slot_open[0] != 0 and x.slot_open[0] < opened:
        shift(x)
    here = 1 if x.slot_open[0] == opened else 0
    buy = x.slot_buy[0] if here == 1 else 0.0
    sell = x.slot_sell[0] if here == 1 else 0.0
    x.delta = 0.0
    x.delta_source = 0
    high = 0.0
    low = 0.0
    if x.cover_ts != 0 and x.cover_ts < opened and abs(buy + sell - volume) <= 0.01 * volume:
        x.delta = buy - sell
        x.delta_source = 2
        high = x.slot_high[0] if here == 1 else 0.0
        low = x.slot_low[0] if here == 1 else 0.0
    elif has_taker == 1:
        x.delta = 2.0 * taker_buy - volume
        x.delta_source = 1
        high = max(0.0, x.delta)
        low = min(0.0, x.delta)
    x.delta_known = 1 if x.delta_source > 0 else 0
    x.covered = 1 if x.delta_source == 2 else 0
    i = x.base_bars & 63
    x.base_close[i] = close_ts
    x.base_known[i] = x.delta_known
    x.base_delta[i] = x.delta
    x.base_high[i] = high
    x.base_low[i] = low
    x.base_big_known[i] = 1 if x.delta_source == 2 and x.big_threshold > 0.0 else 0
    x.base_big_buy[i] = x.slot_big_buy[0] if here == 1 else 0.0
    x.base_big_sell[i] = x.slot_big_sell[0] if here == 1 else 0.0
    x.base_books[i] = x.imbalance_count
    x.base_imbalance[i] = x.imbalance_total / x.imbalance_count if x.imbalance_count > 0 else 0.0
    x.base_bars += 1
    x.imbalance_total = 0.0
    x.imbalance_count = 0
    if here == 1:
        shift(x)
    refresh_threshold(x)
    x.bar_end = close_ts
    if close_ts > x.now:
        x.now = close_ts


@inlined
def book(x: Flow, ts: int, bid: float, ask: float, bid_size: float, ask_size: float) -> None:
    """New best bid and ask."""
    if ts > x.now:
        x.now = ts
    x.book_ts = ts
    x.bid = bid
    x.ask = ask
    x.bid_size = bid_size
    x.ask_size = ask_size
    both = bid_size + ask_size
    if both > 0.0:
        x.imbalance_total += (bid_size - ask_size) / both
        x.imbalance_count += 1


@step
def open_interest(x: Flow, ts: int, oi: float) -> None:
    """Open interest as seen at `ts`, in base units."""
    if ts > x.now:
        x.now = ts
    x.oi_ts = ts
    x.oi = oi


@step
def funding(x: Flow, ts: int, rate: float) -> None:
    """A settled rate. The interval is that to the settlement before; one told twice is taken once.

    More than 8 h between two means that one was missed: the interval known so far stays.
    """
    if ts > x.now:
        x.now = ts
    if ts <= x.funding_ts:
        return
    apart = ts - x.funding_ts
    if x.interval_ms == 0:
        x.interval_ms = 28_800_000
    if x.funding_ts != 0 and apart <= 28_800_000:
        x.interval_ms = apart
    x.funding_ts = ts
    x.funding_rate = rate
    x.rates[x.settlements & 127] = rate * (28_800_000.0 / x.interval_ms)
    x.settlements += 1


@step
def lost(x: Flow, stream: int) -> None:
    """A stream (its place in STREAMS) broke: what it said counts no more until it speaks again.

    Trades cover nothing until a whole bar has been seen again. Settled funding stays true, it only grows old.
    """
    if stream == 1:
        x.cover_ts = 0
        x.order_ts = 0
        x.order_buy = 0.0
        x.order_sell = 0.0
        clear(x, 0, 0)
        clear(x, 1, 0)
    elif stream == 2:
        x.book_ts = 0
        x.imbalance_total = 0.0
        x.imbalance_count = 0
    elif stream == 3:
        x.oi_ts = 0
