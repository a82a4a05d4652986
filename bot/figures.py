"""The document of `/api/ai/metrics`: made at most every two seconds, however often it is asked for."""

from __future__ import annotations

from typing import Any

from bot.alarms import measured
from bot.house import House
from bot.slo import SLOS, bins_of
from storage.standing import group_totals

KEPT_MS = 2_000


class Figures:
    """How everything stands in this house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._made_at = -KEPT_MS
        self._made: dict[str, Any] = {}

    async def tell(self) -> dict[str, Any]:
        """The newest document."""
        now = self._house.market.clock.now_ms()
        if now - self._made_at >= KEPT_MS:
            self._made, self._made_at = await self._make(), now
        return self._made

    async def _make(self) -> dict[str, Any]:
        metrics = self._house.metrics
        found = await measured(self._house)
        async with self._house.db.read() as conn:
            bins = bins_of(await group_totals(conn))
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
            "error_rate": answers.share(lambda status: status.startswith("5") and status != "503"),
            "rate_429": answers.share(lambda status: status == "429"),
            "win_rate_bins": [{"bin": one.name, "n": one.n, "told": one.told, "won": one.won} for one in bins],
        }
