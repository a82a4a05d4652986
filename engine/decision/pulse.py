"""A pair at the close of its newest base bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pulse:
    """Close (`ts`, ms) and price, trigger bits (-1: none asked), best bid and ask (0.0: unknown) and their time."""

    ts: int
    price: float
    trigger: int
    bid: float
    ask: float
    book_ts: int
