"""OKX's limits for its REST endpoints, kept by waiting one's turn: each endpoint by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.clock import Clock

# ms between two requests, a tenth more than OKX asks for
SPACING_MS: Mapping[str, int] = {
    "instruments": 110,
    "time": 220,
    "candles": 55,
    "history-candles": 110,
    "trades": 22,
    "history-trades": 110,
    "funding-rate-history": 220,
    "open-interest-history": 220,
    "taker-volume": 440,
}
OF_EACH_CONTRACT = {"funding-rate-history", "open-interest-history", "taker-volume"}


class Rest(Protocol):
    """Who asks OKX: rows of an endpoint; raises Retryable or Fatal."""

    async def get(self, endpoint: str, params: Mapping[str, str]) -> list[Any]: ...


class PacedRest:
    """A Rest that keeps the limits. `asked` hears of every request; limits that OKX counts by contract are kept so."""

    def __init__(self, rest: Rest, clock: Clock, asked: Callable[[], None]) -> None:
        self._rest = rest
        self._clock = clock
        self._asked = asked
        self._turns: dict[tuple[str, str], int] = {}

    async def get(self, endpoint: str, params: Mapping[str, str]) -> list[Any]:
        """Wait for the turn, then ask."""
        key = endpoint, params.get("instId", "") if endpoint in OF_EACH_CONTRACT else ""
        now = self._clock.now_ms()
        turn = max(now, self._turns.get(key, 0))
        self._turns[key] = turn + SPACING_MS[endpoint]
        if turn > now:
            await self._clock.sleep((turn - now) / 1000)
        self._asked()
        return await self._rest.get(endpoint, params)
