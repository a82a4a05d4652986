"""What the figures and the report of a run keep of a signal."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decision.signal import Outcome, Signal

FILLED = ("win", "lose")


@dataclass(slots=True)
class SignalRow:
    """One signal; the outcome's part is None while it is open. `agreed` are the layers that matched, of `voted`."""

    number: int
    pair: str
    timeframe: str
    side: int
    ts: int
    mode: str
    regime: str
    setup_model: str
    session: str
    confluence: float
    coverage: float
    cost_r: float
    voted: frozenset[str]
    agreed: frozenset[str]
    p_win: float | None
    closed_at: int | None = None
    result: str | None = None
    exit_reason: str | None = None
    r: float | None = None
    theory_result: str | None = None
    theory_r: float | None = None
    ambiguous: bool = False

    @property
    def filled(self) -> bool:
        return self.result in FILLED

    @classmethod
    def of(cls, signal: Signal) -> SignalRow:
        """The row of a signal that was just published."""
        plan = signal.plan
        return cls(
            number=signal.number,
            pair=plan.pair,
            timeframe=plan.timeframe,
            side=plan.side,
            ts=plan.ts,
            mode=signal.mode,
            regime=signal.regime,
            setup_model=signal.setup_model,
            session=signal.venue_session,
            confluence=signal.confluence_score,
            coverage=signal.coverage,
            cost_r=signal.cost_r,
            voted=frozenset(name for name, view in signal.layers.items() if view.match is not None),
            agreed=frozenset(name for name, view in signal.layers.items() if view.match == 1),
            p_win=signal.p_win,
        )

    def end(self, outcome: Outcome) -> None:
        """Note how it ended."""
        self.closed_at, self.ambiguous = outcome.closed_at, outcome.ambiguous
        self.result, self.exit_reason = outcome.followable.result, outcome.followable.exit_reason
        self.r = outcome.followable.rr
        self.theory_result, self.theory_r = outcome.theoretical.result, outcome.theoretical.rr
