"""All checks of stage 1 over one pair's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from engine.audit import prefixes, purity, warm_up
from engine.audit.cuts import part, spread
from engine.audit.faults import Fault
from engine.audit.walk import Floats, Walker
from engine.audit.warm_up import AFTER_DAYS, WARM_DAYS, Warmth
from engine.columns.batch import Columns
from engine.layers import LAYERS
from engine.params import Params
from engine.readings import Pair
from engine.records import dtype_of, from_array

DAY_MINUTES = 1440
PURITY_CUTS = 5
MEMORY = dtype_of(Pair)
Progress = Callable[[int], None]  # base bars of work just done


@dataclass
class PairAudit:
    """What was found on one pair: `readings` are setup bars of the whole run, `compared` those of prefixes."""

    pair: str
    readings: int = 0
    compared: int = 0
    prefixes: int = 0
    faults: list[Fault] = field(default_factory=list)
    warmth: list[Warmth] = field(default_factory=list)  # empty: the tape is too short
    unsettled: dict[str, float] = field(default_factory=dict)


def work(bars: int, cuts: int) -> int:
    """Base bars that `audit` will walk, about."""
    return bars + sum(spread(bars, cuts)) + bars // 2


def audit(
    pair: str, columns: Columns, tick: float, params: Params, cache_dir: str | None, cuts: int, progress: Progress
) -> PairAudit:
    """Everything that can be known of stage 1 on one tape: `cuts` prefixes and, where it is long enough, a late start.

    `cache_dir` is where compiled code is kept, None: plain Python.
    """
    found = PairAudit(pair)
    make = partial(Walker, tick=tick, params=params, cache_dir=cache_dir)
    bars = len(columns.ts)
    at = spread(bars, cuts)
    whole = make(columns, watched=True)
    links, memories = prefixes.memory_at(whole, at, bars)
    found.readings = len(links)
    faults = [*whole.faults(pair), *_named(pair, columns)]
    progress(bars)
    for cut in at[:: max(1, len(at) // PURITY_CUTS)]:
        remembered = from_array(Pair, np.frombuffer(memories[cut], dtype=MEMORY))
        faults += purity.impure(remembered, params, pair)
    for cut in at:
        compared, rewritten = prefixes.rewritten(make, columns, links, memories[cut], cut, pair)
        found.compared += compared
        found.prefixes += 1
        faults += rewritten
        progress(cut)
    faults += _late_start(found, make, columns)
    progress(bars // 2)
    found.faults = once(faults)
    return found


def _named(pair: str, columns: Columns) -> Iterator[Fault]:
    """Layers whose steps name what no tape gave them."""
    for layer in LAYERS:
        names = ", ".join(purity.foreign(layer))
        if names:
            yield Fault(purity.FOREIGN, pair, layer.NAME, int(columns.ts[0]), 0, names, None, None)


def _late_start(found: PairAudit, make: Callable[[Columns], Walker], columns: Columns) -> list[Fault]:
    """A run from the middle's UTC midnight on, against one from the beginning; nothing where the tape is too short."""
    day = DAY_MINUTES // columns.base_minutes
    span = (WARM_DAYS + AFTER_DAYS) * day
    midnights = np.flatnonzero(columns.ts % 86_400_000 == 0)
    first = int(midnights[np.searchsorted(midnights, len(columns.ts) // 2 - span // 2)]) if len(midnights) else 0
    last = first + span
    if first < day or last > len(columns.ts):
        return []
    old = make(part(columns, 0, last))
    for _ in old.rows(first):
        pass
    rows, late = _all(old, last), _all(make(part(columns, first, last)), span)
    found.warmth, faults = warm_up.compare(rows, late, found.pair)
    found.unsettled = warm_up.unsettled(rows, late)
    return faults


def _all(walker: Walker, stop: int) -> Floats:
    return np.concatenate(list(walker.rows(stop)))


def once(faults: Iterable[Fault]) -> list[Fault]:
    """One fault a pair, sort, part and timeframe: the earliest, with the largest count."""
    kept: dict[tuple[str, str, str, int, str], Fault] = {}
    for fault in faults:
        key = (fault.pair, fault.check, fault.part, fault.minutes, fault.what if fault.check != prefixes.CHECK else "")
        other = kept.get(key, fault)
        earliest = min(fault, other, key=lambda f: f.ts)
        kept[key] = replace(earliest, count=max(fault.count, other.count))
    return sorted(kept.values(), key=lambda f: (f.ts, f.part, f.check))
