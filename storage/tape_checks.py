"""What makes a recorded row broken. Each check is a reason and a mask over the rows, True where the row is broken."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.market.plausible import LEAST_PRICE, LEAST_SIZE, MOST_PRICE, MOST_RATE, MOST_SIZE
from storage.tape import Floats, Times

Mask = npt.NDArray[np.bool_]
Check = tuple[str, Mask]

EARLIEST = 1_230_768_000_000  # 2009-01-01: before any market of this kind; also catches seconds in place of ms
LATEST = 4_102_444_800_000  # 2100-01-01: also catches microseconds in place of ms
ROUNDING = 1e-9


def time_checks(ts: Times, *, step: int | None = None, unique: bool = True) -> list[Check]:
    """Sorted, without duplicates where `unique`, plausible as ms UTC, and on the grid of `step` ms where given.

    >>> [reason for reason, bad in time_checks(np.array([1_600_000_000_000, 1_600_000_000_000])) if bad.any()]
    ['duplicate ts']
    """
    if step is not None and _unbroken(ts, step):
        return []
    checks: list[Check] = []
    if not _rising(ts):
        step_back, same = np.zeros((2, len(ts)), dtype=np.bool_)
        step_back[1:], same[1:] = ts[1:] < ts[:-1], ts[1:] == ts[:-1]
        checks.append(("ts is not in milliseconds UTC", (ts < EARLIEST) | (ts >= LATEST)))
        checks.append(("unsorted: ts is before the row above", step_back))
        checks += [("duplicate ts", same)] if unique else []
    if step is not None:
        checks.append((f"ts is not on the grid of {step // 60_000} min", ts % step != 0))
    return checks


def _unbroken(ts: Times, step: int) -> bool:
    """Whether times are a step apart each, on its grid, and plausible: one cheap look at a tape without holes."""
    ends = len(ts) > 0 and bool(ts[0] >= EARLIEST and ts[-1] < LATEST and ts[0] % step == 0)
    return ends and bool((ts[1:] - ts[:-1] == step).all())


def _rising(ts: Times) -> bool:
    """Whether every time is plausible and after the one before it."""
    return len(ts) == 0 or bool(ts[0] >= EARLIEST and ts[-1] < LATEST and (ts[1:] > ts[:-1]).all())


def price_check(name: str, values: Floats) -> list[Check]:
    """Finite, above zero, and no larger or smaller than any price is.

    >>> [reason for reason, bad in price_check("price", np.array([1.0, np.nan, 0.0, 1e300])) if bad.any()]
    ['price is NaN or infinite', 'price is not above zero', 'price is larger or smaller than any price']
    """
    if _within(values, LEAST_PRICE, MOST_PRICE):
        return []
    small, large = (values > 0.0) & (values < LEAST_PRICE), np.isfinite(values) & (values > MOST_PRICE)
    return [
        (f"{name} is NaN or infinite", ~np.isfinite(values)),
        (f"{name} is not above zero", values <= 0.0),
        (f"{name} is larger or smaller than any price", small | large),
    ]


def size_check(name: str, values: Floats) -> list[Check]:
    """Finite, not negative, and no larger or smaller than any size is.

    >>> [reason for reason, bad in size_check("size", np.array([0.0, 1.0, -1.0, 1e-300])) if bad.any()]
    ['size is negative', 'size is larger or smaller than any size']
    """
    if _within(values, LEAST_SIZE, MOST_SIZE):
        return []
    small, large = (values > 0.0) & (values < LEAST_SIZE), np.isfinite(values) & (values > MOST_SIZE)
    return [
        (f"{name} is NaN or infinite", ~np.isfinite(values)),
        (f"{name} is negative", values < 0.0),
        (f"{name} is larger or smaller than any size", small | large),
    ]


def rate_check(name: str, values: Floats) -> list[Check]:
    """Finite, and a fraction of either sign."""
    wild = np.isfinite(values) & (np.abs(values) > MOST_RATE)
    return [(f"{name} is NaN or infinite", ~np.isfinite(values)), (f"{name} is no fraction", wild)]


def _within(values: Floats, least: float, most: float) -> bool:
    """Whether all are (a NaN is not): two cheap passes spare a sound column its masks."""
    return len(values) == 0 or bool(values.min() >= least and values.max() <= most)


def _framed(open_: Floats, high: Floats, low: Floats, close: Floats) -> bool:
    """Whether low and high are prices and open and close lie between them everywhere: then all four are prices."""
    if len(low) and not (low.min() >= LEAST_PRICE and high.max() <= MOST_PRICE):
        return False
    return all(bool((low <= one).all() and (one <= high).all()) for one in (open_, close))


def candle_checks(
    ts: Times, prices: Sequence[Floats], volume: Floats, taker_buy: Floats | None, step: int
) -> list[Check]:
    """Everything a bar must be: `prices` are open, high, low, close."""
    open_, high, low, close = prices
    checks = time_checks(ts, step=step)
    if not _framed(open_, high, low, close):
        for name, values in zip(("open", "high", "low", "close"), prices):
            checks += price_check(name, values)
        checks.append(("open is outside [low, high]", (open_ > high) | (open_ < low)))
        checks.append(("close is outside [low, high]", (close > high) | (close < low)))
    checks += size_check("volume", volume)
    if taker_buy is not None:
        checks += size_check("taker_buy_volume", taker_buy)
        checks.append(("taker_buy_volume is above volume", taker_buy > volume * (1.0 + ROUNDING)))
    return checks


def broken(checks: Sequence[Check]) -> tuple[int, str] | None:
    """The first broken row and its first reason; None where every row is sound.

    >>> broken([("late", np.array([False, False, True])), ("odd", np.array([False, True, True]))])
    (1, 'odd')
    """
    firsts = [(int(mask.argmax()), order) for order, (_, mask) in enumerate(checks) if mask.any()]
    if not firsts:
        return None
    row, order = min(firsts)
    return row, checks[order][0]


def sound_rows(ts: Times, checks: Sequence[Check], *, unique: bool) -> Mask:
    """The rows to keep: sound in themselves, and of those the longest run in time order.

    One stamp far in the future costs one row, not all that follow it; of rows with one `ts` the first is kept.

    >>> ts = np.array([1_600_000_000_000, 1_900_000_000_000, 1_600_000_001_000, 1_600_000_001_000])
    >>> sound_rows(ts, time_checks(ts), unique=True).tolist()
    [True, False, True, False]
    """
    bad = np.zeros(len(ts), dtype=np.bool_)
    for reason, mask in checks:
        if not reason.startswith(("unsorted", "duplicate ts")):
            bad |= mask
    rows = np.flatnonzero(~bad)
    keep = np.zeros(len(ts), dtype=np.bool_)
    keep[rows[_longest_run(ts[rows].tolist(), unique=unique)]] = True
    return keep


def _longest_run(values: list[int], *, unique: bool) -> list[int]:
    """Indices of the longest increasing (or non-decreasing) run, by patience sorting in O(n log n)."""
    tails: list[int] = []
    tail_rows: list[int] = []
    before: list[int] = []
    for row, value in enumerate(values):
        place = bisect_left(tails, value) if unique else bisect_right(tails, value)
        before.append(tail_rows[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            tail_rows.append(row)
        elif tails[place] != value:
            tails[place], tail_rows[place] = value, row
    run: list[int] = []
    row = tail_rows[-1] if tail_rows else -1
    while row >= 0:
        run.append(row)
        row = before[row]
    return run[::-1]
