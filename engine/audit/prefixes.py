"""Zero rewritten readings: a tape that ends at a cut must have given what the whole tape gave up to there.

The whole run keeps a chain of hashes a part at every setup bar, and a copy of its memory at each cut. A prefix is run
from nothing over arrays that end at the cut; its links and its memory must be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.audit.chain import Links
from engine.audit.cuts import part
from engine.audit.faults import Fault
from engine.audit.layout import COLUMNS, MINUTES, PARTS, SNIPER_AT, TS, WIDTH
from engine.audit.walk import Floats, Walker
from engine.columns.batch import Columns

CHECK = "rewritten"
MEMORY = "memory"
MakeWalker = Callable[[Columns], Walker]


def rewritten(
    make: MakeWalker, columns: Columns, links: Links, memory: bytes, cut: int, pair: str
) -> tuple[int, list[Fault]]:
    """How many setup bars a tape that ends after `cut` base bars reads, and the parts that it reads otherwise.

    `links` are the whole run's at every setup bar, `memory` what it remembered at the cut. One fault a part: how many
    of its links differ, and the first reading that was rewritten, before as the prefix had it, after as the whole has.
    """
    walker = make(part(columns, 0, cut))
    short = walker.links(cut)
    faults = []
    differ = short != links[: len(short)]
    for number, name in enumerate(PARTS):
        at = np.flatnonzero(differ[:, number])
        if len(at):
            faults.append(_first(make, columns, cut, int(at[0]), name, len(at), pair))
    if not faults and walker.packed().tobytes() != memory:
        closed = int(columns.ts[cut - 1]) + columns.base_minutes * 60_000
        faults.append(Fault(CHECK, pair, MEMORY, closed, columns.base_minutes, "what is remembered", None, None))
    return len(short), faults


def _first(make: MakeWalker, columns: Columns, cut: int, row: int, name: str, count: int, pair: str) -> Fault:
    """The first value of a part that differs in the row."""
    before, after = (_row(make(of), row, cut) for of in (part(columns, 0, cut), columns))
    where = [at for at in PARTS[name] if before[at] != after[at]]
    where += [at for at in range(SNIPER_AT + 1, WIDTH) if before[at] != after[at]]
    ts, minutes = int(after[TS]), int(after[MINUTES])
    if not where:
        return Fault(CHECK, pair, name, ts, minutes, "read otherwise at every run", None, None, count)
    values = float(before[where[0]]), float(after[where[0]])
    return Fault(CHECK, pair, name, ts, minutes, COLUMNS[where[0]], *values, count)


def _row(walker: Walker, number: int, stop: int) -> Floats:
    """Row `number` of a walk."""
    seen = 0
    for rows in walker.rows(stop):
        if seen + len(rows) > number:
            return np.array(rows[number - seen])
        seen += len(rows)
    raise LookupError(f"the walk made only {seen} rows")


def memory_at(walker: Walker, cuts: Sequence[int], stop: int) -> tuple[Links, dict[int, bytes]]:
    """Walk on to `stop`: the links of every row, and what is remembered at each cut."""
    links, memories = [], {}
    for cut in [*cuts, stop]:
        if cut > walker.bar:
            links.append(walker.links(cut))
        memories[cut] = walker.packed().tobytes()
    return np.concatenate(links), memories
