"""What the newest outcomes forbid: breaker, day's loss, cooldowns. All in tape time, all restart-proof."""

from __future__ import annotations

from typing import Any

from engine.params import Params

DAY = 86_400_000
WEEK = 7 * DAY


class Risk:
    """Counts followable results of published signals; shadow, DEMO and exploration never reach it."""

    def __init__(self, params: Params) -> None:
        self._k = params
        self.losses: list[int] = []  # when the newest stops in a row closed
        self.breaker_until = 0
        self.day = -1
        self.day_r = 0.0
        self.cooldown: dict[str, int] = {}
        self.traded: dict[str, int] = {}  # entry anchors that gave a signal -> when

    def published(self, pair: str, side: int, now: int, anchor: str) -> None:
        """Start the cooldown of a pair and side; `anchor` (the entry's) gives no second signal for a week."""
        self._cool(pair, side, now)
        self.traded = {name: at for name, at in self.traded.items() if now - at < WEEK}
        self.traded[f"{pair}:{side}:{anchor}"] = now

    def closed(self, pair: str, side: int, now: int, result: str, exit_reason: str, r: float | None) -> bool:
        """A published signal ended on the followable track; True where that opened the breaker."""
        self._cool(pair, side, now)
        if now // DAY != self.day:
            self.day, self.day_r = now // DAY, 0.0
        self.day_r += r or 0.0
        if result == "lose" and exit_reason == "sl":
            self.losses.append(now)
        elif result in ("win", "lose"):
            self.losses.clear()
        if len(self.losses) < self._k.breaker_losses:
            return False
        self.losses.clear()
        self.breaker_until = now + self._k.breaker_minutes * 60_000
        return True

    def cooldown_until(self, pair: str, side: int, anchor: str) -> int:
        """When the pair and side (and an anchor that was traded before) are free again (ms)."""
        traded = self.traded.get(f"{pair}:{side}:{anchor}")
        return max(self.cooldown.get(f"{pair}:{side}", 0), 0 if traded is None else traded + WEEK)

    def size(self, now: int) -> float:
        """1, or 0.5 while the UTC day stands below -2 R."""
        return 0.5 if now // DAY == self.day and self.day_r < self._k.daily_stop_r else 1.0

    def lift(self) -> None:
        """An owner lifts the breaker."""
        self.breaker_until = 0
        self.losses.clear()

    def _cool(self, pair: str, side: int, now: int) -> None:
        until = now + self._k.cooldown_minutes * 60_000
        self.cooldown[f"{pair}:{side}"] = max(until, self.cooldown.get(f"{pair}:{side}", 0))

    def to_state(self) -> dict[str, Any]:
        return {
            "losses": list(self.losses),
            "breaker_until": self.breaker_until,
            "day": self.day,
            "day_r": self.day_r,
            "cooldown": dict(self.cooldown),
            "traded": dict(self.traded),
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.losses = [int(v) for v in state["losses"]]
        self.breaker_until = int(state["breaker_until"])
        self.day, self.day_r = int(state["day"]), float(state["day_r"])
        self.cooldown = {str(k): int(v) for k, v in state["cooldown"].items()}
        self.traded = {str(k): int(v) for k, v in state["traded"].items()}
