"""What the steps of a published signal are to those who follow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.decision.signal import Plan
from engine.decision.telling import Step
from engine.decision.tick import EXITED, UNFILLED, Progress


def progress_of(signal_id: str, number: int, plan: Plan, steps: Sequence[Step], ended: bool) -> Iterator[Progress]:
    """Those of the followable track; its end only while the other track goes on (`ended`: neither does)."""
    for s in steps:
        if s.track != "followable":
            continue
        if s.state != "closed":
            if s.price is not None:
                yield Progress(signal_id, number, plan.pair, s.state, s.ts, s.price, s.r)
        elif ended:
            continue
        elif s.price is not None:
            yield Progress(signal_id, number, plan.pair, EXITED, s.ts, s.price, s.r, s.reason)
        elif s.reason in UNFILLED:
            near = plan.entry_high if plan.side > 0 else plan.entry_low
            yield Progress(signal_id, number, plan.pair, s.reason, s.ts, near, None)
