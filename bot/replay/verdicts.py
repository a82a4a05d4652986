"""What became of the setups of a run, in counters: bounded by pairs, hours and kinds of refusal, never by setups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from engine.decision.guardrails import ORDER, reasons_of
from engine.decision.judging import Ints
from engine.decision.tick import Decided

HOUR = 3_600_000
# What the market and the levels forbid, whatever is open, paused or agreed: without these there is room for a trade.
ROOM = frozenset(
    ["coverage", "no_anchor", "side_order", "rr", "tp2_atr", "spread", "volatility", "costs", "stale", "liquidity"],
)
ROOM_BITS = sum(1 << place for place, name in enumerate(ORDER) if name in ROOM)


class Verdicts:
    """Counts verdicts: a MONITOR and its end are two of one setup. `refused` by all reasons together; hours since 1970
    by pair; `triggered`: monitors whose trigger came.
    """

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.refused: Counter[tuple[str, ...]] = Counter()
        self.setups = 0
        self.triggered = 0
        self.judged_hours: defaultdict[str, set[int]] = defaultdict(set)
        self.open_hours: defaultdict[str, set[int]] = defaultdict(set)
        self._room: dict[tuple[str, ...], bool] = {}

    def add(self, d: Decided) -> None:
        """Take in one verdict; a MONITOR's end (a later `ts` than its plan's) is counted as such.

        One that a second opinion published at once, before its triggers, ended at its own `ts`.
        """
        reasons = d.reasons
        self.count[d.verdict] += 1
        if d.verdict == "refuse":
            self.refused[reasons] += 1
        untriggered = d.verdict == "publish" and bool(reasons)
        late = d.plan is not None and d.ts > d.plan.ts
        if late or untriggered:
            self.triggered += (d.verdict == "publish" and not untriggered) or reasons in (("unproven",), ("opinion",))
            return
        self.setups += 1
        hour = d.ts // HOUR
        self.judged_hours[d.pair].add(hour)
        room = self._room.get(reasons)
        if room is None:
            room = self._room[reasons] = ROOM.isdisjoint(reasons)
        if room:
            self.open_hours[d.pair].add(hour)

    def add_refused(self, names: Sequence[str], pair: Ints, ts: Ints, reasons: Ints) -> None:
        """Take in many setups that were refused at once: the place of the pair's name, the close, the bits of why."""
        kinds, counts = np.unique(reasons, return_counts=True)
        for bits, count in zip(kinds.tolist(), counts.tolist()):
            self.refused[reasons_of(bits)] += count
            self.count["refuse"] += count
        self.setups += len(ts)
        room = reasons & ROOM_BITS == 0
        for index in np.unique(pair).tolist():
            own = pair == index
            self.judged_hours[names[index]].update(np.unique(ts[own] // HOUR).tolist())
            self.open_hours[names[index]].update(np.unique(ts[own & room] // HOUR).tolist())

    def first(self) -> Counter[str]:
        """Refused setups by the reason that people see."""
        found: Counter[str] = Counter()
        for reasons, count in self.refused.items():
            found[reasons[0]] += count
        return found

    def each(self) -> Counter[str]:
        """How often each reason refused, alone or with others."""
        found: Counter[str] = Counter()
        for reasons, count in self.refused.items():
            found.update(dict.fromkeys(reasons, count))
        return found

    def alone(self) -> Counter[str]:
        """How often a reason was the only one."""
        return Counter({reasons[0]: count for reasons, count in self.refused.items() if len(reasons) == 1})
