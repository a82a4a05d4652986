"""A decision is known by its setup: two setups never share a name, also where they close together."""

from __future__ import annotations

from engine.decision.judge import plain_judge
from engine.decision.pulse import Pulse
from engine.decision.signal import setup_uuid, signal_uuid
from engine.decision.stream import DecisionStream, Rules
from engine.decision.tick import Decided
from engine.decision.triggers import NONE_ASKED
from engine.params import Params
from tests.decision.rows import INSTRUMENT, PAIR, TS, setup_row


def decided(*minutes: int) -> list[Decided]:
    """The verdicts on one settle of rows that close together."""
    stream = DecisionStream({PAIR: INSTRUMENT}, Params(), Rules(0.5), "test", plain_judge(Params()))
    stream.books.base_ms[PAIR] = 900_000
    stream.on_pulse(PAIR, Pulse(TS, 1000.0, NONE_ASKED, 0.0, 0.0, 0))
    for one in minutes:
        stream.on_row(setup_row(minutes=one))
    return [fact for fact in stream.settle(TS) if isinstance(fact, Decided)]


def test_a_15m_and_a_1h_setup_that_close_together_are_two_decisions() -> None:
    fast, slow = decided(15, 60)
    assert (fast.timeframe, slow.timeframe) == ("15m", "1h")
    assert (fast.ts, fast.side, fast.setup_model) == (slow.ts, slow.side, slow.setup_model)
    assert fast.decision_id != slow.decision_id
    assert [one.decision_id for one in decided(15, 60)] == [fast.decision_id, slow.decision_id]


def test_a_setup_is_not_named_like_a_signal() -> None:
    assert setup_uuid(PAIR, TS, 1, "mean_reversion", "15m") != signal_uuid(PAIR, TS, 1, "mean_reversion")
