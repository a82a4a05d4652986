"""A person's own fills and exits over HTTP. They are that person's book, never a label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Security
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from bot.api.envelope import ok, stamp
from bot.api.guards import KEY, Writing
from bot.api.shapes import Done, Execution, Exit, Failed, Realised, Recorded
from bot.clock import Clock
from storage import audit, outcomes, signals, takes
from storage.database import Database

AHEAD_MS = 60_000  # clocks differ by this much at most
PLACES = 8  # of a share


@dataclass(frozen=True, slots=True)
class ApiPerson:
    """Whoever has the key: one person, apart from those of the chats."""

    channel: str = "api"
    user_id: str = "key"


ME = ApiPerson()
REFUSALS: dict[int | str, dict[str, Any]] = {401: {"model": Failed}, 409: {"model": Failed}}


def own_trades_router(db: Database, clock: Clock) -> APIRouter:
    """`/api/ai/execution/record` and `/api/ai/outcome/close`; `clock` is the market's."""
    router = APIRouter(prefix="/api/ai", route_class=Writing, dependencies=[Security(KEY)], responses=REFUSALS)

    @router.post("/execution/record", status_code=201, response_model=Done[Recorded])
    async def record(told: Execution) -> JSONResponse:
        """Note that a signal was taken or not, and at which price; the newest word counts."""
        now = clock.now_ms()
        at = now if told.at is None else _past(told.at, now)
        price = None if told.fill_price is None else plain(told.fill_price)
        async with db.write() as conn:
            number = await _number(conn, told.signal_id)
            key = f"{number}:{int(told.taken)}:{price}:{'' if told.at is None else at}"
            await takes.take(conn, number, ME, told.taken, price, at, key)
            await audit.record(conn, (ME.channel, ME.user_id), "execution", str(number), price or "", now)
        shown = {"signal_id": told.signal_id, "number": number, "taken": told.taken}
        return ok({**shown, "fill_price": price, "at": stamp(at)}, 201)

    @router.post("/outcome/close", response_model=Done[Realised])
    async def close(told: Exit) -> JSONResponse:
        """Fill an outcome's `pnl_real`: what was made from the own fill (else the followable one) to this exit, as a
        share of the fill and before the exchange's fees. Nothing else of the outcome changes.
        """
        now = clock.now_ms()
        _past(told.at, now)
        async with db.write() as conn:
            number = await _number(conn, told.signal_id)
            signal, outcome = await signals.get(conn, number), await outcomes.get(conn, number)
            if signal is None or outcome is None:
                raise HTTPException(409, f"signal {number} has not ended yet")
            entry = await _entry(conn, number, outcome.document)
            if entry is None:
                raise HTTPException(409, f"signal {number} was never filled; record your own fill first")
            made = realised(signal.side, entry, told.exit_price)
            await outcomes.set_real(conn, told.signal_id, made)
            await audit.record(conn, (ME.channel, ME.user_id), "exit", str(number), made, now)
        shown = {"signal_id": told.signal_id, "number": number, "entry_price": plain(entry)}
        return ok({**shown, "exit_price": plain(told.exit_price), "pnl_real": made})

    return router


def plain(value: Decimal) -> str:
    """A decimal as text, never in exponent form.

    >>> plain(Decimal("6.412E4")), plain(Decimal("0.50"))
    ('64120', '0.50')
    """
    return f"{value:f}"


def realised(side: str, entry: Decimal, exit_price: Decimal) -> str:
    """What was made, as a share of the entry.

    >>> realised("long", Decimal("200"), Decimal("203")), realised("short", Decimal("200"), Decimal("203"))
    ('0.015', '-0.015')
    """
    share = (exit_price - entry) / entry * (1 if side == "long" else -1)
    text = f"{share:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _past(at: datetime, now: int) -> int:
    """In ms. Raises HTTPException for what has not happened yet, or was before there were computers."""
    ms = int(at.timestamp() * 1000)
    if not 0 <= ms <= now + AHEAD_MS:
        raise HTTPException(422, "at: has to be a time that is over")
    return ms


async def _number(conn: AsyncConnection, signal_id: str) -> int:
    found = await signals.get(conn, signal_id)
    if found is None:
        raise HTTPException(404, "there is no such signal here")
    return found.number


async def _entry(conn: AsyncConnection, number: int, outcome: dict[str, Any]) -> Decimal | None:
    """The own fill, else the one that everybody could have had, else that of the theoretical track."""
    mine = (await takes.taken(conn, ME.channel, ME.user_id)).get(number)
    found = None if mine is None else mine.price
    text = found or outcome["followable"]["fill_price"] or outcome["fill_price"]
    return None if text is None else Decimal(text)
