"""Plans and tapes for the life tests: written for a long around 100, mirrored about 100 for the short."""

from __future__ import annotations

from engine.decision.lifecycle import Life
from engine.decision.signal import Costs, Outcome, Plan
from engine.decision.telling import Step

MINUTE = 60_000
BASE = 5 * MINUTE
T0 = 1_767_225_600_000  # 2026-01-01T00:00Z
FREE = Costs(taker=0.0, maker=0.0, slippage=0.0, stop_slippage=0.0)
PAID = Costs(taker=0.0005, maker=0.0002, slippage=0.0002, stop_slippage=0.0003)
Row = tuple[float, float, float, float]

CALM: Row = (100.4, 100.5, 100.2, 100.3)  # waits: neither touched nor missed
THROUGH: Row = (100.4, 100.4, 99.8, 100.2)  # trades through the near edge, nothing else
HELD: Row = (100.2, 100.9, 99.4, 100.5)  # filled: moves inside


def plan_of(side: int = 1, costs: Costs = FREE) -> Plan:
    """Near 100, zone one wide, SL 3 away, TP1 3, TP2 6: R before a fill 2.5 (middle 99.5), 3 after a fill at near."""
    low, high = (99.0, 100.0) if side > 0 else (100.0, 101.0)
    return Plan(
        pair="SOL-USDT-SWAP",
        side=1 if side > 0 else -1,
        timeframe="15m",
        ts=T0,
        entry_low=low,
        entry_high=high,
        sl=mirrored(97.0, side),
        tp1=mirrored(103.0, side),
        tp2=mirrored(106.0, side),
        expiry_minutes=30,
        limit_minutes=120,
        invalidation_timeframe="15m",
        invalidation_price=mirrored(97.5, side),
        tick=0.1,
        costs=costs,
    )


def mirrored(price: float, side: int) -> float:
    return price if side > 0 else 200.0 - price


def bar_of(row: Row, side: int) -> Row:
    opened, high, low, close = (mirrored(value, side) for value in row)
    return (opened, high, low, close) if side > 0 else (opened, low, high, close)


class Walk:
    """A life, walked bar by bar in long terms whatever its side."""

    def __init__(self, side: int = 1, plan: Plan | None = None, base: int = BASE) -> None:
        self.side = side
        self.plan = plan or plan_of(side)
        self.life = Life(self.plan, base)
        self.base = base
        self.now = T0
        self.steps: list[Step] = []

    def bars(self, *rows: Row, bar: int = 0, covered: bool = False) -> Walk:
        for row in rows:
            length = bar or self.base
            self.life.on_bar(self.now, *bar_of(row, self.side), length, covered)
            self.steps += self.life.steps()
            self.now += length
        return self

    def skip(self, count: int) -> Walk:
        self.now += count * self.base
        return self

    def trades(self, *rows: tuple[float, float]) -> Walk:
        """Rows of (seconds after T0, price)."""
        stamps = [T0 + int(second * 1000) for second, _ in rows]
        self.life.on_trades(stamps, [mirrored(price, self.side) for _, price in rows])
        self.steps += sorted(self.life.steps(), key=lambda step: step.ts)
        return self

    def outcome(self) -> Outcome:
        found = self.life.outcome("id", 7)
        assert found is not None, "not ended yet"
        return found

    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(result, exit_reason) of the theoretical and of the followable track."""
        outcome = self.outcome()
        theory, follow = outcome.theoretical, outcome.followable
        return (theory.result, theory.exit_reason), (follow.result, follow.exit_reason)
