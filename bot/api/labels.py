"""The label store over HTTP, read only: signals, outcomes and what they came to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bot.api.envelope import line, lines, ok
from bot.api.guards import KNOWN, Reading
from bot.api.shapes import Done, OutcomeShape, Page, SignalShape
from storage import outcomes, signals
from storage.database import Database
from storage.standing import standing
from storage.stats import Stats

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[int | None, Query(ge=1, le=2**53, description="the `next` of the page before")]
Ident = Annotated[str, Path(min_length=1, max_length=64, description="its number or uuid")]


def labels_router(db: Database) -> APIRouter:
    """`/api/signals`, `/api/signals/{id}`, `/api/outcomes`, `/api/stats`; the cursor is a signal's number."""
    router = APIRouter(prefix="/api", route_class=Reading, responses=KNOWN)

    @router.get("/signals", response_model=Done[Page[SignalShape]])
    async def list_signals(limit: Limit = 20, cursor: Cursor = None) -> Response:
        """Signals, newest first."""
        async with db.read() as conn:
            found = await signals.latest(conn, limit + 1, cursor)
        more = str(found[limit - 1].number) if len(found) > limit else None
        return lines([signal.line for signal in found[:limit]], more)

    @router.get("/signals/{ident}", response_model=Done[SignalShape])
    async def one_signal(ident: Ident) -> Response:
        """A signal by its number or uuid."""
        async with db.read() as conn:
            found = await signals.get(conn, _ident(ident))
        if found is None:
            raise HTTPException(404, f"there is no signal {ident[:40]}")
        return line(found.line)

    @router.get("/outcomes", response_model=Done[Page[OutcomeShape]])
    async def list_outcomes(limit: Limit = 20, cursor: Cursor = None) -> Response:
        """How signals ended, newest first in closing order."""
        async with db.read() as conn:
            found = await outcomes.latest(conn, limit + 1, cursor)
        more = str(found[limit - 1].number) if len(found) > limit else None
        return lines([outcome.line for outcome in found[:limit]], more)

    @router.get("/stats", response_model=Done[Stats])
    async def show_stats() -> JSONResponse:
        """What they came to, on the followable track."""
        async with db.read() as conn:
            return ok(asdict(await standing(conn)))

    return router


def _ident(text: str) -> int | str:
    """A number or a uuid.

    >>> _ident("12"), _ident("9" * 30)
    (12, '999999999999999999999999999999')
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text
