"""Whatever a row holds, reading it gives a value that can be true or a reason."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds import okx_rows
from bot.feeds.okx_rows import Refused

NOW = 1_790_000_000_000
PAIR = "BTC-USDT-SWAP"
REASONS = {"malformed", "not_finite", "absurd", "future", "misaligned", "wrong_inst"}
WORDS = st.sampled_from(
    ["0", "1", "2", "-1", "nan", "inf", "", "1e400", "buy", PAIR, str(NOW), str(NOW - NOW % 300_000)]
)
LEAVES = st.one_of(WORDS, st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
JSON: st.SearchStrategy[Any] = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=9), max_leaves=12)
KEYS = ["instId", "tradeId", "px", "sz", "side", "ts", "count", "bids", "asks", "oiCcy", "fundingTime", "realizedRate"]
ROWS = st.one_of(JSON, st.lists(WORDS, min_size=8, max_size=10), st.dictionaries(st.sampled_from(KEYS), JSON))


@given(ROWS)
def test_a_row_is_read_or_refused_with_a_reason(row: object) -> None:
    found: list[Any] = []
    for read in (
        lambda: okx_rows.candle(PAIR, "5m", row, NOW)[0],
        lambda: okx_rows.trade(PAIR, row, 0.01, NOW),
        lambda: okx_rows.book(PAIR, row, 0.01, NOW),
        lambda: okx_rows.open_interest(PAIR, row, NOW),
        lambda: okx_rows.open_interest_history(PAIR, row, 300_000, NOW),
        lambda: okx_rows.funding_settled(PAIR, row, NOW),
    ):
        try:
            found.append(read())
        except Refused as error:
            assert error.reason in REASONS
    for value in filter(None, found):
        assert 0 < value.ts <= NOW + okx_rows.AHEAD_MS
        prices = [
            getattr(value, name)
            for name in ("open", "high", "low", "close", "price", "bid", "ask")
            if hasattr(value, name)
        ]
        assert all(math.isfinite(price) and price > 0 for price in prices)


@given(st.lists(WORDS, min_size=9, max_size=9))
def test_a_bar_that_is_read_is_a_bar(row: list[str]) -> None:
    try:
        bar, _ = okx_rows.candle(PAIR, "5m", row, NOW)
    except Refused:
        return
    assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
    assert bar.ts % 300_000 == 0
    assert bar.volume >= 0
