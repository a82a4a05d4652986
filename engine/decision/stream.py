"""Stage 2: one ordered stream over all pairs. Lives advance, then setups and monitors are decided at each settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.decision import triggers
from engine.decision.advice import Advice
from engine.decision.aside import Aside
from engine.decision.book import Books, Followed
from engine.decision.candidate import Candidate, candidate_of
from engine.decision.closes import HourlyCloses
from engine.decision.confluence import weights_of
from engine.decision.evidence import Judged
from engine.decision.guardrails import P_WIN, STALE, TRIGGER, UNPROVEN, Surroundings, forbidden, reasons_of
from engine.decision.heat import Correlations, Heat, too_hot
from engine.decision.judge import Judge
from engine.decision.lifecycle import Life
from engine.decision.monitors import Monitors
from engine.decision.policy import Policy
from engine.decision.progress import progress_of
from engine.decision.publishing import make_signal
from engine.decision.pulse import Pulse
from engine.decision.rebuild import Basis
from engine.decision.risk import Risk
from engine.decision.row import Row
from engine.decision.signal import Outcome, Plan
from engine.decision.telling import Step
from engine.decision.tick import (
    Asked,
    Closed,
    Decided,
    Fact,
    Halted,
    Lifted,
    PolicySet,
    Published,
    ShadowClosed,
    WayClosed,
)
from engine.decision.verdict import Verdict, contract_of
from engine.market.instrument import Instrument, decimals_of
from engine.params import Params


@dataclass(frozen=True, slots=True)
class Rules:
    """How much must agree, what may be published, and since when.

    Setups that close before `judge_from` (ms) only warm up; those before `publish_from` are judged and followed, and
    refused as stale. `ways`: setups that wait are followed by every way of entering, which only a learner needs.
    """

    least_confluence: float
    proven_only: bool = False
    judge_from: int = 0
    publish_from: int = 0
    ways: bool = True


class DecisionStream:
    """The ordered half of the engine. Every method returns the facts it made, in order."""

    def __init__(
        self, instruments: Mapping[str, Instrument], params: Params, rules: Rules, version: str, judge: Judge
    ) -> None:
        self.instruments = dict(instruments)
        self.params = params
        self.rules = rules
        self.version = version
        self._judge = judge
        self.policy: Policy | None = None
        self.weights = weights_of(None)  # of the layers in every book
        self.contracts = {name: contract_of(one, params) for name, one in instruments.items()}
        self.risk = Risk(params)
        self.closes = HourlyCloses()
        self.correlations = Correlations(self.closes)
        self.books = Books()
        self.number = 1
        self.paused_until: int | None = 0  # 0: not paused; None: until resumed
        self.pause_reason = ""
        self.lost: set[tuple[str, str]] = set()
        self.aside = Aside()
        self.advice = Advice()
        self.monitors = Monitors(self)
        self._pending: list[Row] = []
        self._checks: dict[str, Pulse] = {}
        self._pulse: dict[str, Pulse] = {}

    # --- lives

    def on_bar(
        self, pair: str, ts: int, o: float, h: float, l: float, c: float, bar_ms: int, covered: bool
    ) -> list[Fact]:
        """A closed bar walks the lives of its pair."""
        facts: list[Fact] = []
        for f in self.books.of(pair):
            if f.life.on_bar(ts, o, h, l, c, bar_ms, covered):
                self.walked(f, facts)
        self.monitors.touch(pair, h, l)
        return facts

    def on_trades(self, pair: str, ts: Sequence[int], price: Sequence[float]) -> list[Fact]:
        """Trades walk the lives of their pair, one by one."""
        facts: list[Fact] = []
        for f in self.books.of(pair):
            if f.life.on_trades(ts, price):
                self.walked(f, facts)
        return facts

    def on_funding(self, pair: str, ts: int, rate: float) -> None:
        for f in self.books.of(pair):
            f.life.on_funding(ts, rate)

    def cancel(self, pair: str, ts: int, reason: str) -> list[Fact]:
        """End every life of a pair (delisted)."""
        facts: list[Fact] = []
        for f in self.books.of(pair):
            if f.life.cancel(ts, reason):
                self.walked(f, facts)
        return facts

    def _silence(self, now: int) -> list[Fact]:
        """End the lives of pairs without any bar for a day, at the end of that day; those kept aside as well."""
        facts: list[Fact] = []
        for pair in self.aside.silent(now):
            self._take_in(pair)
        for pair in sorted(self.books.followed):
            lives = self.books.followed[pair]
            if lives and lives[0].life.silent_at <= now:  # all lives of a pair have heard the same bars
                facts += self.cancel(pair, lives[0].life.silent_at, "data_gap")
        return facts

    def _take_in(self, pair: str) -> None:
        """What was kept aside of a pair is followed again: to its end."""
        for f in self.aside.take(pair):
            self.books.follow(f)

    def walked(self, f: Followed, facts: list[Fact]) -> None:
        """A track of a life changed; of a shadow only its end is told."""
        if f.number or f.life.ended:
            steps = f.life.steps() if f.number else ()
            self.moved(f, steps, f.life.outcome(f.signal_id, f.number), facts)

    def moved(self, f: Followed, steps: Sequence[Step], outcome: Outcome | None, facts: list[Fact]) -> None:
        """A followed plan made `steps`, and ended where there is an outcome."""
        plan = f.life.plan
        if f.number:
            facts += progress_of(f.signal_id, f.number, plan, steps, ended=outcome is not None)
            if any(s.track == "followable" and s.state != "filled" for s in steps):
                self.books.secure(f)
        if outcome is None:
            return
        self.books.drop(f)
        if f.way:
            facts.append(WayClosed(f.decision_id, f.way, outcome.closed_at, outcome, plan))
        if f.number:
            facts.append(Closed(outcome, plan, self._decimals(plan), f.decision_id))
            end = outcome.followable
            facts += self.risk.closed(plan.pair, plan.side, outcome.closed_at, end.result, end.exit_reason, end.rr)
        elif not f.alone:
            facts.append(ShadowClosed(f.decision_id, outcome, plan))

    def _decimals(self, plan: Plan) -> int:
        """Those of its contract; of one that we do not know any more, its tick's."""
        instrument = self.instruments.get(plan.pair)
        return decimals_of(plan.tick) if instrument is None else instrument.decimals

    # --- setups

    def on_pulse(self, pair: str, pulse: Pulse) -> None:
        """A base bar closed: at every 5m close the monitors of the pair are checked at the next settle."""
        self._pulse[pair] = pulse
        if pulse.ts % 300_000 == 0:
            self._checks[pair] = pulse

    def on_row(self, row: Row) -> None:
        """A setup bar closed with something to judge."""
        if row.ts - int(row["minutes"]) * 60_000 >= self.rules.judge_from:
            self._pending.append(row)

    def settle(self, now: int) -> list[Fact]:
        """Everything known at `now` was told: check monitors, then judge the pending rows, pair by pair."""
        facts = [*self._silence(now), *self.expire_halts(now)]
        over = self.monitors.over(now)
        if not self._checks and not self._pending and not over:
            return facts
        rows: dict[str, list[Row]] = {}
        for row in self._pending:
            rows.setdefault(row.pair, []).append(row)
        for pair in sorted(self._checks.keys() | rows.keys() | over):
            pulse = self._checks.get(pair)
            if pulse is not None:
                self.monitors.check(pair, pulse, facts)
            elif pair in over:
                self.monitors.end(pair, now, facts)
            for row in rows.get(pair, ()):
                self._judge_row(row, facts)
        self._pending.clear()
        self._checks.clear()
        return facts

    def _judge_row(self, row: Row, facts: list[Fact]) -> None:
        contract, least = self.contracts[row.pair], self.rules.least_confluence
        for side in (1, -1):
            verdict = self._judge(row.values, side, contract, self.weights, least)
            if verdict is not None:
                self.decide(self.candidate(row, verdict), self._pulse[row.pair], facts)

    def candidate(self, row: Row, verdict: Verdict) -> Candidate:
        """A verdict with what the policy in force says of it."""
        contract = self.contracts[row.pair]
        return candidate_of(row, verdict, contract, self.policy, self.rules.least_confluence, self.params)

    def decide(self, c: Candidate, pulse: Pulse, facts: list[Fact]) -> None:
        """Publish, monitor or refuse a setup; what is not published is followed as a shadow.

        One that may be published waits for the second opinion where that counts; whatever is near tau is asked about.
        """
        row = c.row
        around = self.around(c, pulse)
        refused = c.refusals(around, self.params)
        if row.ts < self.publish_from:
            refused |= STALE
        come, met = triggers.comes(pulse.trigger, c.side, c.way), triggers.met(pulse.trigger, c.side)
        held = self.advice.holds(c) and come
        if refused:
            facts.append(self.decided(c, around, "refuse", refused))
            self._shadow(c)
            if refused != P_WIN:
                return
        elif come and not held:
            self.publish(c, pulse, facts, "" if met else c.way)
            if not met:
                self.monitors.watch(c, pulse)
        else:
            if not held:
                facts.append(self.decided(c, around, "monitor", TRIGGER))
            self.monitors.add(c, pulse, held)
            self._shadow(c)
        if self.advice.asks(c):
            facts.append(Asked(c.decision_id, pulse.ts, c.row.pair, held, self._evidence(c, around)))

    @property
    def publish_from(self) -> int:
        """Setups may be published from then on (ms)."""
        return self.rules.publish_from

    @property
    def follows_ways(self) -> bool:
        return self.rules.ways

    def on_paper(self, c: Candidate) -> bool:
        """Whether a setup would go out as paper, and may."""
        return c.mode != "live" and not self.rules.proven_only

    def publish(self, c: Candidate, pulse: Pulse, facts: list[Fact], way: str = "") -> None:
        """A setup becomes a signal, or is followed from here on where no book of it is proven.

        `way`: how it is entered, of one that waited for its triggers.
        """
        if c.plan is None:
            return
        plan, around = replace(c.plan, ts=pulse.ts), self.around(c, pulse)
        if self.rules.proven_only and c.mode != "live":  # not proven yet: followed from here on, never sent
            facts.append(self.decided(c, around, "refuse", UNPROVEN))
            self.books.follow(Followed(self._life(plan), c.decision_id, c.decision_id, 0, way))
            return
        instrument, least = self.instruments[plan.pair], self.rules.least_confluence
        below = self.risk.day_below(pulse.ts)
        signal = make_signal(c, plan, self.number, instrument, pulse, self.params, self.version, below)
        row = c.row.values.tolist()
        basis = Basis(
            plan.pair, plan.side, row, instrument, least, c.policy_version, self.number, pulse, below, c.source
        )
        self.books.follow(Followed(self._life(plan), c.decision_id, signal.signal_id, self.number, way))
        self.number += 1
        self.risk.published(plan.pair, plan.side, pulse.ts, c.anchor)
        untriggered = TRIGGER if c.source == "openai" else 0  # what the rules alone waited for
        facts.append(self.decided(c, around, "publish", untriggered, signal.signal_id))
        facts.append(Published(signal, basis))

    def _shadow(self, c: Candidate) -> None:
        if c.plan is not None:
            self.books.shadow(c.plan, c.decision_id)

    def _life(self, plan: Plan) -> Life:
        return Life(plan, self.base_ms(plan.pair))

    def decided(
        self, c: Candidate, around: Surroundings, verdict: str, refused: int, signal_id: str | None = None
    ) -> Decided:
        """The verdict on a setup as a fact; `refused` are bits."""
        row = c.row
        return Decided(
            c.decision_id, around.now, row.pair, row.timeframe, c.side, c.setup_model, verdict, reasons_of(refused),
            c.features, row.regime, signal_id, c.plan, self._evidence(c, around),
        )  # fmt: skip

    def _evidence(self, c: Candidate, around: Surroundings) -> Judged:
        weights = None if self.policy is None else self.policy.weights(c.row.timeframe, c.row.regime)
        return Judged(c, around, weights, self.params)

    def around(self, c: Candidate, pulse: Pulse) -> Surroundings:
        """What holds around a setup now that its own levels do not say."""
        pair = c.row.pair
        return Surroundings(
            now=pulse.ts,
            price=pulse.price,
            bid=pulse.bid,
            ask=pulse.ask,
            book_ts=pulse.book_ts,
            candle_lost=(pair, "candle") in self.lost,
            cooldown_until=self.risk.cooldown_until(pair, c.side, c.anchor),
            heat=self._heat(pair, c.side, pulse.ts),
            breaker_until=self.risk.held_until(c.verdict.confluence),
            paused=self.paused_until is None or pulse.ts < self.paused_until,
            pair_open=self.books.is_open(pair),
            trigger=pulse.trigger,
        )

    def pulse(self, pair: str) -> Pulse | None:
        """The pair at its newest base bar; None before the first."""
        return self._pulse.get(pair)

    def forbidden(self, pair: str, side: int, anchor: str, confluence: float, now: int) -> int:
        """Refusals (bits) of the stream alone for a setup; `anchor` names the entry's."""
        return forbidden(
            now,
            self.risk.cooldown_until(pair, side, anchor),
            self._heat(pair, side, now) is not None,
            self.risk.held_until(confluence),
            self.paused_until is None or now < self.paused_until,
            self.books.is_open(pair),
        )

    def calm_from(self) -> int | None:
        """From when on (ms) `forbidden` is 0 for every setup, if nothing more happens; None: not by time alone."""
        hushed = self.hushed_from()
        return None if hushed is None else max(hushed, self.risk.calm_from())

    def hushed_from(self) -> int | None:
        """The same but for the anchors that were traded before: `forbidden` may be another than 0 on those only."""
        if self.paused_until is None or self.books.any_open() or self.params.heat_max_r < 1:
            return None
        return max(self.paused_until, self.risk.hushed_from())

    def _heat(self, pair: str, side: int, now: int) -> Heat | None:
        return too_hot(self.correlations, self.books.risky.values(), pair, side, now, self.params)

    def base_ms(self, pair: str) -> int:
        return self.books.base_ms[pair]

    # --- halts and policy

    def pause(self, ts: int, until: int | None, reason: str) -> list[Fact]:
        self.paused_until = until
        self.pause_reason = reason
        return [Halted("pause", ts, until, reason)]

    def resume(self, ts: int) -> list[Fact]:
        """Lift a pause and the open breakers."""
        facts: list[Fact] = []
        if self.paused_until != 0:
            facts.append(Lifted("pause", ts))
        self.paused_until = 0
        return facts + self.risk.lift(ts)

    def expire_halts(self, now: int) -> list[Fact]:
        """Lift what has run out."""
        facts: list[Fact] = []
        if self.paused_until and now >= self.paused_until:
            self.paused_until = 0
            facts.append(Lifted("pause", now))
        return facts + self.risk.expire(now)

    def take_policy(self, ts: int, document: Mapping[str, Any]) -> list[Fact]:
        """A policy takes effect; a foreign or damaged one is refused and the one in force stays."""
        try:
            policy = Policy.from_document(document)
        except ValueError as error:
            return [PolicySet(str(document.get("version", "")), ts, str(error))]
        self.policy = policy
        self.weights = weights_of(policy)
        return [PolicySet(policy.version, ts, None)]

    # --- the end of a pair

    def delist(self, pair: str, ts: int) -> list[Fact]:
        """The venue took the pair off: lives end, waiting setups are refused, what was not judged yet is forgotten."""
        self._take_in(pair)
        facts = self.cancel(pair, ts, "delisted")
        self.monitors.drop(pair, ts, facts)
        self._pending = [row for row in self._pending if row.pair != pair]
        self._checks.pop(pair, None)
        return facts
