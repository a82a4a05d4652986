"""Heat, breakers and the day's loss hold the stream back alike, event by event and over columns."""

from __future__ import annotations

from pathlib import Path

from engine.decision.stream import Rules
from engine.decision.tick import Closed, Decided, Halted, Lifted, Progress, Published, Tick
from engine.market.events import Candle
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from tests.engine.runs import LEAST, columns_over, engine_of, feed_over

TIGHT = Params.build(
    heat_max_r=1.0, cooldown_minutes=0, breaker_losses=1, breaker_minutes=240, breaker_best_only=1, daily_stop_r=-0.5
)


def tight_engine(folder: Path) -> SharpSignalEngine:
    engine = engine_of(feed_over(folder))
    bases = {name: f"{pair.base_minutes}m" for name, pair in engine.pairs.items()}
    return SharpSignalEngine(engine.stream.instruments, bases, TIGHT, Rules(LEAST))


def told(ticks: list[Tick]) -> set[str]:
    """Which of the rules under test had something to say."""
    found = set()
    for fact in (fact for tick in ticks for fact in tick.facts):
        if isinstance(fact, Decided):
            found |= {"heat", "breaker"} & set(fact.reasons)
        elif isinstance(fact, Halted | Lifted):
            found.add(f"{type(fact).__name__} {fact.kind}")
    return found


def test_risk_refuses_halts_and_lifts_alike_both_ways(simulated: Path, compiled: str) -> None:
    feed = feed_over(simulated)
    live_engine = tight_engine(simulated)
    live = [tick for tick in map(live_engine.process, feed.iterate()) if tick.facts]
    batch = list(tight_engine(simulated).replay_columns(columns_over(feed), compiled))
    assert live == batch
    assert told(live) == {"heat", "breaker", "Halted best", "Lifted best", "Halted daily", "Lifted daily"}


def test_a_signal_is_at_risk_until_half_is_banked_or_it_ended(simulated: Path) -> None:
    engine = tight_engine(simulated)
    banked = 0
    for tick in map(engine.process, feed_over(simulated).iterate()):
        for fact in tick.facts:
            if isinstance(fact, Published):
                assert fact.signal.number in engine.stream.books.risky
            elif isinstance(fact, Closed) or (isinstance(fact, Progress) and fact.state == "tp1"):
                number = fact.number if isinstance(fact, Progress) else fact.outcome.number
                assert number not in engine.stream.books.risky
                banked += isinstance(fact, Progress)
    assert banked > 0


def test_correlations_are_the_same_both_ways(simulated: Path, compiled: str) -> None:
    feed = feed_over(simulated)
    live, batch = tight_engine(simulated), tight_engine(simulated)
    for event in feed.iterate():
        if isinstance(event, Candle):
            live.process(event)
    list(batch.replay_columns(columns_over(feed), compiled))
    first, second = feed.pairs
    found = live.stream.correlations.of(first, second, live.now)
    assert found is not None and found == batch.stream.correlations.of(first, second, live.now)
