"""Breakers, the day's loss and cooldowns: what outcomes of published signals forbid, in tape time."""

from __future__ import annotations

import json

import pytest

from engine.decision.risk import DAY, DAY_BELOW, STOPS_IN_A_ROW, Risk
from engine.decision.tick import Halted, Lifted
from engine.params import Params

MINUTE = 60_000
NOON = 20_000 * DAY + DAY // 2
MIDNIGHT = 20_001 * DAY


def stop(risk: Risk, now: int, r: float = -1.05) -> list[Halted | Lifted]:
    return risk.closed("SOL-USDT-SWAP", 1, now, "lose", "sl", r)


def win(risk: Risk, now: int, r: float = 1.4) -> list[Halted | Lifted]:
    return risk.closed("SOL-USDT-SWAP", 1, now, "win", "tp2", r)


def restarted(risk: Risk, params: Params) -> Risk:
    """What a restart makes of it."""
    again = Risk(params)
    again.restore(json.loads(json.dumps(risk.to_state())))
    return again


def test_the_third_stop_in_a_row_holds_new_signals_for_an_hour() -> None:
    risk = Risk(Params())
    assert stop(risk, NOON, -0.5) == stop(risk, NOON + 1, -0.5) == []
    until = NOON + 2 + 60 * MINUTE
    assert stop(risk, NOON + 2, -0.5) == [Halted("breaker", NOON + 2, until, STOPS_IN_A_ROW)]
    assert risk.held_until(1.0) == until
    again = restarted(risk, Params())
    assert again.halts(until - 1) == [Halted("breaker", until - 1, until, STOPS_IN_A_ROW)]
    assert again.expire(until - 1) == []
    assert again.expire(until) == [Lifted("breaker", until)]
    assert again.expire(until + 1) == [] and again.held_until(0.0) == 0


@pytest.mark.parametrize(
    ("result", "reason", "breaks"),
    [
        ("win", "breakeven", True),
        ("lose", "timeout", True),
        ("expire", "expired", False),
        ("no-fill", "touched", False),
    ],
)
def test_only_what_was_traded_breaks_the_row_of_stops(result: str, reason: str, breaks: bool) -> None:
    risk = Risk(Params())
    stop(risk, NOON, -0.1)
    stop(risk, NOON + 1, -0.1)
    risk.closed("SOL-USDT-SWAP", 1, NOON + 2, result, reason, None)
    assert (stop(risk, NOON + 3, -0.1) == []) == breaks


def test_where_the_best_may_pass_only_they_do() -> None:
    params = Params.build(breaker_best_only=1)
    risk = Risk(params)
    told = [fact for at in range(3) for fact in stop(risk, NOON + at, -0.5)]
    until = NOON + 2 + 60 * MINUTE
    assert told == [Halted("best", NOON + 2, until, STOPS_IN_A_ROW)]
    assert risk.held_until(params.confluence_quiet + 0.1) == 0
    assert risk.held_until(params.confluence_quiet + 0.09) == until
    assert risk.expire(until) == [Lifted("best", until)]


def test_a_day_below_two_r_halves_the_size_until_midnight() -> None:
    risk = Risk(Params())
    assert win(risk, NOON, 0.1) == []
    assert stop(risk, NOON + 1, -2.1) == [], "at -2 R it is not below"
    assert not risk.day_below(NOON + 1)
    assert stop(risk, NOON + 2, -0.01) == [Halted("daily", NOON + 2, MIDNIGHT, DAY_BELOW)]
    again = restarted(risk, Params())
    assert again.day_below(MIDNIGHT - 1) and not again.day_below(MIDNIGHT)
    assert win(again, NOON + 3, 0.005) == [], "better, and still below"
    assert again.halts(NOON + 3) == [Halted("daily", NOON + 3, MIDNIGHT, DAY_BELOW)]
    assert again.expire(MIDNIGHT) == [Lifted("daily", MIDNIGHT)]
    assert stop(again, MIDNIGHT + 1, -1.9) == [], "a new day begins at nothing"


def test_a_day_back_above_is_whole_again() -> None:
    risk = Risk(Params())
    stop(risk, NOON, -2.5)
    assert win(risk, NOON + 1, 0.6) == [Lifted("daily", NOON + 1)]
    assert not risk.day_below(NOON + 1)
    assert stop(risk, NOON + 2, -0.5) == [Halted("daily", NOON + 2, MIDNIGHT, DAY_BELOW)]


def test_an_end_of_the_day_before_that_was_found_late_is_not_counted_today() -> None:
    risk = Risk(Params())
    stop(risk, MIDNIGHT + 1, -1.9)
    assert stop(risk, NOON, -5.0) == []
    win(risk, MIDNIGHT + 2, 0.1)
    assert stop(risk, MIDNIGHT + 3, -0.3) == [Halted("daily", MIDNIGHT + 3, MIDNIGHT + DAY, DAY_BELOW)]


def test_an_owner_lifts_both_and_a_further_loss_opens_the_day_again() -> None:
    risk = Risk(Params())
    told = [fact.kind for at in range(3) for fact in stop(risk, NOON + at, -1.05)]
    assert told == ["daily", "breaker"]
    assert risk.lift(NOON + 5) == [Lifted("breaker", NOON + 5), Lifted("daily", NOON + 5)]
    assert risk.halts(NOON + 5) == [] and risk.held_until(0.0) == 0
    assert win(risk, NOON + 6, 0.1) == [], "a gain opens nothing"
    assert stop(risk, NOON + 7, -0.1) == [Halted("daily", NOON + 7, MIDNIGHT, DAY_BELOW)]


def test_a_cooldown_counts_from_the_signal_and_from_its_end() -> None:
    risk = Risk(Params())
    risk.published("SOL-USDT-SWAP", 1, NOON, "order_block:1")
    span = Params().cooldown_minutes * MINUTE
    assert risk.cooldown_until("SOL-USDT-SWAP", 1, "") == NOON + span
    win(risk, NOON + 50)
    assert risk.cooldown_until("SOL-USDT-SWAP", 1, "") == NOON + 50 + span
    assert risk.cooldown_until("SOL-USDT-SWAP", 1, "order_block:1") == NOON + 7 * DAY
    assert restarted(risk, Params()).cooldown_until("SOL-USDT-SWAP", -1, "") == 0


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(ValueError, match="breaker_best_only"):
        Params.build(breaker_best_only=2)
