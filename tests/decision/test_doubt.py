"""A fill that somebody says was not to be had: the market is asked again, by a wider margin."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.decision.book import Followed
from engine.decision.doubt import DEEP, MARKET, OVER, THIN, WAIT
from engine.decision.hearing import doubts, fill_reported
from engine.decision.judge import plain_judge
from engine.decision.lifecycle import Life
from engine.decision.signal import Plan
from engine.decision.stream import DecisionStream, Rules
from engine.decision.tick import Progress
from engine.params import Params
from tests.decision.lives import CALM, HELD, MINUTE, T0, Row, Walk, plan_of
from tests.decision.rows import INSTRUMENT, PAIR

BARELY: Row = (100.4, 100.4, 99.98, 100.2)  # two basis points through the near edge: a fill, but no sure one
UP: Row = (100.2, 100.9, 100.1, 100.5)
TP1: Row = (100.5, 103.2, 100.4, 103.0)
TP2: Row = (103.5, 106.5, 103.0, 106.0)


def fine(side: int) -> Plan:
    """Ticks so small that the margin is that of the basis points. The entry is open for six bars."""
    return replace(plan_of(side), tick=0.001)


@pytest.mark.parametrize("side", [1, -1])
def test_a_thin_fill_is_taken_back_once_the_entry_is_over_and_only_where_people_follow(side: int) -> None:
    walk = Walk(side, fine(side)).bars(CALM, BARELY, UP)
    assert walk.life.doubted() == WAIT
    assert not walk.life.report(walk.now)
    walk.life = Life.from_state(walk.plan, walk.base, json.loads(json.dumps(walk.life.to_state())))
    walk.steps.clear()
    walk.bars(UP, UP)
    assert walk.steps == [], "the entry is open: price may come back"
    walk.bars(UP)
    (told,) = walk.steps
    assert (told.track, told.state, told.reason, told.price, told.r) == ("followable", "closed", "reported", None, None)
    walk.bars(TP1, TP2)
    assert walk.ends() == (("win", "tp2"), ("no-fill", "reported"))
    track = walk.outcome().followable
    assert track.fill_price is None and track.filled_at is None and track.rr is None and track.closed_at == told.ts


def test_after_tp1_nobody_enters_so_it_is_known_at_once() -> None:
    walk = Walk(plan=fine(1)).bars(CALM, BARELY, TP1)
    assert walk.life.doubted() == THIN
    assert walk.life.report(walk.now)
    (told,) = walk.life.steps()
    assert (told.reason, told.ts) == ("reported", walk.now)
    assert not walk.life.report(walk.now), "once"
    walked = Walk(plan=fine(1)).bars(CALM, BARELY)
    walked.life.report(walked.now)
    assert [one.reason for one in walked.bars(TP1).steps if one.state == "closed"] == ["reported"]


def test_a_fill_stands_that_price_went_through_while_the_entry_was_open() -> None:
    deep = Walk(plan=fine(1)).bars(CALM, BARELY, HELD)
    assert deep.life.doubted() == DEEP and not deep.life.report(deep.now)
    later = Walk(plan=fine(1)).bars(CALM, BARELY, UP)
    later.life.report(later.now)
    assert [one.reason for one in later.bars(HELD, UP, UP, UP).steps if one.state == "closed"] == []
    after = Walk(plan=fine(1)).bars(CALM, BARELY, UP, UP, UP, UP, HELD)
    assert after.life.doubted() == THIN, "what comes when the entry is over fills no order of it"
    tick = Walk().bars(CALM, (100.4, 100.4, 99.89, 100.2), UP)
    assert tick.life.doubted() == DEEP, "a whole tick"


def test_a_market_entry_and_what_has_no_position_are_not_doubted() -> None:
    minute = Walk(plan=fine(1), base=MINUTE).bars(CALM, (99.9, 100.1, 99.9, 100.0), UP)
    assert minute.life.doubted() == MARKET and not minute.life.report(minute.now)
    assert Walk(plan=fine(1)).bars(CALM).life.doubted() == OVER
    over = Walk(plan=fine(1)).bars(CALM, BARELY, TP1, TP2)
    assert over.life.doubted() == OVER and not over.life.report(over.now) and over.ends()[1] == ("win", "tp2")


def test_trades_are_looked_at_one_by_one() -> None:
    def filled(deepest: float) -> Walk:
        walk = Walk(plan=fine(1))
        walk.trades((50, 100.4), (60, 99.985), (70, deepest), (80, 100.3)).bars(CALM, covered=True)
        return walk.bars(TP1)

    assert [filled(deepest).life.doubted() for deepest in (99.98, 99.97)] == [THIN, DEEP]
    assert filled(99.98).steps[1].ts == T0 + 60_000


def test_a_state_from_before_goes_on() -> None:
    walk = Walk(plan=fine(1)).bars(CALM, BARELY, TP1)
    state = {name: value for name, value in walk.life.to_state().items() if name != "doubt"}
    assert Life.from_state(walk.plan, walk.base, state).doubted() == THIN


def test_the_stream_tells_it_and_counts_no_risk_any_more() -> None:
    """An event of nobody's signal, or of a fill that stands, says nothing."""
    stream = DecisionStream({PAIR: INSTRUMENT}, Params(), Rules(0.5), "test", plain_judge(Params()))
    stream.books.follow(Followed(Life(replace(fine(1), pair=PAIR), 5 * MINUTE), "decision", "signal", 7))
    for n, (o, h, l, c) in enumerate((CALM, BARELY, UP)):
        stream.on_bar(PAIR, T0 + n * 5 * MINUTE, o, h, l, c, 5 * MINUTE, False)
    now = T0 + 15 * MINUTE
    assert doubts(stream) == {7: WAIT} and list(stream.books.risky) == [7]
    assert fill_reported(stream, PAIR, 8, now) == fill_reported(stream, PAIR, 0, now) == []
    assert fill_reported(stream, PAIR, 7, now) == [], "not known yet"
    facts = [
        fact
        for n in (3, 4, 5)
        for fact in stream.on_bar(PAIR, T0 + n * 5 * MINUTE, 100.2, 100.9, 100.1, 100.5, 5 * MINUTE, False)
    ]
    assert facts == [Progress("signal", 7, PAIR, "reported", T0 + 30 * MINUTE, 100.0, None)]
    assert not stream.books.risky and stream.books.is_open(PAIR), "the theoretical track goes on"
