"""Each way of entering a setup that waited is followed to its end as a fact, and changes nothing else."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from engine.decision.stream import Rules
from engine.decision.tick import Closed, Decided, Fact, ShadowClosed, Tick, WayClosed
from engine.decision.triggers import FULL, OTHERS, comes
from engine.market.events import Candle
from engine.params import Params
from storage.recordings import load_tape, write_tape
from tests.engine.conftest import PAIRS
from tests.engine.runs import LEAST, batch_ticks, engine_of, feed_over, live_ticks
from tests.engine.test_odd_tapes import coarser

MINUTE, DAY = 60_000, 86_400_000
LIFE = Params().monitor_minutes * MINUTE
FOUR = ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP", "XRP-USDT-SWAP")
WHOLE = 4 * DAY  # a way is over by then, whatever happens


def facts_of(ticks: Sequence[Tick]) -> list[Fact]:
    return [fact for tick in ticks for fact in tick.facts]


def ways_of(facts: Sequence[Fact]) -> dict[str, dict[str, WayClosed]]:
    """Ways by setup and name; none is told twice."""
    found: dict[str, dict[str, WayClosed]] = defaultdict(dict)
    for fact in facts:
        if isinstance(fact, WayClosed):
            assert fact.way not in found[fact.decision_id]
            found[fact.decision_id][fact.way] = fact
    return found


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty days of four pairs."""
    folder = tmp_path_factory.mktemp("market")
    tape(folder, SimulatedMarket(7, FOUR, 2.0), 20, without=frozenset({"trades"}))
    return folder


@pytest.fixture(scope="module")
def facts(market: Path, compiled: str) -> list[Fact]:
    return facts_of(batch_ticks(feed_over(market), compiled))


def test_both_paths_tell_the_same_ways(simulated: Path, compiled: str) -> None:
    live, batch = (
        ways_of(facts_of(ticks))
        for ticks in (live_ticks(feed_over(simulated)), batch_ticks(feed_over(simulated), compiled))
    )
    assert live == batch and len(live) > 100


def waited(facts: Sequence[Fact]) -> dict[str, list[Decided]]:
    """The verdicts on every setup that waited long before the end of the tape."""
    told: dict[str, list[Decided]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact, Decided):
            told[fact.decision_id].append(fact)
    last = max(one[-1].ts for one in told.values())
    return {name: one for name, one in told.items() if one[0].verdict == "monitor" and one[0].ts < last - WHOLE}


def test_every_setup_that_waited_is_told_of_by_every_way(facts: list[Fact]) -> None:
    ways, setups = ways_of(facts), waited(facts)
    assert len(setups) > 50
    for name, verdicts in setups.items():
        assert ways[name].keys() == {FULL, *OTHERS}
        plan = verdicts[0].plan
        assert plan is not None
        for way, fact in ways[name].items():
            assert (fact.plan.sl, fact.plan.tp1, fact.plan.entry_low) == (plan.sl, plan.tp1, plan.entry_low)
            assert plan.ts <= fact.plan.ts <= (plan.ts if way == "now" else plan.ts + LIFE)
    assert ways.keys() <= {one.decision_id for one in facts if isinstance(one, Decided) and one.verdict == "monitor"}
    assert {way for told in ways.values() for way, fact in told.items() if fact.outcome is None} == {
        FULL,
        "choch",
        "reclaim",
    }


def test_full_is_the_published_signal_and_now_the_shadow(facts: list[Fact]) -> None:
    ways, ends = ways_of(facts), {one.decision_id: one.outcome for one in facts if isinstance(one, Closed)}
    shadows = {one.decision_id: one.outcome for one in facts if isinstance(one, ShadowClosed)}
    published = 0
    for name, verdicts in waited(facts).items():
        now, full = ways[name]["now"], ways[name][FULL]
        assert now.outcome is not None and (now.outcome.number, now.ts) == (0, now.outcome.closed_at)
        if verdicts[-1].verdict == "publish":
            published += 1
            assert full.outcome == ends[name] and full.plan.ts == verdicts[-1].ts
            assert ways[name]["choch"].outcome is not None and ways[name]["reclaim"].outcome is not None
        else:
            assert full.outcome is None and full.ts == verdicts[-1].ts
            assert now.outcome == shadows[name]
    assert published >= 4


def test_a_trigger_alone_is_entered_at_the_first_close_that_shows_it(market: Path, facts: list[Fact]) -> None:
    """Where nothing else forbade it: what was open or paused at a close before is not told by the tape."""
    feed = feed_over(market)
    engine, bits = engine_of(feed), dict[tuple[str, int], int]()
    for event in feed.iterate():
        engine.process(event)
        if isinstance(event, Candle):
            bits[event.pair, event.known_at] = engine.pairs[event.pair].sniper.seen
    early = 0
    for told in ways_of(facts).values():
        for way in ("choch", "reclaim"):
            fact = told.get(way)
            if fact is None or fact.outcome is None:
                continue
            plan = fact.plan
            assert comes(bits[plan.pair, plan.ts], plan.side, way)
            shown = _shown(bits, told["now"].plan.ts, fact)
            early += len(shown) == 1
    assert early > 20, "most are entered at the first close that shows it"


def _shown(bits: Mapping[tuple[str, int], int], since: int, fact: WayClosed) -> list[int]:
    closes = range(since, fact.plan.ts + 1, 5 * MINUTE)
    return [ts for ts in closes if comes(bits[fact.plan.pair, ts], fact.plan.side, fact.way)]


def test_where_nothing_is_proven_the_full_trigger_is_a_label_and_a_way(market: Path, compiled: str) -> None:
    facts = facts_of(batch_ticks(feed_over(market), compiled, Rules(LEAST, proven_only=True)))
    shadows = {one.decision_id: one.outcome for one in facts if isinstance(one, ShadowClosed)}
    came = [one[FULL] for one in ways_of(facts).values() if FULL in one and one[FULL].outcome is not None]
    assert came and all(fact.outcome == shadows[fact.decision_id] for fact in came)


def test_without_a_learner_no_way_is_followed_and_all_else_is_the_same(
    market: Path, compiled: str, facts: list[Fact]
) -> None:
    bare = facts_of(batch_ticks(feed_over(market), compiled, Rules(LEAST, ways=False)))
    assert bare == [fact for fact in facts if not isinstance(fact, WayClosed)] != facts


def test_nothing_waits_where_no_trigger_is_asked(tmp_path: Path, simulated: Path) -> None:
    for pair in PAIRS:
        whole = load_tape(simulated / pair)
        write_tape(tmp_path / pair, dataclasses.replace(whole, candles=coarser(whole.candles)))
    facts = facts_of(live_ticks(feed_over(tmp_path)))
    assert any(isinstance(fact, ShadowClosed) for fact in facts) and not ways_of(facts)
