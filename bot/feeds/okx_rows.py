"""OKX's wire rows read into our own values. What cannot be true raises Refused with a reason, and is no event."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.market.events import MINUTE, TIMEFRAMES, Book, Candle, Funding, OpenInterest

AHEAD_MS = MINUTE
_INT_DIGITS = 20


class Refused(ValueError):
    """A row that is not let in; `reason` is malformed, not_finite, absurd, future, misaligned or wrong_inst."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TradeRow:
    """One taker order at one price: `ident` is the id of its last fill, `count` how many fills it merges.

    `size` in base units, `side` 1 bought, -1 sold.
    """

    ident: int
    count: int
    ts: int
    price: float
    size: float
    side: int


def number(value: object) -> float:
    """Read a decimal string; numbers that are not finite are refused.

    >>> number("0.5")
    0.5
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float) or "_" in str(value):
        raise Refused("malformed")
    try:
        found = float(value)
    except (ValueError, OverflowError) as error:
        raise Refused("malformed") from error
    if not math.isfinite(found):
        raise Refused("not_finite")
    return found


def positive(value: object) -> float:
    """Read a number above zero."""
    found = number(value)
    if found <= 0:
        raise Refused("absurd")
    return found


def not_negative(value: object) -> float:
    """Read a number of zero or more."""
    found = number(value)
    if found < 0:
        raise Refused("absurd")
    return found


def whole(value: object) -> int:
    """Read a whole number, as OKX writes ids and times."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > _INT_DIGITS:
        raise Refused("malformed")
    return int(text)


def instant(value: object, now_ms: int) -> int:
    """Read a time in ms that is not more than a minute ahead of `now_ms`."""
    found = whole(value)
    if found <= 0:
        raise Refused("absurd")
    if found > now_ms + AHEAD_MS:
        raise Refused("future")
    return found


def exchange_time(rows: Sequence[object]) -> int:
    """Read the answer of the time endpoint.

    >>> exchange_time([{"ts": "1700000000000"}])
    1700000000000
    """
    if not rows:
        raise Refused("malformed")
    return whole(_fields(rows[0]).get("ts"))


def candle(pair: str, timeframe: str, row: object, now_ms: int) -> tuple[Candle, bool]:
    """Read `[ts, o, h, l, c, contracts, base, quote, confirm]`: the bar, and whether it is closed.

    >>> candle("X-USDT-SWAP", "5m", ["300000", "1", "3", "0.5", "2", "10", "1", "2", "1"], 600_000)[0].volume
    1.0
    """
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) < 9:
        raise Refused("malformed")
    ts = instant(row[0], now_ms)
    step = TIMEFRAMES[timeframe]
    if ts % step:
        raise Refused("misaligned")
    opened, high, low, close = (positive(row[index]) for index in range(1, 5))
    if high < max(opened, close, low) or low > min(opened, close):
        raise Refused("absurd")
    confirmed = str(row[8]) == "1"
    if confirmed and ts + step > now_ms + AHEAD_MS:
        raise Refused("future")
    return Candle(pair, timeframe, ts, opened, high, low, close, not_negative(row[6])), confirmed


def trade(pair: str, row: object, ct_val: float, now_ms: int) -> TradeRow:
    """Read a trade of the channel or of REST (where `count` is absent: one fill)."""
    fields = _fields(row)
    if fields.get("instId", pair) != pair:
        raise Refused("wrong_inst")
    side = {"buy": 1, "sell": -1}.get(str(fields.get("side")))
    if side is None:
        raise Refused("malformed")
    return TradeRow(
        ident=whole(fields.get("tradeId")),
        count=max(1, whole(fields.get("count") or "1")),
        ts=instant(fields.get("ts"), now_ms),
        price=positive(fields.get("px")),
        size=positive(fields.get("sz")) * ct_val,
        side=side,
    )


def book(pair: str, row: object, ct_val: float, now_ms: int) -> Book:
    """Read best bid and ask; a crossed or empty book is refused."""
    fields = _fields(row)
    if fields.get("instId", pair) != pair:
        raise Refused("wrong_inst")
    ts = instant(fields.get("ts"), now_ms)
    bid, bid_size = _level(fields.get("bids"))
    ask, ask_size = _level(fields.get("asks"))
    if bid >= ask:
        raise Refused("absurd")
    return Book(pair, ts, bid, ask, bid_size * ct_val, ask_size * ct_val)


def open_interest(pair: str, row: object, now_ms: int) -> OpenInterest:
    """Read the open-interest channel; `oiCcy` is in base units."""
    fields = _fields(row)
    if fields.get("instId") != pair:
        raise Refused("wrong_inst")
    return OpenInterest(pair, instant(fields.get("ts"), now_ms), positive(fields.get("oiCcy")))


def open_interest_history(pair: str, row: object, step: int, now_ms: int) -> OpenInterest | None:
    """Read `[ts, contracts, base, usd]`. A row is stamped at the open of its period and could be seen at its end.

    None for the period that still runs.
    """
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) < 3:
        raise Refused("malformed")
    seen = instant(row[0], now_ms) + step
    if seen > now_ms:
        return None
    return OpenInterest(pair, seen, positive(row[2]))


@dataclass(frozen=True, slots=True)
class TakerVolume:
    """What takers bought and sold in the bar that opened at `ts`, in base units."""

    ts: int
    sold: float
    bought: float


def taker_volume(row: object, step: int, now_ms: int) -> TakerVolume | None:
    """Read `[ts, sold, bought]` in coins, stamped at the open of its period; None for the period that still runs.

    >>> taker_volume(["300000", "1.5", "2"], 300_000, 600_000)
    TakerVolume(ts=300000, sold=1.5, bought=2.0)
    """
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) < 3:
        raise Refused("malformed")
    ts = instant(row[0], now_ms)
    if ts % step:
        raise Refused("misaligned")
    return None if ts + step > now_ms else TakerVolume(ts, not_negative(row[1]), not_negative(row[2]))


def funding_settled(pair: str, row: object, now_ms: int) -> Funding:
    """Read a row of the funding history: the realized rate of a settlement."""
    fields = _fields(row)
    if fields.get("instId", pair) != pair:
        raise Refused("wrong_inst")
    rate = number(fields.get("realizedRate"))
    if abs(rate) >= 1:
        raise Refused("absurd")
    return Funding(pair, instant(fields.get("fundingTime"), now_ms), rate)


def next_settlement(pair: str, row: object) -> int:
    """Read the coming settlement (ms) of the funding-rate channel."""
    fields = _fields(row)
    if fields.get("instId") != pair:
        raise Refused("wrong_inst")
    number(fields.get("fundingRate"))
    return whole(fields.get("fundingTime"))


def _fields(row: object) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise Refused("malformed")
    return row


def _level(levels: object) -> tuple[float, float]:
    if not isinstance(levels, Sequence) or isinstance(levels, str) or not levels:
        raise Refused("malformed")
    level = levels[0]
    if not isinstance(level, Sequence) or isinstance(level, str) or len(level) < 2:
        raise Refused("malformed")
    return positive(level[0]), not_negative(level[1])
