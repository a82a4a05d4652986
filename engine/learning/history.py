"""What was decided and how it ended, as the learner reads it: told fact by fact, or read from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.decision.signal import Outcome
from engine.decision.tick import Closed, Decided, Fact, ShadowClosed
from engine.learning.labels import Decision, Floats, Ints, Labels, labelled

Mask = NDArray[np.bool_]
WON: Mapping[str, int | None] = {"win": 1, "lose": 0}
# What a rule of publishing may decide; any other reason would have refused the setup under every rule.
RULED = frozenset({"confluence", "p_win", "opinion", "unproven", "paused"})


class History:
    """Setups in the order in which they were first judged. The last verdict on one counts, and its first label.

    The label of a published signal replaces that of its shadow.
    """

    def __init__(self, rows: Sequence[Decision] = ()) -> None:
        self._rows: list[Decision] = list(rows)
        self._judged_at = [row.ts for row in self._rows]
        self._place = {row.decision_id: at for at, row in enumerate(self._rows)}

    def take(self, fact: Fact) -> None:
        """Hear one fact of the engine; what is neither a verdict nor an end is not for us."""
        match fact:
            case Decided():
                self.decided(fact)
            case Closed():
                self.ended(fact.decision_id, fact.outcome, published=True)
            case ShadowClosed():
                self.ended(fact.decision_id, fact.outcome)
            case _:
                pass

    def decided(self, fact: Decided) -> None:
        """A setup was judged, or a MONITOR ended."""
        row = Decision(
            decision_id=fact.decision_id,
            ts=fact.ts,
            pair=fact.pair,
            timeframe=fact.timeframe,
            regime=fact.regime,
            side=fact.side,
            features=fact.features,
            setup_model=fact.setup_model,
            reasons=fact.reasons,
        )
        at = self._place.get(fact.decision_id)
        if at is None:
            self._place[fact.decision_id] = len(self._rows)
            self._rows.append(row)
            self._judged_at.append(row.ts)
        else:
            was = self._rows[at]
            self._rows[at] = replace(
                row, win=was.win, rr=was.rr, closed_at=was.closed_at, resolution=was.resolution, result=was.result
            )

    def ended(self, decision_id: str, outcome: Outcome, *, published: bool = False) -> None:
        """The market of a setup ended on both tracks; of one never told nothing is kept."""
        at = self._place.get(decision_id)
        if at is None or (self._rows[at].closed_at is not None and not published):
            return
        end = outcome.followable
        self._rows[at] = replace(
            self._rows[at],
            win=WON.get(end.result),
            rr=end.rr,
            closed_at=outcome.closed_at,
            resolution=outcome.label_resolution,
            result=end.result,
        )

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> Decision:
        return self._rows[at]

    def place(self, decision_id: str) -> int:
        """Where a setup stands. Raises KeyError for one never told."""
        return self._place[decision_id]

    def judged_at(self, at: int) -> int:
        """When a setup was judged first (ms): a MONITOR is published later, with the policy's opinion of then."""
        return self._judged_at[at]

    def labels(self, cut: int) -> Labels:
        """Every label known at `cut` (ms UTC)."""
        return labelled(self._rows, cut)

    def ended_by(self, cut: int) -> Ints:
        """Places of the setups that a rule could decide on and whose market was over at `cut`, void ones left out."""
        found = [
            at
            for at, row in enumerate(self._rows)
            if row.closed_at is not None
            and row.closed_at <= cut
            and row.result != "void"
            and RULED.issuperset(row.reasons)
        ]
        return np.array(found, dtype=np.int64)

    def net(self, places: Ints) -> Floats:
        """Followable net R of ended setups, 0 where they were never filled."""
        return np.array([self._rows[at].rr or 0.0 for at in places], dtype=np.float64)
