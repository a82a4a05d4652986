"""The scoreboard of second opinions: a say is earned with outcomes, and lost to nobody but a better prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from engine.learning.model import expit
from engine.learning.scoreboard import board_of

DAY = 86_400_000
HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class One:
    decision_id: str
    prompt: str
    ts: int
    p: float | None
    p_win: float | None
    win: int | None
    rr: float | None
    side: int = 1
    decision: str = "BUY"
    latency_ms: int = 900
    tokens_in: int = 1000
    tokens_out: int = 100

    @property
    def closed_at(self) -> int | None:
        return None if self.win is None else self.ts + HOUR


def said(n: int, told: float, prompt: str = "1", seed: int = 3) -> list[One]:
    """`told`: how much of the truth is in what it says; ten setups a day."""
    rng = np.random.default_rng(seed)
    truth, noise = rng.standard_normal(n), np.random.default_rng(len(prompt) + seed + 10).standard_normal(n)
    won = (rng.random(n) < expit(-0.3 + 0.7 * truth)).astype(int)
    p = np.round(expit(-0.3 + 0.8 * (told * truth + (1 - told) * noise)) * 20) / 20
    return [
        One(
            f"d{k}", prompt, k * DAY // 10, float(p[k]), 0.43, int(won[k]), 1.4 if won[k] else -1.1,
            decision="BUY" if p[k] > 0.42 else "HOLD",
        )
        for k in range(n)
    ]  # fmt: skip


def test_before_three_hundred_outcomes_it_is_learning_whatever_it_says() -> None:
    board = board_of(said(299, 1.0), ["1", "2"], "m")
    assert (board.state, board.acting, board.pool.weight, board.pool.earned) == ("learning", "1", 0.0, False)
    open_still = [replace(one, win=None, rr=None) for one in said(900, 1.0)]
    assert board_of(open_still, ["1"], "m").pool.pairs == 0, "what has not ended says nothing"
    no_p = [replace(one, p_win=None) for one in said(900, 1.0)]
    assert board_of(no_p, ["1"], "m").pool.pairs == 0, "nor what the policy has no p for"
    assert board_of([], ["1", "2"], "m").document["prompts"]["2"]["asked"] == 0


@pytest.mark.parametrize("told, state", [(1.0, "earned"), (0.0, "ignored")])
def test_then_the_outcomes_decide(told: float, state: str) -> None:
    board = board_of(said(900, told), ["1"], "m")
    assert board.state == state and board.pool.pairs == 900
    one = board.document["prompts"]["1"]
    agreed, against = one["agreed"], one["against"]
    assert agreed["n"] + against["n"] == one["answered"] == 900
    assert (agreed["low"] > against["high"]) == (told == 1.0)
    assert one["uplift"] > 1.0 if told == 1.0 else one["uplift"] == pytest.approx(1.0, abs=0.5)
    assert agreed["low"] <= agreed["mean_r"] <= agreed["high"] and one["tokens"] == 900 * 1100


@pytest.mark.parametrize("told, acting", [((0.0, 1.0), "22"), ((1.0, 0.0), "1"), ((0.5, 0.5), "1")])
def test_another_prompt_takes_over_only_on_evidence(told: tuple[float, float], acting: str) -> None:
    rows = [*said(900, told[0]), *said(900, told[1], "22")]
    board = board_of(rows, ["1", "22"], "m")
    assert board.acting == acting
    e = board.document["prompts"]["22"]["e"]
    assert (e >= board.document["needed"] == 20.0) == (acting == "22")


def test_an_opinion_that_was_silent_or_alone_is_no_bet() -> None:
    rows = [replace(one, p=None, decision="") for one in said(100, 1.0)]
    board = board_of([*rows, *said(100, 1.0, "22")], ["1", "22"], "m")
    assert board.document["prompts"]["22"]["e"] == 1.0
    assert (board.document["prompts"]["1"]["asked"], board.document["prompts"]["1"]["answered"]) == (100, 0)
