"""The free text that Cornix reads, and our own strict reading of it.

Without the word `zone` two prices would be two entries; `Stop` is spelled out; no number stands there that is no price.
No leverage is named: each follower's bot has its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.messages.copy_trade.orders import Orders, orders_of

CLOSE = "CLOSE"
_PRICE = r"(0|[1-9][0-9]*|(?:0|[1-9][0-9]*)\.[0-9]+)"
_TEXT = re.compile(
    r"([A-Z0-9]{1,20}/[A-Z0-9]{1,10}) (LONG|SHORT)\n"
    rf"Entry zone {_PRICE}-{_PRICE}\n"
    rf"Take Profit {_PRICE}(?:, {_PRICE})?\n"
    rf"Stop {_PRICE}"
)


def cornix_text(document: Mapping[str, Any]) -> str:
    """The orders of a signal as Cornix reads them."""
    found = orders_of(document)
    low, high = document["orders"]["entry"]
    targets = ", ".join(dict.fromkeys(document["orders"]["tp"]))
    side = "LONG" if found.long else "SHORT"
    return f"{found.pair} {side}\nEntry zone {low}-{high}\nTake Profit {targets}\nStop {document['orders']['sl']}"


def parse_cornix(text: str) -> Orders:
    """The orders that a text says. ValueError for anything that is not exactly our form.

    >>> parse_cornix("BTC/USDT LONG\\nEntry zone 64120-64380\\nTake Profit 65250, 66480\\nStop 63540").stop
    Decimal('63540')
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError("not a text that a copying bot would read as we mean it")
    pair, side, low, high, first, second, stop = found.groups()
    targets = tuple(Decimal(price) for price in (first, second) if price is not None)
    return Orders(pair, side == "LONG", (Decimal(low), Decimal(high)), Decimal(stop), targets)
