"""A second opinion in the engine: it agrees, is overruled, withholds once it has earned that, and stands in for
triggers on paper. Without one, or without its answer, everything is as it was.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.decision.pool import NO_POOL, Pool
from engine.decision.rebuild import Basis, rebuild
from engine.decision.tick import Asked, Decided, Fact, Published, ShadowClosed
from engine.market.events import Adviser, Event, Opinion, Settle
from engine.params import Params, engine_version
from engine.sharp_signal_engine import SharpSignalEngine
from tests.engine.runs import engine_of, feed_over

WITH, AGAINST = {1: "BUY", -1: "SELL"}, {1: "SELL", -1: "BUY"}
EARNED = Pool(400, 0.0, 1.0, 0.3, 0.1, 0.0, 1.0, 0.0, 1.0)


def adviser(pool: Pool = NO_POOL, waits: bool = True) -> Mapping[str, Any]:
    return {"model": "m", "prompt": "1", "waits": waits, "pool": pool.to_document()}


class Tape:
    """A simulated market and what it concludes without a second opinion; engines stopped where one is asked."""

    def __init__(self, folder: Path) -> None:
        self.feed = feed_over(folder)
        self.events: list[Event] = list(self.feed.iterate())
        plain = engine_of(self.feed)
        self.plain = [plain.process(event).facts for event in self.events]
        self._stops: dict[bool, tuple[SharpSignalEngine, int, Asked]] = {}
        self._walk()

    def _walk(self) -> None:
        """Silence is the answer to every question, until both kinds were asked where the plain run gives a signal."""
        engine = engine_of(self.feed)
        engine.process(Adviser(0, adviser()))
        for at, event in enumerate(self.events):
            facts = engine.process(event).facts
            for asked in (fact for fact in facts if isinstance(fact, Asked)):
                monitored = any(isinstance(f, Decided) and f.verdict == "monitor" and same(f, asked) for f in facts)
                if asked.waits not in self._stops and (asked.waits or monitored):
                    self._stops[asked.waits] = copy.deepcopy(engine), at, asked
                engine.process(silence(asked))
            if len(self._stops) == 2:
                return
        raise AssertionError("the tape has no such moment")

    def stop(self, waits: bool) -> tuple[SharpSignalEngine, int, Asked]:
        """An engine that has just asked, the place of the event it was told last, and the question."""
        engine, at, asked = self._stops[waits]
        return copy.deepcopy(engine), at, asked

    def on(self, engine: SharpSignalEngine, after: int, count: int = 2000) -> list[Fact]:
        """The tape goes on."""
        return [fact for event in self.events[after + 1 : after + 1 + count] for fact in engine.process(event).facts]


def same(fact: Decided | ShadowClosed, asked: Asked) -> bool:
    return fact.decision_id == asked.decision_id


def opinion(asked: Asked, words: Mapping[int, str], p: float) -> Opinion:
    return Opinion(asked.ts + 4_000, asked.pair, asked.decision_id, words[asked.judged.candidate.side], p)


def silence(asked: Asked) -> Opinion:
    return Opinion(asked.ts + 8_000, asked.pair, asked.decision_id, "", None)


def signal_of(facts: tuple[Fact, ...]) -> Published:
    (found,) = (fact for fact in facts if isinstance(fact, Published))
    return found


@pytest.fixture(scope="module")
def tape(simulated: Path) -> Tape:
    return Tape(simulated)


def test_it_agrees_and_the_signal_is_both_of_theirs_and_can_be_made_again(tape: Tape) -> None:
    engine, at, asked = tape.stop(waits=True)
    plain = signal_of(tape.plain[at])
    told = signal_of(engine.process(opinion(asked, WITH, 0.6)).facts)
    assert told.signal == replace(plain.signal, source="hybrid"), "the same levels, the same numbers, the same instant"
    assert told.basis is not None
    kept = Basis.from_document(json.loads(json.dumps(told.basis.document())))
    assert rebuild(kept, None, Params(), engine_version(Params())) == told.signal
    assert not any(isinstance(fact, ShadowClosed) and same(fact, asked) for fact in tape.on(engine, at))


@pytest.mark.parametrize("words, p", [(AGAINST, 0.1), ({1: "HOLD", -1: "HOLD"}, 0.4), ({1: "", -1: ""}, None)])
def test_before_it_has_earned_anything_it_holds_nothing_back(tape: Tape, words: Mapping[int, str], p: float) -> None:
    engine, at, asked = tape.stop(waits=True)
    assert signal_of(engine.process(opinion(asked, words, p)).facts).signal == signal_of(tape.plain[at]).signal


def test_once_it_has_earned_that_it_withholds_and_the_setup_is_followed_as_a_shadow(tape: Tape) -> None:
    engine, at, asked = tape.stop(waits=True)
    engine.stream.advice.take(adviser(EARNED))
    (verdict,) = engine.process(opinion(asked, AGAINST, 0.1)).facts
    assert isinstance(verdict, Decided) and verdict.verdict == "refuse" and verdict.reasons == ("opinion",)
    later = tape.on(engine, at)
    assert any(isinstance(fact, ShadowClosed) and same(fact, asked) for fact in later)
    assert engine.process(opinion(asked, WITH, 0.9)).facts == (), "a second word changes nothing"


def test_who_never_answers_delays_by_one_check_at_most(tape: Tape) -> None:
    engine, at, asked = tape.stop(waits=True)
    stored = json.loads(json.dumps(engine.snapshot()))
    later = tape.on(engine, at)
    verdict = next(fact for fact in later if isinstance(fact, Decided) and same(fact, asked))
    assert verdict.verdict == "publish" and verdict.ts <= asked.ts + 6 * 300_000
    again = engine_of(tape.feed)
    again.restore(stored)
    for event in tape.events[: at + 1]:
        again.process(event)
    assert tape.on(again, at) == later, "a restart between question and answer changes nothing"


def test_who_leaves_keeps_nobody_waiting_and_a_late_word_is_only_kept(tape: Tape) -> None:
    engine, at, asked = tape.stop(waits=True)
    assert engine.process(Adviser(asked.ts, {})).facts == ()
    assert engine.process(opinion(asked, WITH, 0.9)).facts == (), "nobody is asked any more"
    late, at, asked = tape.stop(waits=True)
    settle = next(n for n in range(at + 1, len(tape.events)) if isinstance(tape.events[n], Settle))
    for event in tape.events[at + 1 : settle]:
        late.process(event)
    assert late.process(opinion(asked, WITH, 0.9)).facts == ()
    published = [fact for fact in tape.on(late, settle - 1) if isinstance(fact, Published)]
    assert published and published[0].signal.source == "hybrid"


def test_it_stands_in_for_missing_triggers_on_paper_if_it_is_sure(tape: Tape) -> None:
    engine, _, asked = tape.stop(waits=False)
    plan = asked.judged.candidate.plan
    verdict, told = engine.process(opinion(asked, WITH, 0.7)).facts
    assert isinstance(verdict, Decided) and isinstance(told, Published)
    assert verdict.verdict == "publish" and verdict.reasons == ("trigger",)
    signal = told.signal
    assert (signal.source, signal.mode, signal.size_multiplier) == ("openai", "paper", 0.0)
    assert signal.triggers_text is None and signal.plan == plan, "our levels, whatever it said"
    assert told.basis is not None
    assert rebuild(told.basis, None, Params(), engine_version(Params())) == signal


@pytest.mark.parametrize("words, p", [(WITH, 0.65), (AGAINST, 0.95), ({1: "HOLD", -1: "HOLD"}, 0.9)])
def test_a_monitor_goes_on_waiting_where_it_is_not_sure(tape: Tape, words: Mapping[int, str], p: float) -> None:
    engine, at, asked = tape.stop(waits=False)
    assert engine.process(opinion(asked, words, p)).facts == ()
    silent, _, _ = tape.stop(waits=False)
    ends = [next(f for f in tape.on(one, at) if isinstance(f, Decided) and same(f, asked)) for one in (engine, silent)]
    assert ends[0] == ends[1]


def test_it_lifts_no_guardrail(tape: Tape) -> None:
    engine, _, asked = tape.stop(waits=False)
    engine.stream.pause(asked.ts, None, "lunch")
    assert engine.process(opinion(asked, WITH, 0.95)).facts == ()
    engine, _, asked = tape.stop(waits=True)
    engine.stream.pause(asked.ts, None, "lunch")
    (verdict,) = engine.process(opinion(asked, WITH, 0.95)).facts
    assert isinstance(verdict, Decided) and verdict.reasons == ("paused",)


def test_who_only_listens_is_asked_and_changes_nothing(tape: Tape) -> None:
    engine = engine_of(tape.feed)
    engine.process(Adviser(0, adviser(waits=False)))
    asked = 0
    for event, plain in zip(tape.events, tape.plain):
        facts = engine.process(event).facts
        asked += sum(isinstance(fact, Asked) for fact in facts)
        assert tuple(fact for fact in facts if not isinstance(fact, Asked)) == plain
    assert asked > 2
