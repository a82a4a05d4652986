"""The ordered half of a replay over columns: it visits the instants where something may happen, and no others.

The pairs were read, judged and walked ahead (engine/columns/ahead.py). Here their verdicts come in the order of the
stream: what a setup's own rules refuse only hears what the stream forbids besides; what passes goes the way it goes
live (`DecisionStream.decide`). Between verdicts: moves of published signals, checks of monitors, halts that run out.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from engine.columns.ahead import Stretch
from engine.columns.block import BARS, SETTLED, SILENCE, Block, Packs, Pairs, Told
from engine.columns.forbidding import NEVER, Forbidding, Setups
from engine.columns.shadows import Shadows
from engine.decision.candidate import gated, opinion
from engine.decision.features import named
from engine.decision.foreseen import Foreseen
from engine.decision.guardrails import STALE
from engine.decision.judging import Ints, Packed, Tape
from engine.decision.pulse import Pulse
from engine.decision.row import Row
from engine.decision.stream import DecisionStream
from engine.decision.tick import Decided, Fact, Halted
from engine.decision.triggers import NONE_ASKED
from engine.decision.verdict import Verdict
from engine.market.events import MINUTE
from engine.records import from_array, joined

CHECK_MS = 5 * MINUTE
# The order of an instant: signals move, halts run out; then pair by pair, monitors are checked and setups judged.
MOVE, LIFT, PAIR = range(3)
CHECK, JUDGED = range(2)
Moment = tuple[int, int, int, int]


class Instants:
    """Tells stretch after stretch; `books` are the stream's."""

    def __init__(self, stream: DecisionStream, books: Foreseen, pairs: Pairs, tapes: Mapping[str, Tape]) -> None:
        self._stream = stream
        self._books = books
        self._pairs = pairs
        self._tapes = [tapes[name] for name in pairs.names]
        self._index = {name: index for index, name in enumerate(pairs.names)}
        self._stretches: Sequence[Stretch] = ()
        self._checks: list[tuple[int, int, int, int]] = []  # (instant, pair, bar looked at, bar to look at)
        self._halts: list[int] = []  # instants at which a halt may have run out
        self._facts: list[Told] = []
        self._shadows = Shadows()
        self._forbidding = Forbidding(stream, pairs.names)
        self._place = 0

    def tell(self, stretches: Sequence[Stretch], end: int) -> Block:
        """Everything up to `end` (ms), given the stretches of all pairs that reach to it."""
        self._stretches = stretches
        self._facts = []
        pair = np.repeat(np.arange(len(stretches)), [len(s.verdicts) for s in stretches])
        order = np.lexsort((pair, np.concatenate([s.verdicts["ts"] for s in stretches])))
        own = np.concatenate([np.arange(len(s.verdicts)) for s in stretches])[order]
        verdicts, ends, pair = stretches[0].verdicts, stretches[0].ends, pair[order]
        if len(stretches) > 1:
            verdicts = joined([s.verdicts for s in stretches]).take(order)
            ends = joined([s.ends for s in stretches]).take(order)
        places = self._place + 1 + 2 * np.arange(len(verdicts))  # what comes between two verdicts lies between
        reasons = self._judge(verdicts, pair, own, places)
        self._place += 2 * len(verdicts)
        self._until((end, PAIR, len(stretches), CHECK), self._place)
        self._shadows.add(verdicts, pair, places, ends, reasons)
        refused = np.flatnonzero(reasons)
        return Block(
            self._pairs,
            end,
            self._facts,
            Packs(verdicts.take(refused), pair[refused], places[refused], reasons[refused]),
            self._shadows.until(end, self._books.forgotten),
        )

    def halted(self) -> None:
        """A pause or a breaker may have begun: it is looked at again when it runs out."""
        risk = self._stream.risk
        for until in (self._stream.paused_until, risk.breaker_until, risk.half_until):
            if until:
                heapq.heappush(self._halts, self._instant(until))

    def _judge(self, verdicts: Packed, pair: Ints, own: Ints, places: Ints) -> Ints:
        """Go through the verdicts; what refused each (bits), 0 for those that the stream itself told of.

        Those that their own rules refuse only hear what the stream forbids besides: they are taken many at a time, up
        to the next one that may pass or before which something else happens.
        """
        bits = self._own_bits(verdicts)
        setups = Setups(verdicts, pair, bits)
        ts, passing = setups.ts, deque(np.flatnonzero(bits == 0).tolist())
        self._forbidding.changed()
        i, soonest = 0, self._soonest()
        while i < len(ts):
            if soonest <= ts[i]:
                self._until((ts[i], PAIR, setups.pair[i], JUDGED), int(places[i]) - 1)
                soonest = self._soonest()
            stop = max(i + 1, bisect_left(ts, soonest, i))
            passes = bool(passing) and passing[0] < stop
            stop = passing.popleft() + 1 if passes else stop
            self._forbidding.add(setups, i, stop)
            i = stop
            if passes and not setups.bits[i - 1]:
                self._decide(setups.pair[i - 1], int(own[i - 1]), int(places[i - 1]))
                soonest = self._soonest()
        return np.array(setups.bits, dtype=np.int64)

    def _own_bits(self, verdicts: Packed) -> Ints:
        """Their own refusals (bits): by their rules, the policy in force, and the instant from which is published."""
        bits: Ints = verdicts["refusals"].copy()
        if self._stream.policy is not None:
            bits = np.array([self._gated(verdicts[i : i + 1]) for i in range(len(verdicts))], dtype=np.int64)
        bits[verdicts["ts"] < self._stream.rules.publish_from] |= STALE
        return bits

    def _gated(self, verdict: Packed) -> int:
        """The refusals of one verdict with the policy's opinion."""
        v = from_array(Verdict, verdict)
        s = self._stream
        estimate, threshold = opinion(s.policy, v, named(v.features), s.rules.least_confluence, s.params)
        return gated(v.refusals, estimate, threshold)

    def _decide(self, at: int, own: int, place: int) -> None:
        """A setup that nothing refuses: published, or watched for its triggers."""
        s = self._stretches[at]
        verdict = from_array(Verdict, s.verdicts[own : own + 1])
        bar = int(s.bar[own])
        facts: list[Fact] = []
        self._books.place = place
        candidate = self._stream.candidate(Row(self._pairs.names[at], s.rows[own]), verdict)
        self._stream.decide(candidate, self._pulse(at, bar), facts)
        self._tell(verdict.ts, SETTLED, -1, place, facts)
        if any(isinstance(fact, Decided) and fact.verdict == "monitor" for fact in facts):
            self._shadows.watched[place] = candidate.decision_id
        if self._books.monitors.get(candidate.row.pair) and all(check[1] != at for check in self._checks):
            self._watch(at, bar)

    def _pulse(self, at: int, bar: int) -> Pulse:
        s, tape = self._stretches[at], self._tapes[at]
        bid, ask, book_ts = s.quotes[bar - s.first].tolist()
        trigger = int(s.trigger[bar - s.first]) if tape.base_ms <= CHECK_MS else NONE_ASKED
        return Pulse(int(tape.ts[bar]) + tape.base_ms, float(tape.candles[bar, 3]), trigger, bid, ask, int(book_ts))

    def _tell(self, ts: int, phase: int, pair: int, place: int, facts: Sequence[Fact]) -> None:
        if facts:
            self._forbidding.changed()
            self._facts += [Told(ts, phase, pair, place, fact) for fact in facts]

    # --- what comes between verdicts

    def _soonest(self) -> int:
        """The first instant at which something else happens."""
        return min(
            self._books.moves[0].seen_at if self._books.moves else NEVER,
            self._halts[0] if self._halts else NEVER,
            self._checks[0][0] if self._checks else NEVER,
        )

    def _until(self, stop: Moment, place: int) -> None:
        """Everything that comes before `stop`, in order; `place` lies between the verdicts around it."""
        self._books.place = place
        while True:
            moves, never = self._books.moves, (NEVER, 0, 0, 0)
            move = (moves[0].seen_at, MOVE, self._index[moves[0].pair], 0) if moves else never
            lift = (self._halts[0], LIFT, 0, 0) if self._halts else never
            check = (self._checks[0][0], PAIR, self._checks[0][1], CHECK) if self._checks else never
            first = min(move, lift, check)
            if first >= stop:
                return
            if first == move:
                self._move()
            elif first == lift:
                heapq.heappop(self._halts)
                self._tell(first[0], SETTLED, -1, place, self._stream.expire_halts(first[0]))
            else:
                self._check(place)

    def _move(self) -> None:
        """A bar of a pair closed and moved a signal, or silence ended it."""
        move = heapq.heappop(self._books.moves)
        facts: list[Fact] = []
        self._stream.moved(move.followed, move.steps, move.outcome, facts)
        self._forbidding.changed()
        self._tell(move.seen_at, SILENCE if move.silent else BARS, self._index[move.pair], move.place, facts)
        if any(isinstance(fact, Halted) for fact in facts):
            self.halted()

    def _check(self, place: int) -> None:
        """A 5m bar of a pair with monitors closed, or their end passed without one."""
        ts, at, seen, bar = heapq.heappop(self._checks)
        name, candles = self._pairs.names[at], self._tapes[at].candles
        for high, low in candles[seen + 1 : bar + 1, 1:3].tolist():
            for m in self._books.monitors[name]:
                m.touch(high, low)
        facts: list[Fact] = []
        if bar == seen:
            self._stream.monitors.end(name, ts, facts)
        else:
            self._stream.monitors.check(name, self._pulse(at, bar), facts)
        self._tell(ts, SETTLED, -1, place, facts)
        if self._books.monitors[name]:
            self._watch(at, bar)

    def _watch(self, at: int, bar: int) -> None:
        """The pair's monitors are looked at again at the next close of a 5m bar after base bar `bar`.

        Where the tape passes the end of one before that, its end is told then.
        """
        tape = self._tapes[at]
        end = min(m.until for m in self._books.monitors[self._pairs.names[at]]) + 1
        for following in range(bar + 1, len(tape.ts)):
            close = int(tape.ts[following]) + tape.base_ms
            if close > end and close > self._instant(end):
                break
            if close % CHECK_MS == 0:
                heapq.heappush(self._checks, (close, at, bar, following))
                return
        if (over := self._instant(end)) < NEVER:
            heapq.heappush(self._checks, (over, at, bar, bar))

    def _instant(self, ts: int) -> int:
        """The first close of any pair's bar at or after `ts`."""
        found = NEVER
        for tape in self._tapes:
            bar = int(tape.ts.searchsorted(ts - tape.base_ms))
            if bar < len(tape.ts):
                found = min(found, int(tape.ts[bar]) + tape.base_ms)
        return found
