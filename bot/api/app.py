"""The HTTP application: health, readiness, metrics, and whatever routers the composition root hangs in."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.api.edge import TOO_LARGE, BodyLimit, Measured
from bot.api.envelope import failed, ok
from bot.api.guards import READS, WRITES, Buckets
from bot.api.shapes import Alive, Done, Failed, Ready
from bot.clock import Clock, SystemClock
from bot.metrics import CONTENT_TYPE, Metrics

ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": Failed, "description": HTTPStatus(code).phrase} for code in (400, 404, 405, 413, 422, 429, 500)
}


class HealthPort(Protocol):
    """Says what is still missing before people can rely on us; an empty list is ready."""

    async def missing(self) -> Sequence[str]: ...


def create_app(
    health: HealthPort,
    metrics: Metrics,
    routers: Sequence[APIRouter] = (),
    api_key: SecretStr | None = None,
    clock: Clock | None = None,
) -> FastAPI:
    """Build the application. Every answer of an error is JSON, whatever went wrong. `clock` paces those who ask."""
    app = FastAPI(
        title="SharpSignal",
        version=version("sharpsignal"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        responses=ERRORS,
    )
    clock = clock or SystemClock()
    app.state.api_key = api_key
    app.state.reads, app.state.writes = Buckets(*READS, clock), Buckets(*WRITES, clock)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_fault)
    app.add_middleware(BodyLimit)
    app.add_middleware(Measured, metrics=metrics)
    app.include_router(_own(health, metrics))
    for router in routers:
        app.include_router(router)
    return app


def _own(health: HealthPort, metrics: Metrics) -> APIRouter:
    router = APIRouter()

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", response_model=Done[Alive])
    async def healthz() -> JSONResponse:
        """The process answers."""
        return ok({"alive": True})

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", response_model=Done[Ready], responses={503: {"model": Failed}})
    async def readyz() -> JSONResponse:
        """People can rely on it; else 503 and what is missing."""
        missing = list(await health.missing())
        if missing:
            return failed(503, "not_ready", "not ready: " + ", ".join(missing), missing=missing)
        return ok({"ready": True, "missing": []})

    @router.head("/metrics", include_in_schema=False)
    @router.get("/metrics", response_class=PlainTextResponse)
    async def show_metrics() -> PlainTextResponse:
        """Prometheus' text format."""
        return PlainTextResponse(metrics.text(), media_type=CONTENT_TYPE)

    return router


async def _on_http(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase
    code = TOO_LARGE if status == 413 else phrase.lower().replace(" ", "_").replace("-", "_")
    answer = failed(status, code, str(getattr(error, "detail", None) or phrase))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _on_invalid(_request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) and error.errors() else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    return failed(422, "invalid", f"{where}: {first.get('msg', 'not valid')}" if where else "not valid")


async def _on_fault(_request: Request, _error: Exception) -> Response:
    return failed(500, "internal", "something went wrong here; it has been logged")
