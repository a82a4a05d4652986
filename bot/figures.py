"""The document of `/api/ai/metrics`: made at most every two seconds, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.alarms import measured
from bot.metrics import Metrics
from bot.slo import SLOS, failed
from storage.database import Database

KEPT_MS = 2_000


class Figures:
    """How everything stands; `now` is our clock (ms)."""

    def __init__(self, db: Database, metrics: Metrics, now: Callable[[], int]) -> None:
        self._db = db
        self._metrics = metrics
        self._now = now
        self._made_at = -KEPT_MS
        self._made: dict[str, Any] = {}

    async def tell(self) -> dict[str, Any]:
        """The newest document."""
        now = self._now()
        if now - self._made_at >= KEPT_MS:
            self._made, self._made_at = await self._make(now), now
        return self._made

    async def _make(self, now: int) -> dict[str, Any]:
        metrics = self._metrics
        found, bins = await measured(self._db, metrics, now)
        answers = metrics.answers
        return {
            "objectives": [
                {
                    "name": slo.name,
                    "unit": slo.unit,
                    "value": found.get(slo.name),
                    "target": slo.target,
                    "bound": slo.bound,
                    "minutes": slo.minutes,
                    "met": None if slo.name not in found else found[slo.name] <= slo.target,
                    "alarm": metrics.alarm_on(slo.name),
                }
                for slo in SLOS
            ],
            "endpoints": [{"endpoint": name, **answers.speed(name)} for name in answers.names()],
            "error_rate": answers.share(failed),
            "rate_429": answers.share(lambda status: status == "429"),
            "win_rate_bins": [{"bin": one.name, "n": one.n, "told": one.told, "won": one.won} for one in bins],
        }
