"""Setups that wait for their 5m triggers: looked at at each 5m close of their pair, until they are published or end."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from engine.decision import triggers, ways
from engine.decision.advice import Advice, advised, on_opinion, sure
from engine.decision.book import Books, Monitor
from engine.decision.candidate import Candidate
from engine.decision.guardrails import OPINION, TRIGGER, Surroundings
from engine.decision.pulse import Pulse
from engine.decision.tick import Decided, Fact
from engine.market.events import TIMEFRAMES, Opinion
from engine.params import Params


class Deciding(Protocol):
    """What monitors ask of the stream they belong to, and how they give a setup back to it."""

    books: Books
    params: Params
    advice: Advice

    @property
    def publish_from(self) -> int:
        """Setups may be published from then on (ms)."""
        ...

    @property
    def follows_ways(self) -> bool:
        """Whether setups that wait are followed by every way of entering."""
        ...

    def on_paper(self, c: Candidate) -> bool: ...

    def around(self, c: Candidate, pulse: Pulse) -> Surroundings: ...

    def decided(self, c: Candidate, around: Surroundings, verdict: str, refused: int) -> Decided: ...

    def publish(self, c: Candidate, pulse: Pulse, facts: list[Fact], way: str = "") -> None: ...


class Monitors:
    """Works on the monitors in the stream's books."""

    def __init__(self, stream: Deciding) -> None:
        self._stream = stream

    def add(self, c: Candidate, pulse: Pulse, held: bool = False) -> None:
        """A setup that passed everything but its triggers waits from now on; `held`: for the second opinion only."""
        books = self._stream.books
        m = Monitor(c, c.row.ts + self._stream.params.monitor_minutes * 60_000, pulse, held=held)
        books.monitors.setdefault(c.row.pair, []).append(m)
        if self._stream.follows_ways and not held:
            ways.begin(m, pulse, books)

    def watch(self, c: Candidate, pulse: Pulse) -> None:
        """A setup that was published at its close before its full trigger: its other ways are followed."""
        books = self._stream.books
        if not self._stream.follows_ways:
            return
        m = Monitor(c, c.row.ts + self._stream.params.monitor_minutes * 60_000, pulse, published=True)
        ways.begin(m, pulse, books)
        books.monitors.setdefault(c.row.pair, []).append(m)

    def touch(self, pair: str, high: float, low: float) -> None:
        """A bar of the pair closed."""
        for m in self._stream.books.monitors.get(pair, ()):
            m.touch(high, low)

    def check(self, pair: str, pulse: Pulse, facts: list[Fact]) -> None:
        """A 5m bar closed: monitors of its pair are published, ended or kept."""
        stream = self._stream
        kept: list[Monitor] = []
        for m in stream.books.monitors.get(pair, ()):
            if self._goes_on(m, pulse, facts):
                m.seen = pulse
                kept.append(m)
        stream.books.monitors[pair] = kept

    def _goes_on(self, m: Monitor, pulse: Pulse, facts: list[Fact]) -> bool:
        """Look at one: what comes is followed, what is asked for is published; whether it waits on."""
        stream, c = self._stream, m.candidate
        over = m.touched or self._dead(c, pulse) or pulse.ts > m.until
        m.held = False
        met = not m.published and triggers.comes(pulse.trigger, c.side, c.way)
        coming = ways.coming(m, pulse)
        free = not over and (met or coming) and pulse.ts >= stream.publish_from
        if free and not ways.forbids(m, c.refusals(stream.around(c, pulse), stream.params)):
            ways.follow(m, coming, pulse, stream.books)
        else:
            met = False
        if met and (not self._pass(m, pulse, facts) or not m.ways):
            return False
        if over or pulse.ts >= m.until:
            if not m.published:
                facts.append(stream.decided(c, stream.around(c, pulse), "refuse", TRIGGER))
            ways.end(m, pulse.ts, facts)
            return False
        return bool(m.ways) or not m.published

    def heard(self, said: Opinion, pulse: Pulse | None) -> list[Fact]:
        """An opinion came: what waited for it is published or refused at the bar that it was asked about.

        One that waits for its triggers keeps the opinion, and is published at once where that is sure enough. Once the
        next bar closed the opinion is kept only: that bar's check decides.
        """
        stream, facts = self._stream, list[Fact]()
        waiting = stream.books.monitors.get(said.pair, [])
        m = next((m for m in waiting if m.candidate.decision_id == said.decision_id), None)
        if m is None or m.published:
            return facts
        m.opinion, held, m.held = said, m.held, False
        c = m.candidate
        if pulse is None or pulse.ts != c.row.ts or pulse.ts < stream.publish_from:
            return facts
        refused = c.refusals(stream.around(c, pulse), stream.params)
        if held and refused:
            facts.append(stream.decided(c, stream.around(c, pulse), "refuse", refused))
        elif held:
            self._pass(m, pulse, facts)
        elif sure(c, said) and stream.on_paper(c) and not refused and not stream.advice.withholds(c, said):
            stream.books.forget_shadow(said.pair, c.decision_id, pulse.ts)
            stream.publish(on_opinion(c), pulse, facts)
        if facts:
            stream.books.monitors[said.pair] = [one for one in waiting if one is not m]
        return facts

    def let_go(self) -> None:
        """Nobody waits for an opinion any more."""
        for waiting in self._stream.books.monitors.values():
            for m in waiting:
                m.held = False

    def _pass(self, m: Monitor, pulse: Pulse, facts: list[Fact]) -> bool:
        """Nothing of the rules is in the way: published (True), unless an opinion that has earned it holds it back."""
        stream, c = self._stream, m.candidate
        if stream.advice.withholds(c, m.opinion):
            facts.append(stream.decided(c, stream.around(c, pulse), "refuse", OPINION))
            return False
        stream.books.forget_shadow(c.row.pair, c.decision_id, pulse.ts)
        way = ways.asked(m)
        stream.publish(advised(c, m.opinion), pulse, facts, way)
        m.ways, m.published = [one for one in m.ways if one != way], True
        return True

    def over(self, now: int) -> set[str]:
        """Pairs with a monitor whose end has passed: where no bar of the pair ends it, that of another one does."""
        waiting = self._stream.books.monitors
        return {pair for pair, monitors in waiting.items() if any(m.until < now for m in monitors)}

    def end(self, pair: str, now: int, facts: list[Fact]) -> None:
        """The pair was silent at the end of its monitors, which has passed."""
        waiting = self._stream.books.monitors[pair]
        for m in waiting:
            if m.until < now:
                self._unmet(m, now, facts)
        self._stream.books.monitors[pair] = [m for m in waiting if m.until >= now]

    def drop(self, pair: str, now: int, facts: list[Fact]) -> None:
        """The pair was taken off: all that wait on it end."""
        for m in self._stream.books.monitors.pop(pair, ()):
            self._unmet(m, now, facts)

    def _unmet(self, m: Monitor, now: int, facts: list[Fact]) -> None:
        """A monitor ends unmet, as it was last seen."""
        if not m.published:
            around = self._stream.around(m.candidate, replace(m.seen, ts=now))
            facts.append(self._stream.decided(m.candidate, around, "refuse", TRIGGER))
        ways.end(m, now, facts)

    def _dead(self, c: Candidate, pulse: Pulse) -> bool:
        """Invalidated, at TP1, or the zone left by more than 0.25 R."""
        v, plan = c.verdict, c.plan
        if plan is None:
            return True
        price = pulse.price * c.side
        closes = pulse.ts % TIMEFRAMES[plan.invalidation_timeframe] == 0
        if closes and price < v.invalidation:
            return True
        return price >= v.tp1 or price <= v.sl or price - v.zone_high > self._stream.params.stale_r * v.risk
