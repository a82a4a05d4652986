"""The figures of a run: counted while it goes, one small row kept for each signal.

Counts and R are of the followable track; only `*_theoretical` is not. Probability figures are over filled signals that
carried a `p_win`. A figure that is undefined is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

import numpy as np

from bot.replay.signal_row import FILLED, SignalRow
from bot.replay.verdicts import Verdicts
from engine.columns.block import Block
from engine.decision.signal import Outcome, Signal
from engine.decision.tick import Decided, PolicySet
from engine.learning import scores

DAY = 86_400_000
RESULTS = ("win", "lose", "expire", "no-fill", "void")
PLACES = 6


@dataclass(frozen=True, slots=True)
class Covered:
    """What a run judged of one pair: from the first open to the last close (ms), and the base bars in it in hours."""

    first: int
    last: int
    hours: float


@dataclass(frozen=True, slots=True)
class Summary:
    """`summary.json`, field by field; `skipped_rows` and `tick_inferred` say what the recordings lacked."""

    pairs: list[str]
    bars: int
    seconds: float
    bars_per_second: float | None
    signals: int
    pair_days: float
    signals_a_day_from_ten_pairs: float | None
    open: int
    filled: int
    win: int
    lose: int
    expire: int
    no_fill: int
    void: int
    win_rate: float | None
    expectancy_r: float | None
    expectancy_r_low: float | None
    expectancy_r_high: float | None
    expectancy_r_theoretical: float | None
    profit_factor: float | None
    max_drawdown_r: float | None
    brier: float | None
    brier_base_rate: float | None
    log_loss: float | None
    ece: float | None
    pr_auc: float | None
    base_rate: float | None
    ambiguous: float | None
    coverage: float | None
    refusals: dict[str, int]
    policies: list[str]
    policy_version: str | None
    skipped_rows: dict[str, int]
    tick_inferred: list[str]

    def document(self) -> dict[str, Any]:
        """The JSON object of `summary.json`."""
        return asdict(self)


class Figures:
    """Takes in what happened and gives the summary at the end."""

    def __init__(self, pairs: Sequence[str], policy_version: str | None = None) -> None:
        self.pairs = sorted(pairs)
        self.rows: dict[str, SignalRow] = {}
        self.closed: list[SignalRow] = []
        self.verdicts = Verdicts()
        self.covered: Mapping[str, Covered] = {}
        self.policies: list[str] = []
        self._policy_version = policy_version

    def published(self, signal: Signal) -> None:
        self.rows[signal.signal_id] = SignalRow.of(signal)

    def ended(self, outcome: Outcome) -> None:
        row = self.rows[outcome.signal_id]
        row.end(outcome)
        self.closed.append(row)

    def decided(self, decision: Decided) -> None:
        self.verdicts.add(decision)

    def refused(self, block: Block) -> None:
        """The setups of a block that were refused when their bar closed."""
        refused = block.refused
        self.verdicts.add_refused(block.pairs.names, refused.pair, refused.verdicts["ts"], refused.reasons)

    def policy(self, fact: PolicySet) -> None:
        if fact.reason is None:
            self.policies.append(fact.version)
            self._policy_version = fact.version

    def followed(self) -> list[SignalRow]:
        """Filled signals on the followable track, in closing order."""
        return [row for row in self.closed if row.filled and row.r is not None]

    def summary(
        self,
        seconds: float,
        bars: int,
        skipped_rows: Mapping[str, int] | None = None,
        tick_inferred: Sequence[str] = (),
    ) -> Summary:
        """All figures, rounded to six places."""
        counts = Counter(row.result for row in self.closed)
        followed = self.followed()
        gains = [row.r for row in followed if row.r is not None]
        theory = [row.theory_r for row in self.closed if row.theory_result in FILLED and row.theory_r is not None]
        interval = scores.day_block_interval([row.ts // DAY for row in followed], gains)
        chances = _probabilities(followed)
        filled = counts["win"] + counts["lose"]
        days = sum(covered.hours for covered in self.covered.values()) / 24
        return Summary(
            pairs=self.pairs,
            bars=bars,
            seconds=round(seconds, 3),
            bars_per_second=round(bars / seconds, 1) if seconds > 0 else None,
            signals=len(self.rows),
            pair_days=round(days, 3),
            signals_a_day_from_ten_pairs=_rounded(10 * len(self.rows) / days if days else None),
            open=len(self.rows) - len(self.closed),
            filled=filled,
            win=counts["win"],
            lose=counts["lose"],
            expire=counts["expire"],
            no_fill=counts["no-fill"],
            void=counts["void"],
            win_rate=_rounded(counts["win"] / filled if filled else None),
            expectancy_r=_rounded(fmean(gains) if gains else None),
            expectancy_r_low=_rounded(interval[0] if interval else None),
            expectancy_r_high=_rounded(interval[1] if interval else None),
            expectancy_r_theoretical=_rounded(fmean(theory) if theory else None),
            profit_factor=_rounded(scores.profit_factor(gains)),
            max_drawdown_r=_rounded(scores.max_drawdown(gains)),
            brier=chances["brier"],
            brier_base_rate=chances["brier_base_rate"],
            log_loss=chances["log_loss"],
            ece=chances["ece"],
            pr_auc=chances["pr_auc"],
            base_rate=chances["base_rate"],
            ambiguous=_rounded(fmean(row.ambiguous for row in followed) if followed else None),
            coverage=_rounded(fmean(row.coverage for row in self.rows.values()) if self.rows else None),
            refusals=dict(sorted(self.verdicts.first().items())),
            policies=self.policies,
            policy_version=self._policy_version,
            skipped_rows=dict(skipped_rows or {}),
            tick_inferred=list(tick_inferred),
        )


def _probabilities(followed: Sequence[SignalRow]) -> dict[str, float | None]:
    told = [(row.p_win, row.result == "win") for row in followed if row.p_win is not None]
    p = np.array([chance for chance, _ in told], dtype=np.float64)
    won = np.array([win for _, win in told], dtype=np.float64)
    base = float(won.mean()) if told else None
    return {
        "brier": _rounded(scores.brier(p, won)),
        "brier_base_rate": _rounded(None if base is None else base * (1.0 - base)),
        "log_loss": _rounded(scores.log_loss(p, won)),
        "ece": _rounded(scores.ece_debiased(p, won)),
        "pr_auc": _rounded(scores.pr_auc(p, won)),
        "base_rate": _rounded(base),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES) + 0.0
