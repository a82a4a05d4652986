"""What the running engine shows to people: data, halts, setups that wait, and how much the layers agree now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.commands.live import FeedState, Halt, Now, Price, Status, Waiting
from engine import layers
from engine.decision import triggers
from engine.decision.book import Monitor
from engine.decision.hearing import doubts
from engine.decision.heat import Cluster, Correlations, clusters
from engine.decision.policy import Policy
from engine.layers.base import LIVE, REBUILT, STATE_NAMES
from engine.market.bars import MASK
from engine.market.regime import NAMES as REGIMES
from engine.params import Params
from engine.readings import Pair, Setup
from engine.sharp_signal_engine import SharpSignalEngine

SETUP_BARS = 210  # closed bars of its own before a timeframe is judged


def status_of(engine: SharpSignalEngine, started: int, now: int, stale: Iterable[tuple[str, str]]) -> Status:
    """Everything that only the running process knows; `now` is the market's clock (ms), `stale` (pair, stream)."""
    stream = engine.stream
    lost: dict[str, list[str]] = {}
    for pair, name in stale:
        lost.setdefault(pair, []).append(name)
    feeds = tuple(
        FeedState(pair, state.newest or None, tuple(lost.get(pair, ())), _now(state, stream.policy, engine.params))
        for pair, state in engine.pairs.items()
    )
    halts = []
    if stream.paused_until is None or stream.paused_until > now:
        halts.append(Halt("pause", stream.paused_until, stream.pause_reason))
    halts += [Halt(halt.kind, halt.until, halt.reason) for halt in stream.risk.halts(now)]
    version = None if stream.policy is None else stream.policy.version
    waiting = tuple(one for pair in sorted(stream.books.monitors) for one in _waiting(engine, pair))
    prices = {pair: price for pair in engine.pairs if (price := _price(engine, pair)) is not None}
    return Status(
        started, feeds, tuple(halts), version, waiting, engine.params.evaluate_confluence, prices,
        dict(stream.instruments), doubts(stream), _heat(engine),
    )  # fmt: skip


def _heat(engine: SharpSignalEngine) -> tuple[Cluster, ...]:
    """Worked out beside the engine, which remembers what it asked for: looking must change nothing."""
    stream, least = engine.stream, engine.params.cluster_correlation
    return tuple(clusters(Correlations(stream.closes), stream.books.risky.values(), engine.now, least))


def _price(engine: SharpSignalEngine, pair: str) -> Price | None:
    """The newest price of a pair, from its book or its newest base bar."""
    state = engine.pairs[pair]
    x, g, b = state.flow, state.h4.building, state.h4.bars
    if x.book_ts > state.newest:
        price, ts = (x.bid + x.ask) / 2.0, x.book_ts
    elif state.newest:
        price, ts = g.close if g.count else b.close[(b.n - 1) & MASK], state.newest
    else:
        return None
    return Price(int(ts), f"{float(price):.{engine.stream.instruments[pair].decimals}f}")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the layers that vote agree with either side, in [0, 1]; `coverage`: the share of weight that votes."""

    long: float
    short: float
    coverage: float
    weights: Mapping[str, float]


def agreement(setup: Setup, weights: Mapping[str, float] | None, params: Params) -> Agreement:
    """Of the newest readings of a setup timeframe; without learned weights with the prior ones."""
    found = {layer.NAME: layer.WEIGHT if weights is None else weights.get(layer.NAME, 0.0) for layer in layers.LAYERS}
    up = down = total = 0.0
    for name, weight in found.items():
        reading = getattr(setup.readings, name)
        if reading.state in (LIVE, REBUILT):
            share = reading.score / params.full_score
            total += weight
            up += weight * max(0.0, min(1.0, share))
            down += weight * max(0.0, min(1.0, -share))
    if not total:
        return Agreement(0.0, 0.0, 0.0, found)
    return Agreement(up / total, down / total, total / sum(found.values()), found)


def _now(pair: Pair, policy: Policy | None, params: Params) -> Now:
    """The layers' agreement at the newest 15m close, for either side."""
    frame = pair.m15
    weights = None if policy is None else policy.weights("15m", REGIMES[frame.regime.name])
    missing = max(0, SETUP_BARS - frame.indicators.ready)
    found = agreement(pair.fast, weights, params)
    return Now(frame.bars.close_ts, missing, found.long, found.short, _votes(pair.fast))


def _votes(setup: Setup) -> dict[str, tuple[float | None, str]]:
    """The score and state of each layer; a layer that does not vote has no score."""
    said: dict[str, tuple[float | None, str]] = {}
    for layer in layers.LAYERS:
        reading = getattr(setup.readings, layer.NAME)
        voted = reading.state in (LIVE, REBUILT)
        said[layer.NAME] = (float(reading.score) if voted else None, STATE_NAMES[reading.state])
    return said


def _waiting(engine: SharpSignalEngine, pair: str) -> list[Waiting]:
    monitors: list[Monitor] = engine.stream.books.monitors[pair]
    pulse = engine.stream.pulse(pair)
    decimals = engine.stream.instruments[pair].decimals
    found = []
    for one in monitors:
        plan = one.candidate.plan
        if plan is not None and not one.published:
            missing = () if pulse is None else triggers.missing(pulse.trigger, plan.side) or ()
            prices = tuple(f"{price:.{decimals}f}" for price in (plan.entry_low, plan.entry_high, plan.sl))
            found.append(Waiting(pair, plan.side, plan.timeframe, one.until, missing, *prices))
    return found
