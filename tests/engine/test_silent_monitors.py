"""A waiting setup of a pair that falls silent ends when the tape passes its end, at any pair's close; both ways."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from engine.decision.tick import Decided, Tick
from engine.market.events import Settle
from engine.params import Params
from storage.recordings import load_tape, write_tape
from storage.tape import CandleColumns
from tests.engine.conftest import PAIRS
from tests.engine.runs import batch_ticks, engine_of, feed_over, live_ticks
from tests.engine.test_odd_tapes import finer, picked

MINUTE = 60_000
LIFE = Params().monitor_minutes * MINUTE
HOUR = 60 * MINUTE


def monitors(ticks: Sequence[Tick]) -> Iterator[Decided]:
    """Setups that began to wait."""
    for tick in ticks:
        for fact in tick.facts:
            if isinstance(fact, Decided) and fact.verdict == "monitor":
                yield fact


def ends_of(ticks: Sequence[Tick], waiting: Decided) -> list[Decided]:
    facts = [fact for tick in ticks for fact in tick.facts if isinstance(fact, Decided)]
    return [fact for fact in facts if fact.decision_id == waiting.decision_id and fact.verdict != "monitor"]


@pytest.fixture(scope="module")
def waiting(simulated: Path) -> Decided:
    """A setup whose bar closed well inside the tape."""
    return next(one for one in monitors(live_ticks(feed_over(simulated))) if one.ts % (8 * HOUR) > HOUR)


def silenced(
    simulated: Path, folder: Path, waiting: Decided, hours: float, base: Callable[[CandleColumns], CandleColumns]
) -> Path:
    """The tape again: the pair says nothing for so long after the setup's close; the other one has bars of `base`."""
    for pair in PAIRS:
        whole = load_tape(simulated / pair)
        candles = base(whole.candles)
        if pair == waiting.pair:
            ts = whole.candles.ts
            candles = picked(whole.candles, (ts < waiting.ts) | (ts >= waiting.ts + int(hours * HOUR)))
        write_tape(folder / pair, dataclasses.replace(whole, candles=candles))
    return folder


@pytest.mark.parametrize(
    "hours, base, late",
    [(24_000, lambda same: same, 5), (2, lambda same: same, 5), (24_000, finer, 1), (0.6, lambda same: same, 5)],
    ids=["for ever", "for two hours", "beside minutes", "until just after"],
)
def test_it_ends_at_the_first_close_of_any_pair_after_its_end(
    simulated: Path,
    compiled: str,
    tmp_path: Path,
    waiting: Decided,
    hours: float,
    base: Callable[[CandleColumns], CandleColumns],
    late: int,
) -> None:
    folder = silenced(simulated, tmp_path, waiting, hours, base)
    live, batch = live_ticks(feed_over(folder)), batch_ticks(feed_over(folder), compiled)
    assert live == batch
    (end,), (again,) = ends_of(live, waiting), ends_of(batch, waiting)
    assert (end.ts, end.verdict, end.reasons) == (waiting.ts + LIFE + late * MINUTE, "refuse", ("trigger",))
    assert end.judged is not None and again.judged is not None
    assert end.judged.around == again.judged.around, "what it was judged on is the same, too"


def test_a_pair_that_is_back_at_its_end_is_checked_once_more(
    simulated: Path, compiled: str, tmp_path: Path, waiting: Decided
) -> None:
    """The bar that closes at the end itself still counts."""
    back = (LIFE - 5 * MINUTE) / HOUR
    folder = silenced(simulated, tmp_path, waiting, back, lambda same: same)
    live = live_ticks(feed_over(folder))
    assert live == batch_ticks(feed_over(folder), compiled)
    assert [end.ts for end in ends_of(live, waiting)] == [waiting.ts + LIFE]


def test_alone_it_waits_until_the_pair_is_back(simulated: Path, compiled: str, tmp_path: Path) -> None:
    """No tape goes on without it: there is no instant at which its end could be told."""
    pair = PAIRS[0]
    write_tape(tmp_path / "all" / pair, load_tape(simulated / pair))
    waiting = next(monitors(live_ticks(feed_over(tmp_path / "all"))))
    whole = load_tape(simulated / pair)
    ts = whole.candles.ts
    kept = (ts < waiting.ts) | (ts >= waiting.ts + HOUR)
    write_tape(tmp_path / "cut" / pair, dataclasses.replace(whole, candles=picked(whole.candles, kept)))
    live = live_ticks(feed_over(tmp_path / "cut"))
    assert live == batch_ticks(feed_over(tmp_path / "cut"), compiled)
    assert [(end.ts, end.reasons) for end in ends_of(live, waiting)] == [(waiting.ts + HOUR + 5 * MINUTE, ("trigger",))]


def test_a_restart_while_it_waits_changes_nothing(simulated: Path, tmp_path: Path, waiting: Decided) -> None:
    feed = feed_over(silenced(simulated, tmp_path, waiting, 24_000, lambda same: same))
    events = list(feed.iterate())
    one = engine_of(feed)
    at = next(i for i, event in enumerate(events) if any(f == waiting for f in one.process(event).facts)) + 1
    saved = json.loads(json.dumps(one.snapshot()))
    (whole,) = ends_of([one.process(event) for event in events[at:]], waiting)
    other = engine_of(feed)
    other.restore(saved)
    (again,) = ends_of([other.process(event) for event in events], waiting)
    assert again == whole and again.judged is not None and whole.judged is not None
    assert again.judged.around == whole.judged.around


def test_a_state_stored_before_monitors_said_how_they_were_seen_goes_on(simulated: Path, waiting: Decided) -> None:
    feed = feed_over(simulated)
    one = engine_of(feed)
    next(event for event in feed.iterate() if any(fact == waiting for fact in one.process(event).facts))
    saved = json.loads(json.dumps(one.snapshot()))
    for item in saved["stream"]["monitors"]:
        del item["seen"]
    other = engine_of(feed)
    other.restore(saved)
    (end,) = ends_of([other.process(Settle(waiting.ts + LIFE + 1))], waiting)
    assert end.reasons == ("trigger",)
