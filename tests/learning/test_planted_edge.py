"""The whole circle on a made-up market: real engine, real store, real training, and what the engine says afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.jobs.report import report_text
from bot.jobs.training import learner_of, offered, read, train_now
from engine.decision.policy import Policy
from engine.decision.signal import Signal
from engine.decision.tick import Decided, PolicySet, Published, Tick
from engine.learning.cadence import effective_at
from engine.learning.evaluation import Evaluation, evaluate
from engine.learning.past import Conclusion
from engine.market.events import MINUTE, PolicyTaken
from engine.params import Params
from tests.learning.planted import CUT_MS, LEAST, Replayed, keep, said, ticks_of

INSTANT = effective_at(CUT_MS)


def walked_over(lived: Replayed) -> Evaluation:
    """Walking forward over a store."""
    known = asyncio.run(read(lived.url, CUT_MS))
    return evaluate(learner_of(known, LEAST).history.table, cut=CUT_MS)


@pytest.fixture(scope="module")
def learned(with_edge: Replayed) -> Conclusion:
    return asyncio.run(train_now(with_edge.url, with_edge.home, CUT_MS, LEAST))


@pytest.fixture(scope="module")
def afterwards(with_edge: Replayed, learned: Conclusion, compiled: str) -> list[Tick]:
    """The same tape again; the offered policy file is handed over at its instant."""
    offer = offered(with_edge.home)
    assert offer is not None and learned.version is not None
    document = offer.conclusion.policies[learned.version]
    assert document == learned.policies[learned.version]
    return ticks_of(with_edge.data, compiled, [PolicyTaken(INSTANT, dict(document))])


def test_a_planted_edge_is_found_out_of_sample(with_edge: Replayed) -> None:
    walked = walked_over(with_edge)
    found = walked.metrics
    assert walked.reason == "edge" and walked.n_eff > 1000
    brier, reference, low = found["brier"], found["brier_base_rate"], found["gain_low"]
    assert brier is not None and reference is not None and low is not None
    assert brier < 0.98 * reference, "the forecast is clearly better than the base rate"
    assert low > 0.002, "and surely so"
    assert (found["days"] or 0) > 30 and (found["tested"] or 0) > 1500


def test_before_its_instant_nothing_changes(with_edge: Replayed, afterwards: list[Tick]) -> None:
    before = [tick for tick in with_edge.ticks if tick.ts < INSTANT]
    assert afterwards[: len(before)] == before
    assert afterwards[len(before)].facts == (PolicySet(offered_version(with_edge), INSTANT, None),)


def test_from_its_instant_on_the_engine_speaks_with_p(
    with_edge: Replayed, learned: Conclusion, afterwards: list[Tick]
) -> None:
    assert learned.version is not None
    policy = Policy.from_document(learned.policies[learned.version])
    judged_by_it = INSTANT + Params().monitor_minutes * MINUTE
    signals = [signal for signal in published(afterwards) if signal.plan.ts > judged_by_it]
    spoken = [signal for signal in signals if signal.p_win is not None]
    assert len(spoken) >= 3
    for signal in signals:
        book = (signal.plan.timeframe, signal.regime)
        assert signal.policy_version == policy.version
        if signal.p_win is None:
            assert signal.p_win_n < 100 and signal.threshold == LEAST
            continue
        assert signal.p_win_n >= 100 and signal.p_win_n == int(policy.document["books"]["/".join(book)]["n_eff"])
        assert signal.threshold == policy.tau(*book, signal.cost_r, signal.rr_tp1)
        assert signal.p_win >= signal.threshold
    refused = [
        fact for tick in afterwards for fact in tick.facts if isinstance(fact, Decided) and "p_win" in fact.reasons
    ]
    assert refused and all(fact.ts >= INSTANT for fact in refused)
    alone = [signal.signal_id for signal in published(with_edge.ticks) if signal.plan.ts > judged_by_it]
    assert [signal.signal_id for signal in signals] != alone, "other signals than without it"
    assert all(signal.p_win is None and signal.policy_version == "none" for signal in published(with_edge.ticks))


def test_without_an_edge_none_is_found_and_nothing_is_proven(without_edge: Replayed) -> None:
    walked = walked_over(without_edge)
    assert walked.reason == "no_edge" and walked.n_eff > 1000 and (walked.metrics["gain_low"] or 0.0) <= 0.0
    found = asyncio.run(train_now(without_edge.url, without_edge.home, CUT_MS, LEAST))
    assert found.version is not None
    assert {row["mode"] for row in found.policies[found.version]["books"].values()} == {"paper"}


def test_ten_labels_are_too_few_and_it_says_so(with_edge: Replayed, tmp_path: Path) -> None:
    verdicts, ends = said(with_edge.ticks)
    told = [name for name, end in ends.items() if end.followable.result in ("win", "lose") and end.closed_at < CUT_MS]
    few = {name: ends[name] for name in told[:10]}
    url = asyncio.run(keep(tmp_path, verdicts[:500] + [fact for fact in verdicts if fact.decision_id in few], few))
    found = asyncio.run(train_now(url, tmp_path, CUT_MS, LEAST))
    assert (found.reason, found.status["labels"]) == ("too_few_labels", 10)
    assert "Too few labels" in report_text(found) and offered(tmp_path) is None


def published(ticks: list[Tick]) -> list[Signal]:
    return [fact.signal for tick in ticks for fact in tick.facts if isinstance(fact, Published)]


def offered_version(lived: Replayed) -> str:
    offer = offered(lived.home)
    assert offer is not None and offer.conclusion.version is not None
    return offer.conclusion.version
