"""`GET /api/ai/metrics`: what the product is held to, how it stands, how fast endpoints answer, wins by told chance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse

from bot.api.envelope import ok
from bot.api.guards import KNOWN, Reading
from bot.api.shapes import Done


class Objective(BaseModel):
    """`value` in `unit` (s, share or standard errors `se`), null where nothing was measured lately; `alarm`: beyond."""

    name: str
    unit: Literal["s", "share", "se"]
    value: float | None
    target: float
    bound: float
    minutes: int
    met: bool | None
    alarm: bool


class EndpointSpeed(BaseModel):
    """Answers of the last ten minutes, in seconds."""

    endpoint: str
    count: int
    p50: float
    p95: float
    p99: float


class WinRateBin(BaseModel):
    """Fills whose told chance began at `bin` percent."""

    bin: str
    n: int
    told: float
    won: float


class Figures(BaseModel):
    """Of the last ten minutes; win rates of all time."""

    objectives: list[Objective]
    endpoints: list[EndpointSpeed]
    error_rate: float | None
    rate_429: float | None
    win_rate_bins: list[WinRateBin]


Tell = Callable[[], Awaitable[dict[str, Any]]]


def figures_router(tell: Tell) -> APIRouter:
    """The route; `tell` gives a document in the shape of Figures."""
    router = APIRouter(prefix="/api/ai", route_class=Reading, responses=KNOWN)

    @router.get("/metrics", response_model=Done[Figures])
    async def show_figures() -> JSONResponse:
        """Objectives and health."""
        return ok(await tell())

    return router
