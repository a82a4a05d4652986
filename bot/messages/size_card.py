"""How much of a signal is one R for one person: contracts, value, and the leverage that keeps liquidation away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from bot.messages.markup import lines, message
from bot.messages.reader import Reader, ticker
from bot.messages.view import SignalView, name
from bot.ports import Button, Message
from engine.market.instrument import Instrument

MAINTENANCE = Decimal("0.02")  # of the position: what the smallest tier of small coins asks, more than of large ones
FEE = Decimal("0.0005")
BEYOND_R = Decimal("0.25")  # how far behind the stop liquidation must lie, in R
MOST_LEVERAGE = 20


@dataclass(frozen=True, slots=True)
class SizeCard:
    """`contracts` is 0 where one R is less than the smallest order; `least` is the R that it would take.

    `leverage` is the highest at which liquidation lies beyond the stop, `liquidation` its price, None where none does.
    """

    contracts: Decimal
    coins: Decimal
    value: Decimal
    risk: Decimal
    least: Decimal
    leverage: int | None
    liquidation: Decimal | None


def size_card(document: Mapping[str, Any], instrument: Instrument, risk: Decimal) -> SizeCard:
    """The card of a signal for `risk` quote units a R; the entry is the side of the zone that is farther from the stop.

    >>> made = size_card({"side": "long", "orders": {"entry": ["99", "100"], "sl": "98"}},
    ...                  Instrument("X-USDT-SWAP", 0.1, 1, lot=1.0, min_size=1.0, ct_val=0.1), Decimal(25))
    >>> int(made.contracts), str(made.value), made.leverage
    (125, '1250.00', 20)
    """
    low, high = (Decimal(price) for price in document["orders"]["entry"])
    stop = Decimal(document["orders"]["sl"])
    entry = high if document["side"] == "long" else low
    distance = abs(entry - stop)
    value, lot, least = (Decimal(str(x)) for x in (instrument.ct_val, instrument.lot, instrument.min_size))
    each = distance * value
    contracts = (risk / each / lot).to_integral_value(ROUND_DOWN) * lot
    if contracts < least:
        contracts = Decimal(0)
    leverage, liquidation = _leverage(entry, stop, distance, document["side"] == "long")
    coins = contracts * value
    return SizeCard(contracts, coins, coins * entry, risk, each * least, leverage, liquidation)


def _leverage(entry: Decimal, stop: Decimal, distance: Decimal, long: bool) -> tuple[int | None, Decimal | None]:
    """The highest leverage at which an isolated position is liquidated only beyond the stop."""
    for leverage in range(MOST_LEVERAGE, 0, -1):
        if long:
            liquidation = entry * (1 - Decimal(1) / leverage) / (1 - MAINTENANCE - FEE)
            safe = liquidation <= stop - BEYOND_R * distance
        else:
            liquidation = entry * (1 + Decimal(1) / leverage) / (1 + MAINTENANCE + FEE)
            safe = liquidation >= stop + BEYOND_R * distance
        if safe:
            return leverage, liquidation
    return None, None


def size_message(view: SignalView, card: SizeCard, instrument: Instrument, reader: Reader) -> Message:
    """The card in words, with the number of contracts to copy as long as the signal can be entered or held."""
    pair = view.document["pair"]
    head = reader.html("size-head", name=name(view), ticker=ticker(pair), side=view.document["side"])
    risk = reader.html("size-risk", risk=amount(card.risk, reader), coin=instrument.settle_ccy)
    if card.contracts == 0:
        least = reader.html("size-small", least=amount(card.least, reader), coin=instrument.settle_ccy)
        return message(lines(head, risk, least))
    count = plain_number(card.contracts)
    told = [
        head,
        *([reader.html("size-over")] if view.ended else ()),
        risk,
        reader.html("size-contracts", contracts=amount(card.contracts, reader)),
        reader.html("size-coins", coins=amount(card.coins, reader), coin=pair.split("-")[0]),
        reader.html("size-value", value=amount(card.value, reader), coin=instrument.settle_ccy),
    ]
    if card.leverage is not None and card.liquidation is not None:
        price = f"{card.liquidation:.{instrument.decimals}f}"
        told.append(reader.html("size-leverage", leverage=str(card.leverage)))
        told.append(reader.html("size-liquidation", price=reader.number(price)))
        told.append(reader.html("size-margin", margin=amount(card.value / card.leverage, reader)))
    else:
        told.append(reader.html("size-no-leverage"))
    if view.document["mode"] == "paper":
        told.append(reader.html("size-paper"))
    copied = () if view.ended else ((Button(f"📋 {count}", copy=count),),)
    return message(lines(*told, reader.html("size-assumed")), copied)


def plain_number(value: Decimal) -> str:
    """A number as an order form takes it.

    >>> plain_number(Decimal("120.0")), plain_number(Decimal("0.50"))
    ('120', '0.5')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal, reader: Reader) -> str:
    """An amount with as many places as matter: cents from one on, four digits below."""
    if value and abs(value) < 1:
        return reader.number(plain_number(value.quantize(Decimal(1).scaleb(value.adjusted() - 3))))
    return reader.number(plain_number(value.quantize(Decimal("0.01"))))
