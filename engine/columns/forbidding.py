"""What the stream forbids of the setups of a stretch, looked up only where it may forbid anything."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from engine.decision.candidate import anchor_name
from engine.decision.judging import Ints, Packed
from engine.decision.stream import DecisionStream

NEVER = 1 << 62


class Setups:
    """The verdicts of a stretch in the order of the stream, as lists; `bits` what refuses each."""

    def __init__(self, verdicts: Packed, pair: Ints, bits: Ints) -> None:
        self.ts: list[int] = verdicts["ts"].tolist()
        self.pair: list[int] = pair.tolist()
        self.bits: list[int] = bits.tolist()
        self.side: list[int] = verdicts["side"].tolist()
        self.confluence: list[float] = verdicts["confluence"].tolist()
        self.anchored: list[int] = verdicts["anchored"].tolist()
        self.kind: list[int] = verdicts["entry_kind"].tolist()
        self.minutes: list[int] = verdicts["entry_minutes"].tolist()
        self.known_at: list[int] = verdicts["entry_known_at"].tolist()

    def anchor(self, i: int) -> str:
        """The name of the entry's anchor; "" without levels."""
        return anchor_name(self.kind[i], self.minutes[i], self.known_at[i]) if self.anchored[i] else ""


class Forbidding:
    """Adds the stream's refusals; `names` of the pairs in their order. Told when the stream `changed`."""

    def __init__(self, stream: DecisionStream, names: Sequence[str]) -> None:
        self._stream = stream
        self._names = names
        self._limits: tuple[int, int, set[str]] | None = None

    def changed(self) -> None:
        """Something happened that may forbid more or less."""
        self._limits = None

    def add(self, s: Setups, first: int, stop: int) -> None:
        """Add to the bits of setups [first, stop) what is forbidden at each one's instant."""
        if self._limits is None:
            self._limits = self._looked_up()
        hushed, calm, areas = self._limits
        if s.ts[first] >= calm:
            return
        busy = bisect_left(s.ts, hushed, first, stop)
        for i in range(first, busy):
            self._add(s, i)
        for i in range(busy, bisect_left(s.ts, calm, busy, stop)):
            if str(s.known_at[i]) in areas:
                self._add(s, i)

    def _add(self, s: Setups, i: int) -> None:
        name = self._names[s.pair[i]]
        s.bits[i] |= self._stream.forbidden(name, s.side[i], s.anchor(i), s.confluence[i], s.ts[i])

    def _looked_up(self) -> tuple[int, int, set[str]]:
        """From when on only areas traded before are forbidden, from when on nothing, and when those were known."""
        hushed, calm = self._stream.hushed_from(), self._stream.calm_from()
        areas = {name.rpartition(":")[2] for name in self._stream.risk.traded}
        return NEVER if hushed is None else hushed, NEVER if calm is None else calm, areas
