"""The label store over HTTP, read only: signals, outcomes and what they came to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from bot.api.envelope import ok, page
from storage import outcomes, signals
from storage.database import Database
from storage.standing import standing

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[int | None, Query(ge=1, le=2**53)]


def labels_router(db: Database) -> APIRouter:
    """`/api/signals`, `/api/signals/{id}`, `/api/outcomes`, `/api/stats`; the cursor is a signal's number."""
    router = APIRouter(prefix="/api")

    @router.get("/signals")
    async def list_signals(limit: Limit = 20, cursor: Cursor = None) -> JSONResponse:
        async with db.read() as conn:
            found = await signals.latest(conn, limit + 1, cursor)
        more = str(found[limit - 1].number) if len(found) > limit else None
        return page([signal.document for signal in found[:limit]], more)

    @router.get("/signals/{ident}")
    async def one_signal(ident: str) -> JSONResponse:
        async with db.read() as conn:
            found = await signals.get(conn, _ident(ident))
        if found is None:
            raise HTTPException(404, f"there is no signal {ident[:40]}")
        return ok(found.document)

    @router.get("/outcomes")
    async def list_outcomes(limit: Limit = 20, cursor: Cursor = None) -> JSONResponse:
        async with db.read() as conn:
            found = await outcomes.latest(conn, limit + 1, cursor)
        more = str(found[limit - 1].number) if len(found) > limit else None
        return page([outcome.document for outcome in found[:limit]], more)

    @router.get("/stats")
    async def show_stats() -> JSONResponse:
        async with db.read() as conn:
            return ok(asdict(await standing(conn)))

    return router


def _ident(text: str) -> int | str:
    """A number or a uuid.

    >>> _ident("12"), _ident("9" * 30)
    (12, '999999999999999999999999999999')
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text
