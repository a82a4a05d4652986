"""What the newest night learned, over HTTP, read only: the numbers that people are shown and an opinion is given."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from bot.api.envelope import ok, stamp
from bot.api.guards import KNOWN, Reading
from bot.api.shapes import CalibrationShape, Done, InsightsShape
from storage import nights
from storage.database import Database


def learned_router(db: Database) -> APIRouter:
    """`/api/insights` and `/api/calibration`; before anything was learned their fields are null."""
    router = APIRouter(prefix="/api", route_class=Reading, responses=KNOWN)

    @router.get("/insights", response_model=Done[InsightsShape])
    async def show_insights() -> JSONResponse:
        """What the newest night learned of every setup."""
        night = await _newest(db)
        status = night.get("status", {})
        return ok({**_head(night), "insights": status.get("insights"), "avoid": status.get("avoid")})

    @router.get("/calibration", response_model=Done[CalibrationShape])
    async def show_calibration() -> JSONResponse:
        """Whether forecasts came true, as the newest night measured it."""
        night = await _newest(db)
        return ok({**_head(night), "forecasts": night.get("status", {}).get("forecasts")})

    return router


async def _newest(db: Database) -> dict[str, Any]:
    async with db.read() as conn:
        return await nights.newest(conn) or {}


def _head(night: dict[str, Any]) -> dict[str, Any]:
    """Of which night the answer is: its data cut and why it learned or did not."""
    cut = night.get("cut")
    return {"cut": None if cut is None else stamp(cut), "reason": night.get("status", {}).get("reason")}
