"""The contracts of the simulated exchange: made-up records in OKX's form, and a starting price for each."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from engine.market.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Listing:
    """One contract: its record in OKX's form, its first price, and its volatility beside the market's."""

    record: dict[str, str]
    instrument: Instrument
    price: float
    volatility: float

    @property
    def unit(self) -> float:
        """The smallest size in base units: one lot of contracts."""
        return self.instrument.lot * self.instrument.ct_val


# tick, contract value, first price, volatility against the average
_KNOWN: dict[str, tuple[str, str, float, float]] = {
    "BTC": ("0.1", "0.01", 91_450.0, 0.9),
    "ETH": ("0.01", "0.1", 3_120.0, 1.0),
    "SOL": ("0.01", "1", 187.4, 1.12),
    "XRP": ("0.0001", "100", 2.214, 1.0),
    "DOGE": ("0.00001", "1000", 0.1632, 1.1),
    "ADA": ("0.0001", "100", 0.7215, 1.0),
    "LINK": ("0.001", "1", 17.36, 1.05),
    "AVAX": ("0.001", "1", 26.81, 1.08),
    "PEPE": ("0.000000001", "10000000", 0.000011284, 1.2),
}


def list_pair(pair: str) -> Listing:
    """The simulated contract of an instId; an unknown coin gets a price and a tick of its own, always the same.

    >>> list_pair("SOL-USDT-SWAP").instrument.tick
    0.01
    """
    coin = pair.split("-", 1)[0]
    known = _KNOWN.get(coin)
    if known is None:
        draw = zlib.crc32(pair.encode()) % 10_000
        known = ("0.0001", "10", 1.0 + draw / 500, 0.95 + (draw % 30) / 100)
    tick, contract, price, volatility = known
    record = {
        "instId": pair,
        "instType": "SWAP",
        "tickSz": tick,
        "lotSz": "0.01" if float(contract) < 1 else "0.1",
        "minSz": "0.01" if float(contract) < 1 else "0.1",
        "ctVal": contract,
        "ctValCcy": coin,
        "settleCcy": "USDT",
        "state": "live",
    }
    return Listing(record=record, instrument=Instrument.from_okx(record), price=price, volatility=volatility)
