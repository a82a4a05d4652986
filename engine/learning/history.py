"""What was decided and how it ended, as the learner reads it: told fact by fact, or read from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from engine.decision.signal import EXPIRY_MINUTES, LIMIT_MINUTES, Outcome
from engine.decision.tick import Closed, Decided, Fact, ShadowClosed, WayClosed
from engine.decision.ways import waiting
from engine.learning.labels import COLUMNS, Labels, labels_of
from engine.learning.table import Decision, Floats, Ints, Mask, Table
from engine.learning.waits import Waits, made_of

LONGEST = 60_000 * max(LIMIT_MINUTES[frame] + EXPIRY_MINUTES[frame] for frame in LIMIT_MINUTES)
_NO_CLOSES = (np.zeros(0, dtype=np.int64), np.zeros(0))
WON: Mapping[str, int | None] = {"win": 1, "lose": 0}


class History:
    """Setups in the order in which they were first judged. The last verdict on one counts, and its first label.

    The label of a published signal replaces that of its shadow.
    """

    def __init__(self, rows: Iterable[Decision] = ()) -> None:
        self.table = Table(rows)
        self.closes: Mapping[str, tuple[Ints, Floats]] = {}  # of pairs: stamps (ms, rising) and prices
        self.waits = Waits()
        self._place = {name: at for at, name in enumerate(self.table.ids)}

    def take(self, fact: Fact) -> None:
        """Hear one fact of the engine; what is neither a verdict nor an end is not for us."""
        match fact:
            case Decided():
                self.decided(decision_of(fact))
                if (inputs := waiting(fact)) is not None:
                    self.waits.begin(fact.decision_id, inputs)
            case WayClosed():
                self.waits.end(fact.decision_id, fact.way, fact.ts, made_of(fact.outcome))
            case Closed():
                self.closed(fact.decision_id, fact.outcome, published=True)
            case ShadowClosed():
                self.closed(fact.decision_id, fact.outcome)
            case _:
                pass

    def decided(self, row: Decision) -> None:
        """A setup was judged, or a MONITOR ended. What `row` says of its end is not read."""
        at = self._place.get(row.decision_id)
        if at is None:
            self._place[row.decision_id] = self.table.add(row)
        else:
            self.table.judge(at, row)

    def stored(self, row: Decision) -> None:
        """A verdict as it was kept, with its label where one was known by then."""
        self.decided(row)
        if row.closed_at is not None:
            at = self._place[row.decision_id]
            self.table.end(at, row.win, row.rr, row.closed_at, row.resolution, row.result, row.exit_reason)
            self.table.ran(at, row.mfe_r, row.mae_r)

    def closed(self, decision_id: str, outcome: Outcome, *, published: bool = False) -> None:
        """The market of a setup ended on both tracks; of one never told nothing is kept."""
        at = self._place.get(decision_id)
        if at is None or (self.table.ints("closed")[at] and not published):
            return
        end = outcome.followable
        win, resolution = WON.get(end.result), outcome.label_resolution
        self.table.end(at, win, end.rr, outcome.closed_at, resolution, end.result, end.exit_reason)
        self.table.ran(at, outcome.mfe_r, outcome.mae_r)

    def __len__(self) -> int:
        return len(self.table)

    def knows(self, decision_id: str) -> bool:
        """Whether a setup was ever told."""
        return decision_id in self._place

    def waited(self, places: Ints) -> Mask:
        """Which setups waited for their triggers."""
        ids = self.table.ids
        return np.array([ids[at] in self.waits for at in places.tolist()], dtype=np.bool_)

    def place(self, decision_id: str) -> int:
        """Where a setup stands in the table. Raises KeyError for one never told."""
        return self._place[decision_id]

    def labels(self, cut: int) -> Labels:
        """Every label known at `cut` (ms UTC)."""
        return labels_of(self.table, cut)

    def ended_by(self, cut: int, since: int = 0) -> Ints:
        """Places of the setups judged from `since` on that a rule could decide on and whose market was over at `cut`.

        Void ones are left out.
        """
        table = self.table
        void = np.array([word == "void" for word in table.results.words], dtype=bool)
        closed = table.ints("closed")
        over = (closed > 0) & (closed <= cut) & (table.ints("ts") >= since) & (table.ints("ruled") == 1)
        places = np.flatnonzero(over)
        return places[~void[table.ints("result")[places]]] if len(places) else places

    def filled(self, cut: int, since: int = 0) -> Ints:
        """Places of the setups judged from `since` on whose label was known at `cut`."""
        table, closed = self.table, self.table.ints("closed")
        known = ~np.isnan(table.floats("win")) & (closed > table.ints("ts")) & (closed <= cut)
        return np.flatnonzero(known & (table.ints("ts") >= since))

    def judged(self, since: int, until: int) -> Ints:
        """Places of the setups first judged in (since, until] that a rule could decide on."""
        at, ruled = self.table.ints("judged_at"), self.table.ints("ruled") == 1
        return np.flatnonzero((at > since) & (at <= until) & ruled)

    def timed_out(self, places: Ints) -> Mask:
        """Which setups ended at their time limit."""
        limit = np.array([word == "timeout" for word in self.table.exits.words], dtype=bool)
        found: Mask = limit[self.table.ints("exit")[places]]
        return found

    def feature(self, name: str, places: Ints) -> Floats:
        """One feature of setups, 0 where it is unknown."""
        found: Floats = np.nan_to_num(self.table.floats("features")[places, COLUMNS.index(name)])
        return found

    def pending(self, cut: int) -> int:
        """When the oldest setup was judged (ms) that a rule could decide on and whose market is still open at `cut`.

        `cut` where none is. No market lasts longer than its time limit: what is older was lost, not open.
        """
        table, ts = self.table, self.table.ints("ts")
        open_then = (table.ints("closed") == 0) | (table.ints("closed") > cut)
        waiting = open_then & (table.ints("ruled") == 1) & (ts >= cut - LONGEST) & (ts < cut)
        return int(ts[waiting].min()) if waiting.any() else cut

    def closes_at(self, places: Ints, ts: Ints) -> Floats:
        """The close of each setup's pair at an instant of its own (ms), NaN where that is not known."""
        found, pair = np.full(len(places), np.nan), self.table.ints("pair")[places]
        for code in np.unique(pair).tolist():
            stamps, prices = self.closes.get(self.table.pairs.words[code], _NO_CLOSES)
            ours = np.flatnonzero(pair == code)
            at = np.searchsorted(stamps, ts[ours])
            there = at < len(stamps)
            there[there] = stamps[at[there]] == ts[ours][there]
            found[ours[there]] = prices[at[there]]
        return found

    def net(self, places: Ints) -> Floats:
        """Followable net R of ended setups, 0 where they were never filled."""
        found: Floats = np.nan_to_num(self.table.floats("rr")[places])
        return found


def decision_of(fact: Decided) -> Decision:
    """A verdict as the learner is told of it."""
    return Decision(
        decision_id=fact.decision_id,
        ts=fact.ts,
        pair=fact.pair,
        timeframe=fact.timeframe,
        regime=fact.regime,
        side=fact.side,
        features=fact.features,
        setup_model=fact.setup_model,
        reasons=fact.reasons,
        limit=None if fact.plan is None else limit_of(fact.side, fact.plan.near, fact.plan.sl, fact.plan.tp2),
    )


def limit_of(side: int, near: float, sl: float, tp2: float) -> float | None:
    """How far a plan is followed at most: TP2 in R of a fill at the near edge. None where the stop is not beyond it.

    >>> limit_of(1, 100.0, 98.0, 105.0), limit_of(-1, 100.0, 102.0, 95.0), limit_of(1, 100.0, 100.0, 105.0)
    (2.5, 2.5, None)
    """
    risk = (near - sl) * side
    return (tp2 - near) * side / risk if risk > 0.0 else None
