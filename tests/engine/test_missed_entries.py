"""What is over for those who follow is told then, not when the theoretical track ends: the same both ways."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.decision.tick import EXITED, OVER, Closed, Progress, Tick
from tests.engine.runs import batch_ticks, feed_over, live_ticks


def moved(ticks: Sequence[Tick]) -> list[tuple[int, Progress | Closed]]:
    return [(tick.ts, fact) for tick in ticks for fact in tick.facts if isinstance(fact, Progress | Closed)]


def test_the_end_of_the_followable_track_is_told_before_the_theoretical_one_ends(
    simulated: Path, compiled: str
) -> None:
    told = moved(live_ticks(feed_over(simulated)))
    ends = {fact.outcome.number: (at, fact.outcome) for at, fact in told if isinstance(fact, Closed)}
    over = {fact.number: (at, fact) for at, fact in told if isinstance(fact, Progress) and fact.state in OVER}
    assert len(over) >= 2
    for number, (at, fact) in over.items():
        closed_at, outcome = ends[number]
        assert at < closed_at and fact.ts == outcome.followable.closed_at <= at
        assert (fact.reason or fact.state, fact.r) == (outcome.followable.exit_reason, outcome.followable.rr)
        assert (outcome.followable.fill_price is not None) == (fact.state == EXITED)
        assert outcome.theoretical.closed_at > fact.ts
    late = [n for n, (_, end) in ends.items() if end.followable.result != "void" and n not in over]
    assert all(ends[n][1].theoretical.closed_at <= ends[n][1].followable.closed_at for n in late)
    assert moved(batch_ticks(feed_over(simulated), compiled)) == told
