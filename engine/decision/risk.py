"""What the newest outcomes forbid: breaker, day's loss, cooldowns. All in tape time, all restart-proof."""

from __future__ import annotations

from typing import Any

from engine.decision.tick import Halted, Lifted
from engine.params import Params

MINUTE = 60_000
DAY = 86_400_000
WEEK = 7 * DAY
EPSILON = 1e-9
STOPS_IN_A_ROW = "three stops in a row"
DAY_BELOW = "the day stands below its limit"


class Risk:
    """Counts followable results of published signals; shadow, DEMO and exploration never reach it.

    Two breakers: stops in a row hold new signals back (or all but the best setups, `breaker_best_only`) for a time;
    a UTC day below `daily_stop_r` halves the size until it is back above or over. Both are announced by the facts
    returned here, end by `expire`, and can be lifted by an owner; a further loss opens the day's one again.
    """

    def __init__(self, params: Params) -> None:
        self._k = params
        self.losses: list[int] = []  # when the newest stops in a row closed
        self.breaker_until = 0
        self.half_until = 0
        self.day = -1
        self.day_r = 0.0
        self.cooldown: dict[str, int] = {}
        self.traded: dict[str, int] = {}  # entry anchors that gave a signal -> when

    def published(self, pair: str, side: int, now: int, anchor: str) -> None:
        """Start the cooldown of a pair and side; `anchor` (the entry's) gives no second signal for a week."""
        self._cool(pair, side, now)
        self.traded = {name: at for name, at in self.traded.items() if now - at < WEEK}
        self.traded[f"{pair}:{side}:{anchor}"] = now

    def closed(
        self, pair: str, side: int, now: int, result: str, exit_reason: str, r: float | None
    ) -> list[Halted | Lifted]:
        """A published signal ended on the followable track at `now`: the breakers that this opens or ends."""
        self._cool(pair, side, now)
        return [*self._row_of_stops(now, result, exit_reason), *self._day(now, r or 0.0)]

    def _row_of_stops(self, now: int, result: str, exit_reason: str) -> list[Halted | Lifted]:
        if result == "lose" and exit_reason == "sl":
            self.losses.append(now)
        elif result in ("win", "lose"):
            self.losses.clear()
        if len(self.losses) < self._k.breaker_losses:
            return []
        self.losses.clear()
        self.breaker_until = now + self._k.breaker_minutes * MINUTE
        return [self._breaker(now)]

    def _day(self, now: int, r: float) -> list[Halted | Lifted]:
        """Add to the UTC day; what closed on a day before the newest one (walked late) is of no day that counts."""
        day = now // DAY
        if day < self.day:
            return []
        if day > self.day:
            self.day, self.day_r = day, 0.0
        self.day_r += r
        below = self.day_r < self._k.daily_stop_r - EPSILON
        if below and r < 0.0 and now >= self.half_until:
            self.half_until = (day + 1) * DAY
            return [self._daily(now)]
        if not below and now < self.half_until:
            self.half_until = 0
            return [Lifted("daily", now)]
        return []

    def _breaker(self, now: int) -> Halted:
        kind = "best" if self._k.breaker_best_only else "breaker"
        return Halted(kind, now, self.breaker_until, STOPS_IN_A_ROW)

    def _daily(self, now: int) -> Halted:
        return Halted("daily", now, self.half_until, DAY_BELOW)

    def cooldown_until(self, pair: str, side: int, anchor: str) -> int:
        """When the pair and side (and an anchor that was traded before) are free again (ms)."""
        name = f"{pair}:{side}"
        until, traded = self.cooldown.get(name, 0), self.traded.get(f"{name}:{anchor}")
        return until if traded is None else max(until, traded + WEEK)

    def calm_from(self) -> int:
        """From when on (ms) no cooldown and no breaker holds anything back, if nothing more happens."""
        return max(self.hushed_from(), max(self.traded.values(), default=-WEEK) + WEEK)

    def hushed_from(self) -> int:
        """The same but for the anchors that were traded before."""
        return max(self.breaker_until, max(self.cooldown.values(), default=0))

    def held_until(self, confluence: float) -> int:
        """Until when the breaker holds a setup of this confluence back (ms; 0 for the best where they may pass)."""
        best = self._k.confluence_quiet + self._k.breaker_best_margin
        return 0 if self._k.breaker_best_only and confluence >= best - EPSILON else self.breaker_until

    def day_below(self, now: int) -> bool:
        """Whether the day's loss halves the size."""
        return now < self.half_until

    def halts(self, now: int) -> list[Halted]:
        """The breakers open at `now`, as they would be announced now."""
        found = [self._breaker(now)] if now < self.breaker_until else []
        return found + ([self._daily(now)] if self.day_below(now) else [])

    def expire(self, now: int) -> list[Lifted]:
        """The breakers whose time is over by `now`."""
        over: list[Lifted] = []
        if self.breaker_until and now >= self.breaker_until:
            over.append(Lifted(self._breaker(now).kind, now))
            self.breaker_until = 0
        if self.half_until and now >= self.half_until:
            over.append(Lifted("daily", now))
            self.half_until = 0
        return over

    def lift(self, now: int) -> list[Lifted]:
        """An owner lifts every open breaker; the row of stops begins anew."""
        open_now = [Lifted(halt.kind, now) for halt in self.halts(now)]
        self.breaker_until = self.half_until = 0
        self.losses.clear()
        return open_now

    def _cool(self, pair: str, side: int, now: int) -> None:
        until = now + self._k.cooldown_minutes * MINUTE
        self.cooldown[f"{pair}:{side}"] = max(until, self.cooldown.get(f"{pair}:{side}", 0))

    def to_state(self) -> dict[str, Any]:
        return {
            "losses": list(self.losses),
            "breaker_until": self.breaker_until,
            "half_until": self.half_until,
            "day": self.day,
            "day_r": self.day_r,
            "cooldown": dict(self.cooldown),
            "traded": dict(self.traded),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """What `to_state` gave; a state from before the day's breaker has no `half_until`."""
        self.losses = [int(v) for v in state["losses"]]
        self.breaker_until = int(state["breaker_until"])
        self.half_until = int(state.get("half_until", 0))
        self.day, self.day_r = int(state["day"]), float(state["day_r"])
        self.cooldown = {str(k): int(v) for k, v in state["cooldown"].items()}
        self.traded = {str(k): int(v) for k, v in state["traded"].items()}
