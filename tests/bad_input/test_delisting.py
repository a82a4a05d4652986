"""A pair is taken off while a signal is open and setups wait: everything of it ends, and nothing of it comes back."""

from __future__ import annotations

from engine.decision.tick import Closed, Decided, Published, Rejected, ShadowClosed
from engine.market.events import Candle, Delisted, Event, Settle
from engine.sharp_signal_engine import SharpSignalEngine
from tests.bad_input.room import PAIR, STEP, engine, simulated_events

DAYS = 16


def until(kind: str, events: list[Event]) -> tuple[SharpSignalEngine, int]:
    """An engine that has just said `kind` (a verdict), and how many events it has read."""
    one = engine()
    for count, event in enumerate(events, 1):
        for fact in one.process(event).facts:
            if isinstance(fact, Decided) and fact.verdict == kind:
                return one, count
    raise AssertionError(f"the tape gives no {kind}")


def test_an_open_signal_is_void_and_the_pair_stops() -> None:
    events = simulated_events(DAYS)
    one, read = until("publish", events)
    facts = one.process(Delisted(one.now, PAIR)).facts
    (closed,) = (fact for fact in facts if isinstance(fact, Closed))
    ends = {(end.result, end.exit_reason) for end in (closed.outcome.theoretical, closed.outcome.followable)}
    assert ends == {("void", "delisted")}
    for shadow in (fact.outcome for fact in facts if isinstance(fact, ShadowClosed)):
        assert "delisted" in (shadow.theoretical.exit_reason, shadow.followable.exit_reason)
    assert not one.stream.books.busy()
    bar = next(event for event in events[read:] if isinstance(event, Candle))
    assert one.process(bar).facts == (Rejected("candle", PAIR, "unknown_pair", 1),)
    assert one.process(Settle(bar.known_at)).facts == ()


def test_a_setup_that_waits_is_refused_and_what_was_not_judged_yet_is_forgotten() -> None:
    events = simulated_events(DAYS)
    one, _ = until("monitor", events)
    facts = one.process(Delisted(one.now, PAIR)).facts
    (verdict,) = (fact for fact in facts if isinstance(fact, Decided))
    assert (verdict.verdict, verdict.reasons) == ("refuse", ("trigger",))
    assert not one.stream.books.busy()


def test_a_delisting_between_a_bar_and_its_settling_lets_nothing_through() -> None:
    events = simulated_events(DAYS)
    _, read = until("publish", events)
    one = engine()
    for event in events[: read - 1]:
        one.process(event)
    assert isinstance(events[read - 1], Settle)
    one.process(Delisted(one.now, PAIR))
    facts = one.process(events[read - 1]).facts
    assert not any(isinstance(fact, Published | Decided) for fact in facts)
    assert one.process(Settle(one.now + STEP)).facts == ()
