"""A pair at the close of its newest base bar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)  # one is made at every bar of every pair: freezing would double its cost
class Pulse:
    """Close (`ts`, ms) and price, trigger bits (-1: none asked), best bid and ask (0.0: unknown) and their time."""

    ts: int
    price: float
    trigger: int
    bid: float
    ask: float
    book_ts: int
