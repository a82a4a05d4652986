"""A past that ends in a signal: a simulated tape, moved in time so that its deciding bar closes when a test wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.feeds.okx import settled
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from engine.decision.signal import Plan, Signal
from engine.decision.stream import Rules
from engine.decision.tick import Decided, Fact, Published
from engine.market.events import TIMEFRAMES, Candle, Event, Funding, OpenInterest, merge_key
from engine.market.instrument import Instrument
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine

PAIR = "SOL-USDT-SWAP"
STEP = TIMEFRAMES["5m"]
QUARTER = TIMEFRAMES["15m"]
HOUR = TIMEFRAMES["1h"]
DAYS = 8  # of the past that the exchange knows
INTEREST_DAYS = 2
SEARCHED = 24
SEEDS = (2, 1, 3, 4, 5, 6, 7, 8)


@dataclass(frozen=True)
class Scene:
    """What the exchange knows by `boundary` (ms) and after, and the signal that follows from it at `signal.plan.ts`.

    `bars` go on past the boundary; open interest and funding end before it, as the feed has them by then.
    """

    boundary: int
    bars: tuple[Candle, ...]
    slow: tuple[Event, ...]
    signal: Signal

    @property
    def price(self) -> float:
        """The close at the boundary."""
        return next(bar.close for bar in self.bars if bar.known_at == self.boundary)

    def bar(self, opened: int) -> Candle:
        return next(bar for bar in self.bars if bar.ts == opened)


def record() -> dict[str, str]:
    """The contract in OKX's form."""
    plain = SimulatedMarket(1, [PAIR]).record(PAIR)
    return {**plain, "ctType": "linear", "ctMult": "1", "instFamily": "SOL-USDT", "uly": "SOL-USDT"}


@cache
def _source(seed: int) -> tuple[Event, ...]:
    """The simulated tape as OKX's REST tells it: no taker volume, rates with ten decimals."""
    days = SimulatedMarket(seed, [PAIR]).days(PAIR)
    events: list[Event] = []
    for _ in range(SEARCHED):
        for event in slow_events(PAIR, next(days)):
            if isinstance(event, Candle):
                event = replace(event, taker_buy=None)
            elif isinstance(event, Funding):
                event = replace(event, rate=float(f"{event.rate:.10f}"))
            events.append(event)
    return tuple(sorted(events, key=merge_key))


def new_engine(judge_from: int = 0, publish_from: int = 0) -> SharpSignalEngine:
    """The engine as `sharpsignal run` builds it at balanced sensitivity."""
    instrument, params = Instrument.from_okx(record()), Params()
    rules = Rules(params.confluence_balanced, judge_from=judge_from, publish_from=publish_from)
    return SharpSignalEngine({PAIR: instrument}, {PAIR: "5m"}, params, rules)


def play(engine: SharpSignalEngine, events: Sequence[Event]) -> Iterator[Fact]:
    """The facts of a tape."""
    for event in settled(events):
        yield from engine.process(event).facts


@cache
def _moments(seed: int) -> tuple[tuple[int, int], ...]:
    """(close of the setup bar, publishing) of the source's two-legged 15m signals, with the whole warm-up before."""
    found: list[tuple[int, int]] = []
    first: dict[str, int] = {}
    decided = 0
    for fact in play(new_engine(), _source(seed)):
        if isinstance(fact, Decided):
            decided = first.setdefault(fact.decision_id, fact.ts)
        elif isinstance(fact, Published):
            plan = fact.signal.plan
            early = decided < _source(seed)[0].known_at + DAYS * TIMEFRAMES["1d"]
            if plan.timeframe == "15m" and _two_legged(plan) and not early:
                found.append((decided, plan.ts))
    return tuple(found)


def _two_legged(plan: Plan) -> bool:
    return abs(plan.tp2 - plan.tp1) > 0.2 * plan.risk


def scene(boundary: int, *, later: int = 0, without: frozenset[str] = frozenset()) -> Scene:
    """A scene that publishes `later` ms after the boundary (0: at once; else it first waits as a monitor).

    `without`: oi and funding may be missing. AssertionError where no moment of the simulated tapes does.
    """
    for seed in SEEDS:
        for decided, published in _moments(seed):
            if published - decided == later:
                found = _try(seed, boundary, boundary - decided, later, without)
                if found is not None:
                    return found
    raise AssertionError("no moment of the simulated tapes publishes there")


def _try(seed: int, boundary: int, shift: int, later: int, without: frozenset[str]) -> Scene | None:
    start = boundary - DAYS * TIMEFRAMES["1d"]
    moved = [_moved(event, shift) for event in _source(seed)]
    bars = tuple(event for event in moved if isinstance(event, Candle) and event.ts >= start)
    slow = tuple(event for event in moved if not isinstance(event, Candle) and _told(event, start, boundary, without))
    past = boundary - STEP
    told = [bar for bar in bars if bar.known_at <= boundary + later]
    facts = play(new_engine(past - HOUR + 1, past + 1), sorted([*told, *slow], key=merge_key))
    signals = [fact.signal for fact in facts if isinstance(fact, Published)]
    if len(signals) != 1 or signals[0].plan.ts != boundary + later or not _two_legged(signals[0].plan):
        return None
    return Scene(boundary, bars, slow, signals[0])


def _moved(event: Event, shift: int) -> Event:
    if isinstance(event, Candle | OpenInterest | Funding):
        return replace(event, ts=event.ts + shift)
    return event


def _told(event: Event, start: int, boundary: int, without: frozenset[str]) -> bool:
    """Whether the feed's warm-up tells it."""
    if event.known_at > boundary - STEP or event.known_at <= start:
        return False
    if isinstance(event, OpenInterest):
        return "oi" not in without and event.ts > boundary - INTEREST_DAYS * TIMEFRAMES["1d"]
    return "funding" not in without
