"""What a replay over columns tells of a stretch of tape: the many as arrays, the few as facts.

Refused setups and the ends of shadows are thousands; they stay packed rows in the order of the stream. `facts` are the
others. `told` makes facts of everything, in order, for those who want to read them one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from engine.decision.candidate import plan_of, setup_model
from engine.decision.features import named
from engine.decision.guardrails import reasons_of
from engine.decision.judging import VERDICT, Ints, Packed
from engine.decision.row import MINUTE_NAMES
from engine.decision.signal import Plan, setup_uuid
from engine.decision.tick import Decided, Fact, ShadowClosed
from engine.decision.verdict import Contract, Verdict
from engine.decision.walk import END, outcome_of_end
from engine.market.events import Candle, Settle
from engine.market.regime import NAMES as REGIMES
from engine.params import Params
from engine.records import from_array, joined

BARS, SILENCE, SETTLED = range(3)  # the order of an instant: bars, then what a settle tells


class Told(NamedTuple):
    """A fact and its place: at `ts` bars come first, then lives end by silence, then the rest is settled (`pair` -1).

    Within those pair by pair, then by `place`.
    """

    ts: int
    phase: int
    pair: int
    place: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of a replay in byte order, with what their plans need."""

    names: Sequence[str]
    contracts: Mapping[str, Contract]
    base_ms: Mapping[str, int]
    params: Params


class Packs(NamedTuple):
    """Setups that were refused when their bar closed: VERDICT rows, the place of the pair's name, and why (bits)."""

    verdicts: Packed
    pair: Ints
    place: Ints
    reasons: Ints


class Ended(NamedTuple):
    """Shadows that ended: VERDICT rows, the place of the pair's name, and END rows."""

    verdicts: Packed
    pair: Ints
    place: Ints
    ends: Packed

    def only(self, rows: Ints) -> Ended:
        """Those at the places `rows`."""
        return Ended(self.verdicts.take(rows), self.pair[rows], self.place[rows], self.ends.take(rows))

    def moments(self) -> list[tuple[int, int, int, int]]:
        """(seen at, BARS or SILENCE, pair, place) of each: their order."""
        seen_at, silent = self.ends["seen_at"].tolist(), self.ends["silent"].tolist()
        return list(zip(seen_at, silent, self.pair.tolist(), self.place.tolist()))

    def with_more(self, more: Ended) -> Ended:
        """These and then those."""
        return Ended(
            joined([self.verdicts, more.verdicts]),
            np.concatenate([self.pair, more.pair]),
            np.concatenate([self.place, more.place]),
            joined([self.ends, more.ends]),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of tape up to `end` (ms): everything that was told of it. `place` orders all among each other."""

    pairs: Pairs
    end: int
    facts: Sequence[Told]
    refused: Packs
    ended: Ended
    command: str = ""  # the kind of the event that told it, where it was no market data

    def told(self) -> list[Told]:
        """Every fact, in the order of the stream."""
        all_told = [*self.facts, *self.refusals(), *self.shadows()]
        return sorted(all_told, key=itemgetter(0, 1, 2, 3))

    def instants(self) -> Iterator[tuple[int, str, str, list[Fact]]]:
        """(ts, kind, pair, facts) of every tick that carries facts, in order."""
        for (ts, settled, pair), items in groupby(self.told(), _tick_of):
            kind = self.command or (Settle.kind if settled else Candle.kind)
            yield ts, kind, "" if pair < 0 else self.pairs.names[pair], [one.fact for one in items]

    def verdicts(self) -> list[Decided]:
        """Every verdict, in the order of the stream."""
        told = sorted([*self.refusals(), *self.facts], key=itemgetter(0, 1, 2, 3))
        return [one.fact for one in told if isinstance(one.fact, Decided)]

    def refusals(self) -> Iterator[Told]:
        """The refused setups as facts."""
        verdicts, pairs, places, reasons = self.refused
        for n in range(len(verdicts)):
            v = from_array(Verdict, verdicts[n : n + 1])
            pair = self.pairs.names[pairs[n]]
            fact = Decided(
                decision_id=_setup_id(pair, v),
                ts=v.ts,
                pair=pair,
                timeframe=MINUTE_NAMES[v.minutes],
                side=v.side,
                setup_model=setup_model(v.state),
                verdict="refuse",
                reasons=reasons_of(int(reasons[n])),
                features=named(v.features),
                regime=REGIMES[v.regime],
                signal_id=None,
                plan=self._plan(pair, v) if v.anchored else None,
            )
            yield Told(v.ts, SETTLED, -1, int(places[n]), fact)

    def shadows(self) -> Iterator[Told]:
        """The ends of shadows as facts."""
        verdicts, pairs, places, ends = self.ended
        for n in range(len(verdicts)):
            v = from_array(Verdict, verdicts[n : n + 1])
            pair = self.pairs.names[pairs[n]]
            plan, name = self._plan(pair, v), _setup_id(pair, v)
            outcome = outcome_of_end(plan, self.pairs.base_ms[pair], ends[n], name, 0)
            if outcome is not None:
                fact = ShadowClosed(name, outcome, plan)
                phase = SILENCE if ends["silent"][n] else BARS
                yield Told(int(ends["seen_at"][n]), phase, int(pairs[n]), int(places[n]), fact)

    def _plan(self, pair: str, v: Verdict) -> Plan:
        return plan_of(pair, v, self.pairs.contracts[pair], self.pairs.params)


def block_of(pairs: Pairs, end: int, facts: Sequence[Told], command: str) -> Block:
    """A block of facts alone."""
    none, verdicts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=VERDICT)
    return Block(pairs, end, facts, Packs(verdicts, none, none, none), nothing_ended(), command)


def nothing_ended() -> Ended:
    """No shadow at all."""
    none = np.zeros(0, dtype=np.int64)
    return Ended(np.zeros(0, dtype=VERDICT), none, none, np.zeros(0, dtype=END))


def _tick_of(told: Told) -> tuple[int, bool, int]:
    """The tick a fact belongs to: its instant, whether a settle tells it, else whose bar."""
    settled = told.phase != BARS
    return told.ts, settled, -1 if settled else told.pair


def _setup_id(pair: str, v: Verdict) -> str:
    return setup_uuid(pair, v.ts, v.side, setup_model(v.state), MINUTE_NAMES[v.minutes])
