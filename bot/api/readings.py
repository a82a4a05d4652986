"""`GET /api/{pair}/{layer}`: what a layer reads at the newest closed bar, and what it sees there."""

from __future__ import annotations

from typing import Any, Protocol

from fastapi import APIRouter
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from bot.api.envelope import ok
from bot.api.guards import KNOWN, Reading
from bot.api.shapes import AnyReading, Done, Failed, Layer, Timeframe


class ReadingsPort(Protocol):
    """Reads a layer of a pair; None while it warms up. Raises KeyError for a pair nobody follows."""

    def read(self, pair: str, layer: str, timeframe: Timeframe) -> dict[str, Any] | None: ...


class _PairConvertor(Convertor[str]):
    """A contract's name has dashes, which tells it from the fixed routes (`/api/ai/…`)."""

    regex = r"[^/-]+-[^/]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("pair", _PairConvertor())


def readings_router(view: ReadingsPort) -> APIRouter:
    """The route of every pair and layer; it comes after all others."""
    router = APIRouter(prefix="/api", route_class=Reading, responses=KNOWN)

    @router.get("/{pair:pair}/{layer}", response_model=Done[AnyReading], responses={503: {"model": Failed}})
    async def show_reading(pair: str, layer: Layer, timeframe: Timeframe = "15m") -> JSONResponse:
        """A layer's newest reading with its evidence; any of the eight, `regime`, `profile` or `confluence`."""
        try:
            found = view.read(pair.upper(), layer, timeframe)
        except KeyError as error:
            raise HTTPException(404, f"there is no pair {pair[:40]} here") from error
        if found is None:
            raise HTTPException(503, "not enough bars yet; ask again in a minute", {"Retry-After": "60"})
        return ok(found)

    return router
