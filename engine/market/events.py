"""What can happen: the only inputs of the engine.

Every event has `known_at`, the first moment (ms UTC) at which it could be known. Time inside the engine is the
newest event's `known_at`; nothing reads a clock. All sizes and volumes are in base units (contracts x ctVal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

MINUTE = 60_000
TIMEFRAMES: dict[str, int] = {
    "1m": MINUTE,
    "5m": 5 * MINUTE,
    "15m": 15 * MINUTE,
    "1h": 60 * MINUTE,
    "4h": 240 * MINUTE,
    "1d": 1440 * MINUTE,
}


class _Stamped:
    """An event that is known at its own `ts`."""

    __slots__ = ()
    ts: int

    @property
    def known_at(self) -> int:
        return self.ts


@dataclass(frozen=True, slots=True)
class Candle:
    """A closed bar. `ts` is its open; `known_at` its close. `taker_buy` is None where the venue did not tell."""

    rank: ClassVar[int] = 5
    kind: ClassVar[str] = "candle"
    pair: str
    timeframe: str
    ts: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    taker_buy: float | None = None

    @property
    def known_at(self) -> int:
        return self.ts + TIMEFRAMES[self.timeframe]


@dataclass(frozen=True, slots=True)
class Trades:
    """A batch of trades of one pair in exchange order: four columns of equal length, at least one row.

    `side` is the taker's: 1 bought, -1 sold. `size` in base units.
    """

    rank: ClassVar[int] = 4
    kind: ClassVar[str] = "trades"
    pair: str
    ts: Sequence[int]
    price: Sequence[float]
    size: Sequence[float]
    side: Sequence[int]

    @property
    def known_at(self) -> int:
        return int(self.ts[-1])


@dataclass(frozen=True, slots=True)
class Book(_Stamped):
    """Best bid and ask with their sizes (base units)."""

    rank: ClassVar[int] = 3
    kind: ClassVar[str] = "book"
    pair: str
    ts: int
    bid: float
    ask: float
    bid_size: float
    ask_size: float


@dataclass(frozen=True, slots=True)
class OpenInterest(_Stamped):
    """Open interest in base units; `ts` is the moment it could be seen."""

    rank: ClassVar[int] = 2
    kind: ClassVar[str] = "open_interest"
    pair: str
    ts: int
    open_interest: float


@dataclass(frozen=True, slots=True)
class Funding(_Stamped):
    """A settled funding rate; `ts` is the settlement."""

    rank: ClassVar[int] = 1
    kind: ClassVar[str] = "funding"
    pair: str
    ts: int
    rate: float


@dataclass(frozen=True, slots=True)
class Pause(_Stamped):
    """An owner stops new signals; `until` None means until a Resume."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "pause"
    ts: int
    until: int | None
    reason: str
    pair: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Resume(_Stamped):
    """An owner lifts a pause and any open breaker."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "resume"
    ts: int
    pair: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class PolicyTaken(_Stamped):
    """A policy takes effect; `document` is the whole policy file (engine/decision/policy.py reads it)."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "policy"
    ts: int
    document: Mapping[str, Any]
    pair: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Adviser(_Stamped):
    """A second opinion is at hand; `document` says what it may do (engine/decision/advice.py). {}: there is none."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "adviser"
    ts: int
    document: Mapping[str, Any]
    pair: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Opinion(_Stamped):
    """What the second opinion says of one setup: `decision` is BUY, SELL or HOLD with its p, or "" where it is silent.

    `ts` is when it was known, `p` the chance that the setup wins (in steps of 5 %).
    """

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "opinion"
    ts: int
    pair: str
    decision_id: str
    decision: str
    p: float | None


@dataclass(frozen=True, slots=True)
class FillReported(_Stamped):
    """A person says that the entry of a published signal was not to be had: its fill is looked at again."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "fill_reported"
    ts: int
    pair: str
    number: int


@dataclass(frozen=True, slots=True)
class FeedLost(_Stamped):
    """A stream of one pair is stale or broken: `stream` is candle, trades, book, open_interest or funding.

    It counts as present again with the next event of that stream.
    """

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "feed_lost"
    ts: int
    pair: str
    stream: str


@dataclass(frozen=True, slots=True)
class Delisted(_Stamped):
    """The venue took the pair off: its open signals end as void/delisted."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "delisted"
    ts: int
    pair: str


@dataclass(frozen=True, slots=True)
class Heartbeat(_Stamped):
    """Time passed and nothing else happened."""

    rank: ClassVar[int] = 0
    kind: ClassVar[str] = "heartbeat"
    ts: int
    pair: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Settle(_Stamped):
    """Everything known at `ts` has been told: setups whose bar closed at or before `ts` are decided now.

    A feed sends it after the last candle of an instant, so that the lives of all pairs advance before any decision.
    """

    rank: ClassVar[int] = 9
    kind: ClassVar[str] = "settle"
    ts: int
    pair: ClassVar[str] = ""


Control = Pause | Resume | PolicyTaken | Adviser | Opinion | FillReported | FeedLost | Delisted | Heartbeat | Settle
Event = Candle | Trades | Book | OpenInterest | Funding | Control


def merge_key(event: Event) -> tuple[int, int, str]:
    """Order of the merged stream: known_at, then control < funding < open interest < book < trades < candle, pair.

    >>> merge_key(Heartbeat(5)) < merge_key(Funding("A", 5, 0.0)) < merge_key(Settle(5))
    True
    """
    return event.known_at, event.rank, event.pair
