"""The figures against numbers worked out by hand."""

from __future__ import annotations

import pytest

from bot.replay.figures import Covered, Figures, Summary
from engine.decision.tick import Closed, Decided, Published, Tick
from tests.replay.ticks import DAY, HOUR, PAIR, T0, decided, outcome, signal, story

Results = list[tuple[str, float | None]]


def _figures(ticks: list[Tick]) -> Summary:
    figures = Figures([PAIR])
    for fact in (fact for tick in ticks for fact in tick.facts):
        if isinstance(fact, Published):
            figures.published(fact.signal)
        elif isinstance(fact, Closed):
            figures.ended(fact.outcome)
        elif isinstance(fact, Decided):
            figures.decided(fact)
    return figures.summary(0.5, 100)


def test_counts_add_up_and_r_is_the_followable_mean() -> None:
    results: Results = [("win", 1.5), ("lose", -1.1), ("expire", None), ("no-fill", None), ("void", None)]
    found = _figures(story([*results, ("lose", -1.0), ("win", 0.5), ("open", None)]))
    assert (found.signals, found.open, found.filled) == (8, 1, 4)
    assert (found.win, found.lose, found.expire, found.no_fill, found.void) == (2, 2, 1, 1, 1)
    assert found.win_rate == 0.5
    assert found.expectancy_r == pytest.approx(-0.025)
    assert found.profit_factor == pytest.approx(2.0 / 2.1, abs=1e-6)
    assert found.max_drawdown_r == pytest.approx(2.1)
    assert found.coverage == 0.8
    assert found.refusals == {"costs": 8}
    assert found.bars_per_second == 200.0


def test_the_theoretical_track_is_only_in_its_own_figure() -> None:
    made = signal(1, 1_700_000_000_000)
    figures = Figures([PAIR])
    figures.published(made)
    figures.ended(outcome(made, made.plan.ts + 1, "win", 1.0, theory_r=1.4))
    found = figures.summary(1.0, 1)
    assert (found.expectancy_r, found.expectancy_r_theoretical) == (1.0, 1.4)
    assert found.profit_factor is None, "without a loss it is undefined, not infinite"
    assert found.max_drawdown_r == 0.0


def test_the_interval_holds_the_mean_and_needs_two_days() -> None:
    results: Results = [("win", 1.2), ("lose", -1.0)] * 20
    found = _figures(story(results))
    assert found.expectancy_r is not None
    assert found.expectancy_r_low is not None and found.expectancy_r_high is not None
    assert found.expectancy_r_low < found.expectancy_r < found.expectancy_r_high
    one_day = _figures(story(results[:2]))
    assert (one_day.expectancy_r_low, one_day.expectancy_r_high) == (None, None)


def test_probabilities_are_scored_over_filled_signals_that_carried_one() -> None:
    results: Results = [("win", 1.0), ("lose", -1.0), ("win", 1.0), ("expire", None)]
    found = _figures(story(results, p_win=[0.8, 0.4, 0.6, 0.9]))
    assert found.brier == pytest.approx((0.04 + 0.16 + 0.16) / 3, abs=1e-6)
    assert found.base_rate == pytest.approx(2 / 3, abs=1e-6)
    assert found.brier_base_rate == pytest.approx(2 / 9, abs=1e-6)
    assert found.log_loss == pytest.approx(0.4149316, abs=1e-6)
    assert found.pr_auc == 1.0
    assert found.ece is None, "ten bins need ten rows"
    untold = _figures(story(results))
    assert (untold.brier, untold.base_rate, untold.log_loss, untold.pr_auc) == (None, None, None, None)


def test_a_refusal_counts_by_its_first_reason_and_monitors_do_not() -> None:
    figures = Figures([PAIR])
    for fact in (
        decided(1, "refuse", "rr", "costs"),
        decided(2, "refuse", "rr"),
        decided(3, "monitor", "trigger"),
        decided(4, "refuse", "trigger"),
    ):
        figures.decided(fact)
    assert figures.summary(1.0, 1).refusals == {"rr": 2, "trigger": 1}
    assert figures.verdicts.count == {"refuse": 3, "monitor": 1}


def test_signals_a_day_are_told_for_ten_pairs() -> None:
    figures = Figures([PAIR])
    for number in (1, 2, 3):
        figures.published(signal(number, T0 + number * HOUR))
    assert figures.summary(1.0, 1).signals_a_day_from_ten_pairs is None
    figures.covered = {PAIR: Covered(T0, T0 + 2 * DAY, 36.0), "BBB-USDT-SWAP": Covered(T0, T0 + DAY, 12.0)}
    found = figures.summary(1.0, 1)
    assert (found.pair_days, found.signals_a_day_from_ten_pairs) == (2.0, 15.0)


def test_the_share_of_ambiguous_fills_leaves_out_what_was_never_filled() -> None:
    figures = Figures([PAIR])
    for number, result in enumerate(("win", "lose", "expire"), 1):
        made = signal(number, T0 + number * HOUR)
        figures.published(made)
        figures.ended(outcome(made, T0 + DAY, result, 1.0)._replace(ambiguous=result != "win"))
    assert figures.summary(1.0, 1).ambiguous == 0.5
